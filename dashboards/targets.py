"""The page about targets: where each figure stands, where it will end at this pace, and which alerts are open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.alerts.reading import OpenAlerts, read_open_alerts, say_target
from dashboards.asking import Ask
from dashboards.links import link, link_figure
from dashboards.page import Page
from dashboards.tables import Cell, Column, Said, Sort, Table
from dashboards.tiles import UNITS
from indicators.areas import BELOW, AreaRef
from indicators.closings.frozen import has_figures
from indicators.indicator import PLACES, Figure, Indicator, Thing, Unit
from indicators.judging import Judgement, Light, assess
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.shown import ShownFigure, show_figures
from indicators.targets import find_targets_of_many, list_judged
from indicators.templatetags.units import in_unit

SIGNS = {Light.GREEN: "✓", Light.AMBER: "△", Light.RED: "✗", Light.NONE: "·"}  # colour alone says nothing
GLUE = "\N{NO-BREAK SPACE}"  # keeps sign and number on one line of a phone
URGENCY = [Light.RED, Light.AMBER, Light.NONE, Light.GREEN]
COUNTED = (Thing.PERSON, Thing.HOUSEHOLD)  # what a target lacks is said in people or homes


@dataclass(frozen=True)
class Aim:
    """A figure of an area beside its target; hidden figures are not judged."""

    indicator: Indicator
    shown: ShownFigure
    judged: Judgement | None

    @property
    def light(self) -> str:
        """The light as sign and word."""
        return f"{SIGNS[self.judged.light]} {self.judged.light.label}" if self.judged else ""

    @property
    def now(self) -> str:
        """The figure with its unit."""
        return in_unit(self.shown.value, self.indicator)

    @property
    def signed(self) -> Said | None:
        """The figure behind the sign of its light; None where it is hidden."""
        return self._say(self.shown.value, f"{SIGNS[self.judged.light]}{GLUE}{self.now}") if self.judged else None

    @property
    def target(self) -> Said | None:
        """The target of the period; None where the figure is not judged."""
        return self._say(self.judged.target, say_target(self.judged.target, self.indicator)) if self.judged else None

    @property
    def expected(self) -> Said | None:
        """What the figure comes to at this pace; None when it cannot be said, or is over."""
        forecast = self.judged.forecast if self.judged else None
        return None if forecast is None else self._say(forecast, in_unit(forecast, self.indicator))

    @property
    def counted(self) -> Thing | None:
        """What is counted of what a target lacks, people or homes; None for other figures."""
        thing, other = self.indicator.measure.things or (None, None)
        is_counted = self.indicator.unit == Unit.PERCENT and thing == other and thing in COUNTED
        return thing if is_counted and self.indicator.more_is_better else None

    @property
    def lacking(self) -> Said | None:
        """How many people or homes are lacking to the target of the period; None where none are, or other figures."""
        if not (self.judged and self.counted):
            return None
        number = count_lacking(self.shown.figure, self.judged.target)
        return Said(number, f"{number:,}{GLUE}{UNITS[self.counted]}") if number else None

    def _say(self, value: float | None, words: str) -> Said:
        places = PLACES.get(Unit(self.indicator.unit)) or None  # None: whole numbers without a point
        return Said(None if value is None else round(value, places), words)


@dataclass(frozen=True)
class Targets:
    """The aims of an area; at streets and districts also those of the areas inside it, in one order of indicators."""

    area: AreaRef
    period: Period
    aims: list[Aim]
    parts: list[tuple[AreaRef, dict[str, Aim]]]
    alerts: OpenAlerts

    @property
    def missed(self) -> int:
        """How many figures have a red light."""
        return sum(aim.judged is not None and aim.judged.light == Light.RED for aim in self.aims)


def count_lacking(figure: Figure, target: float) -> int:
    """Return how many more of the denominator's things the target per cent takes; 0 where it is reached."""
    wanted = ceil(round(target / 100 * figure.denominator, 6))  # 0.6 * 5 is 3, not 3.0000000000000004
    return max(wanted - figure.numerator, 0)


