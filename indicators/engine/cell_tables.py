"""The tables of cells as the engine writes them: replace the cells of some areas, sum them up, and say what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from indicators.models import ActivityCell, ReachCell

Keys = list[tuple]  # what cells are broken down by, period first: one tuple a cell


@dataclass(frozen=True)
class CellTable:
    """A table of cells. `parts` are the columns of the key after level and area, with their types, period first."""

    name: str
    parts: dict[str, str]
    numbers: tuple[str, ...]

    @property
    def keys(self) -> str:
        """The columns of the key."""
        return ", ".join(("level", "area_id", *self.parts))

    @property
    def columns(self) -> str:
        """All columns, in the order in which queries yield them."""
        return f"{self.keys}, {', '.join(self.numbers)}"

    @property
    def sums(self) -> str:
        """The numbers summed: an int again, for sums of ints are bigints, and sums of these slow numerics."""
        return ", ".join(f"sum({number})::int" for number in self.numbers)

    def replace(self, query: str, parameters: dict[str, Any], *, level: str, areas: Sequence[int]) -> Keys:
        """Make the cells of areas of a level exactly what the query yields; return the keys of those that changed.

        `periods` among the parameters limits this to periods of these codes (None: all). Equal rows are not touched.
        """
        return self._write(query, "true", parameters | {"level": level, "areas": list(areas)})

    def sum_up(
        self, level: str, area_id: int, below: str, areas_below: Sequence[int], keys: Keys | None, periods: Any = None
    ) -> Keys:
        """Make an area's cells of these keys (None: all) the sums of those one level below; return what changed."""
        if keys == []:
            return []
        parts = ", ".join(self.parts)
        named = self._name(keys)
        query = f"""
            select %(level)s::text, %(area)s::bigint, {parts}, {self.sums} from {self.name}
            where level = %(below)s and area_id = any(%(areas_below)s)
              and (%(periods)s::text[] is null or period = any(%(periods)s::text[])) and {named} group by {parts}
        """
        parameters = {"level": level, "area": area_id, "areas": [area_id], "periods": periods}
        parameters |= {"below": below, "areas_below": list(areas_below)}
        return self._write(query, named, parameters | self._columns_of(keys))

    def _write(self, query: str, named: str, parameters: dict[str, Any]) -> Keys:
        """Write what the query yields; see replace(). Whoever calls holds the areas' locks.

        The old cells are read once and found again by their place, which the locks keep them in: looking each up by its
        key would cost as much as computing them. `not in`, for the planner takes what was computed for one row, and
        `not exists` would compare each with each.
        """
        parts = ", ".join(self.parts)
        keys = f"area_id, {parts}"
        same = " and ".join(f"o.{key} = f.{key}" for key in ("area_id", *self.parts))
        old, new = (", ".join(f"{side}.{number}" for number in self.numbers) for side in "of")
        statement = f"""
            with fresh({self.columns}) as materialized ({query}),
            old as materialized (
                select c.ctid as place, {keys}, {", ".join(self.numbers)} from {self.name} c
                where c.level = %(level)s and c.area_id = any(%(areas)s) and {named}
                  and (%(periods)s::text[] is null or c.period = any(%(periods)s::text[]))
            ),
            changed as materialized (
                select f.*, o.place from fresh f left join old o on {same}
                where o.place is null or ({old}) is distinct from ({new})
            ),
            updated as (
                update {self.name} c set {", ".join(f"{number} = f.{number}" for number in self.numbers)}
                from changed f where c.ctid = f.place
            ),
            inserted as (
                insert into {self.name} ({self.columns}) select {self.columns} from changed where place is null
                on conflict ({self.keys}) do update
                set {", ".join(f"{number} = excluded.{number}" for number in self.numbers)}
            ),
            gone as (
                delete from {self.name} c
                using (select place from old where ({keys}) not in (select {keys} from fresh)) o
                where c.ctid = o.place returning {", ".join(f"c.{part}" for part in self.parts)}
            )
            select {parts} from changed union select {parts} from gone
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def _name(self, keys: Keys | None) -> str:
        """Return the condition that a cell has one of the keys."""
        if keys is None:
            return "true"
        arrays = ", ".join(f"%(key_{part})s::{type}[]" for part, type in self.parts.items())
        return f"({', '.join(self.parts)}) in (select * from unnest({arrays}))"

    def _columns_of(self, keys: Keys | None) -> dict[str, list]:
        columns = zip(*keys, strict=True) if keys else [()] * len(self.parts)
        return {f"key_{part}": list(column) for part, column in zip(self.parts, columns, strict=True)}


REACH_CELLS = CellTable(
    ReachCell._meta.db_table,
    {"period": "text", "grouping": "text"},
    ("population", "reached", "contacts", "newcomers", "twice", "active", "often", "settled", "never"),
)
ACTIVITY_CELLS = CellTable(
    ActivityCell._meta.db_table,
    {"period": "text", "kind_id": "bigint", "theme_id": "bigint", "origin": "text", "mode": "text"},
    ("held", "named", "outsiders", "unnamed"),
)
