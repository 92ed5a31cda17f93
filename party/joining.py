"""When somebody can have joined and become a full member: the same for forms and rosters. Writes nothing."""

from collections.abc import Iterator
from datetime import date

FOUNDING = date(1921, 7, 23)  # the first congress began
ADULT = 18  # years: nobody joins before


def adult_on(born: date) -> date:
    """Return the eighteenth birthday; of who was born on 29 February it is 1 March where that year has none."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def find_untrue(born: date, joined_on: date | None, full_on: date | None, today: date) -> Iterator[tuple[str, str]]:
    """Yield (field, code) for each date that cannot be true; the words: members.UNTRUE, roster.reasons.REASONS."""
    for name, day in (("joined_on", joined_on), ("full_on", full_on)):
        if day is None:
            continue
        if day > today:
            yield name, "day_ahead"
        elif day < FOUNDING:
            yield name, "day_before_founding"
        elif day < adult_on(born):
            yield name, "day_before_adult"
