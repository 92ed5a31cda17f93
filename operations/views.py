"""The page on background tasks that were parked, and what may be done with one."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import ring
from operations.models import TaskRun
from operations.parking import drop_task, retry_task

SHOWN = 100


@access(Permission.VIEW_HEALTH)
def list_tasks(request: StaffRequest) -> HttpResponse:
    """Show tasks that are not tried any more, and those that failed lately."""
    context = {
        "parked": TaskRun.objects.parked()[:SHOWN],
        "troubled": TaskRun.objects.troubled()[:SHOWN],
        "dropped": TaskRun.objects.dropped()[:SHOWN],
        "may_retry": request.user.may(Permission.RETRY_FIGURES),
    }
    return render(request, "operations/tasks.html", context)


@access(Permission.RETRY_FIGURES, methods=("POST",))
def retry(request: StaffRequest, run: int) -> HttpResponse:
    """Have a parked task tried anew."""
    row = get_object_or_404(TaskRun, pk=run)
    if settle(request, retry_task, row):
        ring(row.name, *row.arguments)
        messages.success(request, _("已重新安排“%(name)s”，几秒钟后刷新本页看结果。") % {"name": row.in_words})
    return redirect("operations:tasks")


@access(Permission.RETRY_FIGURES, methods=("POST",))
def drop(request: StaffRequest, run: int) -> HttpResponse:
    """Take a parked task from the list: it is never tried again."""
    row = get_object_or_404(TaskRun, pk=run)
    if settle(request, drop_task, row):
        messages.success(request, _("“%(name)s”不会再执行。改变主意时，可以在本页下方再试。") % {"name": row.in_words})
    return redirect("operations:tasks")


def settle(request: StaffRequest, deed: Callable[..., None], row: TaskRun) -> bool:
    """Do the deed; where it is refused say why and return False."""
    try:
        deed(row, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return False
    return True
