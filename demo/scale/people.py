"""Invents the people of a community: homes, ages, dated spells and groups. The same seed gives the same people."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from demo.people import GIVEN, SURNAMES, Character
from demo.scale.copying import Sheaf
from demo.scale.memberships import Joiner, Membership
from demo.scale.persons import Mover, Neighbour, Spell
from demo.scale.places import Place
from demo.scale.sizes import YEARS
from grids.models import Residence
from grids.pinyin import initials

NAMES = 20_000
PEOPLE_OF_BUILDING = 55
BUILDINGS = (8, 20)
DOORS_OF_UNIT = 12
DAYS_OF_YEAR = 365.25


@dataclass(frozen=True)
class Estate:
    """What sort of homes a grid has, how often its people come, and how many homes were given for demolished ones."""

    character: Character
    reach: float
    relocated: float = 0.0


ESTATES = (
    Estate(Character(old_couple=46, family=38, single=8, migrants=8, newcomer_share=0.05), reach=1.0),
    Estate(Character(old_couple=28, family=52, single=8, migrants=12, newcomer_share=0.10), reach=0.7),
    Estate(Character(old_couple=24, family=58, single=8, migrants=10, newcomer_share=0.08), reach=0.5, relocated=0.4),
    Estate(Character(old_couple=8, family=66, single=16, migrants=10, newcomer_share=0.25), reach=0.12),
    Estate(Character(old_couple=10, family=30, single=15, migrants=45, newcomer_share=0.30), reach=0.05),
)
ESTATE_WEIGHTS = (3, 4, 1, 2, 1)
HOMES = ("old_couple", "family", "single", "migrants")
# Of a hundred homes, how many moved within the community in the two years, or away.
MOVED_HOMES, LEFT_HOMES = 3.0, 3.5
# Of a hundred people of at least this age, how many died in the two years.
DEATHS = ((85, 22.0), (75, 9.0), (65, 3.0), (45, 0.6), (0, 0.05))
# (least age, codes to draw from) by GB/T 4658, GB/T 3304 and GB/T 2261.4; "" is not known
EDUCATION = (
    (60, ("", "", "60", "70", "70", "80", "80", "90")),
    (22, ("", "", "10", "20", "20", "30", "30", "40", "60", "70")),
    (0, ("",)),
)
ETHNIC_GROUPS = ((0, ("01",) * 46 + ("11", "11", "03", "02")),)
OCCUPATION = (
    (60, ("", "80", "80", "80")),
    (22, ("", "", "", "13", "17", "17", "21", "24", "51", "54")),
    (7, ("", "31")),
    (0, ("",)),
)


@cache
def make_names(seed: int) -> list[tuple[str, str]]:
    """Return names with their initials in pinyin."""
    dice = random.Random(seed)  # noqa: S311 - invented names, not secrets
    names = [dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2)))) for _ in range(NAMES)]
    return [(name, initials(name)) for name in names]


def by_age(table: Iterable[tuple[int, Any]], age: float) -> Any:
    """Return the entry of the highest age that somebody has reached."""
    return next(entry for least, entry in table if age >= least)


class Settler:
    """Fills the grids of one place with homes and people from one random stream."""

    def __init__(self, place: Place, today: date, groups: dict[str, int], sheaf: Sheaf) -> None:
        self.place, self.today, self.sheaf = place, today, sheaf
        self.dice = random.Random(place.seed)  # noqa: S311 - invented people, not secrets
        self.joiner = Joiner(today, groups, self.dice)
        self.names = make_names(0)
        self.neighbours: list[Neighbour] = []

    def settle(self) -> list[Neighbour]:
        """Add the rows of everybody; return them as those who may come to activities."""
        for grid, people in zip(self.place.grids, self.place.people, strict=True):
            self.fill(grid, people, self.dice.choices(ESTATES, ESTATE_WEIGHTS)[0])
        return self.neighbours

    def fill(self, grid: int, people: int, estate: Estate) -> None:
        """Build a grid's houses, and add homes until the grid has its people."""
        lowest, highest = BUILDINGS
        buildings = [self.build(grid, n) for n in range(min(highest, max(lowest, people // PEOPLE_OF_BUILDING)))]
        reach = estate.reach * self.dice.lognormvariate(0, 0.35)
        weights = [getattr(estate.character, kind) for kind in HOMES]
        number = 0
        while people:
            kind = self.dice.choices(HOMES, weights)[0]
            ages = self.ages(kind)[:people]
            people -= len(ages)
            floor, door = divmod(number, len(buildings))
            number += 1
            household = self.open_door(buildings[door], floor)
            relocated = self.dice.random() < estate.relocated
            for mover in self.move_in(grid, ages, estate):
                liking = reach * self.like()
                self.add(mover, household, liking, list(self.joiner.join(mover, kind, relocated)))

    def build(self, grid: int, number: int) -> int:
        """Add a building and return its key."""
        key = self.sheaf.new_key("grids_building")
        self.sheaf.add("grids_building", key, grid, f"{number + 1}号楼")
        return key

    def open_door(self, building: int, number: int) -> int:
        """Add the home of this number in the building, two to a floor and six floors to a unit; return its key."""
        unit, door = divmod(number, DOORS_OF_UNIT)
        key = self.sheaf.new_key("grids_household")
        room = f"{door // 2 + 1}0{door % 2 + 1}"
        self.sheaf.add("grids_household", key, building, f"{unit + 1}单元", room)
        return key

    def ages(self, kind: str) -> list[tuple[float, int]]:
        """Return (age, sex) of the people of a home: one to five, three on average."""
        dice = self.dice
        if kind == "old_couple":
            age = dice.triangular(58, 94, 66)
            return [(age, 1), (max(55.0, age - dice.uniform(-1, 6)), 2)][dice.random() < 0.15 :]
        if kind == "single":
            return [(dice.triangular(20, 62, 28), dice.choice((1, 2)))]
        age = dice.triangular(22, 50, 34) if kind == "migrants" else dice.triangular(23, 67, 42)
        couple = [(age, 1), (max(21.0, age - dice.uniform(-2, 5)), 2)]
        wanted = dice.choices((0, 1, 2), (50, 40, 10) if kind == "migrants" else (12, 58, 30))[0]
        children = [age - dice.uniform(23, 33) for _ in range(wanted)]
        if kind == "family" and dice.random() < 0.3:
            couple.append((age + dice.uniform(23, 29), 2))
        return couple + [(child, dice.choice((1, 2))) for child in children if 0 < child < 27]

    def like(self) -> float:
        """Return how much somebody likes to come: many never do, a few always."""
        return 0.0 if self.dice.random() < 0.25 else self.dice.lognormvariate(0, 1.05)

    def move_in(self, grid: int, ages: list[tuple[float, int]], estate: Estate) -> Iterator[Mover]:
        """Yield a home's people, who came together, and some left together."""
        arrived = self.arrival(estate.character.newcomer_share)
        before = left = None
        luck = self.dice.random() * 100
        if luck < MOVED_HOMES and len(self.place.grids) > 1:
            before = self.dice.choice([other for other in self.place.grids if other != grid]), self.day_of_history()
        elif luck < MOVED_HOMES + LEFT_HOMES:
            left = self.day_of_history()
        for age, sex in ages:
            born = self.today - timedelta(days=max(1, int(age * DAYS_OF_YEAR)))
            yield Mover(age, sex, born, tuple(self.spells(grid, max(arrived, born), age, before, left)))

    def arrival(self, newcomers: float) -> date:
        """Return when a home was moved into: lately, or well before the history begins."""
        if self.dice.random() < newcomers:
            return self.day_of_history()
        return self.today - timedelta(days=int(self.dice.triangular(YEARS + 0.2, 30, 6) * DAYS_OF_YEAR))

    def day_of_history(self) -> date:
        """Return a day of the two years before today."""
        return self.today - timedelta(days=1 + int(self.dice.random() * 365 * YEARS))

    def spells(
        self, grid: int, since: date, age: float, before: tuple[int, date] | None, left: date | None
    ) -> Iterator[Spell]:
        """Yield a person's spells: in another grid before, here, until death or leaving."""
        if before and before[1] > since:
            yield Spell(before[0], since, before[1], Residence.EndReason.MOVED_WITHIN.value)
            since = before[1]
        died = self.day_of_history() if self.dice.random() * 100 < by_age(DEATHS, age) else None
        if died and died > since and not (left and left < died):
            yield Spell(grid, since, died, Residence.EndReason.DIED.value)
        elif left and left > since:
            yield Spell(grid, since, left, Residence.EndReason.MOVED_OUT.value)
            back = left + timedelta(days=120)
            if back < self.today and self.dice.random() < 0.08:
                yield Spell(grid, back, None, "")
        else:
            yield Spell(grid, since, None, "")

    def add(self, mover: Mover, household: int, liking: float, memberships: list[Membership]) -> None:
        """Add the rows of one person."""
        dice, sheaf, spells = self.dice, self.sheaf, mover.spells
        key = sheaf.new_key("grids_resident")
        codes = [dice.choice(by_age(table, mover.age)) for table in (EDUCATION, ETHNIC_GROUPS, OCCUPATION)]
        home = (self.place.community, spells[-1].grid, household)
        sheaf.add("grids_resident", key, *home, *dice.choice(self.names), mover.sex, mover.born, "", "", *codes)
        for spell in spells:
            sheaf.add("grids_residence", key, spell.grid, spell.since, spell.until, spell.reason)
        for group, since, until in memberships:
            sheaf.add("grids_groupmembership", key, group, since, until)
        is_party_member = any(group == self.joiner.party for group, _since, _until in memberships)
        self.neighbours.append(Neighbour(key, mover.age, household, spells, liking, is_party_member))
