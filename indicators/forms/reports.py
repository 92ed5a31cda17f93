"""The form in which a community reports its numbers of a period, and the file that brings many at once."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.versions import NOTHING, Difference
from imports.reasons import describe
from indicators.periods import Period
from indicators.reports.checks import (
    CHECKED,
    EXPLANATION_LENGTH,
    check_explanation,
    find_conflicts,
    find_jumps,
    read_number,
    show_number,
)
from indicators.reports.fields import ReportField, fields_of
from indicators.reports.reported import Values
from indicators.reports.reporting import Answers

EXTENSIONS = ".xlsx,.xlsm,.xls,.ods"


class NumberField(forms.CharField):
    """A number as people type it; what cannot be read stays in the field."""

    def __init__(self, field: ReportField, last: Decimal | None) -> None:
        self.asked = field
        keys = {"class": "form-control num", "autocomplete": "off"}
        keys["inputmode"] = "decimal" if field.places else "numeric"
        if last is not None:
            keys["placeholder"] = show_number(last)
        widget = forms.TextInput(attrs=keys)
        words = {"label": str(field.name), "help_text": str(field.hint)}
        super().__init__(required=False, max_length=30, widget=widget, **words)  # type: ignore[arg-type]

    def clean(self, value: Any) -> Any:
        """Return the number, None for a blank."""
        return read_number(super().clean(value), self.asked)


class ExplanationForm(forms.Form):
    """Why numbers jump, a line or a tick for each; the names of the fields begin with the number's."""

    def add_explanation(self, name: str, label: str | Promise, initial: str = "") -> None:
        """Add the two fields for one number."""
        is_tick = initial == CHECKED
        self.fields[f"{name}-why"] = forms.CharField(
            label=_("%(name)s：为什么变") % {"name": label},
            required=False,
            max_length=EXPLANATION_LENGTH,
            initial="" if is_tick else initial,
            validators=[check_explanation],
            widget=forms.TextInput(
                attrs={"class": "form-control", "autocomplete": "off", "placeholder": _("例如：新开了一处食堂")}
            ),
        )
        tick = forms.CheckboxInput(attrs={"class": "form-check-input"})
        self.fields[f"{name}-sure"] = forms.BooleanField(
            label=_("核对无误"), required=False, initial=is_tick, widget=tick
        )

    def explain(self, name: str) -> str:
        """Return what was said about a number."""
        ticked = CHECKED if self.cleaned_data.get(f"{name}-sure") else ""
        return self.cleaned_data.get(f"{name}-why") or ticked


@dataclass(frozen=True)
class Row:
    """A number on the page: its field, the last value as it would be typed, and whether it asks for a word."""

    asked: ReportField
    number: forms.BoundField
    why: forms.BoundField
    sure: forms.BoundField
    last: str
    is_open: bool


class ReportForm(ExplanationForm):
    """Asks for the numbers of one kind of period. A blank is not reported; only what is typed or tapped counts."""

    token = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": "1"}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    conflict: list[Difference] | None = None

    def __init__(self, *args: Any, period: Period, saved: Answers, version: int, last: Values, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.last, self.saved = fields_of(period.kind), last, saved
        self.jumps: dict[str, str] = {}
        self.fields["token"].initial, self.fields["version"].initial = uuid.uuid4, version
        for field in self.asked:
            code = field.code
            self.fields[code] = NumberField(field, last.get(code))
            if code in saved.values:
                self.fields[code].initial = show_number(saved.values[code])
            self.add_explanation(code, field.name, saved.explain(code))

    @property
    def answers(self) -> Answers:
        """What the form says."""
        values = self._read_values()
        return Answers(values, {code: why for code in values if (why := self.explain(code))})

    def clean(self) -> dict[str, Any]:
        """Hold the numbers against each other and against the last ones."""
        data = super().clean() or {}
        values = self._read_values()
        for code, words in find_conflicts(values).items():
            self.add_error(code, words)
        plausible = {code: value for code, value in values.items() if code not in self.errors}
        self.jumps = find_jumps(plausible, self.last)
        for code, words in self.jumps.items():
            if f"{code}-why" not in self.errors and not self._is_explained(code, values[code]):
                self.add_error(code, _("%(jump)s对的话，请在下面写一句原因，或勾选“核对无误”。") % {"jump": words})
        if not (values or self.errors):
            self.add_error(None, _("请至少填一个数字。"))
        return data

    def sections(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield the heading of each part with its rows."""
        for heading, fields in groupby(self.asked, key=lambda field: str(field.section)):
            yield heading, [self._row(field) for field in fields]

    def show_conflict(self, saved: Answers, version: int) -> None:
        """Put what somebody else has saved beside what was typed. Where nothing was typed, theirs is taken over.

        The same form sent once more saves on top of the version now seen.
        """
        self.conflict = []
        data = self.data = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        for field in self.asked:
            theirs, mine = saved.values.get(field.code), self.cleaned_data.get(field.code)
            if theirs is not None and mine is None:
                data[field.code] = show_number(theirs)
                data[f"{field.code}-why"] = saved.explain(field.code)
            if theirs is not None and theirs != mine:
                words = NOTHING if mine is None else show_number(mine)
                self.conflict.append(Difference(str(field.name), show_number(theirs), words))

    def _is_explained(self, code: str, value: Decimal) -> bool:
        """Tell whether a word was said about this number: one that was said about another number does not count."""
        why = self.explain(code)
        is_old = why == self.saved.explain(code) and value != self.saved.values.get(code)
        return bool(why) and not is_old

    def _read_values(self) -> Values:
        numbers = {field.code: self.cleaned_data.get(field.code) for field in self.asked}
        return {code: value for code, value in numbers.items() if value is not None}

    def _row(self, field: ReportField) -> Row:
        code = field.code
        why, sure = self[f"{code}-why"], self[f"{code}-sure"]
        for bound in (self[code], why):
            if bound.errors:
                bound.field.widget.attrs["class"] += " is-invalid"
        is_open = code in self.jumps or bool(why.value() or sure.value() or why.errors)
        last = show_number(self.last[code]) if code in self.last else ""
        return Row(field, self[code], why, sure, last, is_open)


class JumpForm(ExplanationForm):
    """A word on each number of a workbook that jumps; `jumps` is name -> (label, in what way)."""

    def __init__(self, *args: Any, jumps: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jumps = jumps
        for name, (label, _words) in jumps.items():
            self.add_explanation(name, label)

    def clean(self) -> dict[str, Any]:
        """Ask about what nobody has said a word on."""
        data = super().clean() or {}
        for name in self.jumps:
            if f"{name}-why" not in self.errors and not self.explain(name):
                self.add_error(f"{name}-why", _("请写一句原因，或勾选“核对无误”。"))
        return data

    def rows(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Return (label, in what way, why, sure) of each number."""
        return [(*words, self[f"{name}-why"], self[f"{name}-sure"]) for name, words in self.jumps.items()]


class WorkbookForm(forms.Form):
    """Uploads a filled workbook."""

    file = forms.FileField(label=gettext_lazy("填好的表格"), widget=forms.FileInput(attrs={"accept": EXTENSIONS}))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.SHEET_MAX_BYTES:
            raise ValidationError(describe("too_large", str(settings.SHEET_MAX_BYTES // 2**20)))
        return file
