"""Forms of log-in: the password again, the code of a second factor, the same account again in an open page."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.guesses import check_code, check_password, count_wrong_code
from accounts.models import User

CODE_FIELD = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """Asks for the code of the authenticator app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("动态口令"),
        max_length=20,
        help_text=_("手机验证器上的六位数；手机不在身边，可以输入一个备用码。"),
        widget=forms.TextInput(attrs=CODE_FIELD | {"autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        """Spend the code; a wrong one counts as a failed log-in."""
        code = self.cleaned_data["code"]
        if not check_code(self.request, self.user, code):
            count_wrong_code(self.request, self.user)
            raise ValidationError(_("口令不对，或者已经用过。请等手机上换了新的六位数再输入。"))
        return code


class ConfirmForm(forms.Form):
    """Asks who is signed in for the password once more; the code of a second factor will do as well."""

    secret = forms.CharField(
        label=_("密码"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_secret(self) -> str:
        """Hold it against the password, or against the factor when it looks like a code."""
        secret, user = self.cleaned_data["secret"], self.request.user
        if secret.isdecimal() and check_code(self.request, user, secret):
            return secret
        if not check_password(self.request, user, secret):
            raise ValidationError(_("密码不对，请再输一次。"))
        return secret


class AgainForm(AuthenticationForm):
    """Signs the same account in again, in a page that is still open."""

    account = forms.CharField(widget=forms.HiddenInput)

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse another account: what stands in the page is not its own."""
        super().confirm_login_allowed(user)
        if str(user.pk) != self.cleaned_data.get("account"):
            raise ValidationError(_("这个页面是另一个账号打开的，请用原来的账号登录。"))
