"""When numbers are to be reported, and who has: one slot for each community and period. Rules: docs/indicators.md."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from indicators.areas import AreaRef
from indicators.indicator import Figure, Key, Ungrouped
from indicators.models import AreaLevel, FigureReport
from indicators.periods import Period
from indicators.reports.fields import FIELDS, fields_of
from indicators.tallies import Count as Sums
from indicators.tallies import Item, TallyMeasure

FORMS = ("quarter", "year")  # the kinds of period for which numbers are asked


class State(models.TextChoices):
    """How a slot stands (counting rule 10)."""

    OPEN = "open", _("待报")  # the days to report have not run out
    ON_TIME = "on_time", _("按时")
    LATE = "late", _("迟报")
    MISSING = "missing", _("未报")


@dataclass(frozen=True)
class Slot:
    """One form that a community is to fill in. `filled` counts the numbers it has given so far."""

    community: Community
    period: Period
    report: FigureReport | None
    filled: int
    state: State

    @property
    def asked(self) -> int:
        """How many numbers the form asks for."""
        return len(fields_of(self.period.kind))

    @property
    def due(self) -> date:
        """The last day to report on time."""
        return due_of(self.period)

    @property
    def is_settled(self) -> bool:
        """Whether it counts already: reported, or no longer to be reported on time."""
        return self.state != State.OPEN


def due_of(period: Period) -> date:
    """Return the last day on which the numbers of a period are reported on time."""
    return period.end - timedelta(days=1) + timedelta(days=settings.REPORT_DUE_DAYS)


def is_asked(period: Period, today: date) -> bool:
    """Tell whether numbers are reported for a period: its kind has a form, it is over, and not too long ago."""
    return bool(fields_of(period.kind)) and period.end <= today and period.start >= settings.REPORTS_SINCE


def asked_periods(kind: str, today: date, count: int) -> list[Period]:
    """Return the latest periods of a kind for which numbers are reported, newest first."""
    period = Period.containing(today, kind).previous()
    found: list[Period] = []
    while len(found) < count and is_asked(period, today):
        found.append(period)
        period = period.previous()
    return found


def read_slots(communities: Iterable[Community], periods: Sequence[Period], today: date) -> list[Slot]:
    """Return the slots of communities, by period and then community, with one query."""
    places = list(communities)
    asked = [period for period in periods if is_asked(period, today)]
    filled = Count("figures", filter=Q(figures__indicator__in=list(FIELDS)))
    found = FigureReport.objects.filter(community__in=places, period__in=[period.code for period in asked])
    reports = {(report.community_id, report.period): report for report in found.annotate(filled=filled)}
    slots = []
    for period in asked:
        for place in places:
            report = reports.get((place.pk, period.code))
            if report or existed(place, period):
                number = report.filled if report else 0
                slots.append(Slot(place, period, report, number, judge(report, period, today)))
    return slots


def existed(community: Community, period: Period) -> bool:
    """Tell whether a community was there on the last day of a period."""
    last = period.end - timedelta(days=1)
    return (community.valid_from is None or community.valid_from <= last) and (
        community.valid_to is None or community.valid_to > last
    )


def judge(report: FigureReport | None, period: Period, today: date) -> State:
    """Return how a slot stands; what was reported first decides, corrections do not."""
    if report is None:
        return State.OPEN if today <= due_of(period) else State.MISSING
    return State.ON_TIME if timezone.localdate(report.first_submitted_at) <= due_of(period) else State.LATE


@dataclass(frozen=True)
class SlotTally:
    """On-time reports by all that are settled (counting rule 10): the items are communities, one form each."""

    model: type[models.Model] = Community
    lowest: str = AreaLevel.COMMUNITY

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterator[Sums]:
        """Return the sums; see tallies.Tally."""
        for slot in settled(communities, periods, today):
            yield slot.community.pk, None, slot.period.code, int(slot.state == State.ON_TIME), 1

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterator[Item]:
        """Return the items; see tallies.Tally."""
        for slot in settled(communities, [period], today):
            pk = slot.community.pk
            yield Item(pk, None, period.code, pk, slot.state == State.ON_TIME)


@dataclass(frozen=True)
class FieldTally:
    """Numbers given by numbers asked, in the forms that are settled. A number that was not given has no row: the items
    are places on the forms, numbered through."""

    model: type[models.Model] = Community
    lowest: str = AreaLevel.COMMUNITY

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterator[Sums]:
        """Return the sums; see tallies.Tally."""
        for slot in settled(communities, periods, today):
            yield slot.community.pk, None, slot.period.code, slot.filled, slot.asked

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterator[Item]:
        """Return the items; see tallies.Tally."""
        for slot in settled(communities, [period], today):
            pk = slot.community.pk
            for place in range(slot.asked):
                yield Item(pk, None, period.code, pk * len(FIELDS) + place, place < slot.filled)


@dataclass(frozen=True)
class FormMeasure(Ungrouped):
    """The measure of a tally whose items are no rows: it has figures and no list."""

    tallied: TallyMeasure

    lowest = AreaLevel.COMMUNITY
    things = None

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        return self.tallied.answer(areas, periods, grouping)

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> None:
        """Places on a form are no rows: there is nothing to list."""


def settled(communities: Sequence[int], periods: Sequence[Period], today: date) -> list[Slot]:
    """Return the slots that count already, of communities given by key."""
    places = Community.objects.filter(pk__in=communities).order_by("code")
    return [slot for slot in read_slots(places, periods, today) if slot.is_settled]
