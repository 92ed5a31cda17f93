"""Reads the page of party organisations: shares of organisation life, what was not held, each one in numbers."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.page import Page
from dashboards.party.lines import (
    Kept,
    Line,
    find_organisations,
    find_slots,
    list_lines,
    tabulate_lines,
    tabulate_missed,
    weigh,
)
from dashboards.tables import Table
from dashboards.tiles import Tile, read_tiles
from indicators.catalogue import CATALOGUE
from indicators.models import AreaLevel
from party.slots import Slot
from party.structure import count_overdue, count_vacancies, sum_members

IDS = ("S2-087", "S2-088", "S2-108", "S2-109", "S2-140", "S4-24")
LIFETIME = 60  # seconds: what is entered about organisations and their posts begins no new edition


@dataclass(frozen=True)
class Party:
    """What the page shows: no member, nobody's attendance."""

    ask: Ask
    tiles: list[Tile]
    lines: list[Line]
    slots: list[Slot]

    @property
    def total(self) -> Kept:
        """All settled meetings."""
        return weigh(self.slots)

    @property
    def members(self) -> int | None:
        """Members of the branches, or None."""
        return sum_members(line.standing for line in self.lines)

    @property
    def vacant(self) -> int:
        """Posts that nobody holds."""
        return count_vacancies(line.standing for line in self.lines)

    @property
    def overdue(self) -> int:
        """Organisations beyond their term."""
        return count_overdue(line.standing for line in self.lines)


def read(ask: Ask) -> Party:
    """Return what the page shows, with a constant number of queries beside those of the tiles."""
    organisations = find_organisations(ask)
    slots = find_slots(organisations, ask.period, ask.today)
    tiles = read_tiles(ask, [id for id in IDS if id in CATALOGUE]) if organisations else []
    return Party(ask, tiles, list_lines(ask, organisations, slots), slots)


def list_tables(content: Party) -> list[Table]:
    """Return the page's tables."""
    missed = [tabulate_missed(content.slots, content.ask, can_be_held=able) for able in (True, False)]
    return [*missed, tabulate_lines(content.lines, content.ask)]


PAGE = Page(
    "party",
    gettext_lazy("党建"),
    "flag",
    read,
    list_tables,
    levels=frozenset({AreaLevel.STREET, AreaLevel.COMMUNITY}),
    permission=Permission.VIEW_PARTY,
    lifetime=LIFETIME,
)
