"""What becomes of an activity: withdrawal."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.actions import cancel_activity
from activities.forms.life import CancelForm
from activities.models import Activity
from communities.doorbell import ring

REFRESH = "indicators.tasks.refresh_figures"


@access(Permission.LOG_ACTIVITIES, methods=("POST",))
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an activity with a reason."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤销：请写明原因。"))
        return redirect("activities:detail", pk)
    try:
        cancel_activity(activity, reason=form.cleaned_data["reason"], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("活动已撤销，不再计入统计。"))
        ring(REFRESH)
    return redirect("activities:detail", pk)
