"""The street's queue: reports that wait to be verified, several at once, or go back with a reason."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.forms.reviews import SendBackForm, VerifyManyForm
from activities.life import return_activity, verify_activity
from activities.models import Activity
from activities.paging import cut_page_by_time
from activities.reviews import list_waiting, make_cases, with_evidence

PAGE = 50


@access(Permission.VERIFY_ACTIVITIES, methods=("GET", "POST"))
def review(request: StaffRequest) -> HttpResponse:
    """Show what waits, oldest first; verify what is ticked."""
    sent = request.POST if request.method == "POST" else None
    form = VerifyManyForm(sent, waiting=Activity.objects.visible_to(request.user).unverified())
    if request.method == "POST":
        if form.is_valid():
            verify_all(request, form)
            return redirect(request.get_full_path())
        messages.error(request, str(form.errors["activity"][0]))
    return render(request, "activities/review.html", describe_queue(request, SendBackForm()))


def verify_all(request: StaffRequest, form: VerifyManyForm) -> None:
    """Verify each, and tell how many; what somebody else has dealt with meanwhile is named."""
    done = 0
    for activity in form.cleaned_data["activity"]:
        try:
            seen, heads = form.find_seen(activity)
            verify_activity(activity, seen=seen, heads=heads, by=request.user)
        except ValidationError as error:
            messages.error(request, _("%(title)s：%(error)s") % {"title": activity.title, "error": error.messages[0]})
        else:
            done += 1
    if done:
        words = ngettext("已核验 %(count)s 场。", "已核验 %(count)s 场。", done)
        messages.success(request, words % {"count": done})


@access(Permission.VERIFY_ACTIVITIES, methods=("POST",))
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Send one report back from the queue; a form that lacks something is shown again in its place."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return render(request, "activities/review.html", describe_queue(request, form, returning=pk))
    try:
        return_activity(activity, reason=form.reason, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("“%(title)s”已退回社区修改。") % {"title": activity.title})
    return redirect("activities:review")


def describe_queue(request: StaffRequest, form: SendBackForm, returning: int | None = None) -> dict[str, Any]:
    """Return the context of the queue's page; `returning` is the activity whose form was filled in."""
    visits = request.GET.get("of") == "visits"
    waiting = {of: list_waiting(request.user, visits=of) for of in (False, True)}
    page = cut_page_by_time(request, with_evidence(waiting[visits]), size=PAGE, newest_first=False)
    return {
        "visits": visits,
        "cases": make_cases(page.rows, request.user),
        "page": page,
        "activities_waiting": waiting[False].count(),
        "visits_waiting": waiting[True].count(),
        "form": form,
        "blank": SendBackForm(),
        "returning": returning,
    }
