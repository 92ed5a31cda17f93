"""Pages on which communities report the numbers that nothing can compute, and see who has."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Level, Permission
from activities.versions import StaleError
from communities.doorbell import REFRESH, ring
from communities.models import Community, Street
from indicators.choosing import get_period_or_404
from indicators.forms.reports import ReportForm
from indicators.models import FigureReport
from indicators.periods import Period
from indicators.reports import pages as report_pages
from indicators.reports.reporting import read_answers, read_last, submit_report
from indicators.reports.slots import FORMS, due_of, is_asked


@access(Permission.REPORT_FIGURES)
def list_reports(request: StaffRequest) -> HttpResponse:
    """Show a community what it has to report and has reported; show a street who has."""
    today = timezone.localdate()
    communities = list(request.user.communities().order_by("code"))
    if request.user.level == Level.COMMUNITY:
        context = report_pages.describe_community(communities[0], today)
        return render(request, "indicators/report_list.html", context)
    street = get_object_or_404(Street, code=request.user.area_code)
    kind = request.GET.get("kind", "")
    kind = kind if kind in FORMS else FORMS[0]
    context = report_pages.describe_street(street, communities, kind, request.GET.get("period", ""), today)
    context["kinds"] = [("quarter", _("季度")), ("year", _("年度"))]
    return render(request, "indicators/report_matrix.html", context)


@access(Permission.REPORT_FIGURES, methods=("GET", "POST"))
def report(request: StaffRequest, community: str, term: str) -> HttpResponse:
    """Report or correct the numbers of a community for a period."""
    place = get_object_or_404(request.user.communities(), code=community)
    period = get_term_or_404(term)
    saved = FigureReport.objects.filter(community=place, period=period.code).select_related("submitted_by").first()
    form = make_form(request, place, period, saved)
    if request.method == "POST" and form.is_valid() and save_form(form, request, place, period):
        return redirect("indicators:reports")
    context = {
        "form": form,
        "community": place,
        "period": period,
        "saved": saved,
        "due": due_of(period),
        "is_late": timezone.localdate() > due_of(period),
        "draft_key": name_draft(place, period),
        "trail": [(_("数字报送"), reverse("indicators:reports"))],
    }
    return render(request, "indicators/report_form.html", context)


def get_term_or_404(term: str) -> Period:
    """Return the period of the address, if numbers are reported for it."""
    period = get_period_or_404(term, FORMS)
    if not is_asked(period, timezone.localdate()):
        raise Http404
    return period


def make_form(request: StaffRequest, place: Community, period: Period, saved: FigureReport | None) -> ReportForm:
    """Return the form, empty or with what is saved, and with the last numbers beside it."""
    known: dict[str, Any] = {"saved": read_answers(saved), "version": saved.version if saved else 0}
    last = read_last([place], period)[place.pk]
    return ReportForm(request.POST if request.method == "POST" else None, period=period, last=last, **known)


def save_form(form: ReportForm, request: StaffRequest, place: Community, period: Period) -> bool:
    """Save what the form says; False, with the reasons on the form, when the action refuses."""
    data = form.cleaned_data
    try:
        _saved, changed = submit_report(
            place, period, form.answers, seen=data["version"], token=data["token"], by=request.user
        )
    except StaleError:
        fresh = FigureReport.objects.filter(community=place, period=period.code).first()
        form.show_conflict(read_answers(fresh), fresh.version if fresh else 0)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = (
        _("已报送：%(community)s %(period)s。") if changed else _("%(community)s %(period)s没有变化，还是原来的数字。")
    )
    values = {"community": place, "period": period.label}
    messages.success(request, words % values, extra_tags=name_draft(place, period))
    ring(REFRESH)
    return True


def name_draft(place: Community, period: Period) -> str:
    """Return the name under which the browser keeps what was typed; the saved message tells it to forget."""
    return f"report-{place.code}-{period.code}"
