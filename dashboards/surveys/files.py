"""Results as files: each table of a page, and a workbook of the whole wave with a sheet of codes. No single answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.files import FORBIDDEN, FileOfTable
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.words import find_interval, find_percent
from dashboards.tables import Cell, Column, Sort, Table, to_percent
from surveys.models import Wave
from surveys.questionnaire import Kind, Variable
from surveys.results.shapes import Distribution, Results


@dataclass(frozen=True)
class FilePlace:
    """Where the files of a results page are."""

    wave: int
    page: str
    choices: Mapping[str, str]

    def find_address(self, table: Table, kind: str) -> str:
        """Return the address of a table as a file: the same choices as on the page."""
        path = reverse("dashboards:survey-file", args=[self.wave, self.page, table.code, kind])
        return f"{path}?{urlencode(self.choices)}" if self.choices else path


@dataclass(frozen=True)
class SurveyFile(FileOfTable):
    """A table about a wave."""

    wave: Wave
    results: Results

    @property
    def name(self) -> str:
        """Title, survey and wave as a file name without ending."""
        parts = (self.table.title, self.wave.version.survey.title, self.wave.name)
        return "-".join(FORBIDDEN.sub("_", str(part))[:60] for part in parts)

    @property
    def headline(self) -> str:
        """The first line: what this is, of which wave, from how many answers, and what an empty cell means."""
        wave = self.wave
        dates = _("%(first)s 至 %(last)s") % {"first": wave.opens_on, "last": wave.last_day}
        answers = _("答卷 %(n)s 份") % {"n": f"{self.results.answers:,}"}
        state = "" if self.results.is_final else _("还在收集，数字向下取整")
        few = _("少于 %(k)s 份的不显示（空格）或已合并") % {"k": wave.k}
        parts = (self.table.title, wave.version.survey.title, wave.name, dates, answers, state, self.table.note, few)
        return " · ".join(str(part) for part in parts if str(part))


def list_sheets(ask: WaveAsk) -> dict[str, FileOfTable]:
    """Return the tables of the workbook of a wave by the names of their sheets."""
    results = ask.results or Results(0, is_final=False)
    tables = {
        _("结果"): tabulate_shares(ask, results),
        _("按社区"): tabulate_communities(ask, results),
        _("编码"): tabulate_codes(ask),
    }
    return {name: SurveyFile(table, ask.wave, results) for name, table in tables.items() if table.rows}


def tabulate_shares(ask: WaveAsk, results: Results) -> Table:
    """Return every answer to every variable; where a variable is withheld, the reason stands in place of answers."""
    columns = (
        Column(_("题目代号")),
        Column(_("题目")),
        Column(_("选项代号")),
        Column(_("选项")),
        Column(_("份数"), Sort.COUNT, _("份")),
        Column(_("这道题的回答"), Sort.COUNT, _("份")),
        Column(_("占比"), Sort.PERCENT, "%"),
        Column(_("95% 范围下限"), Sort.PERCENT, "%"),
        Column(_("95% 范围上限"), Sort.PERCENT, "%"),
        Column(_("加权占比"), Sort.PERCENT, "%"),
        Column(_("平均"), Sort.NUMBER),
        Column(_("标准差"), Sort.NUMBER),
        Column(_("加权平均"), Sort.NUMBER),
        Column(_("说明")),
    )
    shown = [(variable, results.find(variable.code)) for variable in ask.questionnaire.variables]
    rows = [row for variable, found in shown if found for row in list_rows(variable, found)]
    return Table("results", _("每道题的结果"), columns, rows)


def list_rows(variable: Variable, distribution: Distribution) -> Iterator[tuple[Cell, ...]]:
    """Yield a variable's rows: one an answer, the mean in the first."""
    means: tuple[Cell, ...] = (distribution.mean, distribution.deviation, distribution.weighted_mean)
    if not distribution.shares:
        yield (variable.code, variable.name, "", "", None, distribution.n, *[None] * 4, *means, distribution.withheld)
    for share in distribution.shares:
        yield (
            variable.code,
            variable.name,
            " + ".join(share.codes),
            share.label,
            share.count,
            distribution.n,
            find_percent(share.count, distribution.n),
            *find_interval(share.count, distribution.n),
            to_percent(share.weighted),
            *means,
            distribution.withheld,
        )
        means = (None, None, None)


def tabulate_communities(ask: WaveAsk, results: Results) -> Table:
    """Return every answer by community, for the communities that the reader may see."""
    columns = (
        Column(_("题目代号")),
        Column(_("题目")),
        Column(_("社区")),
        Column(_("选项代号")),
        Column(_("选项")),
        Column(_("份数"), Sort.COUNT, _("份")),
        Column(_("这道题的回答"), Sort.COUNT, _("份")),
        Column(_("占比"), Sort.PERCENT, "%"),
    )
    rows = [
        (
            breakdown.variable,
            breakdown.name,
            row.name,
            " + ".join(share.codes),
            share.label,
            count,
            row.n,
            find_percent(count, row.n),
        )
        for breakdown in results.breakdowns
        for row in ask.keep_rows(breakdown)
        for share, count in zip(breakdown.shares, row.counts, strict=True)
    ]
    return Table("by-community", _("按社区的结果"), columns, rows)


def tabulate_codes(ask: WaveAsk) -> Table:
    """Return what codes stand for."""
    columns = tuple(Column(name) for name in (_("题目代号"), _("题目"), _("题型"), _("选项代号"), _("选项")))
    rows: list[tuple[Cell, ...]] = []
    for variable in ask.questionnaire.variables:
        question, options = variable.question, variable.question.options
        kind = Kind(question.kind).label
        rows += [(variable.code, variable.name, kind, option.code, option.label) for option in options]
        if not options:
            rows.append((variable.code, variable.name, kind, "", ""))
    return Table("codes", _("编码表"), columns, rows)
