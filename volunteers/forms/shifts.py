"""Forms of shifts: what is to be done when, how many with which skill it needs, and why one is called off."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.forms.plan import MomentField
from activities.models import ActivityKind
from activities.models.catalogue import Category
from volunteers.models import ServiceField, Shift, ShiftNeed, Skill, Team
from volunteers.shifts import check_times

NEED_ROWS = 6
MOST = 500  # more than any shift of a community needs: a typing error


class CancelReason(models.TextChoices):
    """Why a shift is called off."""

    WEATHER = "weather", _("天气原因")
    MOVED = "moved", _("改期")
    TOO_FEW = "too_few", _("报名的人不够")
    NO_NEED = "no_need", _("不需要了")
    TWICE = "twice", _("重复建立")


class ShiftForm(forms.ModelForm):
    """Asks for a shift of an activity; times are looked at where they are new."""

    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"))

    class Meta:
        model = Shift
        fields = ["title", "starts_at", "ends_at", "place", "field", "team", "is_open"]
        help_texts = {
            "title": _("例如：搬运组、门口引导。"),
            "is_open": _("选上以后，居民扫码就能报名；不选就只由社区邀请。"),
        }

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        fields = ServiceField.objects.filter(Q(is_active=True) | Q(pk=row.field_id))
        teams = Team.objects.filter(Q(closed_on=None) | Q(pk=row.team_id), community=community)
        for name, rows, empty in (("field", fields, _("还没有定")), ("team", teams, _("不限团队"))):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse times that cannot be meant at their field."""
        data = super().clean() or {}
        times = {"starts_at", "ends_at"}
        if times <= data.keys() and times & {*self.changed_data} and self.instance.activity_id:
            row = Shift(activity=self.instance.activity, starts_at=data["starts_at"], ends_at=data["ends_at"])
            try:
                check_times(row)
            except ValidationError as error:
                self.add_error(None, error)
        return data


class AddShiftForm(ShiftForm):
    """Asks for a new shift; the token tells the same form sent again from a second shift that is just alike."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4

    def clean_token(self) -> uuid.UUID:
        """Mark the row with it."""
        token: uuid.UUID = self.cleaned_data["token"]
        self.instance.client_token = token
        return token


class NewShiftForm(AddShiftForm):
    """Asks for a shift of which there is no activity yet: its kind and its place make one."""

    kind = forms.ModelChoiceField(
        label=_("做什么"), queryset=ActivityKind.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ActivityKind.objects.active().filter(category=Category.VOLUNTEER)
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["place"].required = True


class NeedForm(forms.Form):
    """One need; a row without a number is none."""

    skill = forms.TypedChoiceField(label=_("技能"), required=False, coerce=int, empty_value=None)
    number = forms.IntegerField(label=_("人数"), min_value=1, max_value=MOST, required=False)

    def __init__(self, *args: Any, skills: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = [("", _("不限技能")), *skills]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Read every row: the first comes filled in, and left as it is it says one volunteer."""
        return True

    def clean(self) -> dict[str, Any]:
        """A skill needs a number."""
        data = super().clean() or {}
        if data.get("skill") and not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("请写明要几个人；不要这一行就选“不限技能”。"))
        return data


class NeedRows(forms.BaseFormSet):
    """All needs of a shift: at least one, each skill once."""

    @property
    def needs(self) -> dict[int | None, int]:
        """How many by key of the skill."""
        return {row["skill"]: row["number"] for row in self.rows()}

    def rows(self) -> list[dict[str, Any]]:
        """The rows that say something."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("number")]

    def clean(self) -> None:
        """Refuse a shift that needs nobody, and a skill on two rows."""
        if any(self.errors):
            return
        skills = [row["skill"] for row in self.rows()]
        if not skills:
            raise ValidationError(_("请至少写一行：要几个人。"))
        if len(set(skills)) < len(skills):
            raise ValidationError(_("同一种技能只写一行。"))


NeedFormSet = forms.formset_factory(NeedForm, formset=NeedRows, extra=2, max_num=NEED_ROWS, absolute_max=NEED_ROWS)


def make_need_rows(data: Any, shift: Shift) -> NeedRows:
    """Return the rows of needs, filled from what was sent or from the shift."""
    kept = list(ShiftNeed.objects.filter(shift=shift).values("skill", "number")) if shift.pk else [{"number": 1}]
    used = [row["skill"] for row in kept if row.get("skill")]
    skills = Skill.objects.filter(Q(is_active=True) | Q(pk__in=used)).values_list("pk", "name")
    kwargs = {"skills": list(skills)}
    return NeedFormSet(data, initial=kept, prefix="needs", form_kwargs=kwargs)  # type: ignore[return-value]


class CancelShiftForm(forms.Form):
    """Asks why a shift is called off."""

    reason = forms.ChoiceField(label=_("撤销原因"), choices=CancelReason, widget=forms.RadioSelect)
