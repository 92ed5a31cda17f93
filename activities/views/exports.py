"""The activity list as a file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.exports import make_export
from activities.forms.filters import ActivityFilter
from communities.downloads import send_file


@access(Permission.VIEW_ACTIVITIES)
def export_activities(request: StaffRequest) -> HttpResponse:
    """Send the filtered list as .xlsx, or as .csv when `format` says so; back to the list when it cannot be made."""
    form = ActivityFilter(request.GET, by=request.user)
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    if not form.is_valid():
        return refuse(request, _("没有导出：请先改正筛选条件。"))
    try:
        name, content = make_export(request.user, form.cleaned_data, kind=kind)
    except ValidationError as error:
        return refuse(request, error.messages[0])
    return send_file(content, name)


def refuse(request: StaffRequest, reason: str) -> HttpResponse:
    """Go back to the list, whose filters stay, and say why there is no file."""
    messages.error(request, reason)
    return redirect(f"{reverse('activities:list')}?{request.GET.urlencode()}")
