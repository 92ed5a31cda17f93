"""Log-in and log-out, the account pages of the security administrator, the auditor's log, refusals."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.access import StaffRequest, access
from accounts.actions import save_account
from accounts.forms import AccountForm, MailForm
from accounts.models import AuditEvent, User
from accounts.roles import Permission, Role


@method_decorator(access(public=True, methods=("GET", "POST")), name="dispatch")
class Login(auth.LoginView):
    """Log-in; on the demo street it offers the demo accounts."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo_logins=list_demo_logins(), **kwargs)


@method_decorator(access(public=True, methods=("POST",)), name="dispatch")
class Logout(auth.LogoutView):
    """Log-out."""


def list_demo_logins() -> list[dict[str, str]]:
    """Return username, password and label of each demo account; empty outside the demo."""
    if not settings.DEMO:
        return []
    return [
        {
            "username": user.username,
            "password": settings.DEMO_PASSWORD,
            "label": f"{Role(user.role).label} · {user.area}",
        }
        for user in User.objects.filter(is_demo=True, is_active=True).for_list().order_by("pk")
    ]


@method_decorator(access(Permission.MANAGE_ACCOUNTS), name="dispatch")
class AccountList(ListView):
    """The accounts of one's own area."""

    request: StaffRequest

    template_name = "accounts/account_list.html"
    context_object_name = "accounts"
    paginate_by = 50

    def get_queryset(self) -> Any:
        return User.objects.visible_to(self.request.user).for_list()


@access(Permission.MANAGE_ACCOUNTS, methods=("GET", "POST"))
def edit_account(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Create an account, or change the one of this key."""
    account = get_object_or_404(User.objects.visible_to(request.user), pk=pk) if pk else User()
    form = AccountForm(request.POST or None, instance=account, by=request.user)
    if request.method == "POST" and form.is_valid():
        save_account(form.instance, password=form.cleaned_data["password"], by=request.user)
        messages.success(request, _("账号“%(name)s”已保存。") % {"name": form.instance.username})
        return redirect("accounts:list")
    return render(request, "accounts/account_form.html", {"form": form, "account": account})


@access(Permission.GET_ALERTS, methods=("GET", "POST"), personal=True)
def set_mail(request: StaffRequest) -> HttpResponse:
    """Switch one's own mails on or off."""
    form = MailForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("已保存。") if request.user.wants_mail else _("已保存，不再给您发提醒邮件。"))
        return redirect("accounts:mail")
    return render(request, "accounts/mail.html", {"form": form})


@method_decorator(access(Permission.VIEW_AUDIT), name="dispatch")
class AuditList(ListView):
    """The audit log of one's own area, newest first."""

    request: StaffRequest

    template_name = "accounts/audit_list.html"
    context_object_name = "events"
    paginate_by = 100

    def get_queryset(self) -> Any:
        return AuditEvent.objects.visible_to(self.request.user)


def lock_out(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer a locked-out log-in with how long to wait."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    return render(request, "accounts/locked_out.html", {"wait_minutes": minutes}, status=429)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with a page that says what to do."""
    return render(request, "403.html", status=403)
