"""The form of a visit, on one thumb; and withdrawing one."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityKind, Category
from grids.models import Household, Resident
from visits.due import Ask, find_meant
from visits.models import Need, NeedKind, Visit, VisitItem, VisitPlan
from visits.wishes import refuse_forbidden_words

NEED_DAYS = 7  # within which a need is answered unless a tap says otherwise
FOLLOW_UP_DAYS = 7
MOMENT = "%Y-%m-%dT%H:%M"


def visit_kinds() -> Any:
    """Return the kinds that a visit may have."""
    return ActivityKind.objects.active().filter(category=Category.VISIT, is_confidential=False)


class PeopleField(forms.ModelMultipleChoiceField):
    """Ticks of masked people, told apart by sex and age; `meant` are those whom the visit is for.

    Of which group they are stays unsaid: the phone may be read at the door.
    """

    widget = forms.CheckboxSelectMultiple
    meant: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Any) -> str:
        age = ngettext("%(age)s 岁", "%(age)s 岁", obj.age) % {"age": obj.age}
        parts = [obj.masked_name, str(obj.get_sex_display()), age]
        return " · ".join([*parts, gettext("要走访")] if obj.pk in self.meant else parts)


class VisitForm(forms.Form):
    """Asks how a visit ended, who was met, what was brought or told, and what was wished for."""

    plans = forms.ModelMultipleChoiceField(
        label=_("这次走访完成"),
        queryset=VisitPlan.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("有一项计划刚刚结束，或不再包括这一户。请核对后再保存一次。")},
    )
    outcome = forms.ChoiceField(label=_("走访结果"), choices=Visit.Outcome.choices, widget=forms.RadioSelect)
    follow_up_in = forms.TypedChoiceField(
        label=_("什么时候再来"),
        choices=[(1, _("明天")), (3, _("3天后")), (7, _("一周后"))],
        coerce=int,
        initial=FOLLOW_UP_DAYS,
        required=False,
        widget=forms.RadioSelect,
    )
    residents = PeopleField(label=_("见到了谁"), queryset=Resident.objects.none(), required=False)
    others = forms.BooleanField(label=_("没有登记的家人"), required=False)
    brought = forms.ModelMultipleChoiceField(
        label=_("送去"), queryset=VisitItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    told = forms.ModelMultipleChoiceField(
        label=_("告知"), queryset=VisitItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    need_kind = forms.ModelChoiceField(
        label=_("居民提出的需求"),
        queryset=NeedKind.objects.filter(is_active=True),
        required=False,
        blank=True,
        empty_label=_("没有"),
        widget=forms.RadioSelect,
    )
    wish = forms.CharField(
        label=_("一句话写下愿望"),
        max_length=Need._meta.get_field("wish").max_length,
        required=False,
        validators=[refuse_forbidden_words],
        widget=forms.TextInput(
            attrs={
                "class": "form-control-lg",
                "enterkeyhint": "done",
                "autocomplete": "off",
                "placeholder": _("例如：楼道灯坏了，想请人来修"),
            }
        ),
        help_text=_("写居民想要什么，不写对人的评价。可以用键盘上的话筒说出来。"),
    )
    need_days = forms.TypedChoiceField(
        label=_("几天内答复"),
        choices=[(3, _("3天")), (7, _("7天")), (30, _("30天"))],
        coerce=int,
        initial=NEED_DAYS,
        required=False,
        widget=forms.RadioSelect,
    )
    kind = forms.ModelChoiceField(
        label=_("走访类型"),
        queryset=ActivityKind.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    visited_at = forms.DateTimeField(
        label=_("走访时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, f"{MOMENT}:%S", "%Y-%m-%d %H:%M"],
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, door: Household, people: list[Resident], asks: list[Ask], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.door = door
        keys = [person.pk for person in people]
        items = VisitItem.objects.filter(is_active=True)
        querysets = {
            "plans": VisitPlan.objects.filter(pk__in=[ask.plan.pk for ask in asks]).select_related("kind"),
            "residents": Resident.objects.filter(pk__in=keys).order_by("birth_date", "pk"),
            "brought": items.filter(category=VisitItem.Category.BROUGHT),
            "told": items.filter(category=VisitItem.Category.TOLD),
            "kind": visit_kinds(),
        }
        self.fields["residents"].meant = find_meant(asks, people)  # type: ignore[attr-defined]
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        first = {
            "plans": [ask.plan.pk for ask in asks if ask.is_due],
            "residents": keys if len(keys) == 1 else [],
            "kind": visit_kinds().first(),
            "visited_at": timezone.localtime().replace(second=0, microsecond=0),
            "token": uuid.uuid4(),
        }
        self.initial.update(first)

    def clean(self) -> dict[str, Any]:
        """Ask who was met, and refuse a wish that nobody can have uttered."""
        data = super().clean() or {}
        met = data.get("outcome") in Visit.MET
        if met and "residents" in data and not (data["residents"] or data.get("others")):
            self.add_error("residents", _("请勾选见到了谁。"))
        if data.get("wish") and "need_kind" in data and not data["need_kind"]:
            self.add_error("need_kind", _("写了愿望，请选一下是哪一类需求。"))
        if data.get("need_kind") and "outcome" in data and not met:
            self.add_error("need_kind", _("没有见到人，不能登记需求。请改走访结果，或选“没有”。"))
        return data

    @property
    def visit(self) -> Visit:
        """The visit that was described, not saved."""
        data = self.cleaned_data
        plans = list(data["plans"])
        day = timezone.localtime(data["visited_at"]).date()
        follows = data["outcome"] == Visit.Outcome.FOLLOW_UP
        return Visit(
            household=self.door,
            kind=plans[0].kind if plans else data["kind"] or visit_kinds()[0],
            outcome=data["outcome"],
            visited_at=data["visited_at"],
            follow_up_on=day + timedelta(data["follow_up_in"] or FOLLOW_UP_DAYS) if follows else None,
        )

    @property
    def need(self) -> Need | None:
        """The need that was raised, not saved."""
        data = self.cleaned_data
        if not data["need_kind"]:
            return None
        due_on = timezone.localdate() + timedelta(data["need_days"] or NEED_DAYS)
        return Need(kind=data["need_kind"], wish=data["wish"], due_on=due_on)

    @property
    def details(self) -> dict[str, Any]:
        """What log_visit() wants to know besides the visit itself."""
        data = self.cleaned_data
        return {
            "plans": data["plans"],
            "residents": data["residents"],
            "others": int(data["others"]),
            "items": [*data["brought"], *data["told"]],
            "need": self.need,
            "token": data["token"],
        }


class WithdrawForm(forms.Form):
    """Asks why a visit is taken back."""

    reason = forms.TypedChoiceField(
        label=_("哪里记错了"),
        choices=Visit.WithdrawReason.choices,
        coerce=Visit.WithdrawReason,
        widget=forms.RadioSelect,
    )


class CloseNeedForm(forms.Form):
    """Asks what came of a need."""

    result = forms.TypedChoiceField(
        label=_("办得怎么样"), choices=Need.Result.choices, coerce=Need.Result, widget=forms.RadioSelect
    )
