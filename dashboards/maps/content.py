"""What a map shows, read into frozen values: places with figures, the classes, and shapes or tiles to colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.maps.scale import Entry, Scale
from indicators.areas import AreaRef
from indicators.indicator import RATES, Choice, Indicator
from indicators.models import AreaLevel
from indicators.shown import ShownFigure
from indicators.templatetags.units import in_unit


@dataclass(frozen=True)
class Place:
    """An area of the map with its figure; `parent` names the area around it, `url` is what it opens."""

    area: AreaRef
    parent: str
    shown: ShownFigure
    shade: str
    url: str
    words: str

    @property
    def value(self) -> str:
        """The value with its unit."""
        return in_unit(self.shown.value, self.shown.indicator)

    @property
    def short_name(self) -> str:
        """The name without that of the area around it, which stands beside it anyway."""
        return self.area.name.removeprefix(self.parent) or self.area.name


@dataclass(frozen=True)
class Label:
    """Words on a shape, one under the other: `screens` is wide, phone, or "" for both."""

    x: float
    y: float
    texts: Sequence[str]
    screens: str = ""


@dataclass(frozen=True)
class Shape:
    """A place as it is drawn."""

    place: Place
    path: str
    labels: Sequence[Label]


@dataclass(frozen=True)
class Drawing:
    """The shapes of a map, the outlines around those of one parent, and who could not be drawn."""

    width: int
    height: int
    shapes: Sequence[Shape]
    outlines: Sequence[str]
    missing: Sequence[Place]


@dataclass(frozen=True)
class Block:
    """The tiles of one parent."""

    area: AreaRef
    places: Sequence[Place]


@dataclass(frozen=True)
class Choices:
    """The indicator and grouping that are asked for, and what else one may ask for: indicators by topic."""

    indicator: Indicator
    grouping: str
    topics: Sequence[tuple[str, Sequence[Indicator]]]
    groupings: Sequence[Choice]

    @property
    def grouping_name(self) -> str:
        """The grouping in words, "" where there is none."""
        return next((str(name) for code, name in self.groupings if code == self.grouping), "")


@dataclass(frozen=True)
class MapContent:
    """An indicator's map. `reason` says why there is none; then everything but the choices is empty."""

    choices: Choices
    title: str = ""
    level: str = ""
    scale: Scale | None = None
    places: Sequence[Place] = ()
    drawing: Drawing | None = None
    blocks: Sequence[Block] = ()
    drawn: int = 0
    grids: int = 0
    reason: str = ""

    @property
    def indicator(self) -> Indicator:
        """What the places are coloured by."""
        return self.choices.indicator

    @property
    def legend(self) -> list[Entry]:
        """The classes with their ranges, and what has no figure."""
        return self.scale.describe([place.shown for place in self.places]) if self.scale else []

    @property
    def is_of_grids(self) -> bool:
        """Whether places are grids; communities otherwise."""
        return self.level == AreaLevel.GRID

    @property
    def is_rate(self) -> bool:
        """Whether a figure is a numerator by a denominator."""
        return self.indicator.unit in RATES

    @property
    def lacks_boundaries(self) -> bool:
        """Whether some boundaries are known, but too few for a map."""
        return self.drawing is None and self.drawn > 0
