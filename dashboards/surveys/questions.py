"""The answers to each question: shares with their intervals, a chart, a table, and what must be said beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.charts import Chart
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.beside import Beside, find_beside
from dashboards.surveys.words import (
    find_interval,
    find_percent,
    say_answers,
    say_few,
    say_hiding,
    say_interval,
)
from dashboards.tables import Cell, Column, Said, Sort, Table
from surveys.questionnaire import WRITTEN, Kind, Question, Variable
from surveys.results.shapes import Distribution, Share

TONES = 5  # from the worst to the best of a scale: static/js/charts.js has so many colours


@dataclass(frozen=True)
class Answered:
    """The answers to one variable."""

    variable: Variable
    distribution: Distribution
    table: Table | None
    chart: Chart | None
    mean: str
    notes: tuple[str, ...]
    beside: Beside | None = None

    @property
    def row_name(self) -> str:
        """What stands in a matrix beside its question."""
        code = self.variable.code.partition(".")[2]
        return next((row.label for row in self.variable.question.rows if row.code == code), "")

    @property
    def n(self) -> str:
        """The number of valid answers in words."""
        return "" if self.distribution.n is None else say_answers(self.distribution.n)


@dataclass(frozen=True)
class Block:
    """A question with its variables: one, or the rows of a matrix. `section` is "" but for the first of a section."""

    number: int
    question: Question
    section: str
    parts: tuple[Answered, ...]
    chart: Chart | None = None  # of all rows of a matrix

    @property
    def is_matrix(self) -> bool:
        """Whether it has rows."""
        return self.question.kind == Kind.MATRIX

    @property
    def is_written(self) -> bool:
        """Whether it was answered in words, which stand on a page of their own."""
        return self.question.kind in WRITTEN


def list_blocks(ask: WaveAsk) -> list[Block]:
    """Return all questions in their order, with what may be shown of them."""
    blocks: list[Block] = []
    for section in ask.questionnaire.sections:
        title = section.title
        for question in section.questions:
            blocks.append(make_block(ask, question, title, len(blocks) + 1))
            title = ""
    return blocks


def make_block(ask: WaveAsk, question: Question, section: str, number: int) -> Block:
    """Return a question with its variables."""
    results = ask.results
    found = [(variable, results.find(variable.code)) for variable in question.variables] if results else []
    parts = tuple(answer(ask, variable, distribution) for variable, distribution in found if distribution)
    chart = draw_matrix(question, parts) if question.kind == Kind.MATRIX else None
    return Block(number, question, section, parts, chart)


def answer(ask: WaveAsk, variable: Variable, distribution: Distribution) -> Answered:
    """Return what is said of one variable."""
    return Answered(
        variable,
        distribution,
        tabulate(variable, distribution) if distribution.shares else None,
        draw(variable, distribution) if distribution.shares else None,
        say_mean(variable, distribution),
        list_notes(variable, distribution, ask.wave.k),
        find_beside(ask, variable, distribution),
    )


def list_notes(variable: Variable, distribution: Distribution, k: int) -> tuple[str, ...]:
    """Return what must be said beside the figures."""
    notes = [distribution.withheld, say_few(distribution.n), say_hiding(distribution, k)]
    if variable.is_multiple and distribution.shares:
        notes.append(_("可多选，合计可超过 100%；占比的基数是回答这道题的人。"))
    if variable.question.kind == Kind.RANKING and distribution.shares:
        notes.append(_("占比是排在第一位的比例。"))
    return tuple(note for note in notes if note)


def say_mean(variable: Variable, distribution: Distribution) -> str:
    """Return mean, deviation and weighted mean in words; "" where there is no mean."""
    if distribution.mean is None:
        return ""
    words = _("平均 %(mean)s") % {"mean": f"{distribution.mean:.2f}"}
    if distribution.deviation is not None:
        words = _("平均 %(mean)s ± %(sd)s（标准差）") % {
            "mean": f"{distribution.mean:.2f}",
            "sd": f"{distribution.deviation:.2f}",
        }
    if distribution.mean_error:
        words = _("平均约 %(mean)s（合并的选项按中间分算，最多差 %(error)s）") % {
            "mean": f"{distribution.mean:.2f}",
            "error": f"{distribution.mean_error:.2f}",
        }
    if distribution.weighted_mean is not None:
        words += _("；加权平均 %(mean)s") % {"mean": f"{distribution.weighted_mean:.2f}"}
    codes = variable.question.option_codes
    if codes and variable.has_scores:
        words += _("；分值 %(low)s 到 %(high)s") % {"low": codes[0], "high": codes[-1]}
    return words


def code_of(variable: str) -> str:
    """Return the code of a variable's table, fit for an address."""
    return variable.replace(".", "-")


