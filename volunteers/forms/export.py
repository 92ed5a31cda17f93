"""The form in which the lists for the national platform are asked for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from volunteers.forms.certificates import ServiceDaysForm
from volunteers.service_export import Purpose, Wanted


class ExportForm(ServiceDaysForm):
    """Days and purpose; full names and numbers only when said twice."""

    purpose = forms.ChoiceField(label=gettext_lazy("用途"), choices=Purpose, widget=forms.RadioSelect)
    is_masked = forms.BooleanField(label=gettext_lazy("号码和姓名只显示一部分"), required=False, initial=True)
    sure = forms.BooleanField(label=gettext_lazy("我确认这次需要完整的姓名和号码，用后即删除，不外传"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial = {"first_day": today.replace(month=1, day=1), "last_day": today, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Ask again before lists that show everything."""
        data = super().clean()
        if not data.get("is_masked") and not data.get("sure"):
            self.add_error("sure", _("要导出完整的姓名和号码，请再勾选这一项。"))
        return data

    @property
    def wanted(self) -> Wanted:
        """What the valid form asks for."""
        data = self.cleaned_data
        return Wanted(data["first_day"], data["last_day"], Purpose(data["purpose"]), data["is_masked"])