def read(ask: Ask) -> Targets:
    """Return the page: its queries depend on the number of targets, not on that of areas."""
    area, period = ask.area, ask.period
    level = BELOW[AreaLevel(area.level)]
    parts = [] if level == AreaLevel.GRID else area.parts(level, period)
    targets = find_targets_of_many([one.code for one in (area, *parts)], period.start.year)
    judged = [one for one in list_judged() if has_figures(one, area.level, period)]
    family = ask.find_family()
    aims = []
    inside: dict[AreaRef, dict[str, Aim]] = {part: {} for part in parts}
    for indicator in judged:
        yearly = {
            one: targets[one.code][indicator.id].value for one in (area, *parts) if indicator.id in targets[one.code]
        }
        if area in yearly:
            shown = show_figures(indicator, family, [period], "", hides=ask.hides)[area.id, period.code]
            aims.append(make_aim(indicator, shown, float(yearly[area]), ask))
        if below := [part for part in parts if part in yearly]:
            figures = show_figures(indicator, parts, [period], "", hides=ask.hides)
            for part in below:
                shown = figures[part.id, period.code]
                inside[part][indicator.id] = make_aim(indicator, shown, float(yearly[part]), ask)
    aims.sort(key=lambda aim: URGENCY.index(aim.judged.light if aim.judged else Light.NONE))
    return Targets(area, period, aims, list(inside.items()), read_open_alerts(area))


def make_aim(indicator: Indicator, shown: ShownFigure, yearly: float, ask: Ask) -> Aim:
    """Return a figure beside its target of the year."""
    judged = None if shown.hidden else assess(indicator, shown.figure, yearly, ask.period, ask.today)
    return Aim(indicator, shown, judged)


def list_tables(content: Targets) -> list[Table]:
    """Return the aims of the area, and those of the areas inside it where there are any."""
    tables = [table_aims(content)]
    if any(aims for _part, aims in content.parts):
        tables.append(table_parts(content))
    return tables


def table_aims(content: Targets) -> Table:
    """Return a row for each figure with a target, those that will miss it first."""
    unit = join_units(Unit(aim.indicator.unit).label for aim in content.aims)
    counted = join_units(UNITS[aim.counted] for aim in content.aims if aim.counted)
    columns = [
        Column(_("指标")),
        Column(_("单位"), is_file_only=True),
        Column(_("现在"), Sort.VALUE, unit),
        Column(_("方向"), is_file_only=True),
        Column(_("目标"), Sort.VALUE, unit),
        Column(_("照现在的进度，期末"), Sort.VALUE, unit, is_wide_only=True),
        Column(_("进度"), is_wide_only=True),
        Column(_("还差"), Sort.VALUE, counted),
        Column(_("还差的单位"), is_file_only=True),
    ]
    rows: list[Sequence[Cell]] = [
        (
            aim.indicator.name,
            Unit(aim.indicator.unit).label,
            aim.signed,
            "≥" if aim.indicator.more_is_better else "≤",
            aim.target,
            aim.expected,
            aim.light or None,
            aim.lacking,
            UNITS[aim.counted] if aim.counted and aim.lacking else None,
        )
        for aim in content.aims
    ]
    urls = [link_figure(aim.indicator.id, content.area.code, content.period) for aim in content.aims]
    note = _("%(signs)s全年的目标按月、按季摊开；标记看的是期末。“—”表示还说不出，或人数太少不显示。") % {
        "signs": explain_signs()
    }
    return Table("targets", _("各项目标"), columns, rows, urls, note=note)


def join_units(units: Iterable[str | Promise]) -> str:
    """Return the units of a column, each once: rows say which one is theirs."""
    return _("、").join(dict.fromkeys(str(unit) for unit in units))


def explain_signs() -> str:
    """Return what the signs before figures mean."""
    return _("%(signs)s。") % {"signs": _("，").join(f"{sign} {light.label}" for light, sign in SIGNS.items())}


def table_parts(content: Targets) -> Table:
    """Return a row for each area inside, with a column for each figure that has a target somewhere."""
    found = {id: aim.indicator for _part, aims in content.parts for id, aim in aims.items()}
    columns = [Column(_("区域")), Column(_("提醒"), Sort.COUNT)]
    for one in found.values():
        columns.append(Column(one.name, Sort.VALUE, Unit(one.unit).label))
        columns.append(Column(f"{one.name} · {_('进度')}", is_file_only=True))
    rows: list[Sequence[Cell]] = []
    for part, aims in content.parts:
        pairs = [(aims[id].signed, aims[id].light or None) if id in aims else (None, None) for id in found]
        rows.append((part.name, content.alerts.inside[part.code], *(cell for pair in pairs for cell in pair)))
    urls = [link(part.code, "targets", content.period) for part, _aims in content.parts]
    return Table(
        "areas", _("各区域的目标"), columns, rows, urls, note=_("✓ 达标，△ 接近目标，✗ 离目标较远，· 暂不评。")
    )


PAGE = Page("targets", gettext_lazy("目标"), "bullseye", read, list_tables)
