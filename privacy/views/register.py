"""The register of processing: what the portal keeps of people, why and how long. For everybody who works with it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from communities.downloads import send_file
from privacy.files import make_register
from privacy.processing import list_lines
from privacy.retention import RULES, find_last_run


@access()
def show_register(request: StaffRequest) -> HttpResponse:
    """Show the register, the retention rules, and when these were last carried out."""
    context = {"lines": list(list_lines()), "rules": RULES, "last_run": find_last_run()}
    return render(request, "privacy/register.html", context)


@access()
def download_register(request: StaffRequest) -> HttpResponse:
    """Send the register as a workbook."""
    return send_file(make_register(), f"{_('个人信息处理清单')}.xlsx")
