"""The template of an activity, and on which days it comes again."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.festivals import CHOICES as FESTIVAL_CHOICES
from activities.forms.parts import DescribedForm
from activities.models import ActivityTemplate
from activities.planning import MAX_DAYS_LONG
from communities.models import VenueHours
from grids.forms.days import DayInput

Recurrence = ActivityTemplate.Recurrence
MAX_MINUTES = MAX_DAYS_LONG * 24 * 60
MAX_DAYS_BEFORE = 30
# What each recurrence is described with; the other fields are emptied.
FIELDS_OF = {Recurrence.WEEKLY: "weekdays", Recurrence.MONTH_DAYS: "month_days", Recurrence.FESTIVAL: "festival"}


class MonthDaysField(forms.CharField):
    """Days of the month, written as people do: 6、16、26."""

    def prepare_value(self, value: Any) -> Any:
        return str(_("、")).join(str(day) for day in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        text = super().to_python(value) or ""
        parts = [part.removesuffix("日").removesuffix("号") for part in re.split(r"[\s,，、;；]+", text) if part]
        if any(not re.fullmatch(r"[0-9]{1,2}", part) or not 1 <= int(part) <= 31 for part in parts):
            raise ValidationError(_("请写 1 到 31 的数字，用顿号隔开，例如：6、16、26。"))
        return sorted({int(part) for part in parts})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class TemplateForm(DescribedForm):
    """Describes a template; with a recurrence it is a series."""

    recurrence = forms.ChoiceField(
        label=_("重复"), choices=Recurrence, initial=Recurrence.NONE, widget=forms.RadioSelect
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"),
        choices=VenueHours.Weekday,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    month_days = MonthDaysField(
        label=_("每月哪几天"), required=False, help_text=_("用顿号隔开。逢六就写：6、16、26。没有这一天的月份会跳过。")
    )
    festival = forms.ChoiceField(label=_("哪个节日"), choices=[("", _("请选择")), *FESTIVAL_CHOICES], required=False)
    days_before = forms.IntegerField(
        label=_("提前几天举办"),
        min_value=0,
        max_value=MAX_DAYS_BEFORE,
        required=False,
        help_text=_("0 就是节日当天。"),
    )
    minutes = forms.IntegerField(label=_("时长（分钟）"), min_value=10, max_value=MAX_MINUTES, initial=90)
    sign_up_days = forms.IntegerField(
        label=_("提前几天开始报名"), min_value=0, max_value=60, required=False, help_text=_("不填就是不用报名。")
    )

    class Meta:
        model = ActivityTemplate
        fields = [
            "name",
            "kind",
            "title",
            "starts_at",
            "minutes",
            "venue",
            "place",
            "recurrence",
            "weekdays",
            "month_days",
            "festival",
            "days_before",
            "since",
            "until",
            "responsible",
            "is_public",
            "capacity",
            "sign_up_days",
            "target_groups",
            "target_grids",
            "theme",
            "programmes",
            "mode",
            "origin",
            "assigned_by",
            "description",
            "is_active",
        ]
        widgets = {
            "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "since": DayInput(),
            "until": DayInput(),
        }
        help_texts = {
            "name": _("给自己看的，例如：周三合唱。"),
            "is_active": _("停用后不再排新的活动，已经排好的不变。"),
        }

    def __init__(self, *args: Any, instance: ActivityTemplate, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        if not instance.pk:
            del self.fields["is_active"]

    def clean_days_before(self) -> int:
        """Blank is the day itself."""
        return self.cleaned_data["days_before"] or 0

    def clean(self) -> dict[str, Any]:
        """Ask for the days of the recurrence chosen, and forget those of the others."""
        data = super().clean()
        self.check_name(data)
        wanted = FIELDS_OF.get(data.get("recurrence"))  # type: ignore[arg-type]
        if wanted and not data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, _("请选好在哪些日子重复。"))
        for name in {*FIELDS_OF.values()} - {wanted}:
            data[name] = "" if name == "festival" else []
        if data.get("recurrence") != Recurrence.FESTIVAL:
            data["days_before"] = 0
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("结束的日子要晚于开始的日子。"))
        return data

    def check_name(self, data: dict[str, Any]) -> None:
        """Of the templates in use a community has one of a name."""
        rows = ActivityTemplate.objects.active().filter(community=self.instance.community).exclude(pk=self.instance.pk)
        if data.get("is_active", True) and "name" in data and rows.filter(name=data["name"]).exists():
            self.add_error("name", _("本社区已有同名的模板，请换一个名称。"))
