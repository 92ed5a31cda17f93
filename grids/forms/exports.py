"""The form in which an export of residents is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from grids.models import ResidentExport


class ExportForm(forms.ModelForm):
    """Purpose and format; full names and numbers only for who may have them, and only when said twice."""

    sure = forms.BooleanField(
        label=_("我确认这次需要完整的姓名和号码，用后即删除，不外传"),
        required=False,
    )

    class Meta:
        model = ResidentExport
        fields = ["purpose", "format", "is_masked"]
        widgets = {"purpose": forms.RadioSelect, "format": forms.RadioSelect}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = ResidentExport.Purpose.choices  # type: ignore[attr-defined]
        if not by.may(Permission.EXPORT_UNMASKED):
            del self.fields["is_masked"], self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        """Ask again before a list that shows everything."""
        data = super().clean() or {}
        if data.get("is_masked") is False and not data.get("sure"):
            self.add_error("sure", _("要导出完整的姓名和号码，请再勾选这一项。"))
        return data
