"""Forms of signing up: the residents' own, and the one in which staff enters callers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import SignUp
from grids.cleaning import CellRefused, Remark, clean_name, clean_phone
from grids.models import Resident


class PersonForm(forms.Form):
    """Asks for a name and a mobile number, and understands both however they are typed."""

    name = forms.CharField(
        label=_("您的姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("请写上您的姓名。")},
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}),
        error_messages={"required": _("请写上手机号，社区好打电话告诉您。")},
    )

    def clean_name(self) -> str:
        """Return the name as the register writes it."""
        text = self.cleaned_data["name"]
        try:
            name = clean_name(text) if text else ""
        except CellRefused:
            raise ValidationError(_("请写完整的姓名，例如：张建国。")) from None
        return str(name.value if isinstance(name, Remark) else name)

    def clean_phone(self) -> str:
        """Return the 11 digits."""
        text = self.cleaned_data["phone"]
        try:
            phone = clean_phone(text) if text else ""
        except CellRefused:
            phone = ""
        digits = str(phone.value if isinstance(phone, Remark) else phone)
        if text and not digits:
            raise ValidationError(_("请写 11 位手机号，例如：199 1234 5678。"))
        return digits


class StaffSignUpForm(PersonForm):
    """Enters somebody who called or came: a resident of the register, or a name."""

    name = forms.CharField(
        label=_("姓名"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text=_("没有手机可以不填。"),
    )
    resident = forms.ModelChoiceField(label=_("居民"), queryset=Resident.objects.none(), required=False)
    source = forms.ChoiceField(
        label=_("途径"),
        choices=[(value, value.label) for value in (SignUp.Source.PHONE, SignUp.Source.WALK_IN)],
        initial=SignUp.Source.PHONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one person."""
        data = super().clean() or {}
        if "name" in data and "resident" in data and bool(data["name"]) == bool(data["resident"]):
            self.add_error("name", _("请查找并选一位居民，或者写上姓名，二者选一。"))
        return data
