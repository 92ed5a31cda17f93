"""Drawing who gets a card, the list for bringing cards around, and what became of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.models import Community
from surveys.asked import list_people
from surveys.delivery import list_stops, report_delivery
from surveys.forgetting import FORGOTTEN
from surveys.forms.cards import DeliveryForm, SampleForm
from surveys.frames import list_frame
from surveys.models import DeliveryReport, Sample, Wave
from surveys.results.rates import REPORTED, count_issued
from surveys.sampling import check_open_to_draw, draw_sample
from surveys.views.waves import describe_below, find_link, find_own_wave


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def sample(request: StaffRequest, wave: int) -> HttpResponse:
    """Draw who gets a card, and show how many of which stratum."""
    found = find_own_wave(request, wave)
    form = SampleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            draw_sample(found, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已抽好。接下来打印答题卡，再按送卡名单发放。"))
            return redirect("surveys:sample", found.pk)
    drawn = Sample.objects.filter(wave=found).first()
    context = describe_below(found) | {
        "form": form,
        "sample": drawn,
        "rows": list_frame(drawn, request.user) if drawn else [],
        "refusal": refuse(found),
        "is_forgotten": drawn is not None and drawn.seed == FORGOTTEN,
        "least": 3 * found.k,
    }
    if not context["refusal"]:
        asked = Community.objects.filter(survey_links__wave=found)
        context["population"] = len(list_people(found, asked, timezone.localdate()))
    return render(request, "surveys/sample.html", context)


def refuse(wave: Wave) -> str:
    """Return why nobody can be drawn; "" when it is possible."""
    try:
        check_open_to_draw(wave)
    except ValidationError as error:
        return error.messages[0]
    return ""


@access(Permission.DELIVER_CARDS, personal=True)
def show_delivery(request: StaffRequest, link: int) -> HttpResponse:
    """List whom to bring a card, door by door. That it was read is written down."""
    found = find_link(request, link)
    context = describe_below(found.wave) | {"link": found, "stops": list_stops(found, by=request.user)}
    return render(request, "surveys/delivery.html", context)


@access(Permission.DELIVER_CARDS, methods=("GET", "POST"))
def report(request: StaffRequest, link: int) -> HttpResponse:
    """Take what became of the cards of a community."""
    found = find_link(request, link)
    saved = DeliveryReport.objects.filter(link=found).first() or DeliveryReport(link=found)
    form = DeliveryForm(request.POST if request.method == "POST" else None, instance=saved)
    if form.is_bound and form.is_valid():
        try:
            report_delivery(found, counts={name: form.cleaned_data[name] for name in REPORTED}, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("surveys:wave", found.wave_id)
    issued = count_issued(found.wave, found.community)
    context = describe_below(found.wave) | {"link": found, "form": form, "issued": issued}
    return render(request, "surveys/delivery_report.html", context)
