"""Named participants who are not in the register: the chips of the form, as they come and as they are shown again."""

import re
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from activities.models import Activity, Outsider
from grids.cleaning import CellRefused, Remark, clean_name
from grids.masking import mask_name
from imports.reasons import describe

SEPARATOR = "|"
REFERENCE = re.compile(r"([os])([0-9]{1,18})")  # o12: an outsider of the activity; s12: one of its sign-ups
TAIL = re.compile(r"[0-9]{4}")


class Chip(NamedTuple):
    """A value of the form and its label."""

    value: str
    label: str


class OutsiderListField(forms.Field):
    """Outsiders: those of the activity by key, people who signed up by key, and new ones as name|tail.

    Names that are stored already never go back to the browser in full.
    """

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known: dict[str, Outsider] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "OutsiderListField":
        """Know nobody: a form's copy of the field must not meet the people of the form before."""
        copied = super().__deepcopy__(memo)
        copied.known = {}
        return copied

    def read_activity(self, activity: Activity) -> None:
        """Learn whom references can mean: the activity's outsiders, and its sign-ups that no resident goes with."""
        for outsider in activity.outsiders.order_by("pk"):
            self.known[f"o{outsider.pk}"] = outsider
        for sign_up in activity.sign_ups.standing().filter(resident=None):
            self.known[f"s{sign_up.pk}"] = Outsider(name=sign_up.name, tail=sign_up.phone_kept[-4:])

    @property
    def signed_up(self) -> list[Chip]:
        """Chips of those who signed up."""
        return [Chip(value, label(person)) for value, person in self.known.items() if value.startswith("s")]

    def clean(self, value: Any) -> list[Outsider]:
        """Return each outsider once."""
        found: dict[tuple[str, str], Outsider] = {}
        for text in value or ():
            outsider = self.read(str(text))
            found.setdefault((outsider.name, outsider.tail), outsider)
        return list(found.values())

    def read(self, text: str) -> Outsider:
        """Return the outsider of a chip."""
        if REFERENCE.fullmatch(text):
            if text not in self.known:
                raise ValidationError(_("有一位外来参加者已被删去，请去掉后再保存。"))
            return self.known[text]
        name, _separator, tail = text.partition(SEPARATOR)
        return Outsider(name=read_name(name), tail=read_tail(tail))

    def describe(self, values: list[str]) -> list[Chip]:
        """Return the chips to show again, whatever they hold."""
        chips = []
        for text in dict.fromkeys(values):
            if text in self.known:
                chips.append(Chip(text, label(self.known[text])))
            elif not REFERENCE.fullmatch(text):
                chips.append(Chip(text, text.replace(SEPARATOR, " ").strip()))
        return chips


def read_name(text: str) -> str:
    """Return the name of an outsider; refuse what is none."""
    try:
        name = clean_name(text.replace("\0", ""))
    except CellRefused as refusal:
        reason = describe(refusal.code, refusal.detail)
        raise ValidationError(_("外来参加者“%(name)s”：%(reason)s。") % {"name": text[:60], "reason": reason}) from None
    return str(name.value if isinstance(name, Remark) else name)


def read_tail(text: str) -> str:
    """Return the last four digits of a phone; "" for none."""
    text = text.strip()
    if text and not TAIL.fullmatch(text):
        raise ValidationError(_("手机后四位要填四个数字，也可以不填。"))
    return text


def label(outsider: Outsider) -> str:
    """Return 张*安 1234."""
    return f"{mask_name(outsider.name)} {outsider.tail}".strip()


def read_chips(data: QueryDict) -> list[str]:
    """Return the chips that were sent, and the name that was typed but not added yet."""
    name = data.get("outsider_name", "").strip()
    typed = [f"{name}{SEPARATOR}{data.get('outsider_tail', '').strip()}"] if name else []
    return [*data.getlist("outsiders"), *typed]
