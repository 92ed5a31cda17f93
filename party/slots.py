"""Slots of organisation life (E6): the periods in which a meeting is due, and how each stands. Nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from communities.shares import Share
from communities.spans import Span
from party.models import Meeting, MeetingKind, MeetingRule, Organisation, SlotExemption
from party.rules import Stretch, list_stretches


class State(models.TextChoices):
    """How a slot stands: 应开 → 已排 → 已开｜补开｜缺开｜免开."""

    DUE = "due", _("应开")
    PLANNED = "planned", _("已排")
    DONE = "done", _("已开")
    MADE_UP = "made_up", _("补开")
    MISSED = "missed", _("缺开")
    EXEMPT = "exempt", _("免开")


SETTLED = (State.DONE, State.MADE_UP, State.MISSED)  # due, and neither open nor exempt
ICONS = {
    State.DUE: "hourglass-split",
    State.PLANNED: "calendar-check",
    State.DONE: "check-circle-fill",
    State.MADE_UP: "arrow-counterclockwise",
    State.MISSED: "x-circle",
    State.EXEMPT: "dash-circle",
}
QUARTERS = (_("第一季度"), _("第二季度"), _("第三季度"), _("第四季度"))
HALVES = (gettext_lazy("上半年"), gettext_lazy("下半年"))


@dataclass(frozen=True)
class Slot:
    """What an organisation is to hold within a span, and what it held for it (earliest first)."""

    stretch: Stretch
    span: Span
    state: State
    meetings: tuple[Meeting, ...]
    exemption: SlotExemption | None

    @property
    def organisation(self) -> Organisation:
        """Whose it is."""
        return self.stretch.organisation

    @property
    def kind(self) -> MeetingKind:
        """Which meeting."""
        return self.stretch.kind

    @property
    def last_day(self) -> date:
        """The last day on which it can be made up for."""
        return self.span.end + timedelta(days=self.stretch.grace_days)

    @property
    def label(self) -> str:
        """The period in words, without its year."""
        return label_span(self.stretch.every, self.span)

    @property
    def full_label(self) -> str:
        """The period in words, with its year."""
        return gettext("%(year)s年%(span)s") % {"year": self.span.start.year, "span": self.label}

    @property
    def icon(self) -> str:
        """The sign of the state, by its name among bootstrap-icons."""
        return ICONS[self.state]

    @property
    def coming(self) -> Meeting | None:
        """The first meeting planned for it, in time or to make up."""
        return next((meeting for meeting in self.meetings if meeting.activity.is_planned), None)

    def can_be_held(self, today: date) -> bool:
        """Tell whether a meeting held today would still count for it."""
        return self.state in (State.DUE, State.MISSED) and self.span.start <= today <= self.last_day


def share_on_time(slots: Iterable[Slot]) -> Share:
    """Count done / (done + made up + missed)."""
    states = [slot.state for slot in slots if slot.state in SETTLED]
    return Share(states.count(State.DONE), len(states))


def label_span(every: str, span: Span) -> str:
    """Return a period in words, without its year."""
    if every == MeetingRule.Every.MONTH:
        return gettext("%(month)s月") % {"month": span.start.month}
    if every == MeetingRule.Every.QUARTER:
        return str(QUARTERS[span.start.month // 3])
    return str(HALVES[span.start.month // 7])


def read_slots(organisations: Iterable[Organisation], first: date, last: date, today: date) -> list[Slot]:
    """Return the slots whose spans overlap the days from first to last, by organisation, kind and time.

    Three queries, however many organisations. Meetings come with their activities.
    """
    spans = [(stretch, stretch.list_spans(first, last)) for stretch in list_stretches(organisations)]
    if not any(of for _stretch, of in spans):
        return []
    keys = {stretch.organisation.pk for stretch, _of in spans}
    begin = min(of[0].start for _stretch, of in spans if of)
    meetings: dict[tuple[int, str], list[Meeting]] = defaultdict(list)
    standing = Meeting.objects.standing().filter(organisation__in=keys, slot_start__gte=begin)
    for meeting in standing.select_related("activity").order_by("activity__starts_at", "pk"):
        meetings[meeting.organisation_id, meeting.kind].append(meeting)
    exemptions: dict[tuple[int, str], list[SlotExemption]] = defaultdict(list)
    for exemption in SlotExemption.objects.filter(organisation__in=keys, slot_start__gte=begin):
        exemptions[exemption.organisation_id, exemption.kind].append(exemption)
    return [
        describe(stretch, span, meetings[stretch.organisation.pk, stretch.kind], exemptions, today)
        for stretch, of in spans
        for span in of
    ]


def describe(
    stretch: Stretch,
    span: Span,
    meetings: list[Meeting],
    exemptions: dict[tuple[int, str], list[SlotExemption]],
    today: date,
) -> Slot:
    """Return one slot. A meeting belongs to the span in which the period lies that it was held for."""
    mine = tuple(meeting for meeting in meetings if meeting.slot_start in span)
    said = exemptions[stretch.organisation.pk, stretch.kind]
    exemption = next((one for one in said if one.slot_start in span), None)
    state = judge(stretch, span, [meeting.activity for meeting in mine], is_exempt=bool(exemption), today=today)
    return Slot(stretch, span, state, mine, exemption)


def judge(stretch: Stretch, span: Span, activities: list[Activity], *, is_exempt: bool, today: date) -> State:
    """Return how a slot stands. What was held within the span counts, whatever an exemption says."""
    days = [activity.held_on for activity in activities if activity.is_held and activity.held_on <= today]
    if any(day in span for day in days):
        return State.DONE
    if any(span.end < day <= span.end + timedelta(days=stretch.grace_days) for day in days):
        return State.MADE_UP
    if is_exempt:
        return State.EXEMPT
    if span.end < today:
        return State.MISSED
    is_planned = any(activity.is_planned for activity in activities)
    return State.PLANNED if is_planned else State.DUE
