"""Measures that are answered by surveys: shares of options of a question of the bank, and means of its scores.

Every number is one that surveys/results/ publishes: nothing here counts answers. A figure that cannot be made of
published numbers is withheld, from everybody.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.areas import AreaRef
from indicators.indicator import Figure, Key, Ungrouped
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.waves import Asked, WavePeriod, find_asked
from surveys.models import Wave
from surveys.results.reading import find_scores, find_share, read_many
from surveys.results.shapes import Results

WITHHELD = Figure(0, is_withheld=True)


@dataclass(frozen=True)
class SurveyMeasure(Ungrouped, ABC):
    """What all measures of surveys share: which waves answer, and for whom.

    A wave has a figure for the street or community that asked, and for each community that was asked; for all other
    areas and for periods of the calendar there is nothing to count. Answers never lead to a list.
    """

    bank: str

    lowest = AreaLevel.COMMUNITY
    things = None

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        figures = {(area.id, period.code): Figure(0) for area in areas for period in periods}
        keys = [period.wave_id for period in periods if isinstance(period, WavePeriod)]
        asked = find_asked(self.bank, Wave.objects.filter(pk__in=keys)) if keys else []
        results = read_many([one.wave for one in asked]) if asked else {}
        for one in asked:
            for area in filter(one.concerns, areas):
                figures[area.id, one.period.code] = self.read(results[one.wave.pk], one, area)
        return figures

    def read(self, results: Results, asked: Asked, area: AreaRef) -> Figure:
        """Return the figure of an area that the wave concerns."""
        community = None if area.code == asked.owner_code else area.id
        return self.count(results, asked.variable, community) or WITHHELD

    @abstractmethod
    def count(self, results: Results, variable: str, community: int | None) -> Figure | None:
        """Return the figure of a community, or of all together; None where it is withheld."""

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> None:
        """Answers to surveys lead to nobody: there is nothing to list."""


@dataclass(frozen=True)
class SurveyShare(SurveyMeasure):
    """Those who chose one of some options of a question, by all who answered it."""

    options: tuple[str, ...] = ()

    def count(self, results: Results, variable: str, community: int | None) -> Figure | None:
        """Return who chose one of the options, by who answered."""
        found = find_share(results, variable, self.options, community)
        return Figure(*found) if found else None


@dataclass(frozen=True)
class SurveyMean(SurveyMeasure):
    """The sum of the scores that were given, by all who gave one; options put together count with their middle."""

    def count(self, results: Results, variable: str, community: int | None) -> Figure | None:
        """Return the sum of scores by who answered; None where too many options had to be put together."""
        found = find_scores(results, variable, community)
        return Figure(*found) if found else None
