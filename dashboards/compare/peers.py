"""Areas on like for like: reach rates with their intervals, as they are and as they were with one age structure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.charts import Chart
from dashboards.compare.numbers import Numbers, Seen
from dashboards.links import link
from dashboards.tables import Cell, Column, Sort, Table, to_percent
from grids.groupings import AGE_BANDS, ALL
from indicators.areas import AreaRef
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.statistics import standardise, wilson

BANDS = tuple(band.code for band in AGE_BANDS)


@dataclass(frozen=True)
class Peer:
    """An area beside others: everybody's numbers, their rate at the whole area's age structure, a group's numbers.

    `parent` names the area in between, where the areas are not directly below the page's.
    """

    area: AreaRef
    parent: str
    seen: Seen
    standard: float | None
    group: Seen

    @property
    def name(self) -> str:
        """The area's name, told apart from those of other streets."""
        return f"{self.parent} {self.area.name}".strip()

    @property
    def shift(self) -> float | None:
        """By how many percentage points the standardised rate differs from the raw one, as both are shown."""
        known = self.standard is not None and self.seen.percent is not None
        return round(self.standard - self.seen.percent, 1) if known else None  # type: ignore[operator]


def list_peers(
    areas: Sequence[AreaRef],
    numbers: Numbers,
    weights: Mapping[str, int | None],
    period: Period,
    grouping: str,
    names: Mapping[str, str],
) -> list[Peer]:
    """Return the areas by reach rate, lowest first, those without a rate last."""
    peers = []
    for area in areas:
        seen = numbers[area.id, period.code, ALL.code]
        bands = {band: numbers[area.id, period.code, band] for band in BANDS}
        standard = standardise_rate(seen, bands, weights)
        group = numbers[area.id, period.code, grouping]
        peers.append(Peer(area, names.get(area.parent_code, ""), seen, standard, group))
    return sorted(peers, key=lambda peer: (peer.seen.rate is None, peer.seen.rate or 0, peer.area.code))


def rank_by_group(peers: Sequence[Peer]) -> list[Peer]:
    """Return the areas by the group's reach rate instead."""
    return sorted(peers, key=lambda peer: (peer.group.rate is None, peer.group.rate or 0, peer.area.code))


def standardise_rate(seen: Seen, bands: Mapping[str, Seen], weights: Mapping[str, int | None]) -> float | None:
    """Return the rate at the age structure of the weights, in per cent; None where a number it needs is hidden."""
    known = {band: weight for band, weight in weights.items() if weight is not None}
    if seen.rate is None or len(known) < len(weights):
        return None
    return to_percent(standardise({band: one.rate for band, one in bands.items()}, known))


def find_interval(seen: Seen) -> tuple[float, float] | None:
    """Return the 95 % interval of a rate in per cent; None where there is no rate to be shown."""
    if seen.rate is None or seen.reached is None:
        return None
    low, high = wilson(seen.reached, seen.reach.population)
    return round(low * 100, 1), round(high * 100, 1)


def say_interval(seen: Seen) -> str | None:
    """Return the interval in words."""
    interval = find_interval(seen)
    return f"{interval[0]:.1f}–{interval[1]:.1f}%" if interval else None


def explain(peers: Sequence[Peer], whole: AreaRef) -> str:
    """Return what the standardised rates say of the area that they move most; "" where there are none to compare."""
    moved = [peer for peer in peers if peer.shift is not None]
    if len(moved) < 2:
        return ""
    most = max(moved, key=lambda peer: abs(peer.shift or 0))
    if not most.shift:
        return _("各处的年龄结构差别不大，标化前后的触达率一样。")
    words = {
        "name": most.name,
        "raw": f"{most.seen.percent:.1f}%",
        "standard": f"{most.standard:.1f}%",
        "points": f"{abs(most.shift):.1f}",
        "whole": whole.name,
    }
    if most.shift > 0:
        return (
            _(
                "变化最大的是%(name)s：触达率 %(raw)s，换成%(whole)s的年龄结构是 %(standard)s，高 %(points)s 个百分点，"
                "因为它的居民里，难触达的年龄段更多。"
            )
            % words
        )
    return (
        _(
            "变化最大的是%(name)s：触达率 %(raw)s，换成%(whole)s的年龄结构是 %(standard)s，低 %(points)s 个百分点，"
            "因为它的居民里，容易触达的年龄段更多。"
        )
        % words
    )


def draw_peers(peers: Sequence[Peer], n: str) -> Chart:
    """Return the raw rates with their intervals, and the standardised ones beside them."""
    data = {
        "categories": [peer.name for peer in peers],
        "series": [
            {
                "name": _("触达率"),
                "values": [peer.seen.percent for peer in peers],
                "ranges": [find_interval(peer.seen) for peer in peers],
            },
            {"name": _("标化触达率"), "values": [peer.standard for peer in peers]},
        ],
    }
    return Chart("peers", "dots", _("各处的触达率和标化触达率"), data, n, "peers")


def draw_group(peers: Sequence[Peer], name: str, n: str) -> Chart:
    """Return the rates of one group with their intervals."""
    line = {
        "name": name,
        "values": [peer.group.percent for peer in peers],
        "ranges": [find_interval(peer.group) for peer in peers],
    }
    data = {"categories": [peer.name for peer in peers], "series": [line]}
    return Chart("peers_group", "dots", _("%(name)s：各处的触达率") % {"name": name}, data, n, "peers_group")


def tabulate_peers(peers: Sequence[Peer], urls: Sequence[str]) -> Table:
    """Return the table of everybody."""
    columns = (
        Column(_("区域")),
        Column(_("触达率"), Sort.PERCENT, "%"),
        Column(_("95% 范围"), is_wide_only=True),
        Column(_("标化触达率"), Sort.PERCENT, "%"),
        Column(_("在册人数"), Sort.COUNT, _("人"), is_wide_only=True),
    )
    rows = [[p.name, *describe(p.seen), p.standard, p.seen.population] for p in peers]
    return Table("peers", _("各处的触达率和标化触达率"), columns, rows, urls)


def tabulate_group(peers: Sequence[Peer], name: str, urls: Sequence[str]) -> Table:
    """Return the table of one group."""
    columns = (
        Column(_("区域")),
        Column(_("触达率"), Sort.PERCENT, "%"),
        Column(_("95% 范围")),
        Column(_("触达人数"), Sort.COUNT, _("人"), is_wide_only=True),
        Column(_("在册人数"), Sort.COUNT, _("人"), is_wide_only=True),
    )
    rows = [[p.name, *describe(p.group), p.group.reached, p.group.population] for p in peers]
    return Table("peers_group", _("%(name)s：各处的触达率") % {"name": name}, columns, rows, urls)


def describe(seen: Seen) -> list[Cell]:
    """Return rate and interval as cells."""
    return [seen.percent, say_interval(seen)]


def link_peers(peers: Sequence[Peer], period: Period, grouping: str) -> list[str]:
    """Return the addresses of the same comparison inside each area; grids have none."""
    return [
        "" if peer.area.level == AreaLevel.GRID else link(peer.area.code, "compare", period, grouping=grouping)
        for peer in peers
    ]
