"""Forms of files that come in: an XLSForm, a result workbook, and what its columns and texts mean."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.validators import refuse_forbidden
from surveys.forms.design import TITLE_MAX
from surveys.sheets import EXTENSIONS
from surveys.workbooks.cells import may_be_option, plain
from surveys.workbooks.headings import name_heading
from surveys.workbooks.rehearsing import ColumnMapping, Unknown
from surveys.workbooks.tables import Table
from surveys.workbooks.targets import Target

XLSFORM_EXTENSIONS = ".xlsx,.xlsm,.xls,.ods"
UNDECIDED, BLANK = "", "-"
MOST_SHOWN = 200  # unknown texts: more of them show that a column was taken for the wrong question
MOST_MARKS = 40  # different texts in a column that may be the places of a ranking
MOST_LOOSE = 2  # choices of a question that stand in no group of their own
MOST_CHOICES = 40_000  # options of all selects of a page; beyond, those guessed exactly are not offered for change


class FileForm(forms.Form):
    """Uploads a workbook."""

    file = forms.FileField(label=gettext_lazy("文件"), widget=forms.FileInput(attrs={"accept": EXTENSIONS}))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.SHEET_MAX_BYTES:
            limit = settings.SHEET_MAX_BYTES // 2**20
            raise ValidationError(_("文件超过 %(limit)s MB，请拆成几个文件。") % {"limit": limit})
        return file


class XlsformForm(FileForm):
    """Uploads an XLSForm."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm 文件"), widget=forms.FileInput(attrs={"accept": XLSFORM_EXTENSIONS})
    )


class TitleForm(forms.Form):
    """The title of the survey that an XLSForm begins."""

    title = forms.CharField(label=gettext_lazy("新调查的名称"), max_length=TITLE_MAX, validators=[refuse_forbidden])


class ColumnsForm(forms.Form):
    """What each column is, and what texts mean that are no options. Fields: "column-3", and Unknown.key."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, table: Table, targets: Sequence[Target], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.table = table
        self.columns = [column for column in range(len(table.headings)) if column not in table.traces]
        offered = {column: self.find_offered(column, targets) for column in self.columns}
        is_large = sum(map(len, offered.values())) > MOST_CHOICES
        for column in self.columns:
            is_fixed = is_large and column in table.guesses
            self.fields[f"column-{column}"] = forms.ChoiceField(
                label=name_heading(table.headings[column]),
                choices=group_choices(offered[column]),
                required=False,
                widget=forms.HiddenInput if is_fixed else forms.Select(attrs={"class": "form-select"}),
            )

    def find_offered(self, column: int, targets: Sequence[Target]) -> list[Target]:
        """Return what a column can be; the options of a question only where its cells look like those of one."""
        texts = find_texts(self.table, column)
        now = self.initial.get(f"column-{column}")
        return [
            target
            for target in targets
            if target.option is None
            or target.value == now
            or (texts is not None and may_be_option(target.question, target.option, texts))
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse two columns for the same."""
        data = super().clean() or {}
        first: dict[str, int] = {}
        for column in self.columns:
            value = data.get(f"column-{column}")
            if value and value in first:
                heading = name_heading(self.table.headings[first[value]])
                message = _("“%(heading)s”已经对到这里了，一道题只能对一列。") % {"heading": heading}
                self.add_error(f"column-{column}", message)
            elif value:
                first[value] = column
        if not first:
            raise ValidationError(_("还没有一列对上问卷里的题。"))
        return data

    @property
    def mapping(self) -> dict[int, str]:
        """Place of the column -> target, of those that are taken."""
        given = {column: self.cleaned_data.get(f"column-{column}", "") for column in self.columns}
        return {column: value for column, value in given.items() if value}


def find_texts(table: Table, column: int) -> set[str] | None:
    """Return the texts of a column; None where they are too many for marks or places."""
    found: set[str] = set()
    for row in table.rows:
        found.add(table.cell(row, column))
        if len(found) > MOST_MARKS:
            return None
    return {plain(text) for text in found}


def group_choices(targets: Sequence[Target]) -> list[tuple[str, Any]]:
    """Return the choices of a column; questions with many of them as a group."""
    choices: list[tuple[str, Any]] = [("", _("不导入"))]
    for _number, group in groupby(targets, key=lambda target: target.number):
        found = list(group)
        pairs = [(target.value, target.label) for target in found]
        is_long = len(pairs) > MOST_LOOSE
        choices += [(f"{found[0].number}. {found[0].question.text}", pairs)] if is_long else pairs
    return choices


class TextsForm(forms.Form):
    """What texts mean that are none of the options."""

    def __init__(self, data: Mapping[str, Any] | None, *, unknown: Sequence[Unknown], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.unknown = unknown[:MOST_SHOWN]
        for one in self.unknown:
            self.fields[one.key] = forms.ChoiceField(
                label=one.text[:60],
                choices=list(list_decisions(one)),
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def read(self, mapping: ColumnMapping) -> ColumnMapping:
        """Return the mapping with the decisions of this form."""
        texts: dict[str, dict[str, str]] = {code: dict(decided) for code, decided in mapping.texts.items()}
        for one in self.unknown:
            decided = self.cleaned_data.get(one.key, UNDECIDED)
            if decided != UNDECIDED:
                texts.setdefault(one.question.code, {})[one.text] = "" if decided == BLANK else decided
            else:
                texts.get(one.question.code, {}).pop(one.text, None)
        return ColumnMapping(mapping.columns, texts)


def list_decisions(one: Unknown) -> list[tuple[str, str]]:
    """Return what can be done with an unknown text."""
    options = [
        (option.code, _("%(option)s（保留原文）") % {"option": option.label} if option.is_other else option.label)
        for option in one.question.options
    ]
    return [(UNDECIDED, _("请选择")), *options, (BLANK, _("当作没有回答"))]
