"""The quick log: what just happened, saved with a few taps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.actions import change_activity, log_activity
from activities.forms.log import ActivityForm
from activities.models import Activity
from communities.doorbell import ring
from grids.models import Grid, Resident

REFRESH = "indicators.tasks.refresh_figures"


@access(Permission.LOG_ACTIVITIES, methods=("GET", "POST"), personal=True)
def edit_activity(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Log an activity that was held, or change the one of this key."""
    saved = get_object_or_404(Activity.objects.visible_to(request.user).held(), pk=pk) if pk else None
    initial = {"token": saved.client_token} if saved else None
    form = ActivityForm(request.POST or None, instance=saved, initial=initial, by=request.user)
    if request.method == "POST" and form.is_valid():
        activity = save_form(form, request)
        if activity:
            ring(REFRESH)
            return redirect("activities:detail", activity.pk)
    return render(request, "activities/activity_form.html", describe_form(form, request, saved))


def save_form(form: ActivityForm, request: StaffRequest) -> Activity | None:
    """Carry out what the form says; None, with the reasons on the form, when the action refuses."""
    activity, residents = form.instance, form.cleaned_data["residents"]
    try:
        if activity.pk:
            change_activity(activity, residents=residents, by=request.user)
            messages.success(request, _("修改已保存。"), extra_tags=draft_key(activity))
            return activity
        activity.community = request.user.community
        activity, new = log_activity(activity, residents=residents, token=form.cleaned_data["token"], by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    words = _("已保存：%(title)s。") if new else _("这条记录刚才已经保存过，没有重复登记。")
    messages.success(request, words % {"title": activity.title}, extra_tags=draft_key(None))
    return activity


def draft_key(saved: Activity | None) -> str:
    """Return the name under which the browser keeps what was typed; the saved message tells it to forget."""
    return f"activity-{saved.pk if saved else 'new'}"


def describe_form(form: ActivityForm, request: StaffRequest, saved: Activity | None) -> dict[str, Any]:
    """Return the context of the form page: the chosen people survive an error, the grid's list is open."""
    if form.is_bound:
        keys = [int(pk) for pk in request.POST.getlist("residents") if pk.isdecimal()]
    else:
        keys = list(saved.participations.values_list("resident_id", flat=True)) if saved else []
    visible = Resident.objects.visible_to(request.user)
    grids = list(Grid.objects.visible_to(request.user).current())
    own = Grid.objects.appointed_to(request.user).first()
    grid = own or (grids[0] if grids else None)
    return {
        "form": form,
        "activity": saved,
        "grids": grids,
        "grid": grid,
        "residents": visible.filter(grid=grid).by_door() if grid else [],
        "chosen": visible.filter(pk__in=keys).by_door(),
        "draft_key": draft_key(saved),
    }
