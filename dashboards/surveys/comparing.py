"""Reads the page of comparisons: one answer over the waves of a survey, and by community, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.charts import Chart
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.page import SurveyPage
from dashboards.surveys.words import (
    Part,
    find_interval,
    find_percent,
    say_difference,
    say_few,
    say_interval,
    say_waiting,
)
from dashboards.tables import Column, Sort, Table
from surveys.models import Wave
from surveys.questionnaire import Variable
from surveys.results.reading import find_share, read_many

JOINED = "~"  # between the options of an answer, in addresses


@dataclass(frozen=True)
class Line:
    """The answer in a wave or community: how many of how many (None: hidden), and how that compares, in words."""

    name: str
    part: Part | None
    said: str = ""

    @property
    def told(self) -> str:
        """How it compares, and whether it is from few; "" where there is nothing to be told."""
        return " ".join(filter(None, (self.said, say_few(self.part[1]) if self.part else "")))

    @property
    def percent(self) -> float | None:
        """The share as a percentage."""
        return find_percent(*self.part) if self.part else None

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The 95 % interval as percentages."""
        return find_interval(*self.part) if self.part else (None, None)


@dataclass(frozen=True)
class Comparison:
    """What the page shows: of one answer to one variable, the waves in time and the communities, the least first."""

    wave: Wave
    variables: list[tuple[str, str]]
    variable: str
    answers: list[tuple[str, str]]
    answer: str
    waves: list[Line]
    communities: list[Line]
    waiting: tuple[str, str] = ("", "")
    is_of_all: bool = False  # whether the reader sees every community

    @property
    def answer_name(self) -> str:
        """The chosen answer in words."""
        return next((name for code, name in self.answers if code == self.answer), "")

    @property
    def waves_chart(self) -> Chart:
        """The waves in time."""
        return draw("waves", _("历次调查：%(answer)s") % {"answer": self.answer_name}, self.waves)

    @property
    def communities_chart(self) -> Chart:
        """The communities, the least first."""
        return draw("communities", _("各社区：%(answer)s") % {"answer": self.answer_name}, self.communities)


def read(ask: WaveAsk) -> Comparison:
    """Return the comparisons that are asked for."""
    shown = ask.shown_variables
    if not ask.is_final or not shown:
        return Comparison(ask.wave, [], "", [], "", [], [], explain(ask))
    chosen = ask.choose("variable", [variable.code for variable in shown], default=find_usual(shown))
    variable = next(one for one in shown if one.code == chosen)
    answers = list_answers(ask, variable)
    answer = ask.choose("answer", [code for code, _name in answers])
    codes = tuple(answer.split(JOINED))
    waves, communities = compare_waves(ask, variable, codes), compare_communities(ask, variable, codes)
    variables = [(one.code, one.name) for one in shown]
    return Comparison(ask.wave, variables, chosen, answers, answer, waves, communities, is_of_all=ask.sees_all)


def find_usual(variables: Sequence[Variable]) -> int:
    """Return which variable to begin with: the first scale, else the first."""
    return next((number for number, variable in enumerate(variables) if variable.has_scores), 0)


def explain(ask: WaveAsk) -> tuple[str, str]:
    """Return why nothing is compared, and when it will be."""
    if ask.is_final:
        return _("没有可以比较的题目"), _("至少要有一道公布了结果的选择题。")
    if ask.results is None:
        return say_waiting(ask.wave)
    return _("结束以后才能比较"), _("收集期间只公布每道题的总数。")


def list_answers(ask: WaveAsk, variable: Variable) -> list[tuple[str, str]]:
    """Return what can be compared: the upper two of a scale together, then every answer that is shown."""
    distribution = ask.results.find(variable.code) if ask.results else None
    shares = distribution.shares if distribution else ()
    answers = [(JOINED.join(share.codes), share.label) for share in shares if share.count is not None]
    options = variable.question.options
    if variable.has_scores and len(options) > 2 and variable.is_single and ask.results:
        upper = tuple(option.code for option in options[-2:])
        code = JOINED.join(upper)
        if find_share(ask.results, variable.code, upper) and code not in dict(answers):
            answers.insert(0, (code, _("、").join(option.label for option in options[-2:])))
    return answers


