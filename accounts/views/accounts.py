"""The account pages: whose accounts one manages, and one's own settings."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.access import StaffRequest, access
from accounts.actions import save_account
from accounts.forms.accounts import AccountFilter, AccountForm, MailForm
from accounts.models import User
from accounts.roles import Permission


@method_decorator(access(Permission.MANAGE_ACCOUNTS), name="dispatch")
class AccountList(ListView):
    """The accounts in one's hands."""

    request: StaffRequest

    template_name = "accounts/account_list.html"
    context_object_name = "accounts"
    paginate_by = 50

    def get_queryset(self) -> Any:
        self.form = AccountFilter(self.request.GET, by=self.request.user)
        if not self.form.is_valid():
            raise Http404
        found = User.objects.managed_by(self.request.user).matching(self.form.cleaned_data["q"])
        if role := self.form.cleaned_data["role"]:
            found = found.filter(role=role)
        return found.for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = {name: value for name, value in self.form.cleaned_data.items() if value}
        return super().get_context_data(form=self.form, wanted=wanted, **kwargs)


@access(Permission.MANAGE_ACCOUNTS, methods=("GET", "POST"))
def edit_account(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Open an account, or change the one of this key."""
    account = get_object_or_404(User.objects.managed_by(request.user), pk=pk) if pk else User()
    form = AccountForm(request.POST or None, instance=account, by=request.user)
    if request.method == "POST" and form.is_valid():
        save_account(form.instance, password=form.cleaned_data["password"], by=request.user)
        messages.success(request, _("账号“%(name)s”已保存。") % {"name": form.instance.username})
        return redirect("accounts:list")
    return render(request, "accounts/account_form.html", {"form": form, "account": account})


@access(Permission.GET_ALERTS, methods=("GET", "POST"))
def set_mail(request: StaffRequest) -> HttpResponse:
    """Switch one's own mails on or off."""
    form = MailForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=["wants_mail"])  # whoever acts for a colleague has a lent role in memory
        messages.success(request, _("已保存。") if request.user.wants_mail else _("已保存，不再给您发提醒邮件。"))
        return redirect("accounts:mail")
    return render(request, "accounts/mail.html", {"form": form})
