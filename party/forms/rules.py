"""Forms of rules and slots: another rule from a month on, and why a meeting need not be held."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.validators import refuse_forbidden
from party.models import MeetingKind, MeetingRule, SlotExemption

MONTHS_AHEAD = 12


def list_months(today: date) -> list[tuple[str, str]]:
    """Return this month and those to come by their first day."""
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(MONTHS_AHEAD + 1)]
    words = gettext("%(year)s年%(month)s月")
    return [(date(year, m + 1, 1).isoformat(), words % {"year": year, "month": m + 1}) for year, m in months]


class RuleForm(forms.Form):
    """Asks which meeting is to be held how often, and from which month on."""

    kind = forms.ChoiceField(label=_("哪种会"), widget=forms.RadioSelect)
    every = forms.ChoiceField(label=_("多久一次"), choices=MeetingRule.Every.choices, widget=forms.RadioSelect)
    grace_days = forms.IntegerField(
        label=_("过期后几天内可以补开"), min_value=0, max_value=90, initial=15, help_text=_("0 表示不能补开。")
    )
    starts_on = forms.TypedChoiceField(label=_("从哪个月起"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, kinds: list[MeetingKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["starts_on"].choices = list_months(timezone.localdate())  # type: ignore[attr-defined]


class ExemptForm(forms.Form):
    """Asks why a meeting need not be held."""

    reason = forms.CharField(
        label=_("免开的原因"),
        max_length=SlotExemption._meta.get_field("reason").max_length,
        validators=[refuse_forbidden],
        widget=forms.TextInput(attrs={"placeholder": _("例如：换届期间与党员大会合并召开")}),
        help_text=_("不写党员的姓名和个人情况。"),
    )
