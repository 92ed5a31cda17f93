"""What a generated person is made of. No chance here."""

from datetime import date
from typing import NamedTuple


class Spell(NamedTuple):
    """A spell of living in a grid; `until` None: still there."""

    grid: int
    since: date
    until: date | None
    reason: str


class Mover(NamedTuple):
    """Somebody who moves into a home. `age` is today's, in years."""

    age: float
    sex: int
    born: date
    spells: tuple[Spell, ...]


class Neighbour(NamedTuple):
    """What decides whether somebody comes to activities; `liking` is the person's own."""

    id: int
    age: float
    household: int
    spells: tuple[Spell, ...]
    liking: float
    is_party_member: bool

    def home_on(self, day: date) -> int:
        """Return the grid in which the person lives on the day, 0 if in none."""
        for spell in self.spells:
            if spell.since <= day and (spell.until is None or spell.until > day):
                return spell.grid
        return 0
