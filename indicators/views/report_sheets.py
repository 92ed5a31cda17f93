"""Pages that bring the numbers of many communities at once: template, upload, rehearsal, confirmation."""

from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from activities.versions import StaleError
from communities.doorbell import REFRESH, ring
from communities.downloads import send_file
from communities.models import Community
from grids.small_files import SealedUpload, open_for, seal_for
from imports.formats import FileRefused
from indicators.forms.reports import JumpForm, WorkbookForm
from indicators.reports.reporting import Answers, submit_report
from indicators.reports.sheets import Rehearsal, describe_refusal, rehearse, write_template
from indicators.reports.slots import FORMS, asked_periods, existed
from indicators.views.reports import get_term_or_404

SALT = "indicators.report_upload"


@access(Permission.REPORT_FIGURES)
def download(request: StaffRequest) -> HttpResponse:
    """Send the workbook of a period, by default the latest quarter; each of the user's communities has a column."""
    term = request.GET.get("period", "")
    periods = [get_term_or_404(term)] if term else asked_periods("quarter", timezone.localdate(), 1)
    if not periods:
        return redirect("indicators:report-upload")
    period = periods[0]
    places = [place for place in list_places(request.user) if existed(place, period)]
    return send_file(write_template(period, places), f"report-{period.code}.xlsx")


@access(Permission.REPORT_FIGURES, methods=("GET", "POST"))
def upload(request: StaffRequest) -> HttpResponse:
    """Take a filled workbook and rehearse it."""
    is_sent = request.method == "POST"
    form = WorkbookForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            found = rehearse(content, list_places(request.user))
        except FileRefused as refusal:
            form.add_error("file", describe_refusal(refusal))
        else:
            kept = SealedUpload()
            kept.save(content)
            sealed = seal(str(kept.name), found, request.user)
            return redirect(f"{reverse('indicators:report-confirm')}?{urlencode({'sealed': sealed})}")
    today = timezone.localdate()
    periods = [period for kind in FORMS for period in asked_periods(kind, today, 2)]
    context = {"form": form, "periods": periods, "trail": make_trail()}
    return render(request, "indicators/report_upload.html", context)


@access(Permission.REPORT_FIGURES, methods=("GET", "POST"))
def confirm(request: StaffRequest) -> HttpResponse:
    """Show what a workbook would do; write it, unless somebody has reported meanwhile: then it is shown again."""
    is_sent = request.method == "POST"
    try:
        name, seen = open_seal((request.POST if is_sent else request.GET).get("sealed", ""), request.user)
        kept = SealedUpload(name=name)
        found = rehearse(kept.read(), list_places(request.user))
    except (signing.BadSignature, Http404, FileRefused):
        messages.info(request, _("这份表已经写入，或者放得太久了。要再写，请重新上传。"))
        return redirect("indicators:report-upload")
    form = JumpForm(request.POST if is_sent else None, jumps=found.jumps)
    if is_sent and found.seen != seen:
        messages.warning(request, _("刚才有人报送过其中的社区，还没有写入。请按现在的情况再看一遍。"))
    elif is_sent and form.is_valid() and not found.problems and save(found, form, UUID(name), request):
        kept.remove()
        return redirect("indicators:reports")
    context = {"found": found, "form": form, "sealed": seal(name, found, request.user), "trail": make_trail()}
    return render(request, "indicators/report_rehearsal.html", context)


def save(found: Rehearsal, form: JumpForm, upload: UUID, request: StaffRequest) -> bool:
    """Write all communities or none; False, with the reasons on the form, when one is refused."""
    try:
        with transaction.atomic():
            for part in found.changing:
                code = part.community.code
                said = {key: why for key in part.jumps if (why := form.explain(f"{code}-{key}"))}
                answers = Answers(part.values, part.kept_explanations | said)
                token = uuid5(upload, f"{code}-{part.version}")
                submit_report(part.community, found.period, answers, seen=part.version, token=token, by=request.user)
    except StaleError:
        form.add_error(None, _("写入时有人报送了同一个社区，什么都没有写入。请再确认一次。"))
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    number = len(found.changing)
    words = ngettext(
        "已写入 %(count)s 个社区的数字：%(period)s。", "已写入 %(count)s 个社区的数字：%(period)s。", number
    )
    messages.success(request, words % {"count": number, "period": found.period.label})
    ring(REFRESH)
    return True


def seal(name: str, found: Rehearsal, user: User) -> str:
    """Return a text that stands for the upload as its rehearsal showed it to this user."""
    return seal_for(user, salt=SALT, name=name, seen=found.seen)


def open_seal(sealed: str, user: User) -> tuple[str, str]:
    """Return the name of the upload and what its rehearsal showed; the seal is good for one user and an hour."""
    data = open_for(user, sealed, salt=SALT)
    return data["name"], data["seen"]


def list_places(user: User) -> list[Community]:
    """Return the communities whose numbers the user reports."""
    return list(user.communities().order_by("code"))


def make_trail() -> list[tuple[str, str]]:
    """Return (name, address) of the pages above the upload."""
    return [(_("数字报送"), reverse("indicators:reports"))]
