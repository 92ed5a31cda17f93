"""What log-in asks of each role."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.actions import set_sign_in_rules
from accounts.forms.sign_in_rules import SignInRulesForm
from accounts.models import RoleRule, User
from accounts.roles import Permission, Role


@access(Permission.SET_SIGN_IN_RULES, methods=("GET", "POST"))
def set_rules(request: StaffRequest) -> HttpResponse:
    """Show and change which roles need a second factor, beside how many accounts have one."""
    now = list(RoleRule.objects.filter(needs_second_factor=True).values_list("role", flat=True))
    form = SignInRulesForm(request.POST if request.method == "POST" else None, initial={"roles": now})
    if request.method == "POST" and form.is_valid():
        set_sign_in_rules(roles=form.cleaned_data["roles"], by=request.user)
        messages.success(request, _("登录要求已保存，从下次登录起生效。"))
        return redirect("accounts:sign-in-rules")
    chosen = request.POST.getlist("roles") if form.is_bound else now
    return render(request, "accounts/sign_in_rules.html", {"form": form, "rows": list_rows(chosen)})


def list_rows(chosen: list[str]) -> list[dict]:
    """Return each role with its open accounts and those among them that have a second factor."""
    set_up = Count("pk", filter=Q(second_factor__confirmed_at__isnull=False))
    rows = User.objects.filter(is_active=True).order_by().values("role").annotate(accounts=Count("pk"), set_up=set_up)
    counts = {row["role"]: row for row in rows}
    none = {"accounts": 0, "set_up": 0}
    return [counts.get(role.value, none) | {"role": role, "checked": role.value in chosen} for role in Role]
