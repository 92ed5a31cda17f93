"""The grids, communities, groups and buildings that an import may name. Imports never create grids or groups.

Free of Django: it is made from plain lists (see imports.scope) and runs in the sandboxed reader.
"""

import re
from collections.abc import Iterable
from typing import Any

from grids import cleaning
from grids.cleaning import CellRefused
from grids.vocabulary import find_forbidden_term, fold

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
NUMERAL = re.compile(r"[一二三四五六七八九十]+")
COMMUNITY_SUFFIX = re.compile(r"(社区居民委员会|社区居委会|居民委员会|社区居委|居委会|社区|村民委员会|村委会|村)$")
Place = tuple[int, int]  # grid id, community id


class Directory:
    """Finds what cells name. All lists are of plain tuples: grids (code, name, id, community id), communities (code,
    name, id), groups (name, id), buildings (name, grid id)."""

    def __init__(self, *, grids: Iterable, communities: Iterable, groups: Iterable, buildings: Iterable) -> None:
        self.communities: dict[str, int] = {}
        for code, name, key in communities:
            self.communities |= {code: key, shorten_community(name): key}
        self.grids: dict[str, list[Place]] = {}
        self.all_places: list[Place] = []
        # The longest first: 和平新村 is not 和平.
        community_names = sorted((name for name in self.communities if not name.isdigit()), key=len, reverse=True)
        self.prefix = (
            re.compile("^(" + "|".join(map(re.escape, community_names)) + ")(社区)?") if community_names else None
        )
        self.place_of_grid: dict[int, Place] = {}
        for code, name, key, community in grids:
            place = (key, community)
            self.all_places.append(place)
            self.place_of_grid[key] = place
            for alias in {code, fold(name), plain_grid(name)}:
                self.grids.setdefault(alias, []).append(place)
        self.groups = {fold(name): key for name, key in groups}
        self.buildings: dict[str, set[Place]] = {}
        for name, grid in buildings:
            if grid in self.place_of_grid:
                self.buildings.setdefault(str(cleaning.clean_building(name)), set()).add(self.place_of_grid[grid])

    def find_place(self, grid_cell: Any, community_cell: Any, building: str) -> Place:
        """Return the grid that the cells name: by code, name or number; without grid, by a building known there."""
        community = self.find_community(community_cell)
        text = cleaning.clean_text(grid_cell)
        if text:
            places = self.find_grids(text)
        elif building in self.buildings:
            places = list(self.buildings[building])
        else:
            places = self.all_places if len(self.all_places) == 1 else []
        if community is not None:
            places = [place for place in places if place[1] == community]
        if not places:
            raise CellRefused("grid_unknown", show_name(text)) if text else CellRefused("grid_missing")
        if len(places) > 1:
            raise CellRefused("grid_ambiguous", show_name(text or building))
        return places[0]

    def find_grids(self, text: str) -> list[Place]:
        """Return the grids of this code, name or number, perhaps with their community's name before it."""
        folded = fold(text)
        for alias in (text, folded, plain_grid(folded)):
            if alias in self.grids:
                return self.grids[alias]
        match = self.prefix.match(folded) if self.prefix else None
        if match is None:
            return []
        bare = folded[match.end() :]
        places = self.grids.get(bare) or self.grids.get(plain_grid(bare)) or []
        return [place for place in places if place[1] == self.communities[match[1]]]

    def find_community(self, cell: Any) -> int | None:
        """Return the community's id, None for a blank cell."""
        text = cleaning.clean_text(cell)
        if not text:
            return None
        key = self.communities.get(text) or self.communities.get(shorten_community(text))
        if key is None:
            raise CellRefused("community_unknown", show_name(text))
        return key

    def find_groups(self, cell: Any) -> list[int] | None:
        """Return the ids of the named groups, sorted; None for a blank cell, which changes nothing."""
        names = cleaning.split_groups(cell)
        for name in names:
            if forbidden := find_forbidden_term(name):
                raise CellRefused("group_forbidden", forbidden)
            if fold(name) not in self.groups:
                raise CellRefused("group_unknown", show_name(name))
        return sorted({self.groups[fold(name)] for name in names}) if names else None


def plain_grid(name: str) -> str:
    """Return a grid's name reduced to its number, so that 第一网格, 1号网格, 网格01 and 一网格 are one; else folded."""
    folded = NUMERAL.sub(lambda match: str(read_numeral(match[0])), fold(name))
    match = re.fullmatch(r"第?(网格)?0*(\d+)(号)?(网格)?", folded)
    return f"网格{match[2]}" if match and len(match[2]) < 4 else folded


def read_numeral(text: str) -> int:
    """Return the value of a Chinese numeral up to 99."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS[digit]) for digit in text))
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + DIGITS.get(ones, 0)


def shorten_community(name: str) -> str:
    """Return a community's name without its suffix: 多福社区居委会 and 多福社区 are both 多福."""
    return COMMUNITY_SUFFIX.sub("", fold(name)) or fold(name)


def show_name(text: str) -> str:
    """Return a name for a message; long digits are masked, for a shifted column may hold ID numbers and phones."""
    return re.sub(r"\d{6,}[Xx]?", "***", text[:30])
