"""Forms of cadence: a rule, and what is to be said about a slot."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, ActivityKind, Category, Programme, Theme
from cadence.models import CadenceNote, CadenceRule
from communities.models import VenueHours
from grids.forms.days import DayInput
from grids.validators import refuse_forbidden

FIXED_ONCE_NOTED = ("every", "weekdays", "per")


class RuleForm(forms.ModelForm):
    """Describes a rule. Once something was said about its slots, which slots it has stays as it is."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"),
        choices=VenueHours.Weekday.choices,
        coerce=int,
        required=False,
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.ModelMultipleChoiceField(
        label=_("只算这些类型"),
        queryset=ActivityKind.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("只算这些主题"), queryset=Theme.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    programme = forms.ModelChoiceField(
        label=_("只算这个工作项目"), queryset=Programme.objects.all(), required=False, empty_label=_("不限")
    )
    times = forms.IntegerField(
        label=_("至少几次"), min_value=1, max_value=100, initial=1, widget=forms.NumberInput({"class": "form-control"})
    )
    min_people = forms.IntegerField(
        label=_("每次至少多少人"),
        min_value=0,
        max_value=5000,
        initial=0,
        required=False,
        help_text=_("0 表示不限。"),
    )
    grace_days = forms.IntegerField(
        label=_("过期后几天内可以补做"), min_value=0, max_value=180, initial=14, help_text=_("0 表示不能补做。")
    )
    starts_on = forms.DateField(
        label=_("从哪天起"),
        help_text=_("第一个时段要整个在这一天之后才算。"),
        initial=timezone.localdate,
        widget=DayInput,
    )
    ends_on = forms.DateField(
        label=_("到哪天止"), required=False, help_text=_("不再执行的规则，在这里填最后一天。"), widget=DayInput
    )

    class Meta:
        model = CadenceRule
        fields = [
            "name",
            "every",
            "weekdays",
            "times",
            "per",
            "category",
            "kinds",
            "themes",
            "programme",
            "min_people",
            "grace_days",
            "starts_on",
            "ends_on",
        ]
        widgets = {"every": forms.RadioSelect, "per": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["every"].choices = CadenceRule.Every.choices  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("不限")), *Category.choices]  # type: ignore[attr-defined]
        self.is_fixed = bool(self.instance.pk and self.instance.notes.exists())
        for name in FIXED_ONCE_NOTED if self.is_fixed else ():
            self.fields[name].disabled = True
        for name in ("kinds", "themes", "programme"):
            field: Any = self.fields[name]
            in_use = Q(is_active=True)
            if self.instance.pk:  # what the rule names already stays, also when nothing new may name it
                in_use |= Q(cadencerule=self.instance)
            field.queryset = field.queryset.filter(in_use).distinct()

    @property
    def sets(self) -> dict[str, Any]:
        """The chosen kinds and themes, which an action saves together with the rule."""
        return {name: self.cleaned_data[name] for name in ("kinds", "themes")}

    def clean_min_people(self) -> int:
        """Blank asks for nobody in particular."""
        return self.cleaned_data["min_people"] or 0

    def clean(self) -> dict[str, Any]:
        """Weekdays belong to rules of single days only."""
        data = super().clean() or {}
        if data.get("every") not in (None, CadenceRule.Every.DAY):
            data["weekdays"] = []
        elif data.get("every") and not data.get("weekdays"):
            self.add_error("weekdays", _("请选择星期几。"))
        return data


class NoteForm(forms.Form):
    """Says why a slot need not be done, or which activity made up for it."""

    kind = forms.ChoiceField(
        label=_("怎么处理"),
        choices=[
            (CadenceNote.Kind.EXEMPT, _("免做，写明原因")),
            (CadenceNote.Kind.MADE_UP, _("后来补做了，选活动")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=60,
        required=False,
        validators=[refuse_forbidden],
        widget=forms.TextInput(attrs={"placeholder": _("例如：春节放假、场地维修")}),
        help_text=_("不写居民的姓名和情况。"),
    )
    activity = forms.ModelChoiceField(
        label=_("用哪一场补做"),
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, candidates: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity: Any = self.fields["activity"]
        activity.queryset = Activity.objects.filter(pk__in=candidates).order_by("starts_at")
        activity.label_from_instance = lambda found: f"{found.held_on:%m-%d} {found.title}"
        if not candidates:
            del self.fields["activity"]
            self.fields["kind"].choices = [self.fields["kind"].choices[0]]  # type: ignore[attr-defined]
            self.fields["kind"].initial = CadenceNote.Kind.EXEMPT

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen answer needs."""
        data = super().clean() or {}
        if data.get("kind") == CadenceNote.Kind.EXEMPT and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("请写明为什么可以免做。"))
        if data.get("kind") == CadenceNote.Kind.MADE_UP and not data.get("activity") and "activity" not in self.errors:
            self.add_error("activity", _("请选择是哪一场活动补做的。"))
        return data