def tabulate(variable: Variable, distribution: Distribution) -> Table:
    """Return the table of a variable; weighted shares and mean places only where there are any."""
    is_ranking = any(share.mean_place is not None for share in distribution.shares)
    columns = [
        Column(_("回答")),
        Column(_("份数"), Sort.COUNT, _("份")),
        Column(_("这道题的回答"), Sort.COUNT, _("份"), is_file_only=True),
        Column(_("占比"), Sort.PERCENT, "%"),
        Column(_("95% 范围"), is_wide_only=True, is_beneath=True),
        Column(_("范围下限"), Sort.PERCENT, "%", is_file_only=True),
        Column(_("范围上限"), Sort.PERCENT, "%", is_file_only=True),
    ]
    if distribution.is_weighted:
        columns.append(Column(_("加权占比"), Sort.VALUE, "%"))
    if is_ranking:
        columns.append(Column(_("平均名次"), Sort.NUMBER))
    rows = [
        [
            *list_cells(share, distribution.n),
            *([say_weighted(share.weighted)] if distribution.is_weighted else []),
            *([share.mean_place] if is_ranking else []),
        ]
        for share in distribution.shares
    ]
    return Table(code_of(variable.code), variable.name, columns, rows)


def say_weighted(share: float | None) -> Cell:
    """Return a weighted share, which is rounded to whole per cents or more: decimals would promise too much."""
    if share is None:
        return None
    return Said(round(share * 100, 1), _("约 %(percent)s%%") % {"percent": round(share * 100)})


def list_cells(share: Share, n: int | None) -> list[Cell]:
    """Return the cells of one answer."""
    return [
        share.label,
        share.count,
        n,
        find_percent(share.count, n),
        say_interval(share.count, n) or None,
        *find_interval(share.count, n),
    ]


def draw(variable: Variable, distribution: Distribution) -> Chart:
    """Return the bars of a variable."""
    percents = [find_percent(share.count, distribution.n) for share in distribution.shares]
    data = {
        "categories": [share.label for share in distribution.shares],
        "values": percents,
        "labels": [
            "—" if percent is None else f"{percent:.1f}% · {share.count:,}"
            for share, percent in zip(distribution.shares, percents, strict=True)
        ],
        "max": 100,
    }
    code = code_of(variable.code)
    n = "" if distribution.n is None else say_answers(distribution.n)
    return Chart(code, "bar", variable.name, data, n, code)


def draw_matrix(question: Question, parts: Sequence[Answered]) -> Chart | None:
    """Return the rows of a matrix as bars from one end of the scale to the other; None where nothing is shown."""
    shown = [part for part in parts if part.distribution.shares]
    if not shown:
        return None
    position = {code: number for number, code in enumerate(question.option_codes)}
    kinds = {share.codes: share.label for part in shown for share in part.distribution.shares}
    in_order = sorted(kinds, key=lambda codes: (find_middle(codes, position), codes))
    data = {
        "categories": [part.row_name for part in shown],
        "series": [
            {"name": kinds[codes], "tone": find_tone(codes, position), "values": [find_value(p, codes) for p in shown]}
            for codes in in_order
        ],
    }
    fewest = min(part.distribution.n or 0 for part in shown)
    return Chart(code_of(question.code), "stack", question.text, data, say_least(fewest))


def say_least(n: int) -> str:
    """Return from how many answers each row is drawn, in words."""
    return _("每行至少 %(n)s") % {"n": say_answers(n)}


def find_middle(codes: Sequence[str], position: dict[str, int]) -> float:
    """Return where options stand on their scale."""
    places = [position.get(code, 0) for code in codes]
    return sum(places) / len(places) if places else 0.0


def find_tone(codes: Sequence[str], position: dict[str, int]) -> int:
    """Return the colour of options by their place on the scale."""
    last = max(len(position) - 1, 1)
    return round(find_middle(codes, position) / last * (TONES - 1))


def find_value(part: Answered, codes: Sequence[str]) -> float | None:
    """Return the share of options in a row, as a percentage; None where the row has others."""
    found = next((share for share in part.distribution.shares if share.codes == codes), None)
    return find_percent(found.count, part.distribution.n) if found else None
