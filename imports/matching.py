"""Holding staged rows against the register: who is it, what changes, what must be asked. Reads the register only.

By ID hash; without an ID number by name and birth date, confirmed by phone or door. All in set-based SQL, so that a
rehearsal and the write, which run the same statements, say the same.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from imports.models import ResidentImport
from imports.renewing import renew_hashes

# Field -> when a staged row s changes it in the register's r (open spell p, door h in b, groups g). Blank cells change
# nothing.
CHANGES = {
    "name": "r.name <> s.name",
    "id_number": "r.id_hash is null and s.id_hash is not null",
    "phone": "s.phone_hash is not null and r.phone_hash is distinct from s.phone_hash",
    "grid": "p.grid_id is distinct from s.grid_id",
    "door": "s.room <> '' and s.building <> '' "
    "and (b.name, h.unit, h.room) is distinct from (s.building, s.unit, s.room)",
    "groups": "s.groups is not null and s.groups is distinct from g.groups",
    "education": "s.education <> '' and s.education <> r.education",
    "ethnic_group": "s.ethnic_group <> '' and s.ethnic_group <> r.ethnic_group",
    "occupation": "s.occupation <> '' and s.occupation <> r.occupation",
}

FORGET = (
    """update imports_stagedrow set outcome = 'create', resident_id = null, changes = null
       where resident_import_id = %(job)s and outcome not in ('create', 'named')""",
    "delete from imports_importmessage where resident_import_id = %(job)s and found_by = 'register'",
    "delete from imports_importreview where resident_import_id = %(job)s and decision = ''",
    "delete from imports_importmissing where resident_import_id = %(job)s and decision = '' ",
)

# "matched" means: this row is about resident_id, in our communities or living nowhere now.
MATCH_BY_ID = """
    update imports_stagedrow s
    set resident_id = r.id,
        outcome = case
            when s.outcome = 'named' then 'named'
            when r.community_id <> all(%(communities)s)
                 and exists (select from grids_residence p where p.resident_id = r.id and p.until is null)
            then 'elsewhere'
            -- Not one character in common: the ID number of somebody else may have been typed.
            when translate(r.name, s.name, '') = r.name then 'similar'
            else 'matched' end
    from grids_resident r
    where s.resident_import_id = %(job)s and r.id_hash = s.id_hash
"""
MATCH_BY_PERSON = """
    with candidates as (
        select s.position, r.id as resident_id,
               coalesce(s.phone_hash = r.phone_hash, false)
               or (s.room <> '' and r.grid_id = s.grid_id
                   and (b.name, h.unit, h.room) = (s.building, s.unit, s.room)) as confirmed
        from imports_stagedrow s
        join grids_resident r on r.name = s.name and r.birth_date = s.birth_date
             and r.community_id = any(%(communities)s) and (s.id_hash is null or r.id_hash is null)
             and (s.sex in (0, r.sex) or r.sex = 0)
        left join grids_household h on h.id = r.household_id
        left join grids_building b on b.id = h.building_id
        where s.resident_import_id = %(job)s and s.resident_id is null
    ), judged as (
        select position, count(*) filter (where confirmed) as sure, min(resident_id) filter (where confirmed) as surely,
               min(resident_id) as maybe
        from candidates group by position
    )
    update imports_stagedrow s
    set resident_id = case when j.sure = 1 then j.surely else j.maybe end,
        outcome = case when s.outcome = 'named' then 'named' when j.sure = 1 then 'matched' else 'similar' end
    from judged j where s.resident_import_id = %(job)s and s.position = j.position
"""
# One person twice in the list, once with and once without ID number: the row that says more stays.
TWICE = """
    with twice as (
        select s.position, min(o.position) as other
        from imports_stagedrow s join imports_stagedrow o on o.name = s.name and o.birth_date = s.birth_date
        where s.resident_import_id = %(job)s and s.id_hash is null and s.outcome = 'create'
          and o.resident_import_id = %(job)s and o.id_hash is not null and o.outcome in ('create', 'matched')
          and (o.phone_hash = s.phone_hash
               or (s.room <> '' and (o.grid_id, o.building, o.unit, o.room) = (s.grid_id, s.building, s.unit, s.room)))
        group by s.position
    ), refused as (
        update imports_stagedrow s set outcome = 'refuse' from twice t
        where s.resident_import_id = %(job)s and s.position = t.position returning s.sheet, s.row, t.other
    )
    insert into imports_importmessage
        (resident_import_id, sheet, row, "column", heading, severity, code, detail, found_by)
    select %(job)s, f.sheet, f.row, '', '', 'refuse', 'person_repeated',
           case when f.sheet = o.sheet then '' else o.sheet || '!' end || o.row, 'register'
    from refused f join imports_stagedrow o on o.resident_import_id = %(job)s and o.position = f.other
