"""The five classes of a map: fixed fifths for shares, equally many areas in each for everything else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.indicator import Indicator, Unit
from indicators.judging import scale_of
from indicators.shown import ShownFigure
from indicators.templatetags.units import in_unit

WORDS: tuple[Promise, ...] = (
    gettext_lazy("很低"),
    gettext_lazy("较低"),
    gettext_lazy("中等"),
    gettext_lazy("较高"),
    gettext_lazy("很高"),
)
CLASSES = len(WORDS)
HIDDEN, EMPTY = "hidden", "empty"


@dataclass(frozen=True)
class Entry:
    """A line of the legend: the shade, what it says, and how many areas have it."""

    shade: str
    name: str
    range: str
    count: int


@dataclass(frozen=True)
class Scale:
    """Where classes begin, in the indicator's unit; the first takes everything below the second."""

    indicator: Indicator
    starts: tuple[float, ...]
    is_fixed: bool

    def shade(self, shown: ShownFigure) -> str:
        """Return the shade of a figure as it is shown: 1 (lowest) to 5, hidden, or empty."""
        if shown.hidden:
            return HIDDEN
        return EMPTY if shown.value is None else str(self._shade_of(self._class_of(shown.value)))

    def describe(self, figures: Sequence[ShownFigure]) -> list[Entry]:
        """Return the legend: every class, and what has no figure where that occurs."""
        shades = [self.shade(shown) for shown in figures]
        values: dict[int, list[float]] = {number: [] for number in range(len(self.starts))}
        for shown in figures:
            if shown.value is not None:
                values[self._class_of(shown.value)].append(shown.value)
        entries = [self._enter(number, inside) for number, inside in values.items()]
        for shade, name in ((HIDDEN, _("人数太少，不显示")), (EMPTY, _("没有可统计的对象"))):
            if shade in shades:
                entries.append(Entry(shade, name, "", shades.count(shade)))
        return entries

    def _enter(self, number: int, values: list[float]) -> Entry:
        shade = self._shade_of(number)
        return Entry(str(shade), str(WORDS[shade - 1]), self._say_range(number, values), len(values))

    def _say_range(self, number: int, values: list[float]) -> str:
        low, high = (self._say(value) for value in self._edges(number, values))
        if low == high:
            return low
        if not self.is_fixed or number == CLASSES - 1:
            return f"{low}–{high}"
        if not number:
            return _("不到 %(high)s") % {"high": high}
        return _("%(low)s–不到 %(high)s") % {"low": low, "high": high}

    def _edges(self, number: int, values: list[float]) -> tuple[float, float]:
        """Return where a fixed class begins and ends; of the others, the smallest and greatest value in them."""
        if not self.is_fixed:
            return min(values), max(values)
        ends = [*self.starts[1:], max([scale_of(self.indicator) or 0.0, *values])]
        return self.starts[number], ends[number]

    def _say(self, value: float) -> str:
        if self.indicator.unit == Unit.PERCENT:
            return f"{value:g}%"
        return f"{value:g}" if self.indicator.unit == Unit.INDEX else in_unit(value, self.indicator)

    def _class_of(self, value: float) -> int:
        return sum(value >= start for start in self.starts[1:])

    def _shade_of(self, number: int) -> int:
        """Return the shade of a class: fewer classes are spread over the same five."""
        steps = len(self.starts) - 1
        return 1 + round(number * (CLASSES - 1) / steps) if steps else (CLASSES + 1) // 2


def make_scale(indicator: Indicator, figures: Sequence[ShownFigure]) -> Scale:
    """Return the classes for these figures; only what is shown decides about them."""
    top = scale_of(indicator)
    if top:
        return Scale(indicator, tuple(top * number / CLASSES for number in range(CLASSES)), is_fixed=True)
    values = sorted(shown.value for shown in figures if shown.value is not None)
    starts = {values[len(values) * number // CLASSES] for number in range(CLASSES)} if values else set()
    return Scale(indicator, tuple(sorted(starts)), is_fixed=False)
