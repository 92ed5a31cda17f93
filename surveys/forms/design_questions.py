"""The form of one question: what its kind needs, its options line by line, and when it is asked."""

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.validators import refuse_forbidden
from surveys.bank import SATISFIED, is_unchanged
from surveys.checking import check_options
from surveys.editing import find_section, make_code, name_options, section_of
from surveys.forms.design_conditions import ConditionRow, read_conditions, show_conditions
from surveys.forms.design_parts import BLANKS, LABEL_MAX, Parts, do_deed, find_focus, paste, read_parts
from surveys.questionnaire import (
    CHOSEN,
    RATING_CODES,
    Background,
    Kind,
    Option,
    Question,
    Questionnaire,
)

TEXT_MAX, HINT_MAX = 200, 200
# Which marks and fields a kind has beside those of every question.
EXTRAS: dict[str, tuple[str, ...]] = {
    Kind.SINGLE: ("is_ordered", "is_shuffled", "background"),
    Kind.MULTIPLE: ("is_shuffled", "background"),
    Kind.MATRIX: ("is_ordered", "is_shuffled"),
    Kind.RANKING: ("is_shuffled",),
    Kind.NUMBER: ("lowest", "highest"),
}
OPTIONAL = ("is_ordered", "is_shuffled", "background", "lowest", "highest")


def digest(question: Question | None) -> str:
    """Return what tells one state of a question from another."""
    return hashlib.sha256(json.dumps(asdict(question)).encode()).hexdigest()[:16] if question else ""