"""
# What a person decided before the write holds, unless the resident is gone meanwhile.
APPLY_DECISIONS = """
    update imports_stagedrow s
    set resident_id = case when v.decision in ('same', 'moved') then v.resident_id end,
        outcome = case v.decision when 'new' then 'create' when 'same' then 'matched' when 'moved' then 'matched'
                  else 'refuse' end
    from imports_importreview v
    where v.resident_import_id = %(job)s and v.decision <> ''
      and s.resident_import_id = %(job)s and s.position = v.position
"""
REPEATED = """
    with ranked as (
        select position, sheet, row, resident_id,
               row_number() over w as place, first_value(sheet) over w as first_sheet,
               first_value(row) over w as first_row
        from imports_stagedrow
        where resident_import_id = %(job)s and resident_id is not null and outcome in ('matched', 'similar')
        window w as (partition by resident_id order by (outcome <> 'matched'), position)
    ), refused as (
        update imports_stagedrow s set outcome = 'refuse' from ranked k
        where s.resident_import_id = %(job)s and s.position = k.position and k.place > 1
        returning s.sheet, s.row, k.first_sheet, k.first_row
    )
    insert into imports_importmessage
        (resident_import_id, sheet, row, "column", heading, severity, code, detail, found_by)
    select %(job)s, sheet, row, '', '', 'refuse', 'person_repeated',
           case when sheet = first_sheet then '' else first_sheet || '!' end || first_row, 'register' from refused
"""
COMPARE = """
    with compared as (
        select s.position, p.since as lives_since,
               array_remove(array[{changes}], null) as changes
        from imports_stagedrow s
        join grids_resident r on r.id = s.resident_id
        left join grids_residence p on p.resident_id = r.id and p.until is null
        left join grids_household h on h.id = r.household_id
        left join grids_building b on b.id = h.building_id
        left join lateral (
            select array_agg(m.group_id order by m.group_id) as groups from grids_groupmembership m
            where m.resident_id = r.id and m.until is null and s.groups is not null
        ) g on true
        where s.resident_import_id = %(job)s and s.outcome = 'matched'
    )
    update imports_stagedrow s
    set changes = c.changes,
        outcome = case when 'grid' = any(c.changes) and c.lives_since > %(effective)s then 'too_early'
                       when c.changes = '{{}}' then 'unchanged' else 'update' end
    from compared c where s.resident_import_id = %(job)s and s.position = c.position
""".format(changes=", ".join(f"case when {rule} then '{name}' end" for name, rule in CHANGES.items()))
# Who left (closed spells only) and comes back before having left, or moves before having arrived.
REFUSE_TOO_EARLY = """
    with refused as (
        update imports_stagedrow s set outcome = 'refuse'
        where resident_import_id = %(job)s and outcome = 'too_early' returning sheet, row
    )
    insert into imports_importmessage
        (resident_import_id, sheet, row, "column", heading, severity, code, detail, found_by)
    select %(job)s, sheet, row, '', '', 'refuse', 'moved_before_arrival', '', 'register' from refused
"""
ASK = """
    with asked as (
        insert into imports_importreview (resident_import_id, position, kind, resident_id, candidates, decision)
        select s.resident_import_id, s.position, s.outcome, s.resident_id,
               case when s.outcome = 'elsewhere' or s.id_hash = r.id_hash then array[s.resident_id] else (
                   select array_agg(o.id order by o.id) from grids_resident o
                   where o.name = s.name and o.birth_date = s.birth_date
                     and o.community_id = any(%(communities)s)) end, ''
        from imports_stagedrow s join grids_resident r on r.id = s.resident_id
        where s.resident_import_id = %(job)s and s.outcome in ('similar', 'elsewhere')
        on conflict (resident_import_id, position) do nothing
    )
    insert into imports_importmessage
        (resident_import_id, sheet, row, "column", heading, severity, code, detail, found_by)
    select s.resident_import_id, s.sheet, s.row, '', '', 'review',
           case when s.outcome = 'elsewhere' then 'registered_elsewhere'
                when s.id_hash = r.id_hash then 'other_name' else 'maybe_same_person' end, '', 'register'
    from imports_stagedrow s join grids_resident r on r.id = s.resident_id
    where s.resident_import_id = %(job)s and s.outcome in ('similar', 'elsewhere')
