"""The page on which the lists for the national platform are asked for: the answer is the file itself."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.downloads import send_file
from volunteers.forms.export import ExportForm
from volunteers.service_export import make_export


@access(Permission.EXPORT_VOLUNTEERS, methods=("GET", "POST"), personal=True, fresh=True)
def export(request: StaffRequest) -> HttpResponse:
    """Send the workbook; ask for days and purpose first."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            content = make_export(form.wanted, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            days = f"{form.wanted.first_day:%Y%m%d}-{form.wanted.last_day:%Y%m%d}"
            name = f"{_('志愿服务')}-{request.user.area}-{days}.xlsx"
            return send_file(content, name)
    return render(request, "volunteers/export.html", {"form": form})
