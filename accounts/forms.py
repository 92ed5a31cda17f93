"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import LEVEL_OF_ROLE, Level, Role


class AccountForm(forms.ModelForm):
    """Creates or changes an account inside the area of the person who does it."""

    password = forms.CharField(
        label=_("密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["username", "name", "role", "community", "email", "wants_mail", "is_active"]
        help_texts = {
            "community": _("社区工作者必选；其他角色留空，区域与您的街道相同。"),
            "email": _("可以不填。用来接收指标提醒，只发给社区工作者和街道工作人员。"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["community"].queryset = by.communities().current()  # type: ignore[attr-defined]
        # A district account is given by the level above, which is not a role of a street.
        self.fields["role"].choices = [c for c in Role.choices if LEVEL_OF_ROLE[Role(c[0])] != Level.DISTRICT]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["password"].help_text = _("留空则不改密码。")
        else:
            self.fields["password"].required = True

    def clean(self) -> dict[str, Any]:
        """Give the account its one area, before the model's constraint looks at it."""
        data = super().clean() or {}
        if data.get("role") == Role.WORKER:
            self.instance.street = None
            if not data.get("community"):
                self.add_error("community", _("社区工作者要有所属社区，请选择。"))
        elif data.get("role"):
            data["community"] = None
            self.instance.street = self.by.street
        if self.instance.pk == self.by.pk and not data.get("is_active"):
            raise ValidationError(_("不能停用自己的账号，请由另一位账号管理员操作。"))
        if self.instance.pk == self.by.pk and data.get("role") != self.by.role:
            raise ValidationError(_("不能改变自己的角色，请由另一位账号管理员操作。"))
        return data

    def _post_clean(self) -> None:
        """Hold the password against Django's validators, once the account's own words are known to them."""
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)


class MailForm(forms.ModelForm):
    """Switches one's own mails on and off; the address itself is in the hands of who keeps the accounts."""

    class Meta:
        model = User
        fields = ["wants_mail"]
