"""Whether reported numbers are plausible: what is refused, and what wants a word of explanation."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import ReportedFigure
from indicators.reports.fields import FIELDS, ReportField
from indicators.reports.reported import Values
from visits.wishes import refuse_forbidden_words

NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
HALF_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-", " \u3000\xa0")
EXPLANATION_LENGTH = ReportedFigure._meta.get_field("explanation").max_length
CHECKED = "核对无误"  # kept as the explanation when somebody only ticks; the street reads it as it stands


def read_number(text: str, field: ReportField) -> Decimal | None:
    """Return the number that a text says, None for a blank; raises ValidationError for what the field cannot be.

    Full-width digits and thousands separators are taken.
    """
    plain = text.strip().translate(HALF_WIDTH)
    if not plain:
        return None
    if not NUMBER.fullmatch(plain):
        raise ValidationError(_("请填数字，不要带单位和文字。"))
    value = Decimal(plain.replace(",", ""))
    if value < field.minimum:
        raise ValidationError(_("不能小于 %(least)s。") % {"least": field.minimum})
    if value > field.maximum:
        raise ValidationError(_("超过了 %(most)s，请核对是不是多打了一位。") % {"most": f"{field.maximum:,}"})
    if value != value.quantize(Decimal(1).scaleb(-field.places)):
        words = _("最多两位小数。") if field.places else _("请填整数。")
        raise ValidationError(words)
    return value


def find_conflicts(values: Values) -> dict[str, str]:
    """Return code -> why it cannot be right beside the other numbers."""
    found = {}
    for code, value in values.items():
        field = FIELDS[code]
        parts = [values[part] for part in field.parts if part in values]
        total, is_complete = sum(parts, Decimal(0)), len(parts) == len(field.parts)
        if parts and (total > value or (is_complete and total != value)):
            words = _("和分项对不上：分项加起来是 %(sum)s，这里填的是 %(total)s。")
            found[code] = words % {"sum": show_number(total), "total": show_number(value)}
        elif field.at_most in values and value > values[field.at_most]:
            most = FIELDS[field.at_most]
            found[code] = _("不能比“%(name)s”（%(most)s）还多。") % {
                "name": most.name,
                "most": show_number(values[field.at_most]),
            }
    return found


def find_jumps(values: Values, last: Mapping[str, Decimal]) -> dict[str, str]:
    """Return code -> in what way it jumps from the last time, which may be right."""
    found = {}
    for code, value in values.items():
        field, before = FIELDS[code], last.get(code)
        if before is None or abs(value - before) <= field.slack:
            continue
        if value >= before * field.jump or value * field.jump <= before:
            words = _("上次是 %(last)s，这次是 %(now)s，变化很大。")
            found[code] = words % {"last": show_number(before), "now": show_number(value)}
    return found


def check_explanation(text: str) -> None:
    """Refuse an explanation that is about people."""
    try:
        refuse_forbidden_words(text)
    except ValidationError as error:
        raise ValidationError(_("请换个说法：只说明数字为什么变，不写到人。"), code="forbidden") from error


def show_number(value: Decimal) -> str:
    """Return a number as people write it: whole ones without decimals."""
    return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.2f}"
