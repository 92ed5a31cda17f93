"""Slots of cadence rules: the periods in which something is due, and how each stands. No database here."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadence.models import CadenceNote, CadenceRule
from communities.models import Community
from communities.shares import Share
from communities.spans import ONE_DAY, Span, find_months
from grids.models import Grid

MONTHS_OF = {CadenceRule.Every.MONTH: 1, CadenceRule.Every.QUARTER: 3, CadenceRule.Every.YEAR: 12}
SHOWN = {"day": 8, "week": 8, "month": 6, "quarter": 4, "year": 2}  # slots on a community's page, the open one included
PRESSING_DAYS = 14  # a slot is put on the to-do list when so many days are left: nobody needs "this year" in January


class State(models.TextChoices):
    """How a slot stands (E6)."""

    DUE = "due", gettext_lazy("应做")
    UPCOMING = "upcoming", gettext_lazy("将到")
    DONE = "done", gettext_lazy("已做")
    MADE_UP = "made_up", gettext_lazy("补做")
    MISSED = "missed", gettext_lazy("缺")
    EXEMPT = "exempt", gettext_lazy("免")


WEEKDAYS = [
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
]
ICONS = {
    State.DUE: "hourglass-split",
    State.UPCOMING: "calendar-check",
    State.DONE: "check-circle-fill",
    State.MADE_UP: "arrow-counterclockwise",
    State.MISSED: "x-circle",
    State.EXEMPT: "dash-circle",
}


@dataclass(frozen=True)
class Match:
    """An activity that fits a rule's description."""

    activity: int
    title: str
    day: date
    is_held: bool


@dataclass(frozen=True)
class Slot:
    """What a community (or a grid of it) is to do within a span, and what it did."""

    rule: CadenceRule
    community: Community
    grid: Grid | None
    span: Span
    state: State
    held: tuple[Match, ...]
    planned: tuple[Match, ...]
    note: CadenceNote | None
    days_left: int  # of the span while it is open, of the grace after it; negative: too late

    @property
    def short(self) -> int:
        """How many activities are missing."""
        return max(0, self.rule.times - len(self.held))

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody: due, or missed and within its grace."""
        return self.state == State.DUE or (self.state == State.MISSED and self.days_left >= 0)

    @property
    def is_pressing(self) -> bool:
        """Whether it belongs on today's list."""
        return self.is_open and (self.state == State.MISSED or self.days_left < PRESSING_DAYS)

    @property
    def label(self) -> str:
        """The span in the reader's words."""
        return label_span(self.rule.every, self.span)

    @property
    def brief(self) -> str:
        """The span where there is little room: its first day, or its month."""
        is_short = self.rule.every in (CadenceRule.Every.DAY, CadenceRule.Every.WEEK)
        return f"{self.span.start:%m-%d}" if is_short else f"{self.span.start:%Y-%m}"

    @property
    def icon(self) -> str:
        """The sign of the state, by its name among bootstrap-icons."""
        return ICONS[self.state]

    @property
    def wanted(self) -> str:
        """The query that fills in a form for the activity wanted here, where the rule names just one kind or theme."""
        keys = {"kind": self.rule.kind_keys, "theme": self.rule.theme_keys}
        return urlencode({name: of[0] for name, of in keys.items() if len(of) == 1})


def share_on_time(slots: Iterable[Slot]) -> Share:
    """Count done / (done + made up + missed)."""
    states = Counter(slot.state for slot in slots)
    done = states[State.DONE]
    return Share(done, done + states[State.MADE_UP] + states[State.MISSED])


def find_span(every: str, day: date) -> Span:
    """Return the day, ISO week, month, quarter or year in which a day lies."""
    if every == CadenceRule.Every.DAY:
        return Span(day, day)
    if every == CadenceRule.Every.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=6))
    return find_months(day, MONTHS_OF[CadenceRule.Every(every)])


def has_slot(rule: CadenceRule, span: Span) -> bool:
    """Tell whether the rule asks for something in the span: a half period at its beginning or end does not count."""
    if rule.every == CadenceRule.Every.DAY and span.start.isoweekday() not in rule.weekdays:
        return False
    return rule.starts_on <= span.start and (rule.ends_on is None or span.end <= rule.ends_on)


def list_spans(rule: CadenceRule, first: date, last: date) -> list[Span]:
    """Return the rule's spans that overlap the days from first to last, earliest first."""
    spans = []
    span = find_span(rule.every, max(first, rule.starts_on))
    while span.start <= last:
        if has_slot(rule, span):
            spans.append(span)
        span = find_span(rule.every, span.end + ONE_DAY)
    return spans


def recent_spans(rule: CadenceRule, today: date) -> list[Span]:
    """Return the latest spans that have begun, earliest first."""
    return sorted(span for span, _number in zip(_backwards(rule, today), range(SHOWN[rule.every]), strict=False))


def _backwards(rule: CadenceRule, today: date) -> Iterator[Span]:
    span = find_span(rule.every, today)
    while span.start >= rule.starts_on:
        if has_slot(rule, span):
            yield span
        span = find_span(rule.every, span.start - ONE_DAY)


def judge(
    rule: CadenceRule, span: Span, today: date, *, held: int, planned: int, note: str = "", made_up: bool = False
) -> State:
    """Return how a slot stands. What was held on time counts, whatever a note says."""
    if held >= rule.times:
        return State.DONE
    if note == CadenceNote.Kind.EXEMPT:
        return State.EXEMPT
    if made_up and held + 1 >= rule.times:
        return State.MADE_UP
    if today > span.end:
        return State.MISSED
    return State.UPCOMING if held + planned >= rule.times else State.DUE


def count_days_left(rule: CadenceRule, span: Span, today: date) -> int:
    """Return the days left after today: of the span, and once it is over of the grace."""
    last = span.end if today <= span.end else span.end + timedelta(days=rule.grace_days)
    return (last - today).days


def label_span(every: str, span: Span) -> str:
    """Return the span in the reader's words."""
    start, end = span.start, span.end
    if every == CadenceRule.Every.DAY:
        return f"{start:%m-%d} {WEEKDAYS[start.weekday()]}"
    if every == CadenceRule.Every.WEEK:
        return _("%(first)s 至 %(last)s") % {"first": f"{start:%m-%d}", "last": f"{end:%m-%d}"}
    if every == CadenceRule.Every.MONTH:
        return _("%(year)s 年 %(month)s 月") % {"year": start.year, "month": start.month}
    if every == CadenceRule.Every.QUARTER:
        return _("%(year)s 年第 %(quarter)s 季度") % {"year": start.year, "quarter": (start.month + 2) // 3}
    return _("%(year)s 年") % {"year": start.year}
