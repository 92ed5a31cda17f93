"""The form on which a street sets the targets of a year: one field for each indicator that can have one."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.indicator import Indicator, Unit
from indicators.judging import scale_of
from indicators.models import Target
from indicators.targets import list_judged


class TargetField(forms.DecimalField):
    """A number of at most two decimals; a percent sign and full-width digits do no harm."""

    default_error_messages = {"invalid": _("请填数字，例如 90 或 92.5。")}

    def __init__(self, indicator: Indicator, inherited: Target | None) -> None:
        full = scale_of(indicator)
        super().__init__(required=False, min_value=0, max_value=full, max_digits=12, decimal_places=2)
        self.label = str(indicator.name)
        self.widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal", "autocomplete": "off"})
        if inherited:
            self.widget.attrs["placeholder"] = f"{inherited.value.normalize():f}"
        words = _("在 0 到 %(full)g 之间。") % {"full": full} if full else _("不能小于 0。")
        self.error_messages |= {"min_value": words, "max_value": words, "max_decimal_places": _("最多两位小数。")}

    def to_python(self, value: Any) -> Any:
        """Return the number."""
        return super().to_python(unicodedata.normalize("NFKC", value).strip().removesuffix("%") if value else value)


@dataclass(frozen=True)
class TargetRow:
    """An indicator with its field, and what holds where the field is left empty."""

    indicator: Indicator
    field: forms.BoundField
    inherited: Target | None

    @property
    def unit(self) -> str:
        """What stands behind the number."""
        return str(Unit(self.indicator.unit).label)


class TargetsForm(forms.Form):
    """The area's own targets of a year; an empty field leaves the one of the area above."""

    def __init__(self, *args: Any, own: Mapping[str, Decimal], inherited: Mapping[str, Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name_of(id): f"{value.normalize():f}" for id, value in own.items()}
        self.inherited = inherited
        self.judged = list_judged()
        for indicator in self.judged:
            self.fields[name_of(indicator.id)] = TargetField(indicator, inherited.get(indicator.id))

    @property
    def values(self) -> dict[str, Decimal | None]:
        """What is to hold, by indicator."""
        return {indicator.id: self.cleaned_data[name_of(indicator.id)] for indicator in self.judged}

    @property
    def sections(self) -> list[tuple[str | Promise, list[TargetRow]]]:
        """The rows by topic, in the order of the catalogue."""
        rows = [TargetRow(i, self[name_of(i.id)], self.inherited.get(i.id)) for i in self.judged]
        order = {topic: place for place, topic in reversed(list(enumerate(row.indicator.topic for row in rows)))}
        rows.sort(key=lambda row: order[row.indicator.topic])
        return [(topic, list(some)) for topic, some in groupby(rows, key=lambda row: row.indicator.topic)]


def name_of(id: str) -> str:
    """Return the name of an indicator's field."""
    return f"target-{id}"
