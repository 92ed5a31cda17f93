"""Pages on which roles are lent, used and taken back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import acting
from accounts.access import StaffRequest, access
from accounts.forms.grants import GiveForm, GrantForm, LendForm
from accounts.grants import give_grant, note, withdraw_grant
from accounts.models import Grant
from accounts.roles import Permission

ENDED_SHOWN = 50


@never_cache
@access()
def list_grants(request: StaffRequest) -> HttpResponse:
    """Show what one has received and given, what is in one's hands, and below what has ended."""
    today = timezone.localdate()
    grants = Grant.objects.visible_to(request.user).with_people()
    open_grants = list(grants.filter(withdrawn_on=None, until__gte=today))
    context = {
        "received": [(grant, grant.is_valid(today)) for grant in open_grants if grant.user_id == request.user.pk],
        "given": [grant for grant in open_grants if grant.user_id != request.user.pk],
        "ended": list(grants.ended(today)[:ENDED_SHOWN]),
        "today": today,
        "may_lend": request.user.may(Permission.DELEGATE),
        "may_give": request.user.may(Permission.MANAGE_ACCOUNTS) and not request.user.acting,
    }
    return render(request, "accounts/grant_list.html", context)


@access(Permission.DELEGATE, methods=("GET", "POST"))
def lend(request: StaffRequest) -> HttpResponse:
    """Lend the own work to a colleague."""
    return answer_form(request, LendForm(request.POST or None, by=request.user))


@access(Permission.MANAGE_ACCOUNTS, methods=("GET", "POST"))
def give(request: StaffRequest) -> HttpResponse:
    """Lend a role that is in one's hands."""
    return answer_form(request, GiveForm(request.POST or None, by=request.user))


def answer_form(request: StaffRequest, form: GrantForm) -> HttpResponse:
    """Save what the form says, or show it with what is to be mended."""
    if request.method == "POST" and form.is_valid():
        try:
            grant = give_grant(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            name = {"name": grant.user.name, "day": f"{grant.until:%Y-%m-%d}"}
            messages.success(request, _("已授权给%(name)s，到 %(day)s 为止，随时可以收回。") % name)
            return redirect("accounts:grants")
    return render(request, "accounts/grant_form.html", {"form": form, "lends": isinstance(form, LendForm)})


@access(methods=("POST",))
def withdraw(request: StaffRequest, grant: int) -> HttpResponse:
    """End a grant at once."""
    withdraw_grant(get_object_or_404(Grant.objects.visible_to(request.user), pk=grant), by=request.user)
    messages.success(request, _("授权已结束。"))
    return redirect("accounts:grants")


@access(methods=("POST",))
def use(request: StaffRequest, grant: int) -> HttpResponse:
    """Work as a grant that one has received."""
    found = get_object_or_404(Grant.objects.filter(user=request.user.pk).with_people(), pk=grant)
    if not found.is_valid(timezone.localdate()):
        messages.error(request, _("这个授权现在不能用：还没开始、已经结束，或者授权人已不在这个岗位。"))
        return redirect("accounts:grants")
    note("grant.use", found, by=request.user)
    acting.begin(request, found)
    return redirect("home")


@access(methods=("POST",))
def leave(request: StaffRequest) -> HttpResponse:
    """Work as oneself again."""
    acting.end(request)
    messages.success(request, _("已回到您自己的工作。"))
    return redirect("home")
