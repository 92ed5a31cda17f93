"""Forms of the account pages: finding accounts, opening and changing them, one's own mails."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import LEVEL_OF_ROLE, Level, Role, roles_managed_by
from communities.models import Community, District, Street

AREAS = {"district": District, "street": Street, "community": Community}


def label_roles(roles: list[Role]) -> list[tuple[str, Any]]:
    """Return the roles as choices."""
    return [(role.value, role.label) for role in roles]


def areas_within(by: User, level: str) -> models.QuerySet:
    """Return the areas of a level that lie within the user's own; the platform has all."""
    areas = AREAS[level].objects.current().order_by("code")
    return areas if by.level == Level.PLATFORM else areas.filter(code__startswith=by.area_code or "none")


class AccountFilter(forms.Form):
    """What narrows the list of accounts."""

    q = forms.CharField(
        label=_("姓名或账号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "class": "form-control"}),
    )
    role = forms.ChoiceField(label=_("角色"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("全部角色")), *label_roles(roles_managed_by(by.role))]  # type: ignore[attr-defined]


class AccountForm(forms.ModelForm):
    """Opens or changes an account of a role that is in the hands of the person who does it (roles.MANAGED_BY)."""

    password = forms.CharField(
        label=_("密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["username", "name", "role", "district", "street", "community", "email", "wants_mail", "is_active"]
        help_texts = {
            "district": _("区级角色选区县；平台管理员不属于任何区县，留空。"),
            "email": _("可以不填。用来接收指标提醒，只发给社区工作者和街道工作人员。"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        roles = roles_managed_by(by.role)
        self.fields["role"].choices = [("", _("请选择")), *label_roles(roles)]  # type: ignore[attr-defined]
        self.offer_areas({LEVEL_OF_ROLE[role] for role in roles})
        if self.instance.pk:
            self.fields["password"].help_text = _("留空则不改密码。填了新密码，对方下次登录要自己再换一个。")
        else:
            self.fields["password"].required = True
            self.fields["password"].help_text = _("首次登录用，对方登录后要自己换一个。")

    def offer_areas(self, levels: set[Level]) -> None:
        """Keep one field, for the level on which the managed roles work, with the areas within the manager's own."""
        for name in AREAS:
            if name not in levels:
                del self.fields[name]
                continue
            self.fields[name].queryset = areas_within(self.by, name)  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("请选择")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give the account its one area, before the model's constraint looks at it."""
        data = super().clean() or {}
        level = LEVEL_OF_ROLE.get(data.get("role", ""))
        for name in AREAS:
            if name != level:
                data[name] = None
                setattr(self.instance, name, None)
        if level in self.fields and not data.get(level) and level not in self.errors:
            self.add_error(level, _("请选择这个角色所在的区域。"))
        if self.instance.pk == self.by.pk:
            self.check_own_account(data)
        return data

    def check_own_account(self, data: dict[str, Any]) -> None:
        """Refuse to close the own account or to leave the own role: the last hand must not lock itself out."""
        if not data.get("is_active"):
            raise ValidationError(_("不能停用自己的账号，请由另一位同事操作。"))
        if data.get("role") != self.by.role:
            raise ValidationError(_("不能改变自己的角色，请由另一位同事操作。"))

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
