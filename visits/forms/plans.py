"""The form of a visit plan, and what its preview reads."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from grids.forms.days import DayInput
from grids.models import Grid, PopulationGroup
from visits.forms.log import visit_kinds
from visits.models import VisitPlan

ONCE = ""
INTERVALS = [
    (ONCE, _("只走一次")),
    ("7", _("每7天")),
    ("14", _("每14天")),
    ("30", _("每30天")),
    ("90", _("每90天")),
]


class ExtentForm(forms.Form):
    """Reads the groups and grids that a plan would mean."""

    groups = forms.ModelMultipleChoiceField(
        label=_("走访哪些人群"),
        queryset=PopulationGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就是所有住户。"),
    )
    grids = forms.ModelMultipleChoiceField(
        label=_("在哪些网格"),
        queryset=Grid.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就是全社区。"),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grids"].queryset = Grid.objects.visible_to(by).current()  # type: ignore[attr-defined]


class PlanForm(forms.ModelForm):
    """Describes a plan. One for a list of doors keeps its list; the others say groups and grids."""

    interval = forms.ChoiceField(label=_("多久走访一次"), required=False, widget=forms.RadioSelect)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    groups = ExtentForm.base_fields["groups"]
    grids = ExtentForm.base_fields["grids"]

    class Meta:
        model = VisitPlan
        fields = ["name", "kind", "groups", "grids", "starts_on", "ends_on"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_on": DayInput,
            "ends_on": DayInput,
            "name": forms.TextInput(attrs={"placeholder": _("例如：独居老人每周探访")}),
        }
        help_texts = {"ends_on": _("不填就一直进行，直到您结束它。")}

    def __init__(self, *args: Any, by: User, is_listed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        kind.queryset = visit_kinds() | visit_kinds().model.objects.filter(pk=self.instance.kind_id)  # type: ignore[attr-defined]
        kind.empty_label = None  # type: ignore[attr-defined]
        self.initial["starts_on"] = self.instance.starts_on or timezone.localdate()
        self.fields["token"].initial = uuid.uuid4
        self.fields["interval"].choices = self.list_intervals()  # type: ignore[attr-defined]
        self.fields["interval"].initial = str(self.instance.interval_days or ONCE)
        if is_listed:
            del self.fields["groups"], self.fields["grids"]
        else:
            self.fields["grids"].queryset = Grid.objects.visible_to(by).current()  # type: ignore[attr-defined]

    def list_intervals(self) -> list[tuple[str, Any]]:
        """Return the usual intervals, and the plan's own when it is another."""
        days = self.instance.interval_days
        if days is None or str(days) in dict(INTERVALS):
            return INTERVALS
        return [*INTERVALS, (str(days), ngettext("每%(days)s天", "每%(days)s天", days) % {"days": days})]

    def clean(self) -> dict[str, Any]:
        """Turn the choice of an interval into days, and refuse an end before the beginning at its own field."""
        data = super().clean() or {}
        begins, ends = data.get("starts_on"), data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("结束日期不能早于开始日期。"))
        self.instance.interval_days = int(data["interval"]) if data.get("interval") else None
        return data
