"""Everything the page of an indicator of surveys shows: the figure of a wave, its parts, the waves before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from communities.models import Community, Street
from indicators.areas import AreaRef
from indicators.detail import Question
from indicators.indicator import Indicator, Unit
from indicators.models import AreaLevel
from indicators.shown import ShownFigure, show_figures
from indicators.statistics import FEW, wilson
from indicators.waves import Asked, WavePeriod
from surveys.results.reading import read_results
from surveys.results.shapes import Rate


@dataclass(frozen=True)
class SurveyAnswer:
    """A figure of one wave with all that is shown beside it; `rate` is None where no cards were issued."""

    question: Question
    asked: Asked
    shown: ShownFigure
    rate: Rate | None
    parts: list[tuple[AreaRef, ShownFigure]]
    trend: list[tuple[WavePeriod, ShownFigure]]

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of a share, in per cent."""
        figure = self.shown.figure
        if self.shown.percent is None:
            return None
        low, high = wilson(figure.numerator, figure.denominator)
        return round(low * 100, 1), round(high * 100, 1)

    @property
    def rate_percent(self) -> float | None:
        """The response rate of the whole wave in per cent; None without cards."""
        return None if self.rate is None or self.rate.rr2 is None else round(self.rate.rr2 * 100, 1)

    @property
    def is_few(self) -> bool:
        """Whether so few answered that the figure is a mere hint."""
        return self.shown.value is not None and self.shown.figure.denominator < FEW

    @property
    def has_trend(self) -> bool:
        """Whether there is anything to compare."""
        return sum(shown.value is not None for _period, shown in self.trend) > 1

    @property
    def chart(self) -> dict[str, Any]:
        """The waves as charts.js draws them."""
        indicator = self.question.indicator
        return {
            "categories": [f"{period.last_day:%Y-%m-%d}" for period, _shown in self.trend],
            "series": [{"name": str(indicator.name), "values": [shown.value for _period, shown in self.trend]}],
            "unit": "%" if indicator.unit == Unit.PERCENT else "",
        }


def read_survey_answer(indicator: Indicator, area: AreaRef, asked: Asked, waves: Sequence[Asked]) -> SurveyAnswer:
    """Return the answer of one wave, with those of the area's other waves; a constant number of queries."""
    period = asked.period
    trend = sorted({period, *(one.period for one in waves)}, key=lambda one: (one.end, one.wave_id))
    figures = show_figures(indicator, [area], trend, "", hides=False)
    parts = list_parts(area, asked)
    below = show_figures(indicator, parts, [period], "", hides=False)
    results = read_results(asked.wave)
    return SurveyAnswer(
        question=Question(indicator, area, period),
        asked=asked,
        shown=figures[area.id, period.code],
        rate=results.rate if results else None,
        parts=[(part, below[part.id, period.code]) for part in parts],
        trend=[(one, figures[area.id, one.code]) for one in trend],
    )


def list_parts(area: AreaRef, asked: Asked) -> list[AreaRef]:
    """Return the areas below for which the wave has figures: the communities asked, or of a district the street."""
    if area.level == AreaLevel.DISTRICT:
        return [AreaRef.to(street) for street in Street.objects.filter(code=asked.owner_code)]
    if area.level == AreaLevel.STREET:
        return [AreaRef.to(row) for row in Community.objects.filter(pk__in=asked.communities).order_by("code")]
    return []
