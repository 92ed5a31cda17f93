"""Invents the residents of the demo street as rows of the import template; the same seed gives the same people."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo.street import COMMUNITIES, DISTRICT, GRID_NAMES
from grids.cleaning import id_check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红玉梅建国华志文海云峰雪晨宇轩涵欣怡子浩然思雨佳琪"
HOUSEHOLDS_OF_GRID = 108
YEARS_OF_HISTORY = 2


@dataclass(frozen=True)
class Character:
    """What sort of homes a grid has: weights of household types, and the chance that people moved in lately."""

    old_couple: int
    family: int
    single: int
    migrants: int
    newcomer_share: float


OLD_ESTATE = Character(old_couple=50, family=30, single=12, migrants=8, newcomer_share=0.04)
MIXED = Character(old_couple=28, family=45, single=15, migrants=12, newcomer_share=0.10)
NEW_ESTATE = Character(old_couple=8, family=52, single=28, migrants=12, newcomer_share=0.25)
RENTED = Character(old_couple=10, family=22, single=25, migrants=43, newcomer_share=0.30)
CHARACTERS = (OLD_ESTATE, MIXED, NEW_ESTATE, MIXED, OLD_ESTATE, RENTED)

Row = tuple[str, ...]


class Inventor:
    """Makes rows of the import template (see imports.headings.COLUMNS) from one random stream."""

    def __init__(self, today: date, seed: int = 2026) -> None:
        self.today = today
        self.random = random.Random(seed)  # noqa: S311 - invented people, not secrets
        self.used: set[str] = set()

    def residents(self) -> Iterator[Row]:
        """Yield one row a resident: about 6,000 in 24 grids."""
        for community in COMMUNITIES:
            for position, grid in enumerate(GRID_NAMES):
                for number in range(HOUSEHOLDS_OF_GRID + self.random.randint(-12, 12)):
                    yield from self.household(community, grid, position, number)

    def household(self, community: str, grid: str, position: int, number: int) -> Iterator[Row]:
        """Yield the rows of the people behind one door."""
        character = CHARACTERS[position]
        kinds = ("old_couple", "family", "single", "migrants")
        kind = self.random.choices(kinds, [getattr(character, kind) for kind in kinds])[0]
        building, door = divmod(number, 36)
        unit, place = divmod(door, 12)
        home = (
            f"{position * 3 + building + 1}号楼",
            f"{unit + 1}单元",
            f"{place // 2 + 1}0{place % 2 + 1}",
        )
        relocated = position == 2 and self.random.random() < 0.3
        newcomer = self.random.random() < character.newcomer_share
        arrived = self.arrival(newcomer)
        for age, sex in self.members(kind):
            groups = self.groups(kind, age, relocated)
            born = self.today - timedelta(days=age * 365 + age // 4 + self.random.randint(1, 360))
            since = max(arrived, born)
            yield self.row(sex, born, (community, grid, *home), groups, since)

    def arrival(self, newcomer: bool) -> date:
        """Return when a household moved in: lately, or well before the history begins."""
        if newcomer:
            return self.today - timedelta(days=self.random.randint(10, 365 * YEARS_OF_HISTORY))
        return self.today - timedelta(days=365 * self.random.randint(YEARS_OF_HISTORY + 1, 20))

    def members(self, kind: str) -> list[tuple[int, str]]:
        """Return age and sex of the people of a household."""
        draw = self.random.randint
        if kind == "old_couple":
            age = draw(60, 86)
            return [(age, "男"), (max(58, age - draw(0, 5)), "女")][: 1 if self.random.random() < 0.3 else 2]
        if kind == "single":
            return [(draw(22, 45), self.random.choice("男女"))]
        age = draw(27, 50)
        couple = [(age, "男"), (max(22, age - draw(0, 4)), "女")]
        if kind == "migrants":
            return couple + [(draw(0, 12), self.random.choice("男女"))] * (self.random.random() < 0.35)
        children = [
            (max(0, age - draw(25, 30)), self.random.choice("男女")) for _ in range(self.random.choice((1, 1, 1, 2)))
        ]
        grandmother = [(age + draw(24, 28), "女")] * (self.random.random() < 0.2)
        return couple + children + grandmother

    def groups(self, kind: str, age: int, relocated: bool) -> list[str]:
        """Return the population groups a person belongs to."""
        chance = self.random.random
        groups = []
        if age >= 60:
            groups.append("离退休人员")
        if age >= 25 and chance() < (0.16 if age >= 60 else 0.06):
            groups.append("居民党员")
        if 6 <= age <= 17:
            groups.append("青少年")
        if kind == "migrants":
            groups.append("流动人口")
            if age >= 18:
                groups.append("外来务工人员")
        elif 40 <= age <= 59 and chance() < 0.08:
            groups.append("下岗职工")
        elif 22 <= age <= 59 and chance() < 0.05:
            groups.append("无业人员")
        if chance() < 0.04:
            groups.append("特殊困难群体")
        if relocated:
            groups.append("拆迁户")
        return groups

    def row(self, sex: str, born: date, home: tuple[str, ...], groups: list[str], since: date) -> Row:
        """Return a row of the template for one person."""
        name = self.random.choice(SURNAMES) + "".join(self.random.choices(GIVEN, k=self.random.choice((1, 2, 2, 2))))
        phone = f"199{self.random.randint(0, 99_999_999):08}" if self.today.year - born.year >= 12 else ""
        community, grid, building, unit, room = home
        cells = (
            name,
            self.id_number(sex, born),
            sex,
            f"{born:%Y-%m-%d}",
            phone,
            community,
            grid,
            building,
            unit,
            room,
        )
        return (*cells, "、".join(groups), f"{since:%Y-%m-%d}")

    def id_number(self, sex: str, born: date) -> str:
        """Return a valid, unused ID number of the division that does not exist."""
        while True:
            sequence = self.random.randint(0, 499) * 2 + (sex == "男")
            digits = f"{DISTRICT[0]}{born:%Y%m%d}{sequence:03}"
            if digits not in self.used:
                self.used.add(digits)
                return digits + id_check_character(digits)

    def moves(self, rows: list[Row], count: int) -> list[Row]:
        """Return the rows of people who moved to another grid of their community a year ago."""
        moved = []
        for row in self.random.sample(rows, count):
            others = [name for name in GRID_NAMES if name != row[6]]
            moved.append((*row[:6], self.random.choice(others), *row[7:]))
        return moved
