"""The form in which the lists for the national platform are asked for."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.forms.days import PastDayInput
from volunteers.forms.certificates import refuse_future
from volunteers.service_export import Purpose, Wanted


def begin_of_year() -> date:
    """Return the first of January."""
    return timezone.localdate().replace(month=1, day=1)


class ExportForm(forms.Form):
    """Days and purpose; full names and numbers only when said twice."""

    first_day = forms.DateField(label=gettext_lazy("服务起"), widget=PastDayInput(), initial=begin_of_year)
    last_day = forms.DateField(label=gettext_lazy("服务止"), widget=PastDayInput(), initial=timezone.localdate)
    purpose = forms.ChoiceField(label=gettext_lazy("用途"), choices=Purpose, widget=forms.RadioSelect)
    is_masked = forms.BooleanField(label=gettext_lazy("号码和姓名只显示一部分"), required=False, initial=True)
    sure = forms.BooleanField(label=gettext_lazy("我确认这次需要完整的姓名和号码，用后即删除，不外传"), required=False)

    def clean_last_day(self) -> date:
        """Refuse a day to come."""
        day: date = refuse_future(self.cleaned_data["last_day"])
        return day

    def clean(self) -> dict[str, Any]:
        """Ask again before lists that show everything; refuse days in the wrong order."""
        data = super().clean() or {}
        if data.get("first_day") and data.get("last_day") and data["first_day"] > data["last_day"]:
            self.add_error("last_day", _("“服务止”不能早于“服务起”。"))
        if not data.get("is_masked") and not data.get("sure"):
            self.add_error("sure", _("要导出完整的姓名和号码，请再勾选这一项。"))
        return data

    @property
    def wanted(self) -> Wanted:
        """What the valid form asks for."""
        data = self.cleaned_data
        return Wanted(data["first_day"], data["last_day"], Purpose(data["purpose"]), data["is_masked"])
