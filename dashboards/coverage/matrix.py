"""Areas by groups of people: whom each area missed, the largest gaps first. Picture and tables of it: drawing.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.coverage.choices import Choices
from dashboards.coverage.seen import Seen, make_tiles, read_seen
from dashboards.links import link
from dashboards.tables import Table
from dashboards.tiles import Tile
from grids.groupings import ALL
from indicators.areas import BELOW, AreaRef
from indicators.indicator import Choice
from indicators.models import AreaLevel
from indicators.periods import Period


@dataclass(frozen=True)
class Row:
    """An area with what is seen of it by grouping; `name` says in which area it lies where the page's does not."""

    area: AreaRef
    name: str
    url: str
    seen: dict[str, Seen]


@dataclass(frozen=True)
class Matrix:
    """The page of an area above grids. Rows and columns come by people missed, most first; hidden ones come last."""

    area: AreaRef
    period: Period
    choices: Choices
    rows: list[Row]
    columns: list[Choice]
    whole: dict[str, Seen]
    tiles: list[Tile]
    hides: bool
    chart: Chart | None = None
    cells: Table | None = None  # the figures of the picture

    is_grid = False

    @property
    def total(self) -> Seen:
        """The whole area, of the grouping chosen."""
        return self.whole[self.choices.grouping]

    @property
    def is_empty(self) -> bool:
        """Whether nobody lived there at all."""
        return not self.whole[ALL.code].reach.population

    @property
    def has_nobody(self) -> bool:
        """Whether nobody of the grouping lived there."""
        return not self.total.reach.population

    @property
    def only(self) -> Row | None:
        """The row where there is but one: a picture of it would say nothing."""
        return self.rows[0] if len(self.rows) == 1 else None

    @property
    def drawn(self) -> int:
        """How many rows are in the picture."""
        return len(self.chart.data["rows"]) if self.chart else 0

    @property
    def is_cut(self) -> bool:
        """Whether there are rows that are not in the picture."""
        return self.drawn < len(self.rows)

    @property
    def lacks_columns(self) -> bool:
        """Whether there are no groupings beside everybody."""
        return len(self.columns) == 1


def read_matrix(ask: Ask, choices: Choices) -> Matrix:
    """Return the page of an area, with a number of queries that does not grow with its areas."""
    codes = list(dict.fromkeys([choices.grouping, *(code for code, _name in choices.members)]))
    parts = ask.area.parts(choices.level, ask.period)
    cells = read_seen(parts, [ask.period], codes, hides=ask.hides)
    around = read_seen(ask.find_family(), [ask.period], codes, hides=ask.hides)
    whole = {code: around[ask.area.id, ask.period.code, code] for code in codes}
    parents = name_parents(ask, choices.level)
    rows = [
        Row(
            part,
            " ".join(filter(None, (parents.get(part.parent_code), part.name))),
            open_part(ask, choices, part),
            {code: cells[part.id, ask.period.code, code] for code in codes},
        )
        for part in parts
    ]
    return Matrix(
        area=ask.area,
        period=ask.period,
        choices=choices,
        rows=sorted(rows, key=lambda row: (*row.seen[choices.grouping].order, row.area.code)),
        columns=sort_columns(choices.members, whole),
        whole=whole,
        tiles=make_tiles(ask, choices.grouping, whole[choices.grouping]),
        hides=ask.hides,
    )


def sort_columns(members: Sequence[Choice], whole: dict[str, Seen]) -> list[Choice]:
    """Return everybody, then the other groupings by people missed in the whole area."""
    return [members[0], *sorted(members[1:], key=lambda choice: whole[choice[0]].order)]


def name_parents(ask: Ask, level: AreaLevel) -> dict[str, str]:
    """Return code -> name of the areas in between, where the rows do not lie directly below the page's area."""
    between = BELOW[AreaLevel(ask.area.level)]
    return {} if between == level else {area.code: area.name for area in ask.area.parts(between, ask.period)}


def open_part(ask: Ask, choices: Choices, part: AreaRef) -> str:
    """Return the address of the same question about a part."""
    if part.level == AreaLevel.GRID:
        return link(part.code, "coverage", ask.period, grouping=choices.grouping)
    filters = {"grouping": choices.grouping, "columns": choices.columns.value, "show": choices.show.value}
    return link(part.code, "coverage", ask.period, **filters)
