"""Moving the people and homes of closing grids to their successors, in set-based SQL. What goes where: area_plans.py.

Every statement reads temporary tables made by the one before, so that a street of 100,000 moves in seconds. The caller
holds the transaction and the locks.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from communities.keys import list_keys
from grids.models import Building, Household
from grids.repointing import Outcome, take_row

Route = tuple[int, int | None, int | None]  # keys of grid, building, target grid

# Where each grid's people go, and those of single buildings of it; target null: they stay.
ROUTES = """
    drop table if exists area_route, area_spell, area_person, area_building, area_door;
    create temporary table area_route on commit drop as
    select * from unnest(%(grids)s::bigint[], %(buildings)s::bigint[], %(targets)s::bigint[])
             as t(grid_id, building_id, target_id);
    analyze area_route;
"""
# Spells that reach beyond the day. People without a home in a named building go with the rest of their grid.
FIND_SPELLS = """
    create temporary table area_spell on commit drop as
    select s.id, s.resident_id, s.since, s.until, s.end_reason,
           case when b.grid_id is null then g.target_id else b.target_id end as target_id
    from grids_residence s
    join area_route g on g.grid_id = s.grid_id and g.building_id is null
    join grids_resident r on r.id = s.resident_id
    left join grids_household h on h.id = r.household_id
    left join area_route b on b.grid_id = s.grid_id and b.building_id = h.building_id
    where s.since >= %(day)s or s.until is null or s.until > %(day)s;
    delete from area_spell where target_id is null;
    analyze area_spell;
"""
# An entry made in error on the very day covers no day, and would stand where the new spell must begin.
DROP_EMPTY_SPELLS = """
    delete from grids_residence e using area_spell s
    where e.resident_id = s.resident_id and s.since < %(day)s and e.since = %(day)s and e.until = e.since
"""
END_SPELLS = """
    update grids_residence r set until = %(day)s, end_reason = 'area_change'
    from area_spell s where s.id = r.id and s.since < %(day)s
"""
GO_ON = """
    insert into grids_residence (resident_id, grid_id, since, until, end_reason)
    select resident_id, target_id, %(day)s, until, end_reason from area_spell where since < %(day)s
"""
MOVE_LATER_SPELLS = """
    update grids_residence r set grid_id = s.target_id
    from area_spell s where s.id = r.id and s.since >= %(day)s
"""
FIND_PEOPLE = """
    create temporary table area_person on commit drop as
    select p.id, case when b.grid_id is null then g.target_id else b.target_id end as target_id
    from grids_resident p
    join area_route g on g.grid_id = p.grid_id and g.building_id is null
    left join grids_household h on h.id = p.household_id
    left join area_route b on b.grid_id = p.grid_id and b.building_id = h.building_id;
    analyze area_person;
"""
MOVE_PEOPLE = """
    update grids_resident r set grid_id = m.target_id, community_id = t.community_id
    from area_person m join grids_grid t on t.id = m.target_id
    where m.id = r.id
"""
# Of buildings of one name in one target one is kept: the target's own, else the eldest.
FIND_BUILDINGS = """
    create temporary table area_building on commit drop as
    select b.id, m.target_id, coalesce(k.id, min(b.id) over (partition by m.target_id, b.name)) as kept_id
    from grids_building b
    join area_route g on g.grid_id = b.grid_id and g.building_id is null
    left join area_route x on x.building_id = b.id
    cross join lateral (select case when x.grid_id is null then g.target_id else x.target_id end as target_id) m
    left join grids_building k on k.grid_id = m.target_id and k.name = b.name
    where m.target_id is not null;
    create temporary table area_door on commit drop as
    select h.id, b.kept_id as building_id,
           coalesce(k.id, min(h.id) over (partition by b.kept_id, h.unit, h.room)) as kept_id
    from grids_household h
    join area_building b on b.id = h.building_id and b.kept_id <> b.id
    left join grids_household k on k.building_id = b.kept_id and k.unit = h.unit and k.room = h.room;
    create index on area_door (id);
    analyze area_building, area_door;
"""
DROP_DOORS = "delete from grids_household h using area_door d where d.id = h.id and d.kept_id <> d.id"
MOVE_DOORS = """
    update grids_household h set building_id = d.building_id
    from area_door d where d.id = h.id and d.kept_id = d.id
"""
DROP_BUILDINGS = "delete from grids_building b using area_building m where m.id = b.id and m.kept_id <> m.id"
MOVE_BUILDINGS = """
    update grids_building b set grid_id = m.target_id
    from area_building m where m.id = b.id and m.kept_id = m.id
"""


def move_everything(routes: Iterable[Route], *, day: date) -> None:
    """Move what belongs to grids on and after the day; what lies before the day stays in the old grids.

    A route is (grid, building, target grid). Without building it says where the rest of the grid goes, and every grid
    has just one of these; without target the people stay where they are.
    """
    routes = list(routes)
    grids, buildings, targets = ([route[place] for route in routes] for place in range(3))
    values: dict[str, Any] = {"grids": grids, "buildings": buildings, "targets": targets, "day": day}
    with connection.cursor() as cursor:
        for statement in (ROUTES, FIND_SPELLS, DROP_EMPTY_SPELLS, END_SPELLS, GO_ON, MOVE_LATER_SPELLS):
            cursor.execute(statement, values)
        for statement in (FIND_PEOPLE, MOVE_PEOPLE, FIND_BUILDINGS):
            cursor.execute(statement, values)
        repoint(cursor, Household, "area_door")
        cursor.execute(DROP_DOORS)
        cursor.execute(MOVE_DOORS)
        repoint(cursor, Building, "area_building")
        cursor.execute(DROP_BUILDINGS)
        cursor.execute(MOVE_BUILDINGS)


def repoint(cursor: Any, model: type[models.Model], merged: str) -> None:
    """Let whatever names a merged home or building, in apps above too, name the kept one."""
    gone = f"from {merged} m where m.id = c.{{column}} and m.kept_id <> m.id"
    for namer, column in list_keys(model):
        table, where = namer._meta.db_table, gone.format(column=column)
        if namer is Household:  # moved door by door
            continue
        if namer._meta.auto_created:  # a table of pairs: two that become one are one
            other = next(f.column for f in namer._meta.concrete_fields if f.is_relation and f.column != column)
            cursor.execute(
                f"insert into {table} ({other}, {column}) select distinct c.{other}, m.kept_id "
                f"from {table} c join {merged} m on m.id = c.{column} and m.kept_id <> m.id on conflict do nothing"
            )
            cursor.execute(f"delete from {table} c using {where.removeprefix('from ')}")
        else:
            try:
                with transaction.atomic():
                    cursor.execute(f"update {table} c set {column} = m.kept_id {where}")
            except IntegrityError:
                repoint_singly(cursor, model, merged, namer, column)


def repoint_singly(cursor: Any, model: type[models.Model], merged: str, namer: type[models.Model], column: str) -> None:
    """Point rows one by one where the kept home or building may have but one: days free of another's are kept."""
    name = next(field.name for field in namer._meta.concrete_fields if field.column == column)
    cursor.execute(
        f"select c.id, m.kept_id from {namer._meta.db_table} c "
        f"join {merged} m on m.id = c.{column} and m.kept_id <> m.id order by c.id"
    )
    for key, kept in cursor.fetchall():
        take_row(namer._base_manager.get(pk=key), name, model(pk=kept), Outcome())