"""
SETTLE = """
    update imports_stagedrow set outcome = 'review'
    where resident_import_id = %(job)s and outcome in ('similar', 'elsewhere')
"""
MISSING = """
    insert into imports_importmissing (resident_import_id, resident_id, decision)
    select %(job)s, r.id, '' from grids_resident r
    where r.community_id = any(%(communities)s)
      and exists (select from grids_residence p where p.resident_id = r.id and p.until is null)
      and not exists (select from imports_stagedrow s where s.resident_import_id = %(job)s and s.resident_id = r.id)
    on conflict do nothing
"""
# Few or many rows found somebody: that decides the plans of what follows.
LOOK_AGAIN = "analyze imports_stagedrow (resident_import_id, position, outcome, resident_id, id_hash)"
# A table that was empty when last analysed is thought to be empty still: the comparison would then take minutes.
JUDGE = ("analyze grids_residence", REPEATED, COMPARE, REFUSE_TOO_EARLY, ASK, SETTLE)


# A change that this comparison does not see is made by a transaction that runs now, or by one that has not begun; rows
# bear the time at which their transaction began. Sessions of other roles may be hidden from us: then nothing is known.
HORIZON = """
    select case when not coalesce(bool_or(query = '<insufficient privilege>'), false)
           then least(min(xact_start), now()) end
    from pg_stat_activity where datname = current_database()
"""
CHANGED_SINCE = " union all ".join(
    f"select exists (select from {table} where changed_at >= %(horizon)s)"
    for table in ("grids_resident", "grids_residence", "grids_groupmembership")
)


def read_horizon() -> datetime | None:
    """Return the moment from which on `changed_at` tells of changes that nobody sees yet; None when that is hidden."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return cursor.fetchone()[0]


def has_changed_since(horizon: datetime | None) -> bool:
    """Tell whether the register may have changed since it was compared under this horizon."""
    if horizon is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_SINCE, {"horizon": horizon})
        return any(changed for (changed,) in cursor)


def match_rows(job: ResidentImport) -> None:
    """Set outcome, resident and changes of the import's staged rows, and note reviews, messages and who is missing.

    Runs in the caller's transaction; for a write, under the street's lock. Safe to run again.
    """
    renew_hashes(job)
    values: dict[str, Any] = {
        "job": job.pk,
        "communities": list(job.communities().values_list("id", flat=True)),
        "effective": job.effective_date,
    }
    with connection.cursor() as cursor:
        for step in FORGET:
            cursor.execute(step, values)
        cursor.execute(MATCH_BY_ID, values)
        found = cursor.rowcount
        cursor.execute(LOOK_AGAIN)
        for step in (MATCH_BY_PERSON, TWICE, APPLY_DECISIONS):
            cursor.execute(step, values)
            found += cursor.rowcount
        for step in (JUDGE if found else ()) + ((MISSING,) if job.is_complete else ()):
            cursor.execute(step, values)


def compare_row(job: ResidentImport, position: int, resident_id: int | None) -> str:
    """Say that the row at this position is this resident, and return its outcome: update, unchanged or too_early."""
    values: dict[str, Any] = {"job": job.pk, "effective": job.effective_date}
    values |= {"position": position, "resident": resident_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "update imports_stagedrow set outcome = 'matched', resident_id = %(resident)s "
            "where resident_import_id = %(job)s and position = %(position)s",
            values,
        )
        cursor.execute(COMPARE, values)
        cursor.execute(
            "select outcome from imports_stagedrow where resident_import_id = %(job)s and position = %(position)s",
            values,
        )
        return cursor.fetchone()[0]


def count_outcomes(job: ResidentImport) -> tuple[dict[str, int], dict[str, int]]:
    """Return (outcome -> rows, field -> rows in which it changes) of the staged rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select outcome, count(*) from imports_stagedrow "
            "where resident_import_id = %s and outcome <> 'named' group by 1",
            [job.pk],
        )
        outcomes: dict[str, Any] = dict(cursor.fetchall())
        cursor.execute(
            "select field, count(*) from imports_stagedrow, unnest(changes) as field "
            "where resident_import_id = %s and outcome = 'update' group by 1",
            [job.pk],
        )
        return outcomes, dict(cursor.fetchall())
