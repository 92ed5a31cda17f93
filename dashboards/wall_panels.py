"""What a wall screen shows in turn: reach, people and homes, groups, areas, activities. Links to screens: walls.py."""

from dataclasses import dataclass
from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone

from activities.models import Activity
from dashboards.asking import Ask
from dashboards.brief import read_months
from dashboards.kept import Shelf
from dashboards.lines import Line, draw_line
from dashboards.tiles import Tile, read_tiles, show_people
from dashboards.walls import make_reader
from grids.models import PopulationGroup
from indicators.areas import BELOW, AreaRef
from indicators.figures import Held, Reach, read_held, read_kinds, read_reach
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.suppression import Shown, find_hidden_cells, name_cell

ROWS = 6  # what can be read from five metres
DAYS_AHEAD = 7
LIFETIME = 300  # what is planned for the next days moves without an edition
BIG = "S0-20"
SIDE = ("R-08", "R-11")


@dataclass(frozen=True)
class Bar:
    """A row: what it is about, its reach, and how long its bar is in per cent."""

    name: str
    shown: Shown
    width: int


@dataclass(frozen=True)
class Panels:
    """What all panels show. `groups` come by people missed, `areas` by reach, lowest first, without hidden ones."""

    area: AreaRef
    reach: Tile | None
    people: Shown
    line: Line
    latest: float | None  # reach of the running month, in per cent
    others: list[Tile]
    groups: list[Bar]
    areas: list[Bar]
    held: Held
    kinds: list[tuple[str, int, int]]  # name, number, length of the bar in per cent
    coming: int


def find_panels(area: AreaRef, period: Period, edition: str) -> str:
    """Return the panels of an area and period as markup, kept until the edition changes."""
    reader = make_reader(area)

    def draw() -> str:
        panels = read_panels(Ask(area, period, reader))
        return render_to_string("dashboards/_wall_panels.html", {"panels": panels, "period": period})

    return Shelf(reader).find_or_make(["wall", area.code, period.code], edition, draw, lifetime=LIFETIME)


def read_panels(ask: Ask) -> Panels:
    """Return what the panels show, hidden as for everybody above a community."""
    tiles = {tile.indicator.id: tile for tile in read_tiles(ask, (BIG, *SIDE))}
    reach = tiles.get(BIG)
    kinds = read_kinds(ask.area, ask.period)[:ROWS]
    months = [percent for _month, percent in read_months(ask)]
    most = max((number for _kind, number in kinds), default=1)
    return Panels(
        area=ask.area,
        reach=reach,
        people=show_people(reach),
        line=draw_line(months),
        latest=months[-1],
        others=[tiles[id] for id in SIDE if id in tiles],
        groups=read_groups(ask),
        areas=read_areas(ask),
        held=read_held(ask.area, ask.period),
        kinds=[(kind, number, round(number / most * 100)) for kind, number in kinds],
        coming=count_coming(ask),
    )


def read_groups(ask: Ask) -> list[Bar]:
    """Return the groups of the area by people missed."""
    area, names = ask.area, dict(PopulationGroup.objects.values_list("code", "name"))
    hidden = find_hidden_cells([area], [ask.period], list(names))
    cells = read_reach([area], ask.period)[area.id]
    missed = [
        (names[code], Shown(reach))
        for code, reach in cells.items()
        if code in names and reach.missed and name_cell(area, ask.period, code) not in hidden
    ]
    missed.sort(key=lambda one: -one[1].reach.missed)
    most = missed[0][1].reach.missed if missed else 1
    return [Bar(name, shown, round(shown.reach.missed / most * 100)) for name, shown in missed[:ROWS]]


def read_areas(ask: Ask) -> list[Bar]:
    """Return the areas inside by reach, lowest first; those hidden and those where nobody lives are left out."""
    parts = ask.area.parts(BELOW[AreaLevel(ask.area.level)], ask.period)
    hidden = find_hidden_cells(parts, [ask.period], ["all"])
    cells = read_reach(parts, ask.period)
    rows = [
        Bar(part.name, shown, round(percent))
        for part in parts
        if name_cell(part, ask.period, "all") not in hidden
        and (percent := (shown := Shown(cells[part.id].get("all", Reach()))).percent) is not None
    ]
    return sorted(rows, key=lambda bar: (bar.shown.rate, bar.name))[:ROWS]


def count_coming(ask: Ask) -> int:
    """Return how many activities everybody may read about begin within the next days."""
    now = timezone.now()
    inside = Activity.objects.public().upcoming().gatherings().filter(community__code__startswith=ask.area.code)
    return inside.filter(starts_at__gt=now, starts_at__lt=now + timedelta(days=DAYS_AHEAD)).count()
