"""The register's figure beside the survey's where both ask the same (indicators/twins.py), and how they differ."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.words import find_percent
from dashboards.tables import Cell, Column, Sort, Table
from indicators.areas import AreaRef
from indicators.periods import Period
from indicators.shown import ShownFigure
from indicators.twin_sides import USUAL, read_register_side
from indicators.twins import Twin, find_twin
from surveys.bank import is_unchanged
from surveys.questionnaire import Variable
from surveys.results.shapes import Distribution, Share


@dataclass(frozen=True)
class Beside:
    """Shares of a survey beside the register's figures, and in words how they differ."""

    table: Table
    differences: tuple[str, ...]


def find_beside(ask: WaveAsk, variable: Variable, distribution: Distribution) -> Beside | None:
    """Return the register's figures for a variable; None where it has none, or the reader may not see its area's."""
    area = ask.wave.version.survey.area
    if not (ask.reader.area_code and area.code.startswith(ask.reader.area_code)):
        return None
    day = min(ask.wave.last_day, timezone.localdate())
    found = [
        (share, side, side.shown)
        for share, twin in find_pairs(variable, distribution)
        if (side := read_register_side(twin, AreaRef.to(area), day, ask.reader)) and side.shown
    ]
    if not found:
        return None
    columns = (
        Column(_("回答")),
        Column(_("问卷"), Sort.PERCENT, "%"),
        Column(_("台账"), Sort.PERCENT, "%"),
        Column(_("台账指标")),
        Column(_("台账分子"), Sort.COUNT, is_wide_only=True),
        Column(_("台账分母"), Sort.COUNT, is_wide_only=True),
    )
    rows = [(share.label, find_percent(share.count, distribution.n), *describe(shown)) for share, _side, shown in found]
    title = _("%(name)s：问卷和台账") % {"name": variable.name}
    note = _("台账的时期：%(period)s。") % {"period": Period.containing(day, USUAL).label}
    urls = [side.url for _share, side, _shown in found]
    table = Table(f"{variable.code.replace('.', '-')}-twin", title, columns, rows, urls=urls, note=note)
    differences: dict[str | Promise, None] = dict.fromkeys(side.twin.difference for _share, side, _shown in found)
    return Beside(table, tuple(str(one) for one in differences))


def find_pairs(variable: Variable, distribution: Distribution) -> Iterator[tuple[Share, Twin]]:
    """Yield the shares that have a twin; a question that was changed asks something else."""
    if is_unchanged(variable.question):
        for share in distribution.shares:
            if share.count is not None and (twin := find_twin(variable.question.bank, share.codes)):
                yield share, twin


def describe(shown: ShownFigure) -> tuple[Cell, ...]:
    """Return the cells of a figure: percentage, name of the indicator, numerator and denominator."""
    figure = shown.figure
    counts = (None, None) if shown.hidden else (figure.numerator, figure.denominator)
    return (shown.percent, str(shown.indicator.name), *counts)
