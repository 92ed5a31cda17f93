"""The three questions of a rating."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.feedback import QUESTIONS


class RatingForm(forms.Form):
    """One group of radio buttons for each question. `again` says that a neighbour rates on the same phone."""

    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=str(question.text),
                choices=question.answers.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选一个。"), "invalid_choice": _("请选一个。")},
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions in their order."""
        return [self[question.code] for question in QUESTIONS]