class QuestionForm(forms.Form):
    """Describes a question of a questionnaire: a new one in a section, or the one given."""

    kind = forms.ChoiceField(label=gettext_lazy("题型"), choices=Kind, initial=Kind.SINGLE)
    text = forms.CharField(
        label=gettext_lazy("问题"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[refuse_forbidden],
        error_messages={"required": gettext_lazy("请写下问题。")},
    )
    hint = forms.CharField(
        label=gettext_lazy("提示"),
        max_length=HINT_MAX,
        required=False,
        help_text=gettext_lazy("可以不写，例如：讲座、节日活动都算。"),
    )
    section = forms.ChoiceField(label=gettext_lazy("放在哪一部分"))
    is_required = forms.BooleanField(
        label=gettext_lazy("必答"),
        required=False,
        help_text=gettext_lazy("问看法的题最好不设必答，让人可以跳过。"),
    )
    is_ordered = forms.BooleanField(
        label=gettext_lazy("选项从差到好（从少到多）排列"),
        required=False,
        help_text=gettext_lazy("最差的写在最前面。代号是数字时还会算平均分。"),
    )
    is_shuffled = forms.BooleanField(
        label=gettext_lazy("选项随机排列"),
        required=False,
        help_text=gettext_lazy("每个人看到的次序不同，免得前面的总被多选。有好坏次序的题不会打乱。"),
    )
    lowest = forms.FloatField(label=gettext_lazy("最小值"), required=False)
    highest = forms.FloatField(label=gettext_lazy("最大值"), required=False)
    is_opinion = forms.BooleanField(
        label=gettext_lazy("这题问的是看法"),
        required=False,
        initial=True,
        help_text=gettext_lazy("问事实或需要的题可以取消。实名调查里不能有问看法的题。"),
    )
    background = forms.ChoiceField(
        label=gettext_lazy("背景"),
        choices=Background,
        required=False,
        help_text=gettext_lazy("要和底册比较时才选；题库里的背景题已经选好。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)  # the question as the form was opened with it

    def __init__(
        self,
        data: Any = None,
        *,
        questionnaire: Questionnaire,
        question: Question | None = None,
        section: str = "",
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.questionnaire, self.question = questionnaire, question
        self.home = section_of(questionnaire, question.code) if question else find_section(questionnaire, section)
        home = self.home.code if self.home else ""
        known = {name: getattr(question, name) for name in self.base_fields if hasattr(question, name)}
        super().__init__(data, initial={"section": home, "opened": digest(question), **known, **(initial or {})})
        choices = [(one.code, one.title) for one in questionnaire.sections]
        self.fields["section"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 2:  # nothing to choose
            self.fields["section"].widget = forms.HiddenInput()
            self.fields["section"].initial = choices[0][0] if choices else ""
        self.part_errors: list[str] = []
        self.theirs: Question | None = None  # as somebody else left it while this was being typed

    def forget_errors(self) -> None:
        """Show the form as it is being written: one of its own buttons was pressed, nothing is to be saved."""
        self.errors.clear()
        self.part_errors = []

    # --- What is shown

    @property
    def chosen_kind(self) -> str:
        """The kind that the form shows: as sent, or as it was."""
        kind = str(self["kind"].value())
        return kind if kind in Kind.values else Kind.SINGLE

    @property
    def has_options(self) -> bool:
        """Whether the kind is answered by tapping."""
        return self.chosen_kind in CHOSEN

    @property
    def is_rating(self) -> bool:
        """Whether there are five options, no more and no less."""
        return self.chosen_kind == Kind.RATING

    @property
    def has_rows(self) -> bool:
        """Whether there are rows beside the options."""
        return self.chosen_kind == Kind.MATRIX

    @property
    def takes_other(self) -> bool:
        """Whether an option may ask for words."""
        return self.chosen_kind in (Kind.SINGLE, Kind.MULTIPLE)

    @property
    def takes_exclusive(self) -> bool:
        """Whether an option may stand alone."""
        return self.chosen_kind == Kind.MULTIPLE

    @property
    def extras(self) -> list[forms.BoundField]:
        """The further fields that the kind has."""
        return [self[name] for name in EXTRAS.get(self.chosen_kind, ())]

    @cached_property
    def options(self) -> Parts:
        """The options as they stand in the form."""
        parts = self._show("option", self.question.options if self.question else ())
        return self._five(parts) if self.is_rating else parts

    @cached_property
    def rows(self) -> Parts:
        """The rows as they stand in the form."""
        return self._show("row", self.question.rows if self.question else ())

    @property
    def focus(self) -> str:
        """The button or line that the last button leads to; "" when there was none."""
        deed = self.data.get("deed", "")
        return find_focus(self.options, deed) or find_focus(self.rows, deed)

    @cached_property
    def earlier(self) -> list[Question]:
        """The questions before this one; before a new one all to the end of its section."""
        if self.question and self.question.code in self.questionnaire.by_code:
            place = self.questionnaire.questions.index(self.questionnaire.by_code[self.question.code])
            return list(self.questionnaire.questions[:place])
        if self.home is None:
            return list(self.questionnaire.questions)
        place = self.questionnaire.sections.index(self.home)
        return [question for section in self.questionnaire.sections[: place + 1] for question in section.questions]

    @property
    def conditions(self) -> list[ConditionRow]:
        """The earlier questions with what is ticked."""
        if self.is_bound:
            return show_conditions(read_conditions(self.data, self.earlier), self.earlier)  # type: ignore[arg-type]
        return show_conditions(self.question.conditions if self.question else (), self.earlier)

    @property
    def has_conditions(self) -> bool:
        """Whether any option of an earlier question is ticked."""
        return any(row.chosen for row in self.conditions)

    def _show(self, prefix: str, saved: tuple[Option, ...]) -> Parts:
        if not self.is_bound:
            return Parts(prefix, saved).with_blanks(BLANKS if saved else BLANKS + 1)
        sent = do_deed(read_parts(prefix, self.data), self.data.get("deed", ""))
        sent = paste(sent, self.data.get(f"{prefix}-lines", ""))
        return sent if len(sent.lines) > len(sent.filled) else sent.with_blanks()

    def _five(self, parts: Parts) -> Parts:
        """Return the five options of a rating, with words where there are none yet."""
        first = parts.lines[: len(SATISFIED)]
        is_five = len(parts.filled) == len(SATISFIED) or tuple(line.code for line in first) == RATING_CODES
        if not is_five:
            return Parts(parts.prefix, SATISFIED)
        options = (Option(code, line.label) for code, line in zip(RATING_CODES, first, strict=True))
        return Parts(parts.prefix, tuple(options))

    # --- What is saved

    def clean(self) -> dict[str, Any]:
        """Put the question together, and refuse what no questionnaire may hold."""
        data = super().clean() or {}
        if "kind" not in data or "text" not in data:
            return data
        question = self.build(data)
        words = [*question.options, *question.rows]
        for option in words:
            self._check_label(option.label)
        self.part_errors += list(dict.fromkeys(check_options(question)))
        if self.part_errors:
            self.add_error(None, _("选项还要改一下。"))
        if question.lowest is not None and question.highest is not None and question.lowest > question.highest:
            self.add_error("highest", _("最大值不能比最小值小。"))
        data["question"] = question
        return data

    def _check_label(self, label: str) -> None:
        """Keep what is wrong with the words of an option."""
        if len(label) > LABEL_MAX:
            words = _("“%(start)s…”太长：最多 %(most)s 字，现在 %(now)s 字。")
            self.part_errors.append(words % {"start": label[:12], "most": LABEL_MAX, "now": len(label)})
        try:
            refuse_forbidden(label)
        except forms.ValidationError as error:
            self.part_errors += error.messages

    def build(self, data: dict[str, Any]) -> Question:
        """Return the question that the form describes; it stays one of the bank while it asks the same."""
        old, kind = self.question, data["kind"]
        extras = EXTRAS.get(kind, ())
        kept = {name: data[name] for name in OPTIONAL if name in extras and name in data}
        if kind == Kind.RATING:
            kept["is_ordered"] = True
        question = Question(
            code=old.code if old else make_code("q", self.questionnaire.by_code),
            kind=kind,
            text=" ".join(data["text"].split()),
            hint=data.get("hint", ""),
            options=self._name(self.options, old.options if old else ()) if kind in CHOSEN else (),
            rows=self._name(self.rows, old.rows if old else ()) if kind == Kind.MATRIX else (),
            is_required=data.get("is_required", False),
            is_opinion=data.get("is_opinion", False),
            conditions=read_conditions(self.data, self.earlier),  # type: ignore[arg-type]
            bank=old.bank if old else "",
            **kept,
        )
        return question if is_unchanged(question) else replace(question, bank="")

    def _name(self, parts: Parts, before: tuple[Option, ...]) -> tuple[Option, ...]:
        """Return the filled lines with codes, and with the marks that the kind allows."""
        allowed = (
            Option(
                line.code,
                line.label,
                is_exclusive=line.is_exclusive and self.takes_exclusive and parts.prefix == "option",
                is_other=line.is_other and self.takes_other and parts.prefix == "option",
            )
            for line in (parts.lines if self.is_rating else parts.filled)
        )
        return name_options(tuple(allowed), before)
