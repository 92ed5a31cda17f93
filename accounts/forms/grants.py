"""Forms of the pages on which a role is lent."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.accounts import AREAS, areas_within, label_roles
from accounts.grants import find_colleague, find_receiver, roles_given_by
from accounts.models import Grant, User
from accounts.roles import LEVEL_OF_ROLE, Level


class GrantForm(forms.ModelForm):
    """Whom, for how long and why; whose role and area is the subclass's matter."""

    username = forms.CharField(
        label=_("对方的账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = Grant
        fields = ["since", "until", "reason"]
        widgets = {
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    field_order = ["username", "role", "district", "street", "community", "since", "until", "reason"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["since"].initial = timezone.localdate()

    def take_receiver(self, user: User | None) -> str:
        """Put into the grant whom the subclass has found; who is out of reach answers like nobody."""
        if user is None:
            raise forms.ValidationError(_("您的辖区里没有这个启用中的账号，请核对。"))
        if user.pk == self.by.pk:
            raise forms.ValidationError(_("不能授权给自己。"))
        self.instance.user = user
        return user.username

    def _get_validation_exclusions(self) -> set[str]:
        """Leave role, area and giver to the action, which knows them."""
        return super()._get_validation_exclusions() | {"role", "by", "user", *AREAS}  # type: ignore[misc]


class LendForm(GrantForm):
    """Lends the own role and area to a colleague of the same street."""

    def clean_username(self) -> str:
        """Find a colleague."""
        return self.take_receiver(find_colleague(self.by, self.cleaned_data["username"]))

    def clean(self) -> dict[str, Any]:
        """Put the own role and area into the grant."""
        self.instance.role = self.by.role
        for name in AREAS:
            setattr(self.instance, name, getattr(self.by, name))
        return super().clean() or {}


class GiveForm(GrantForm):
    """Lends a role that is in one's hands, in an area within the own."""

    role = forms.ChoiceField(label=_("角色"))
    area: Any = forms.ModelChoiceField(label=_("区域"), queryset=None, empty_label=_("请选择"))

    field_order = ["username", "role", "area", "since", "until", "reason"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        roles = roles_given_by(by)
        self.level = LEVEL_OF_ROLE[roles[0]] if roles else Level.COMMUNITY
        self.fields["role"].choices = [("", _("请选择")), *label_roles(roles)]  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas_within(by, self.level)  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        """Find an account within the own area."""
        return self.take_receiver(find_receiver(self.by, self.cleaned_data["username"]))

    def clean(self) -> dict[str, Any]:
        """Put role and area into the grant."""
        data = super().clean() or {}
        self.instance.role = data.get("role", "")
        setattr(self.instance, self.level, data.get("area"))
        return data
