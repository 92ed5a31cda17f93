"""Choosing a new password for oneself."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.guesses import check_password

NEW = {"autocomplete": "new-password"}


class PasswordForm(forms.Form):
    """Asks for the present password and twice for the new one."""

    old_password = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=4096,
        help_text=_("至少 10 个字符。几个不相干的词连起来，好记又难猜；不要用姓名拼音、生日或常见的词加数字。"),
        widget=forms.PasswordInput(attrs=NEW),
    )
    repeated_password = forms.CharField(
        label=_("再输一次新密码"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs=NEW)
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Hold it against the account."""
        password = self.cleaned_data["old_password"]
        if not check_password(self.request, self.request.user, password):
            raise ValidationError(_("现在的密码不对，请再输一次。"))
        return password

    def clean_new_password(self) -> str:
        """Refuse weak passwords and the present one."""
        password = self.cleaned_data["new_password"]
        validate_password(password, self.request.user)
        if password == self.cleaned_data.get("old_password"):
            raise ValidationError(_("新密码和现在的一样，请换一个。"))
        return password

    def clean_repeated_password(self) -> str:
        """Catch a slip of the finger."""
        password = self.cleaned_data["repeated_password"]
        if "new_password" in self.cleaned_data and password != self.cleaned_data["new_password"]:
            raise ValidationError(_("两次输入的新密码不一样，请重新输入。"))
        return password
