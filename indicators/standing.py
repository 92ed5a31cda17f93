"""How the figure of a definition page stands: to its target, and to what it was when the period was closed."""

from dataclasses import dataclass

from django.utils import timezone

from indicators.areas import AreaRef
from indicators.closings.frozen import Restatement, find_restatement
from indicators.indicator import Figure, Indicator
from indicators.judging import Judgement, assess
from indicators.models import PeriodClosing
from indicators.periods import Period
from indicators.targets import find_target


@dataclass(frozen=True)
class Standing:
    """What indicators/_light.html and indicators/_restatement.html show beside a figure."""

    judged: Judgement | None
    closing: PeriodClosing | None
    restatement: Restatement | None


def read_standing(
    indicator: Indicator, area: AreaRef, period: Period, figure: Figure | None, *, hides: bool
) -> Standing:
    """Return how an indicator's figure stands; None for `figure` when this reader may not see it.

    Targets and frozen figures are those of the first grouping: ask for no other.
    """
    yearly = find_target(indicator, area, period.start.year)
    judged = assess(indicator, figure, yearly, period, timezone.localdate()) if figure else None
    return Standing(judged, *find_restatement(indicator, area, period, hides=hides))
