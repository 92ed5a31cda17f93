"""Choosing questions of the bank for a section."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.bank import BANK, BankQuestion, Topic
from surveys.outline import tell_labels
from surveys.questionnaire import Kind, Questionnaire


@dataclass(frozen=True)
class BankRow:
    """A question of the bank in the form. `is_taken`: the questionnaire has it already."""

    entry: BankQuestion
    kind: str
    labels: str
    is_taken: bool
    is_chosen: bool


class BankForm(forms.Form):
    """Which questions, and where they go."""

    section = forms.ChoiceField(label=_("加到哪一部分"))
    questions = forms.MultipleChoiceField(
        label=_("问题"),
        choices=[(code, entry.question.text) for code, entry in BANK.items()],
        error_messages={"required": _("请至少选一道题。")},
    )

    def __init__(
        self, data: Any = None, *, questionnaire: Questionnaire, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.questionnaire = questionnaire
        choices = [(section.code, section.title) for section in questionnaire.sections]
        self.fields["section"].choices = choices  # type: ignore[attr-defined]

    @property
    def topics(self) -> list[tuple[str, list[BankRow]]]:
        """The topics with their questions."""
        chosen = self["questions"].value() or []
        rows = [
            BankRow(
                entry,
                str(Kind(entry.question.kind).label),
                tell_labels(entry.question),
                code in self.questionnaire.by_code,
                code in chosen,
            )
            for code, entry in BANK.items()
        ]
        return [(str(topic.label), [row for row in rows if row.entry.topic == topic]) for topic in Topic]
