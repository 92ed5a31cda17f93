"""Who belongs to which population group, and since when: the age decides first, then the home, then luck."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from demo.scale.persons import Mover

Membership = tuple[int, date, date | None]

RETIRES = {1: 60, 2: 55}  # by sex
YOUTH = (6, 18)
PARTY = ((60, 0.17), (25, 0.06))  # (least age, share)
LAID_OFF, UNEMPLOYED, HARDSHIP = 0.07, 0.05, 0.035
LONGEST_DAYS = 1500  # how long ago a passing state may have begun
FORGOTTEN = timedelta(days=365 * 3)  # what ended longer ago was never written down


class Joiner:
    """Draws dated memberships from the stream that it is given."""

    def __init__(self, today: date, groups: dict[str, int], dice: random.Random) -> None:
        self.today, self.groups, self.dice = today, groups, dice
        self.party = groups["party_member"]

    def join(self, person: Mover, kind: str, relocated: bool) -> Iterator[Membership]:
        """Yield (group, since, until) of one person in this kind of home; none begins before the person arrived."""
        chance = self.dice.random
        age, sex, born, arrived = person.age, person.sex, person.born, person.spells[0].since
        yield from self.by_age("retired", born, RETIRES[sex], 130, arrived, 0.9)
        yield from self.by_age("youth", born, *YOUTH, arrived, 1.0)
        if age >= 25 and chance() < next(share for least, share in PARTY if age >= least):
            yield self.party, max(arrived, born + timedelta(days=9000)), None
        if kind == "migrants":
            yield self.groups["floating"], arrived, None
            if age >= 18:
                yield self.groups["migrant_worker"], arrived, None
        elif 40 <= age < 60 and chance() < LAID_OFF:
            yield self.for_a_while("laid_off", arrived, ended=0.4)
        elif 22 <= age < 60 and chance() < UNEMPLOYED:
            yield self.for_a_while("unemployed", arrived, ended=0.5)
        if chance() < HARDSHIP:
            yield self.for_a_while("hardship", arrived, ended=0.2)
        if relocated:
            yield self.groups["relocated"], arrived, None

    def by_age(
        self, group: str, born: date, first: int, last: int, arrived: date, share: float
    ) -> Iterator[Membership]:
        """Yield the membership of those who have reached an age, ended by another: a birthday begins and ends it."""
        begins, ends = birthday(born, first), birthday(born, last)
        if begins <= self.today and ends > max(arrived, self.today - FORGOTTEN) and self.dice.random() < share:
            yield self.groups[group], max(arrived, begins), ends if ends <= self.today else None

    def for_a_while(self, group: str, arrived: date, *, ended: float) -> Membership:
        """Return a membership that began at some time in the last years; the share `ended` is over."""
        days = int(self.dice.random() * LONGEST_DAYS)
        since = max(arrived, self.today - timedelta(days=days))
        over = since + timedelta(days=30 + int(self.dice.random() * 500))
        until = over if self.dice.random() < ended and over <= self.today else None
        return self.groups[group], since, until


def birthday(born: date, age: int) -> date:
    """Return the day on which somebody completes so many years; who was born on 29 February, on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
