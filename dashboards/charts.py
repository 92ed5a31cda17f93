"""A chart of a page: drawn by charts.js from its data, and taken out as a picture with title, period and n."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Chart:
    """What _chart.html needs. The same figures stand in a table beside or beneath it (`Table.code` == `table`)."""

    code: str
    kind: str  # of charts.js: bar, trend, heatmap, …
    title: str | Promise
    data: dict[str, Any]
    n: str | Promise = ""  # what it is drawn from, in words: 在册 12,034 人
    table: str = ""

    @property
    def source(self) -> str:
        """The id of the element that holds the data."""
        return f"chart-{self.code}"
