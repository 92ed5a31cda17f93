"""Forms of a meeting: its plan, its minutes, withdrawing it."""

import uuid
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from activities.forms.plan import MAX_YEARS_AHEAD, MomentField
from activities.models import Activity
from communities.models import Venue
from grids.validators import refuse_forbidden
from party.meetings import Plan, check_day
from party.models import Meeting
from party.slots import Slot

USUAL_HOUR = time(15)
HEADINGS = _("一、会议议题\n\n二、学习和讨论内容\n\n三、会议决定\n\n四、要落实的事和时间\n")


def propose_title(slot: Slot) -> str:
    """Return 2026年11月主题党日."""
    return f"{slot.full_label}{slot.kind.label}"


class MeetingForm(forms.Form):
    """Asks when and where a meeting is held, and what comes first."""

    title = forms.CharField(label=_("名称"), max_length=80)
    starts_at = MomentField(label=_("时间"), help_text=_("已经开过的会，填当时的时间，保存后接着记考勤。"))
    venue = forms.ModelChoiceField(
        label=_("场地"), queryset=Venue.objects.none(), required=False, empty_label=_("不用社区场地")
    )
    place = forms.CharField(label=_("地点"), max_length=60, required=False, help_text=_("不用社区场地时写明。"))
    first_item = forms.CharField(
        label=_("第一项议程"),
        max_length=Meeting._meta.get_field("first_item").max_length,
        required=False,
        validators=[refuse_forbidden],
        widget=forms.TextInput(attrs={"placeholder": _("例如：学习习近平总书记重要讲话")}),
    )
    is_first_topic = forms.BooleanField(label=_("落实第一议题"), required=False)
    description = forms.CharField(
        label=_("其他议程"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, slot: Slot, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slot = slot
        kept = meeting.activity.venue_id if meeting else None
        venues = Venue.objects.filter(Q(is_active=True) | Q(pk=kept), community=slot.organisation.community)
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]
        self.initial = {**(self.describe(meeting) if meeting else self.propose()), **self.initial}

    def propose(self) -> dict[str, Any]:
        """Return what a new meeting begins with: the afternoon of the first day from today on that the slot allows."""
        day = min(max(timezone.localdate(), self.slot.span.start), self.slot.last_day)
        starts_at = timezone.make_aware(datetime.combine(day, USUAL_HOUR))
        return {"title": propose_title(self.slot), "starts_at": starts_at, "token": uuid.uuid4()}

    def describe(self, meeting: Meeting) -> dict[str, Any]:
        """Return what is said of a meeting already."""
        activity = meeting.activity
        names = ("title", "starts_at", "venue", "place", "description", "version")
        said = {name: getattr(activity, name) for name in names}
        return said | {"first_item": meeting.first_item, "is_first_topic": meeting.is_first_topic}

    @property
    def plan(self) -> Plan:
        """What the form says."""
        data = self.cleaned_data
        return Plan(**{name: data[name] for name in Plan.__dataclass_fields__})

    def show_conflict(self, saved: Activity) -> None:
        """Say what somebody else has just saved; the same form sent once more saves on top of it."""
        said = {
            "title": saved.title,
            "time": date_format(timezone.localtime(saved.starts_at), "Y-m-d H:i"),
            "place": saved.venue or saved.place,
        }
        words = _now("您填写的时候，别人刚改成：%(title)s，%(time)s，%(place)s。要以您填的为准，请再保存一次。")
        self.add_error(None, words % said)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"] = str(saved.version)  # type: ignore[index]

    def clean_starts_at(self) -> datetime:
        """Refuse a wrong year before anything is reckoned from it."""
        starts_at = self.cleaned_data["starts_at"]
        if abs(starts_at.year - timezone.now().year) > MAX_YEARS_AHEAD:
            raise ValidationError(_now("这个时间太远，请核对年份。"))
        return starts_at

    def clean(self) -> dict[str, Any]:
        """Somewhere people meet, and on a day that counts."""
        data = super().clean() or {}
        if not data.get("venue") and not data.get("place") and not {"venue", "place"} & {*self.errors}:
            self.add_error("place", _now("请选一个场地，或者写明地点。"))
        if data.get("starts_at"):
            try:
                check_day(self.slot, data["starts_at"])
            except ValidationError as error:
                self.add_error(None, error)
        return data


class MinutesForm(forms.Form):
    """Asks what was said and decided, not who said it. `seen` is when the minutes shown were written."""

    first_item = forms.CharField(
        label=_("第一项议程"),
        max_length=Meeting._meta.get_field("first_item").max_length,
        required=False,
        validators=[refuse_forbidden],
    )
    is_first_topic = forms.BooleanField(label=_("落实第一议题"), required=False)
    minutes = forms.CharField(
        label=_("会议纪要"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("写议题、内容和决定。谁到会、谁请假由考勤记，这里不写姓名和个人情况。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_minutes(self) -> str:
        """Headings with nothing below them are no minutes."""
        text = self.cleaned_data["minutes"].replace("\r\n", "\n")
        if text.split() == str(HEADINGS).split():
            raise ValidationError(_now("纪要还没有写内容。"))
        return text

    def clean_seen(self) -> datetime | None:
        """Return the moment, None where there were no minutes."""
        return read_moment(self.cleaned_data["seen"])


def read_moment(text: str) -> datetime | None:
    """Return the moment that a hidden field carries; None for nothing and for nonsense."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


class CheckForm(forms.Form):
    """Carries which minutes were read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
