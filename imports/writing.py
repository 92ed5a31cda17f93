"""Writing staged rows into the register: one statement a step, all rows at once, and what an undo needs.

Every statement takes the rows whose outcome is create or update, so that rows decided later go the same way. Whether a
person has an open spell is asked by counting, row by row: an anti-join is planned badly until the table is analysed.
"""

from typing import Any

from django.db import connection

from imports.models import ResidentImport

ROWS = "imports_stagedrow s where s.resident_import_id = %(job)s and s.outcome"
DOOR = """
    left join grids_building b on b.grid_id = s.grid_id and b.name = s.building
    left join grids_household h on h.building_id = b.id and h.unit = s.unit and h.room = s.room
"""
# Each statement does one thing to all rows of its kind; the order is that of their dependencies.
BEGIN = (
    # How many rows are new and how many change decides the plans of what follows.
    "analyze imports_stagedrow (resident_import_id, position, outcome, resident_id)",
    """insert into imports_importtrace (resident_import_id, residents, households, buildings, moments)
       values (%(job)s, '{}', '{}', '{}', array[now()])
       on conflict (resident_import_id) do update set moments = imports_importtrace.moments || now()""",
    # A door needs a building and a room; who has neither keeps no household.
    f"""with made as (
            insert into grids_building (grid_id, name)
            select distinct s.grid_id, s.building
            from {ROWS} in ('create', 'update') and s.building <> '' and s.room <> ''
            on conflict do nothing returning id)
        update imports_importtrace set buildings = buildings || (select coalesce(array_agg(id), '{{}}') from made)
        where resident_import_id = %(job)s""",
    """with made as (
            insert into grids_household (building_id, unit, room)
            select distinct b.id, s.unit, s.room
            from imports_stagedrow s join grids_building b on b.grid_id = s.grid_id and b.name = s.building
            where s.resident_import_id = %(job)s and s.outcome in ('create', 'update') and s.room <> ''
            on conflict do nothing returning id)
        update imports_importtrace set households = households || (select coalesce(array_agg(id), '{}') from made)
        where resident_import_id = %(job)s""",
    "analyze grids_building, grids_household",
)
CHANGES = (
    # A table that was empty when last analysed is thought to be empty still: these joins would then take minutes.
    "analyze grids_residence, grids_groupmembership",
    """insert into imports_importbefore (resident_import_id, resident_id, person, spells, memberships)
        select s.resident_import_id, r.id, to_jsonb(r),
               (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from grids_residence x where x.resident_id = r.id),
               (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from grids_groupmembership x where x.resident_id = r.id)
        from imports_stagedrow s join grids_resident r on r.id = s.resident_id
        where s.resident_import_id = %(job)s and s.outcome = 'update' on conflict do nothing""",
    # Blank cells never wipe data; who moves to another grid without an address has no known door there.
    f"""update grids_resident r
        set name = s.name, initials = s.initials, community_id = s.community_id, grid_id = s.grid_id,
            household_id = case when h.id is not null then h.id when r.grid_id = s.grid_id then r.household_id end,
            id_number = coalesce(r.id_number, s.id_number), id_hash = coalesce(r.id_hash, s.id_hash),
            id_tail = coalesce(r.id_tail, s.id_tail),
            id_kept = case when r.id_kept <> '' then r.id_kept else s.id_kept end,
            phone = coalesce(s.phone, r.phone), phone_hash = coalesce(s.phone_hash, r.phone_hash),
            phone_kept = case when s.phone_kept <> '' then s.phone_kept else r.phone_kept end,
            education = case when s.education <> '' then s.education else r.education end,
            ethnic_group = case when s.ethnic_group <> '' then s.ethnic_group else r.ethnic_group end,
            occupation = case when s.occupation <> '' then s.occupation else r.occupation end,
            changed_at = now()
        from imports_stagedrow s {DOOR}
        where s.resident_import_id = %(job)s and s.outcome = 'update' and r.id = s.resident_id""",
    # A spell that began on the very day of the change is corrected; an older one ends and a new one begins.
    f"""update grids_residence p set grid_id = s.grid_id, changed_at = now()
        from {ROWS} = 'update' and p.resident_id = s.resident_id and p.until is null
          and p.grid_id <> s.grid_id and p.since = %(effective)s""",
    f"""update grids_residence p set until = %(effective)s, end_reason = 'moved_within', changed_at = now()
        from {ROWS} = 'update' and p.resident_id = s.resident_id and p.until is null
          and p.grid_id <> s.grid_id and p.since < %(effective)s""",
    f"""insert into grids_residence (resident_id, grid_id, since)
        select s.resident_id, s.grid_id, greatest(%(effective)s, (select max(o.until) from grids_residence o
                                                                  where o.resident_id = s.resident_id))
        from {ROWS} = 'update' and 'grid' = any(s.changes)
          and (select count(*) from grids_residence o where o.resident_id = s.resident_id and o.until is null) = 0""",
    # A group cell that is not blank is the whole truth about the person's groups.
    f"""update grids_groupmembership m set until = greatest(%(effective)s, m.since), changed_at = now()
        from {ROWS} = 'update' and 'groups' = any(s.changes) and m.resident_id = s.resident_id and m.until is null
          and m.group_id <> all(s.groups)""",
    """insert into grids_groupmembership (resident_id, group_id, since)
        select s.resident_id, g.id, %(effective)s
        from imports_stagedrow s cross join lateral unnest(s.groups) as g(id)
        where s.resident_import_id = %(job)s and s.outcome = 'update' and 'groups' = any(s.changes)
          and (select count(*) from grids_groupmembership m
               where m.resident_id = s.resident_id and m.group_id = g.id and m.until is null) = 0""",
)
NEWCOMERS = (
    # Keys for the newcomers, so that their spells and groups need not look for them.
    f"""create temporary table arrivals on commit drop as
        select s.position, nextval('grids_resident_id_seq') as resident_id
        from {ROWS} = 'create' order by s.position""",
    "analyze arrivals",
    f"""insert into grids_resident (id, community_id, grid_id, household_id, name, initials, sex, birth_date, id_number,
                                    id_hash, id_kept, id_tail, phone, phone_hash, phone_kept, education, ethnic_group,
                                    occupation)
        select a.resident_id, s.community_id, s.grid_id, h.id, s.name, s.initials, s.sex, s.birth_date, s.id_number,
               s.id_hash, s.id_kept, s.id_tail, s.phone, s.phone_hash, s.phone_kept, s.education, s.ethnic_group,
               s.occupation
        from imports_stagedrow s join arrivals a on a.position = s.position {DOOR}
        where s.resident_import_id = %(job)s order by a.resident_id""",
    """insert into grids_residence (resident_id, grid_id, since)
       select a.resident_id, s.grid_id, coalesce(s.since, %(effective)s)
       from imports_stagedrow s join arrivals a on a.position = s.position where s.resident_import_id = %(job)s""",
    """insert into grids_groupmembership (resident_id, group_id, since)
       select a.resident_id, g.id, coalesce(s.since, %(effective)s)
       from imports_stagedrow s join arrivals a on a.position = s.position cross join lateral unnest(s.groups) as g(id)
       where s.resident_import_id = %(job)s""",
    """update imports_importtrace
       set residents = residents || (select coalesce(array_agg(resident_id), '{}') from arrivals)
       where resident_import_id = %(job)s""",
    "drop table arrivals",
)
# Those whom a complete list does not name, and of whom the administrator said what became of them.
CLOSE_MISSING = (
    """insert into imports_importbefore (resident_import_id, resident_id, person, spells, memberships)
       select m.resident_import_id, r.id, to_jsonb(r),
              (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from grids_residence x where x.resident_id = r.id),
              (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from grids_groupmembership x where x.resident_id = r.id)
       from imports_importmissing m join grids_resident r on r.id = m.resident_id
       where m.resident_import_id = %(job)s and m.decision <> '' on conflict do nothing""",
    """update grids_residence p
       set until = case when m.decision = 'error' then p.since else greatest(p.since, %(effective)s) end,
           end_reason = m.decision, changed_at = now()
       from imports_importmissing m
       where m.resident_import_id = %(job)s and m.decision <> ''
         and p.resident_id = m.resident_id and p.until is null""",
)
COUNT = f"""
    select count(*) filter (where s.outcome = 'update') > 0, count(*) filter (where s.outcome = 'create') > 0
    from {ROWS} is not null
"""
CLEAR = "delete from imports_stagedrow where resident_import_id = %(job)s and outcome <> 'review'"


def write_rows(job: ResidentImport) -> None:
    """Write the staged rows to be created or updated, then forget all but those under review.

    Runs in the caller's transaction, after match_rows() in that same transaction and under its lock.
    """
    values: dict[str, Any] = {"job": job.pk, "effective": job.effective_date}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        changes, newcomers = cursor.fetchone()
        for step in BEGIN + CHANGES * changes + NEWCOMERS * newcomers + CLOSE_MISSING * job.is_complete:
            cursor.execute(step, values)
        cursor.execute(CLEAR, values)
