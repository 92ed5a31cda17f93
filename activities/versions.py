"""Two people edit one activity at once: the second sees what the first has changed beside what they typed."""

from datetime import date, datetime, time
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import Activity

NOTHING = "—"


class StaleError(ValidationError):
    """Somebody else has changed the activity since the form was opened."""


class Difference(NamedTuple):
    """A field that two people filled in differently, in words."""

    label: str
    theirs: str
    mine: str


class VersionMixin(forms.Form):
    """Carries the version that the form was opened with, and the differences once it turns out to be stale."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    conflict: list[Difference] | None = None

    def show_conflict(self, saved: Activity) -> None:
        """Keep the differences for the page; the same form sent once more saves on top of the version now seen."""
        self.conflict = describe_conflict(self, saved)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("version")] = str(saved.version)  # type: ignore[index]


def check_version(saved: Activity, seen: int | None) -> None:
    """Refuse to write over a version that the user has not seen. `saved` is locked by the caller."""
    if seen != saved.version:
        raise StaleError(_("您填写的时候，别人刚改过这项活动。请看两边的不同。"))


def describe_conflict(form: forms.BaseForm, saved: Activity) -> list[Difference]:
    """Return the visible fields in which a form that was sent differs from a fresh copy of the row."""
    stored = model_to_dict(saved)
    found = []
    for bound in form.visible_fields():
        name, field = bound.name, bound.field
        was = stored[name] if name in stored else form.get_initial_for_field(field, name)
        now = form.cleaned_data[name] if name in form.cleaned_data else bound.value()
        theirs, mine = show_value(field, was), show_value(field, now)
        if theirs != mine:
            found.append(Difference(str(bound.label), theirs, mine))
    return found


def show_value(field: forms.Field, value: Any) -> str:
    """Return the value of a form's field in the words that its user knows."""
    if isinstance(field, forms.BooleanField):
        return _("是") if value else _("否")
    if value is None or value == "":
        return NOTHING
    if isinstance(field, forms.ModelMultipleChoiceField):
        return show_rows(field, list(value))
    if isinstance(field, forms.ModelChoiceField):
        return show_rows(field, [value])
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return show_plain(value)


def show_rows(field: forms.ModelChoiceField, values: list[Any]) -> str:
    """Return the labels of rows given as rows or keys."""
    keys = [getattr(value, "pk", value) for value in values]
    rows = field.queryset.filter(pk__in=keys) if field.queryset is not None else []
    return _("、").join(str(field.label_from_instance(row)) for row in rows) or NOTHING


def show_plain(value: Any) -> str:
    """Return a text, number or time in words."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
