"""Two years of monthly reach, each month beside the same one of the year before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.charts import Chart
from dashboards.compare.numbers import Numbers, Seen
from dashboards.tables import Column, Sort, Table
from indicators.areas import AreaRef
from indicators.periods import Period

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Month:
    """A month's numbers, and those of a year before; None where no cells are kept of that."""

    period: Period
    seen: Seen
    before: Seen | None

    @property
    def percent_before(self) -> float | None:
        """The rate of a year before."""
        return self.before.percent if self.before else None


def list_months(area: AreaRef, months: Sequence[Period], numbers: Numbers, grouping: str) -> list[Month]:
    """Return the months in their order, oldest first."""
    seen = [numbers[area.id, month.code, grouping] for month in months]
    before = [None] * MONTHS_A_YEAR + seen[:-MONTHS_A_YEAR]
    return [Month(*parts) for parts in zip(months, seen, before, strict=False)]


def draw_months(months: Sequence[Month], name: str, n: str) -> Chart:
    """Return the lines: the months, and where there is one, the year before."""
    series = [{"name": _("月触达率"), "values": [month.seen.percent for month in months]}]
    before = [month.percent_before for month in months]
    if any(value is not None for value in before):
        series.append({"name": _("去年同月"), "values": before})
    data = {"categories": [month.period.code for month in months], "series": series}
    return Chart("trend", "trend", _("%(name)s：两年来每月的触达率") % {"name": name}, data, n, "trend")


def tabulate_months(months: Sequence[Month], name: str) -> Table:
    """Return the table, newest month first."""
    columns = (
        Column(_("月份")),
        Column(_("触达率"), Sort.PERCENT, "%"),
        Column(_("去年同月"), Sort.PERCENT, "%"),
        Column(_("触达人数"), Sort.COUNT, _("人")),
        Column(_("人次"), Sort.COUNT, _("人次")),
        Column(_("在册人数"), Sort.COUNT, _("人"), is_wide_only=True),
    )
    rows = [
        (m.period.code, m.seen.percent, m.percent_before, m.seen.reached, m.seen.contacts, m.seen.population)
        for m in reversed(months)
    ]
    note = _("本月的数字算到今天。")
    return Table("trend", _("%(name)s：两年来每月的触达率") % {"name": name}, columns, rows, note=note)
