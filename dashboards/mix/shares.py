"""What was held, by kind, theme, origin and mode, beside the period before: counts of activities and of heads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from activities.models import ActivityKind, Theme
from dashboards.charts import Chart
from dashboards.tables import Column, Sort, Table, to_percent
from indicators.areas import AreaRef
from indicators.figures import gatherings_of_many
from indicators.held import HEADS
from indicators.indicator import Figure
from indicators.periods import Period, kept_periods

NO_THEME = 0
PARTS = ("kind_id", "theme_id", "origin", "mode")
Counts = dict[str, dict[tuple[str, object], tuple[int, int]]]  # part -> (period code, value) -> held, heads


@dataclass(frozen=True)
class Share:
    """A kind, theme, origin or mode: activities held, those of the period before (None: not kept), and 人次."""

    name: str
    held: int
    before: int | None
    heads: int
    percent: float | None  # of all activities

    @property
    def each(self) -> float | None:
        """人次 of an activity; None where none was held."""
        return self.heads / self.held if self.held else None


def read_counts(area: AreaRef, periods: Sequence[Period]) -> Counts:
    """Return activities and heads of the periods by each part. One query: a cell has one value of every part."""
    cells = gatherings_of_many([area], periods)
    rows = cells.values_list("period", *PARTS).annotate(all_held=Sum("held"), heads=Sum(HEADS))
    counts: Counts = {part: defaultdict(lambda: (0, 0)) for part in PARTS}
    for code, *values, held, heads in rows:
        for part, value in zip(PARTS, values, strict=True):
            before = counts[part][code, value]
            counts[part][code, value] = before[0] + held, before[1] + heads
    return counts


def find_before(period: Period) -> Period | None:
    """Return the period before, where figures of it are kept."""
    before = period.previous()
    return before if before in kept_periods(timezone.localdate(), settings.CELL_MONTHS) else None


def list_shares(
    names: Iterable[tuple[object, str | Promise]],
    counts: dict[tuple[str, object], tuple[int, int]],
    period: Period,
    before: Period | None,
) -> list[Share]:
    """Return what was held in either period, most frequent first; else in the order of the names (value, name)."""
    whole = sum(held for (code, _value), (held, _heads) in counts.items() if code == period.code)
    shares = []
    for value, name in names:
        held, heads = counts.get((period.code, value), (0, 0))
        earlier = counts.get((before.code, value), (0, 0))[0] if before else None
        if held or earlier:
            shares.append(Share(str(name), held, earlier, heads, to_percent(Figure(held, whole).rate)))
    return sorted(shares, key=lambda share: -share.held)


def name_kinds() -> list[tuple[object, str]]:
    """Return the kinds in the order of the catalogue."""
    return list(ActivityKind.objects.order_by("position", "id").values_list("id", "name"))


def name_themes() -> list[tuple[object, str]]:
    """Return the themes in the order of the catalogue, and none."""
    return [*Theme.objects.order_by("position", "id").values_list("id", "name"), (NO_THEME, _("没有填主题"))]


def draw_kinds(shares: Sequence[Share], n: str) -> Chart:
    """Return the bars of activities by kind."""
    held = [share for share in shares if share.held]
    data = {
        "categories": [share.name for share in held],
        "values": [share.held for share in held],
        "labels": [
            _("%(held)s 场 · %(heads)s 人次") % {"held": f"{share.held:,}", "heads": f"{share.heads:,}"}
            for share in held
        ],
        "unit": "",
        "max": round_up(max((share.held for share in held), default=1)),
    }
    return Chart("kinds", "bar", _("各类活动的场次"), data, n, "kinds")


def round_up(number: int) -> int:
    """Return where an axis of counts up to a number ends: at a multiple of 5, 10, 50, 100 …"""
    step = next(10**power * some for power in range(12) for some in (5, 10) if number <= 10**power * some * 5)
    return -(-number // step) * step


def tabulate(code: str, title: str, heading: str, shares: Sequence[Share]) -> Table:
    """Return the table of a part."""
    columns = (
        Column(heading),
        Column(_("场次"), Sort.COUNT, _("场")),
        Column(_("上期场次"), Sort.COUNT, _("场")),
        Column(_("人次"), Sort.COUNT, _("人次")),
        Column(_("占全部活动"), Sort.PERCENT, "%", is_wide_only=True),
        Column(_("场均人次"), Sort.NUMBER, _("人次"), is_wide_only=True),
    )
    rows = [(share.name, share.held, share.before, share.heads, share.percent, share.each) for share in shares]
    return Table(code, title, columns, rows)
