"""Which figures of a closed period have moved since, without hiding: for tests of closing."""

from indicators.areas import AreaRef
from indicators.closings.frozen import Restatement, compare, find_closing
from indicators.periods import Period


def find_restatements(area: AreaRef, period: Period) -> list[Restatement]:
    """Return the indicators whose live figure differs from the one at the closing; none for an open period."""
    closing = find_closing(area, period)
    return [row for row in compare(closing, area) if row.is_restated] if closing else []
