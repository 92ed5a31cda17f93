"""Everything the page of one indicator shows, read into frozen values: the figure, its parts, its trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from indicators.areas import AreaRef
from indicators.figures import FreshnessReport, read_freshness
from indicators.indicator import Choice, Indicator, Unit
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period, recent_periods
from indicators.shown import ShownFigure, show_figures
from indicators.suppression import must_hide
from indicators.tallies import GroupedTallies, TallyMeasure

LEVELS = [AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID]  # from the top down
LEVELS_BELOW = 2  # offered: all grids of a district would be thousands of rows


@dataclass(frozen=True)
class Question:
    """What is asked of an indicator; `grouping` is one of its measure's, "" where it has none."""

    indicator: Indicator
    area: AreaRef
    period: Period
    grouping: str = ""
    level: str = ""

    @property
    def levels(self) -> list[AreaLevel]:
        """The levels of parts that one may ask for."""
        first = LEVELS.index(AreaLevel(self.area.level)) + 1
        lowest = LEVELS.index(AreaLevel(self.indicator.measure.lowest))
        return LEVELS[first : lowest + 1][:LEVELS_BELOW]


@dataclass(frozen=True)
class Answer:
    """The figure with all that is shown beside it; `parents` names by code the areas between this and its parts."""

    question: Question
    shown: ShownFigure
    groupings: Sequence[Choice]
    level: str
    parts: list[tuple[AreaRef, ShownFigure]]
    parents: dict[str, str]
    trend: list[tuple[Period, ShownFigure]]
    freshness: FreshnessReport

    @property
    def grouping_name(self) -> str:
        """The grouping in words, "" where there is none."""
        return next((str(name) for code, name in self.groupings if code == self.question.grouping), "")

    @property
    def is_tally(self) -> bool:
        """Whether the figure is counted a little after reach and activities are."""
        return isinstance(self.question.indicator.measure, TallyMeasure | GroupedTallies)

    @property
    def has_trend(self) -> bool:
        """Whether there is anything to draw."""
        return any(shown.value is not None for _period, shown in self.trend)

    @property
    def chart(self) -> dict[str, Any]:
        """The trend as charts.js draws it."""
        indicator = self.question.indicator
        return {
            "categories": [period.code for period, _shown in self.trend],
            "series": [{"name": str(indicator.name), "values": [shown.value for _period, shown in self.trend]}],
            "unit": "%" if indicator.unit == Unit.PERCENT else "",
        }


def read_answer(question: Question, groupings: Sequence[Choice], user: User) -> Answer:
    """Return the answer as the user may see it, with a constant number of queries.

    Freshness is read first: what changes meanwhile then shows at the next look.
    """
    freshness, hides = read_freshness(question.area), must_hide(user)
    indicator, area, period = question.indicator, question.area, question.period
    trend = list_trend_periods(indicator)
    family = find_siblings(area, period, user) if hides else [area]
    asked = sorted({period, *trend}, key=lambda one: (one.kind, one.start))
    figures = show_figures(indicator, family, asked, question.grouping, hides=hides)
    level = question.level or next(iter(question.levels), "")
    parts = area.parts(level, period) if level else []
    below = show_figures(indicator, parts, [period], question.grouping, hides=hides)
    return Answer(
        question=question,
        shown=figures[area.id, period.code],
        groupings=groupings,
        level=level,
        parents=name_parents(question, level),
        parts=[(part, below[part.id, period.code]) for part in parts],
        trend=[(one, figures[area.id, one.code]) for one in trend],
        freshness=freshness,
    )


def name_parents(question: Question, level: str) -> dict[str, str]:
    """Return code -> name of the areas in between, where the parts are not directly below."""
    if level not in question.levels[1:]:
        return {}
    between = question.levels[question.levels.index(AreaLevel(level)) - 1]
    return {area.code: area.name for area in question.area.parts(between, question.period)}


def list_trend_periods(indicator: Indicator) -> list[Period]:
    """Return the periods of the trend, oldest first: of the shortest kind that the indicator has, two years of them."""
    kind = indicator.periods[0]
    count = max(settings.CELL_MONTHS // MONTHS_OF[kind], 1)
    return recent_periods(kind, timezone.localdate(), count)[::-1]


def find_siblings(area: AreaRef, period: Period, user: User) -> list[AreaRef]:
    """Return the area with those beside it that the user sees too; alone if it is the user's own."""
    if area.code == user.area_code:
        return [area]
    above = AreaRef("", 0, area.parent_code, "")
    siblings = above.parts(area.level, period)
    return siblings if area in siblings else [*siblings, area]
