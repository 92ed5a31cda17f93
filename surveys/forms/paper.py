"""The head of a typed paper sheet: its number, and the code of the card where the wave asks for one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.models import Wave

MOST = 999_999


class SheetForm(forms.Form):
    """Number and code. `kept`: the number of a sheet that is corrected; its code need not be typed again."""

    number = forms.IntegerField(
        label=_("纸卷编号"),
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("写在纸卷右上角，方便回头核对。"),
        error_messages={"required": _("请填编号。"), "invalid": _("编号只能是数字。")},
    )
    code = forms.CharField(
        label=_("卡片上的答题码"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, wave: Wave, kept: int | None = None, has_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_code = wave.needs_code and not has_code
        if not wave.needs_code:
            self.fields["code"].widget = forms.HiddenInput()
        if kept is not None:
            self.fields["number"].disabled = True

    def clean_code(self) -> str:
        """Return the code; in waves with codes no sheet goes without."""
        code = self.cleaned_data["code"].strip()
        if self.needs_code and not code:
            raise ValidationError(_("这一轮凭答题码作答：请把夹在纸卷里的卡片上的码打进来。"))
        return code
