"""Turning a gap into work with one tap."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from dashboards.gaps.naming import Gap, get_gap_or_404
from dashboards.gaps.work import PlannedVisits, plan_gathering, plan_visits
from indicators.suppression import is_small, must_hide


@access(Permission.FILL_GAPS, methods=("POST",))
def make_visits(request: StaffRequest, code: str, grouping: str, period: str) -> HttpResponse:
    """Make a visit plan of a gap; a worker then sees its doors, an officer of the street the gap."""
    gap = get_gap_or_404(request.user, code, grouping, period)
    return answer(request, gap, lambda: save_visits(request, gap))


def save_visits(request: StaffRequest, gap: Gap) -> str:
    """Plan the visits, say what was planned, and return where to go on."""
    planned = plan_visits(gap=gap, by=request.user)
    messages.success(request, describe_visits(planned, hides=must_hide(request.user)))
    if not request.user.may(Permission.MANAGE_VISITS):
        return gap.url
    return f"{reverse('visits:list')}?plan={planned.work.plan_id}&grid={gap.grid.id}"


def describe_visits(planned: PlannedVisits, *, hides: bool) -> str:
    """Return what was planned; small numbers stay unsaid to whom they are hidden from."""
    words = [_("已建走访计划。")]
    if not (hides and is_small(planned.doors)):
        doors = ngettext("已建走访计划：%(count)s 户。", "已建走访计划：%(count)s 户。", planned.doors)
        words = [doors % {"count": planned.doors}]
    if planned.without_door and not (hides and is_small(planned.without_door)):
        left = ngettext(
            "另有 %(count)s 人没有登记住址，无法列入。",
            "另有 %(count)s 人没有登记住址，无法列入。",
            planned.without_door,
        )
        words.append(left % {"count": planned.without_door})
    return "".join([*words, _("社区的待办里已经看得到。")] if hides else words)


@access(Permission.PLAN_ACTIVITIES, methods=("POST",))
def make_gathering(request: StaffRequest, code: str, grouping: str, period: str) -> HttpResponse:
    """Plan an activity for a gap, and go on to its form."""
    gap = get_gap_or_404(request.user, code, grouping, period)
    return answer(request, gap, lambda: save_gathering(request, gap))


def save_gathering(request: StaffRequest, gap: Gap) -> str:
    """Plan the activity, say what is still to be done, and return where to go on."""
    work = plan_gathering(gap=gap, by=request.user)
    messages.success(request, _("已排一次活动，还没有发布。请补上地点，核对类型和时间，再保存。"))
    ring(REFRESH)
    return reverse("activities:plan-edit", args=[work.activity_id])


def answer(request: StaffRequest, gap: Gap, save: Callable[[], str]) -> HttpResponse:
    """Carry a tap out and send the browser on; back to the gap, with the reason, when the action refuses."""
    try:
        url = save()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        url = gap.url
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
