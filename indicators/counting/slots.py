"""The slots of cadence rules as a tally. What a slot is and how it stands: cadence/slots.py and cadence/standing.py."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model, Q

from activities.models import Category
from cadence.models import CadenceRule
from cadence.slots import Slot, State, list_spans
from cadence.standing import read_slots
from communities.models import Community
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period
from indicators.tallies import Count, Item

WEDNESDAY = 3
SETTLED = (State.DONE, State.MADE_UP, State.MISSED)  # due and neither open nor exempt
KEPT = (State.DONE, State.MADE_UP)


def is_visiting_day(rule: CadenceRule) -> bool:
    """Tell whether a rule asks every grid for visits on Wednesdays (网格周三入户日)."""
    return rule.category == Category.VISIT and rule.weekdays == [WEDNESDAY] and rule.per == CadenceRule.Per.GRID


def is_any_other(rule: CadenceRule) -> bool:
    """Tell whether a rule is about anything else."""
    return not is_visiting_day(rule)


@dataclass(frozen=True)
class SlotTally:
    """The slots of some rules that end in the period and are over or done; counted where their state is one of `kept`.

    Slots are derived: they have no rows of their own, and an item's id is that of its rule.
    """

    concerns: Callable[[CadenceRule], bool]
    kept: tuple[State, ...]
    lowest: str = AreaLevel.COMMUNITY

    @property
    def model(self) -> type[Model]:
        """The rules."""
        return CadenceRule

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterable[Count]:
        """Return the sums; see Tally."""
        kept: Counter[tuple] = Counter()
        settled: Counter[tuple] = Counter()
        asked = {period.code for period in periods}
        for slot in self._settled(communities, periods, today):
            for kind in MONTHS_OF:
                code = Period.containing(slot.span.end, kind).code
                if code in asked:
                    place = (slot.community.pk, self._grid_of(slot), code)
                    settled[place] += 1
                    kept[place] += slot.state in self.kept
        return [(*place, kept[place], number) for place, number in settled.items()]

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterable[Item]:
        """Return the slots of one period; see Tally."""
        return [
            Item(slot.community.pk, self._grid_of(slot), period.code, slot.rule.pk, slot.state in self.kept)
            for slot in self._settled(communities, [period], today)
            if period.start <= slot.span.end < period.end
        ]

    def _grid_of(self, slot: Slot) -> int | None:
        return slot.grid.pk if slot.grid and self.lowest == AreaLevel.GRID else None

    def _settled(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterator[Slot]:
        first = min(period.start for period in periods)
        last = min(max(period.end for period in periods) - timedelta(days=1), today)
        places = Community.objects.filter(pk__in=communities)
        here = Q(community__in=places) | Q(street__in=places.values("street"))
        rules = [rule for rule in CadenceRule.objects.filter(here).for_slots() if self.concerns(rule)]
        spans = {rule: list_spans(rule, first, last) for rule in rules}
        yield from (slot for slot in read_slots(spans, places, today, abolished=True) if slot.state in SETTLED)
