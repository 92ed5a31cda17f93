"""Who comes: a weighted draw of people who lived in the community on the day, so that a few come to nearly all."""

import random
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from demo.scale.persons import Neighbour
from demo.scale.programme import ADULTS, CHILDREN, ELDERS, PARTY

# How much a crowd attracts people of at least this age.
ATTRACTION = {
    ELDERS: ((86, 0.3), (58, 1.0), (36, 0.2), (18, 0.06), (6, 0.05), (0, 0.02)),
    ADULTS: ((76, 0.15), (58, 0.7), (36, 0.4), (18, 0.2), (6, 0.05), (0, 0.0)),
    CHILDREN: ((58, 0.12), (30, 0.15), (18, 0.05), (6, 1.0), (3, 0.3), (0, 0.0)),
    PARTY: ((86, 0.2), (58, 0.4), (25, 0.15), (18, 0.02), (0, 0.0)),
}
PARTY_MEMBERS = 40  # times as likely as others at what is for them
ROUNDS = 12  # after so many draws the rest is taken as it comes
UNWELCOME = 0.25  # how likely somebody comes to what is meant for other grids


class Crowd:
    """The people of one community, ready to be drawn."""

    def __init__(self, neighbours: Sequence[Neighbour], first_day: date, dice: random.Random) -> None:
        self.neighbours, self.dice = neighbours, dice
        self.indices = range(len(neighbours))
        self.homes = [find_home(neighbour, first_day) for neighbour in neighbours]
        self.pools = {crowd: self.weigh(crowd) for crowd in ATTRACTION}
        self.households: dict[int, list[int]] = {}
        for index, neighbour in enumerate(neighbours):
            self.households.setdefault(neighbour.household, []).append(index)

    def weigh(self, crowd: str) -> list[float]:
        """Return the running sum of how likely each comes."""
        steps = ATTRACTION[crowd]
        weights = []
        for neighbour in self.neighbours:
            weight = neighbour.liking * next(value for least, value in steps if neighbour.age >= least)
            weights.append(weight * PARTY_MEMBERS if crowd == PARTY and neighbour.is_party_member else weight)
        weights[0] += 1e-9  # a sum of nothing cannot be drawn from
        return list(accumulate(weights))

    def home(self, index: int, day: date) -> int:
        """Return the grid in which somebody lives on the day, 0 if in none."""
        return self.homes[index] or self.neighbours[index].home_on(day)

    def draw(self, crowd: str, day: date, count: int, grids: Sequence[int] = ()) -> dict[int, int]:
        """Return index -> grid of up to `count` people who lived here on the day, mostly of `grids` if given."""
        came: dict[int, int] = {}
        for _round in range(ROUNDS):
            missing = count - len(came)
            if missing <= 0:
                break
            for index in self.dice.choices(self.indices, cum_weights=self.pools[crowd], k=missing + missing // 2 + 4):
                grid = self.home(index, day)
                if grid and index not in came and self.is_welcome(grid, grids):
                    came[index] = grid
                    if len(came) == count:
                        break
        return came if len(came) == count else self.fill_up(came, day, count)

    def is_welcome(self, grid: int, grids: Sequence[int]) -> bool:
        """Tell whether somebody of the grid comes to what is meant for these grids."""
        return not grids or grid in grids or self.dice.random() < UNWELCOME

    def fill_up(self, came: dict[int, int], day: date, count: int) -> dict[int, int]:
        """Add whoever else lived here, until the number is reached or nobody is left."""
        for index in self.dice.sample(self.indices, len(self.indices)):
            if len(came) >= count:
                break
            if index not in came and (grid := self.home(index, day)):
                came[index] = grid
        return came

    def call_at(self, day: date) -> dict[int, int]:
        """Return index -> grid of one or two people met behind a door, {} when nobody lived there."""
        index = self.dice.choices(self.indices, cum_weights=self.pools[ELDERS])[0]
        neighbour = self.neighbours[index]
        behind = neighbour.spells[-1].grid  # who moved within the community was not behind this door before
        people = self.households[neighbour.household]
        return dict([(other, behind) for other in people if self.home(other, day) == behind][:2])


def find_home(neighbour: Neighbour, first_day: date) -> int:
    """Return the grid in which somebody has lived all the time since the day; 0 for who moved, came or went."""
    spell = neighbour.spells[0]
    return spell.grid if spell.until is None and spell.since <= first_day else 0
