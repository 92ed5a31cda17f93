"""The plan of an activity: what, when, where, for whom, how many, and how one signs up."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.forms.parts import MAX_CAPACITY, DescribedForm
from activities.models import Activity
from activities.planning import check_time, check_venue
from activities.twins import TwinMixin
from activities.versions import VersionMixin
from grids.models import PopulationGroup

QUOTA_ROWS = 8
MAX_YEARS_AHEAD = 5


class MomentField(forms.DateTimeField):
    """A day and time, to be picked on the phone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, **kwargs)


class PlanForm(VersionMixin, TwinMixin, DescribedForm):
    """Plans an activity or changes a plan. The end and the times of signing up are filled in where left out."""

    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"), required=False, help_text=_("不填就按这类活动的通常时长。"))
    sign_up_opens_at = MomentField(label=_("报名开始"), required=False)
    sign_up_closes_at = MomentField(
        label=_("报名截止"), required=False, help_text=_("两个时间都不填就是不用报名；只填一个，另一个会自动补上。")
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Activity
        fields = [
            "kind",
            "title",
            "starts_at",
            "ends_at",
            "venue",
            "place",
            "responsible",
            "is_public",
            "capacity",
            "sign_up_opens_at",
            "sign_up_closes_at",
            "target_groups",
            "target_grids",
            "theme",
            "programmes",
            "mode",
            "origin",
            "assigned_by",
            "description",
        ]
        help_texts = {"is_public": _("发布后居民可以在公开页面和日历里看到。")}

    def __init__(self, *args: Any, instance: Activity, by: User, **kwargs: Any) -> None:
        if not instance.pk:
            instance.responsible, instance.status = by, Activity.Status.PLANNED
        super().__init__(*args, instance=instance, by=by, **kwargs)
        self.fields["token"].initial = instance.client_token if instance.pk else uuid.uuid4
        self.fields["version"].initial = instance.version

    def clean_starts_at(self) -> datetime:
        """Refuse a wrong year before anything is reckoned from it."""
        starts_at = self.cleaned_data["starts_at"]
        if starts_at.year > timezone.now().year + MAX_YEARS_AHEAD:
            raise ValidationError(_("这个时间太远，请核对年份。"))
        return starts_at

    def clean(self) -> dict[str, Any]:
        """Fill in what follows from the rest, and look whether time and venue can be had."""
        data = super().clean()
        if data.get("starts_at"):
            self.fill_end(data)
            self.fill_sign_up(data)
        if not {"starts_at", "ends_at", "venue"} & {*self.errors} and data.get("ends_at"):
            self.check_slot(data)
        return data

    def fill_end(self, data: dict[str, Any]) -> None:
        """Without an end it lasts as long as its kind usually does."""
        if not data.get("ends_at") and data.get("kind") and "ends_at" not in self.errors:
            data["ends_at"] = data["starts_at"] + timedelta(minutes=data["kind"].usual_minutes)
        if data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("结束时间要晚于开始时间。"))

    def fill_sign_up(self, data: dict[str, Any]) -> None:
        """One signs up from the opening (now) to the closing (when it begins)."""
        if {"sign_up_opens_at", "sign_up_closes_at"} & {*self.errors}:
            return
        opens, closes = data.get("sign_up_opens_at"), data.get("sign_up_closes_at")
        if not (opens or closes):
            return
        opens = data["sign_up_opens_at"] = opens or min(round_down(timezone.now()), data["starts_at"])
        closes = data["sign_up_closes_at"] = closes or data["starts_at"]
        if closes <= opens:
            self.add_error("sign_up_closes_at", _("报名截止要晚于报名开始。"))
        elif data.get("ends_at") and closes > data["ends_at"]:
            self.add_error("sign_up_closes_at", _("报名截止不能晚于活动结束。"))

    def check_slot(self, data: dict[str, Any]) -> None:
        """Say at their places what the action would refuse."""
        wanted = Activity(
            pk=self.instance.pk,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            venue=data["venue"],
            capacity=data.get("capacity"),
        )
        checks = (
            [check_venue] if self.instance.pk and "starts_at" not in self.changed_data else [check_time, check_venue]
        )
        for check in checks:
            try:
                check(wanted)
            except ValidationError as error:
                self.add_error(None, error)


def round_down(moment: datetime) -> datetime:
    """Return the moment without its seconds, as the field can show it."""
    return moment.replace(second=0, microsecond=0)


class QuotaForm(forms.Form):
    """Seats kept for members of a group; an empty row is none."""

    group = forms.ChoiceField(label=_("人群"), required=False)
    seats = forms.IntegerField(label=_("保留名额"), min_value=1, max_value=MAX_CAPACITY, required=False)

    def __init__(self, *args: Any, groups: list[PopulationGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不保留")), *((str(group.pk), group.name) for group in groups)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A group needs seats, and seats a group."""
        data = super().clean() or {}
        if data.get("group") and not data.get("seats") and "seats" not in self.errors:
            self.add_error("seats", _("请写明保留几个名额。"))
        if data.get("seats") and not data.get("group") and "group" not in self.errors:
            self.add_error("group", _("请选给哪类人群保留。"))
        return data


class QuotaRows(forms.BaseFormSet):
    """All kept seats of a plan."""

    @property
    def names(self) -> dict[int, str]:
        """Names of all groups by key, in their order."""
        return {group.pk: group.name for group in self.form_kwargs["groups"]}

    @property
    def seats(self) -> dict[int, int]:
        """Seats kept by key of the group."""
        rows = (form.cleaned_data for form in self.forms)
        return {int(row["group"]): row["seats"] for row in rows if row.get("group")}

    def fits(self, capacity: int | None) -> bool:
        """Tell whether each group is named once, and no more seats are kept than there are; say so if not."""
        named = [form for form in self.forms if form.cleaned_data.get("group")]
        if len(self.seats) < len(named):
            named[-1].add_error("group", _("同一类人群只写一行。"))
        elif named and capacity is None:
            named[-1].add_error("seats", _("保留名额要先在上面填总名额。"))
        elif capacity is not None and sum(self.seats.values()) > capacity:
            named[-1].add_error("seats", _("保留的名额加起来超过了总名额 %(seats)s。") % {"seats": capacity})
        return not any(form.errors for form in self.forms)


QuotaFormSet = forms.formset_factory(QuotaForm, formset=QuotaRows, extra=2, max_num=QUOTA_ROWS, absolute_max=QUOTA_ROWS)


def make_quota_rows(data: Any, source: Activity | None) -> QuotaRows:
    """Return the rows of kept seats, filled from what was sent or from an activity."""
    kept = source.quotas.values("group", "seats").order_by("pk") if source else []
    initial = [{"group": str(row["group"]), "seats": row["seats"]} for row in kept]
    groups = list(PopulationGroup.objects.all())
    return QuotaFormSet(data, initial=initial, prefix="quotas", form_kwargs={"groups": groups})  # type: ignore[return-value]
