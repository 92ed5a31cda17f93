"""The columns of a file of answers: names, labels, and the number that stands for each answer. No rows here.

Every cell is a whole number or missing: the same in all kinds of files. A variable has the categories in which its
result is published, so that the file counts nothing that the pages put together or hide: options that stand together,
numbers in bins, of a ranking what came first. Several answers to a question become a column of 0 and 1 for each option
whose result is shown. Words and dates have no column (rule R18; a date of somebody's life tells who they are).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaire import Kind, Option, Question, Questionnaire, Variable
from surveys.results.axes import make_axis
from surveys.results.shapes import Distribution

LEFT_OUT = (Kind.TEXT, Kind.LONG, Kind.DATE)

Read = Callable[[Any], int | None]


@dataclass(frozen=True)
class Column:
    """A column. `source`: the variable whose value `read` turns into a cell.

    `codes`: the questionnaire's own code of each value, several of options that stand together.
    """

    name: str
    label: str
    source: str
    read: Read
    measure: str = "nominal"
    values: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)
    is_tick: bool = False


def list_columns(questionnaire: Questionnaire, published: Mapping[str, Distribution]) -> list[Column]:
    """Return the columns of a questionnaire; of what is not published there is none."""
    columns: list[Column] = []
    for variable in questionnaire.variables:
        if variable.code in published and variable.question.kind not in LEFT_OUT:
            columns += make_columns(variable, published[variable.code])
    return rename_twins(columns)


def make_columns(variable: Variable, published: Distribution) -> list[Column]:
    """Return the columns of a variable."""
    if variable.is_multiple:
        shown = list_shown(published)
        return [make_tick(variable, option) for option in variable.question.options if option.code in shown]
    return [(make_number if variable.question.kind == Kind.NUMBER else make_choice)(variable, published)]


def list_shown(published: Distribution) -> set[str]:
    """Return the options whose count is shown."""
    return {code for share in published.shares if share.count is not None for code in share.codes}


def make_choice(variable: Variable, published: Distribution) -> Column:
    """Return the column of one option, of a ranking the first; those that stand together share the first's number."""
    question = variable.question
    is_ranking = question.kind == Kind.RANKING
    numbers = number_options(question)
    found = {code: numbers[share.codes[0]] for share in published.shares for code in share.codes}

    def read(given: Any) -> int | None:
        code = given[0] if is_ranking and given else given
        return None if code is None else found.get(code)

    return Column(
        name=to_name(variable.code),
        label=_("%(name)s（第一位）") % {"name": variable.name} if is_ranking else variable.name,
        source=variable.code,
        read=read,
        measure="ordinal" if question.is_ordered or question.kind == Kind.RATING else "nominal",
        values={numbers[share.codes[0]]: share.label for share in published.shares},
        codes={numbers[share.codes[0]]: "+".join(share.codes) for share in published.shares},
    )


def number_options(question: Question) -> dict[str, int]:
    """Return the number of each option: its code where all are whole numbers, else its place in the question."""
    if all(code.isdecimal() and str(int(code)) == code for code in question.option_codes):
        return {code: int(code) for code in question.option_codes}
    return {code: place for place, code in enumerate(question.option_codes, 1)}


def make_number(variable: Variable, published: Distribution) -> Column:
    """Return the column of a number in bins, from 1."""
    axis = make_axis(variable, published)

    def read(given: Any) -> int | None:
        return None if given is None else axis.find_value(str(given)) + 1

    return Column(
        to_name(variable.code), variable.name, variable.code, read, "ordinal", dict(enumerate(axis.labels, 1))
    )


def make_tick(variable: Variable, option: Option) -> Column:
    """Return the column that tells whether an option was among those given."""

    def read(given: Sequence[str] | None) -> int | None:
        return None if given is None else int(option.code in given)

    values = {0: _("未选"), 1: _("选了")}
    return Column(
        to_name(f"{variable.code}.{option.code}"),
        join(variable, option),
        variable.code,
        read,
        values=values,
        is_tick=True,
    )


def join(variable: Variable, option: Option) -> str:
    """Return the label of an option's column."""
    return _("%(name)s：%(value)s") % {"name": variable.name, "value": option.label}


def to_name(code: str) -> str:
    """Return the name of a variable for SPSS and others: letters, digits and underscores."""
    return code.replace(".", "_")


def rename_twins(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with names of their own: "a_b" may be a question as well as a row of another."""
    taken: set[str] = set()
    renamed = []
    for column in columns:
        name, number = column.name, 2
        while name in taken:
            name, number = f"{column.name}_{number}", number + 1
        taken.add(name)
        renamed.append(Column(**{**vars(column), "name": name}))
    return renamed


def list_values(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """Yield the table of variables: a line for each column, and one for each of its values."""
    yield (_("列名"), _("问题"), _("数值"), _("选项"), _("问卷里的代号"))
    for column in columns:
        yield (column.name, column.label, "", "", column.source)
        for value, label in column.values.items():
            yield (column.name, "", str(value), label, column.codes.get(value, ""))
