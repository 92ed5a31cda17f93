"""The page about data quality: of a community its work list, of a street how much waits in each community."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from communities.models import Community
from dashboards.asking import Ask
from dashboards.links import link
from dashboards.page import Page
from dashboards.quality.check import Check, Sort
from dashboards.quality.checks import ALL
from dashboards.tables import Cell, Column, Table
from dashboards.tables import Sort as Reads
from dashboards.tiles import Tile, read_tiles
from dashboards.todo import REPORTS_AGO
from indicators.areas import AreaRef
from indicators.models import AreaLevel
from indicators.reports.slots import FORMS, asked_periods, read_slots
from indicators.rows import PERSONAL, may_list
from indicators.suppression import hide_others, is_small

TILES = ("S4-03", "R-04", "R-23", "R-24", "R-10-1")
STREET_DIGITS = 9  # of the codes of its communities
LIFETIME = 300  # the register's rows have no edition: what is mended shows after five minutes at the latest

Counts = dict[str, dict[int, int | None]]  # code of a check -> community -> rows to mend; None where it is hidden


@dataclass(frozen=True)
class Line:
    """A line of the work list: `count` is None where so few persons are hidden, `url` "" where there is no list."""

    code: str
    sort: Sort
    name: str | Promise
    why: str | Promise
    unit: str | Promise
    count: int | None
    url: str


@dataclass(frozen=True)
class Quality:
    """The page. `lines` are a community's, only where something waits; `communities` a street's."""

    area: AreaRef
    read_at: datetime
    tiles: list[Tile]
    lines: list[Line]
    communities: list[Community]
    counts: Counts
    ask: Ask

    @property
    def sections(self) -> list[tuple[Sort, list[Line]]]:
        """The lines by what may be wrong."""
        found = [(sort, [line for line in self.lines if line.sort == sort]) for sort in Sort]
        return [(sort, lines) for sort, lines in found if lines]


def read(ask: Ask) -> Quality:
    """Return the page; the number of queries is that of the checks, however many communities there are."""
    is_street = ask.area.level == AreaLevel.STREET
    # What is hidden of one community depends on the others of its street: together they may add up to a shown sum.
    family = ask.area.code[:STREET_DIGITS] if must_hide(ask) else ask.area.code
    communities = list(Community.objects.current().filter(code__startswith=family).order_by("code"))
    counts = count_all(communities, ask)
    lines = [] if is_street else list_lines(ask, counts)
    return Quality(
        ask.area, timezone.now(), read_tiles(ask, TILES), lines, communities if is_street else [], counts, ask
    )


def count_all(communities: Sequence[Community], ask: Ask) -> Counts:
    """Return the counts of all checks, and of reports that are late, as the reader may see them."""
    keys = [community.pk for community in communities]
    counts: Counts = {check.code: hide(check, check.count(keys, ask.today), ask) for check in ALL}
    return counts | {"reports": dict(count_late_reports(communities, ask.today))}


def hide(check: Check, counts: Mapping[int, int], ask: Ask) -> dict[int, int | None]:
    """Return the counts; of persons, small ones are None for who may not read lists of them.

    So is the smallest other one where a single one is small: how many there are in the street is no secret.
    """
    if check.thing not in PERSONAL or not must_hide(ask):
        return dict(counts)
    hidden = {key for key, number in counts.items() if is_small(number)}
    others = {key: number for key, number in counts.items() if key not in hidden}
    hidden |= hide_others(len(hidden), others, is_sum_known=True)
    return {key: None if key in hidden else number for key, number in counts.items()}


def must_hide(ask: Ask) -> bool:
    """Tell whether small counts are hidden: who keeps the register reads its rows, and has nothing hidden here."""
    return ask.hides and not ask.may(Permission.VIEW_RESIDENTS)


def count_late_reports(communities: Sequence[Community], today: date) -> dict[int, int]:
    """Return community -> forms of the latest periods that are past due."""
    periods = [period for form in FORMS for period in asked_periods(form, today, REPORTS_AGO)]
    counts: dict[int, int] = {}
    for slot in read_slots(communities, periods, today):
        if slot.report is None and slot.is_settled:
            counts[slot.community.pk] = counts.get(slot.community.pk, 0) + 1
    return counts


def list_lines(ask: Ask, counts: Counts) -> list[Line]:
    """Return the lines of one community, each with the list where it is mended."""
    lines, own = [], ask.area.id
    for check in ALL:
        if own in counts[check.code]:
            url = list_url(check, ask.area.code) if may_list(ask.reader, check.thing) else ""
            lines.append(Line(check.code, check.sort, check.name, check.why, check.unit, counts[check.code][own], url))
    if late := counts["reports"].get(own):
        lines.append(describe_reports(late, ask))
    return lines


def describe_reports(number: int, ask: Ask) -> Line:
    """Return the line of reports that are late."""
    url = reverse("indicators:reports") if ask.may(Permission.REPORT_FIGURES) else ""
    why = gettext_lazy("不报送，街道的合计就缺这个社区")
    return Line("reports", Sort.LATE, gettext_lazy("过期没有报送的数字"), why, gettext_lazy("期"), number, url)


def list_url(check: Check, code: str) -> str:
    """Return the address of the rows that a check finds in a community."""
    name = "dashboards:quality-people" if check.thing in PERSONAL else "dashboards:quality-rows"
    return reverse(name, args=[code, check.code])


def list_tables(content: Quality) -> list[Table]:
    """Return the counts of a street's communities; the work list of one is no table."""
    return [table_communities(content)] if content.communities else []


def table_communities(content: Quality) -> Table:
    """Return a row for each community, with a column for each check that finds anything in one of them."""
    found = [check for check in ALL if content.counts[check.code]]
    columns = [Column(_("社区")), *(Column(check.name, Reads.COUNT, check.unit) for check in found)]
    if content.counts["reports"]:
        columns.append(Column(_("过期没有报送的数字"), Reads.COUNT, _("期")))
    codes = [*(check.code for check in found), *(["reports"] if content.counts["reports"] else [])]
    rows: list[Sequence[Cell]] = [
        (community.name, *(content.counts[code].get(community.pk, 0) for code in codes))
        for community in content.communities
    ]
    urls = [link(community.code, "quality", content.ask.period) for community in content.communities]
    note = _("1–4 人、户或次的格子，和能由它们推算出来的格子，都显示为“—”。") if must_hide(content.ask) else ""
    return Table("quality", _("各社区要补的数据"), columns, rows, urls, note=note)


PAGE = Page(
    "quality",
    gettext_lazy("数据质量"),
    "clipboard2-check",
    read,
    list_tables,
    levels=frozenset({AreaLevel.STREET, AreaLevel.COMMUNITY}),
    lifetime=LIFETIME,
    has_period=False,
)
