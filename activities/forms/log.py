"""The quick log of an activity, on one thumb: kind, time, who came, how many."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.forms.outsiders import OutsiderListField, read_chips
from activities.models import Activity, ActivityKind, Programme, Theme
from activities.twins import TwinMixin
from activities.versions import VersionMixin
from communities.models import Venue
from grids.models import PopulationGroup, Resident
from grids.search import people_of

MAX_HEADS = 5000  # more than any square of a community holds: a typing error
FIRST_YEAR = 2000  # earlier than any activity of this portal: a typing error, too
TIME_FORMAT = "%Y-%m-%dT%H:%M"


class ActivityForm(TwinMixin, VersionMixin, forms.ModelForm):
    """Logs, reports or changes a held activity. Everything but the kind is filled in or may stay blank.

    `heads` counts everybody; how many of them gave no name is worked out (`unnamed_count`).
    """

    kind = forms.ModelChoiceField(
        label=gettext_lazy("做了什么"),
        queryset=ActivityKind.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    heads = forms.IntegerField(
        label=gettext_lazy("到场总人数"),
        min_value=0,
        max_value=MAX_HEADS,
        required=False,
        help_text=gettext_lazy("连同有名字的一共多少人；不填就只算有名字的。"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("不填就用活动类型的名字。"),
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TIME_FORMAT),
        input_formats=[TIME_FORMAT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    residents = forms.ModelMultipleChoiceField(
        label=gettext_lazy("参加的居民"), queryset=Resident.objects.none(), required=False
    )
    outsiders = OutsiderListField(label=gettext_lazy("外来参加者"))
    token = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": "1"}))
    # Who checks in while the form is open is not in its list, and must not be taken off by saving it.
    opened_at = forms.DateTimeField(
        required=False, initial=timezone.now, widget=forms.HiddenInput(attrs={"data-draft-keep": "1"})
    )

    class Meta:
        model = Activity
        fields = (
            *("kind", "theme", "programmes", "title", "starts_at", "venue", "place"),
            *("mode", "origin", "assigned_by", "target_groups"),
        )
        widgets = {
            "theme": forms.RadioSelect,
            "programmes": forms.CheckboxSelectMultiple,
            "mode": forms.RadioSelect,
            "origin": forms.RadioSelect,
            "target_groups": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if not self.instance.pk:
            self.instance.community = by.community
        self.unseen = 0  # participants who moved out of this user's communities since, and so stay
        self.offer_rows()
        self.fields["version"].widget.attrs["data-draft-keep"] = "1"
        if self.instance.pk:
            self.fields["outsiders"].read_activity(self.instance)  # type: ignore[attr-defined]
            self.describe_people()
        else:
            self.fields["token"].initial = uuid.uuid4
            self.fields["starts_at"].initial = lambda: timezone.localtime().replace(second=0, microsecond=0)

    def offer_rows(self) -> None:
        """Offer what may be chosen today, and what this activity has chosen before."""
        saved, rows = self.instance, self.fields
        kinds = ActivityKind.objects.recent_first_for(self.by)
        rows["kind"].queryset = offered(kinds.gatherings(), saved.kind_id)  # type: ignore[attr-defined]
        themes, programmes = Theme.objects.all(), Programme.objects.all()
        rows["theme"].queryset = offered(themes, saved.theme_id)  # type: ignore[attr-defined]
        rows["theme"].empty_label = _("不限")  # type: ignore[attr-defined]
        rows["programmes"].queryset = programmes.filter(is_active=True)  # type: ignore[attr-defined]
        rows["target_groups"].queryset = PopulationGroup.objects.all()  # type: ignore[attr-defined]
        rows["residents"].queryset = people_of(self.by)  # type: ignore[attr-defined]
        venues = offered(Venue.objects.filter(community=saved.community_id), saved.venue_id)
        rows["venue"].queryset = venues  # type: ignore[attr-defined]
        rows["venue"].empty_label = _("不填")  # type: ignore[attr-defined]

    def describe_people(self) -> None:
        """Begin with who is recorded already."""
        came = set(self.instance.participations.values_list("resident", flat=True))
        seen = list(people_of(self.by).filter(pk__in=came).values_list("pk", flat=True))
        outsiders = [value for value in self.fields["outsiders"].known if value.startswith("o")]  # type: ignore[attr-defined]
        self.unseen = len(came) - len(seen)
        named, unnamed = len(came) + len(outsiders), self.instance.unnamed_count
        self.initial.update(
            {
                "residents": seen,
                "outsiders": outsiders,
                "heads": named + unnamed if unnamed else None,
                "token": self.instance.client_token,
                "version": self.instance.version,
            }
        )

    def clean_starts_at(self) -> datetime:
        """Refuse years that can only be a slip."""
        starts_at = self.cleaned_data["starts_at"]
        if starts_at.year < FIRST_YEAR:
            raise ValidationError(_("请核对年份。"))
        return starts_at

    def clean_outsiders(self) -> list[Any]:
        """Take in the name that was typed but not added yet."""
        return self.fields["outsiders"].clean(read_chips(self.data))  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        """Name the activity after its kind, and count those who gave no name."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind and not data.get("title"):
            data["title"] = kind.name
        if data.get("origin") != Activity.Origin.ASSIGNED:
            data["assigned_by"] = ""
        if {"residents", "outsiders", "heads"} <= data.keys():
            late = self.count_latecomers(data)
            self.count_heads(len(data["residents"]), len(data["outsiders"]) + late, data["heads"])
        if kind and kind.is_confidential and (data.get("residents") or data.get("outsiders")):
            self.add_error("residents", _("“%(kind)s”只记人数，不登记姓名。") % {"kind": kind})
        return data

    def count_latecomers(self, data: dict[str, Any]) -> int:
        """Return how many have checked in since the form was opened and are not on it: they stay."""
        saved, opened = self.instance, data.get("opened_at")
        if not (saved.pk and opened):
            return 0
        residents = saved.participations.filter(recorded_at__gt=opened).exclude(resident__in=data["residents"])
        known = [outsider.pk for outsider in data["outsiders"] if outsider.pk]
        return residents.count() + saved.outsiders.filter(recorded_at__gt=opened).exclude(pk__in=known).count()

    def count_heads(self, residents: int, outsiders: int, heads: int | None) -> None:
        """Set the number of those without a name; more names than heads, or nobody at all, is an error."""
        named = residents + self.unseen + outsiders
        if not (named or heads):
            self.add_error("residents", _("请勾选到场的居民，或填写到场总人数。"))
        elif heads is not None and heads < named:
            words = _("有名字的已有 %(named)s 人，总人数却只有 %(heads)s 人。请改总人数，或去掉多勾的。")
            self.add_error("heads", words % {"named": named, "heads": heads})
        else:
            self.instance.unnamed_count = (heads or named) - named


def offered(rows: Any, chosen: int | None) -> Any:
    """Keep the active rows, and the one that is chosen already."""
    return rows.filter(Q(is_active=True) | Q(pk=chosen))
