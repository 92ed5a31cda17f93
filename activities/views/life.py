"""What becomes of an activity: publishing, withdrawal, verification, sending back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.actions import cancel_activity
from activities.forms.life import CancelForm, ReturnForm, VerifyForm
from activities.life import publish_activity, return_activity, verify_activity
from activities.models import Activity
from activities.versions import StaleError
from communities.doorbell import REFRESH, ring


@access(Permission.PLAN_ACTIVITIES, methods=("POST",))
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a plan firm."""
    activity = get_object_or_404(Activity.objects.managed_by(request.user), pk=pk)
    return carry_out(request, pk, lambda: publish_activity(activity, by=request.user), _("活动已发布。"))


@access(Permission.LOG_ACTIVITIES, methods=("POST",))
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an activity with a reason; a home visit is withdrawn on the pages of visits."""
    activity = get_object_or_404(Activity.objects.managed_by(request.user).gatherings(), pk=pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return refuse(request, pk, _("没有撤销：请写明原因，最多 100 个字。"))
    reason = form.cleaned_data["reason"]
    done = _("活动已撤销，不计入统计。")
    return carry_out(request, pk, lambda: cancel_activity(activity, reason=reason, by=request.user), done)


@access(Permission.VERIFY_ACTIVITIES, methods=("POST",))
def verify(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm a report."""
    activity = find_activity(request, pk)
    form = VerifyForm(request.POST)
    seen, heads = (form.cleaned_data["version"], form.cleaned_data["heads"]) if form.is_valid() else (None, None)
    done = _("已核验：%(title)s。") % {"title": activity.title}
    return carry_out(request, pk, lambda: verify_activity(activity, seen=seen, heads=heads, by=request.user), done)


@access(Permission.VERIFY_ACTIVITIES, methods=("POST",))
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a report back with a reason."""
    activity = find_activity(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return refuse(request, pk, _("没有退回：请写明原因，最多 100 个字。"))
    reason = form.cleaned_data["reason"]
    done = _("已退回社区修改：%(title)s。") % {"title": activity.title}
    return carry_out(request, pk, lambda: return_activity(activity, reason=reason, by=request.user), done)


def find_activity(request: StaffRequest, pk: int) -> Activity:
    """Return an activity within the user's reach."""
    return get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)


def carry_out(request: StaffRequest, pk: int, deed: Callable[[], Activity], done: str) -> HttpResponse:
    """Do what was asked and say so, or say why not, on the page of the activity."""
    try:
        deed()
    except StaleError:
        return refuse(request, pk, _("这项活动刚被修改过。请看过现在的内容，再核验一次。"))
    except ValidationError as error:
        return refuse(request, pk, " ".join(error.messages))
    messages.success(request, done)
    ring(REFRESH)
    return redirect("activities:detail", pk)


def refuse(request: StaffRequest, pk: int, words: str) -> HttpResponse:
    """Say why nothing was done."""
    messages.error(request, words)
    return redirect("activities:detail", pk)