def compare_waves(ask: WaveAsk, variable: Variable, codes: tuple[str, ...]) -> list[Line]:
    """Return the final waves of the survey in which the same was asked, in time. Three queries at most."""
    survey = ask.wave.version.survey_id
    waves = Wave.objects.visible_to(ask.reader).filter(version__survey=survey, results__is_final=True)
    in_time = [one for one in waves.with_survey().order_by("opens_on", "pk") if asks_the_same(one, variable)]
    results = read_many(in_time)
    lines: list[Line] = []
    before: Line | None = None
    for wave in in_time:
        part = find_share(results[wave.pk], variable.code, codes) if wave.pk in results else None
        said = say_difference(part, before.part, before.name) if part and before and before.part else ""
        lines.append(Line(wave.name, part, said))
        before = lines[-1] if part else before
    return lines


def asks_the_same(wave: Wave, variable: Variable) -> bool:
    """Tell whether a wave has the variable with the same options, by code."""
    other = wave.version.questionnaire.variable_by_code.get(variable.code)
    if other is None or other.question.kind != variable.question.kind:
        return False
    return other.question.option_codes == variable.question.option_codes


def compare_communities(ask: WaveAsk, variable: Variable, codes: tuple[str, ...]) -> list[Line]:
    """Return the communities that the reader may see, the least first, and all together; [] where none is shown."""
    breakdown = ask.find_breakdown(variable.code)
    whole = find_share(ask.results, variable.code, codes) if ask.results else None
    if breakdown is None or breakdown.withheld or whole is None:
        return []
    lines = []
    for row in ask.keep_rows(breakdown):
        part = find_share(ask.results, variable.code, codes, community_id=row.community_id)  # type: ignore[arg-type]
        rest = (whole[0] - part[0], whole[1] - part[1]) if part else None
        lines.append(Line(row.name, part, say_difference(part, rest, _("其他社区")) if part and rest else ""))
    if not any(line.part for line in lines):
        return []
    lines.sort(key=lambda line: (line.percent is None, line.percent))
    return [*lines, Line(_("全部社区"), whole)]


def draw(code: str, title: str, lines: Sequence[Line]) -> Chart:
    """Return shares as dots with their intervals."""
    intervals = [line.interval for line in lines]
    data = {
        "categories": [line.name for line in lines],
        "series": [
            {
                "name": title,
                "values": [line.percent for line in lines],
                "ranges": [None if low is None else [low, high] for low, high in intervals],
            }
        ],
        "unit": "%",
        "max": 100,
    }
    return Chart(code, "dots", title, data, "", code)


def tabulate(code: str, title: str, heading: str, lines: Sequence[Line]) -> Table:
    """Return shares with intervals, and how they compare in words."""
    columns = (
        Column(heading),
        Column(_("占比"), Sort.PERCENT, "%"),
        Column(_("95% 范围"), is_wide_only=True, is_beneath=True),
        Column(_("这样回答的"), Sort.COUNT, _("份")),
        Column(_("全部回答"), Sort.COUNT, _("份"), is_wide_only=True),
        Column(_("范围下限"), Sort.PERCENT, "%", is_file_only=True),
        Column(_("范围上限"), Sort.PERCENT, "%", is_file_only=True),
        Column(_("比较"), is_file_only=True),
    )
    rows = [
        (
            line.name,
            line.percent,
            say_interval(*line.part) if line.part else None,
            *(line.part or (None, None)),
            *line.interval,
            line.told or None,
        )
        for line in lines
    ]
    return Table(code, title, columns, rows)


def list_tables(content: Comparison) -> list[Table]:
    """Return the page's tables."""
    waves = tabulate("waves", str(content.waves_chart.title), _("轮次"), content.waves)
    communities = tabulate("communities", str(content.communities_chart.title), _("社区"), content.communities)
    return [table for table in (waves, communities) if table.rows]


PAGE = SurveyPage(
    "compare",
    gettext_lazy("比较"),
    "arrow-left-right",
    "dashboards:survey-compare",
    read,
    list_tables,
    ("variable", "answer"),
)
