"""Needs that residents raised at visits: what is open, and what came of the others."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from visits.actions import close_need
from visits.forms.log import CloseNeedForm
from visits.models import Need

MOST_OPEN = 100
RECENT = 20


@access(Permission.MANAGE_VISITS, personal=True)
def list_needs(request: StaffRequest) -> HttpResponse:
    """Show the open needs, the longest due first, and those answered last."""
    needs = Need.objects.visible_to(request.user).for_list()
    waiting = list(needs.open().order_by("due_on", "id")[: MOST_OPEN + 1])
    today = timezone.localdate()
    context = {
        "needs": waiting[:MOST_OPEN],
        "more": len(waiting) > MOST_OPEN,
        "late": sum(need.due_on < today for need in waiting[:MOST_OPEN]),
        "answered": needs.filter(closed_at__isnull=False).order_by("-closed_at")[:RECENT],
        "close_form": CloseNeedForm(),
        "today": today,
    }
    return render(request, "visits/needs.html", context)


@access(Permission.MANAGE_VISITS, methods=("POST",))
def close(request: StaffRequest, need: int) -> HttpResponse:
    """Answer a need."""
    row = get_object_or_404(Need.objects.visible_to(request.user).open(), pk=need)
    form = CloseNeedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有保存：请选办得怎么样。"))
        return redirect("visits:needs")
    try:
        close_need(row, result=form.cleaned_data["result"], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已办结：%(need)s。") % {"need": row})
    return redirect("visits:needs")
