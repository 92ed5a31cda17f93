"""Choosing a day with the browser's own calendar."""

from typing import Any

from django import forms
from django.utils import timezone


class DayInput(forms.DateInput):
    """Any day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PastDayInput(DayInput):
    """A day up to today."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, {"max": timezone.localdate().isoformat(), **(attrs or {})})
