"""The other side of a twin, read for a page: the register's figure beside a wave, a wave's beside the register's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.frozen import is_kept
from indicators.detail import Question, find_siblings
from indicators.indicator import Indicator
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.shown import ShownFigure, show_figures
from indicators.suppression import must_hide
from indicators.survey_shares import SurveyMeasure
from indicators.twins import Twin, find_twins_of
from indicators.waves import list_asked

USUAL = "quarter"  # beside a wave stands the quarter in which it ended


@dataclass(frozen=True)
class Side:
    """The figure on the other side of a twin. `shown` and `period` are None where there is none to be held beside."""

    twin: Twin
    indicator: Indicator
    area: AreaRef
    period: Period | None = None
    shown: ShownFigure | None = None
    grouping_name: str = ""

    @property
    def url(self) -> str:
        """The address of its definition."""
        is_register = self.indicator.id == self.twin.register
        query = {
            "area": self.area.code,
            "period": self.period.code if self.period else "",
            "grouping": self.twin.grouping if is_register else "",
        }
        chosen = urlencode({name: value for name, value in query.items() if value})
        return f"{reverse('indicators:detail', args=[self.indicator.id])}?{chosen}"


def read_sides(question: Question, user: User) -> list[Side]:
    """Return the other sides of the twins of what a page asks; grids have none, as nobody is asked by grid."""
    if question.area.level == AreaLevel.GRID:
        return []
    twins = find_twins_of(question.indicator, question.grouping)
    last_day = question.period.reference(question.period.end)
    sides = [
        read_register_side(twin, question.area, last_day, user)
        if twin.survey == question.indicator.id
        else read_survey_side(twin, question.area)
        for twin in twins
    ]
    return [side for side in sides if side]


def read_register_side(twin: Twin, area: AreaRef, day: date, user: User) -> Side | None:
    """Return what the register says of the area in the quarter of a day, as the user may see it.

    None where the register has no such group any more.
    """
    indicator = CATALOGUE[twin.register]
    groupings = {code: str(name) for code, name in indicator.measure.list_groupings()}
    if twin.grouping and twin.grouping not in groupings:
        return None
    name = groupings.get(twin.grouping, "")
    period = Period.containing(day, USUAL)
    if not is_kept(period):
        return Side(twin, indicator, area, grouping_name=name)
    hides = must_hide(user)
    family: Sequence[AreaRef] = find_siblings(area, period, user) if hides else [area]
    figures = show_figures(indicator, family, [period], twin.grouping or next(iter(groupings), ""), hides=hides)
    return Side(twin, indicator, area, period, figures[area.id, period.code], name)


def read_survey_side(twin: Twin, area: AreaRef) -> Side:
    """Return what people of the area answered in the latest wave that asked them."""
    indicator = CATALOGUE[twin.survey]
    measure = indicator.measure
    waves = list_asked(measure.bank, area, 1) if isinstance(measure, SurveyMeasure) else []
    if not waves:
        return Side(twin, indicator, area)
    period = waves[0].period
    figures = show_figures(indicator, [area], [period], "", hides=False)
    return Side(twin, indicator, area, period, figures[area.id, period.code])
