"""Constraints of PostgreSQL on spells of days: one at a time for each of something."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Func, Q, Value
from django.utils.functional import Promise


class DayRange(Func):
    """[since, until) as a range of PostgreSQL."""

    function = "daterange"
    output_field = DateRangeField()


def one_at_a_time(
    name: str, *columns: str, condition: Q | None = None, message: str | Promise | None = None
) -> ExclusionConstraint:
    """Return the constraint that rows with equal keys in `columns` have no day in common.

    A key is a range of one number, for the server has no index of equal numbers beside overlapping times.
    """
    keys = [
        (Func(F(column), F(column), Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for column in columns
    ]
    days = (DayRange("since", "until"), RangeOperators.OVERLAPS)
    return ExclusionConstraint(
        name=name,
        expressions=[*keys, days],
        condition=condition,
        violation_error_message=message,  # type: ignore[arg-type]  # lazy texts are fine
    )
