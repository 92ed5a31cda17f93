"""What the triggers that leave dirty marks cost a bulk insert."""

from django.db import connection, transaction

from bench.figures.sets import database_with
from bench.timing import Timing, seconds
from demo.scale import S
from indicators.models import MarkedParticipation

ROWS, RUNS = 100_000, 5
PAIRS = """
    create temporary table pair as
    select a.id as activity_id, r.id as resident_id, r.grid_id
    from activities_activity a join grids_resident r on r.community_id = a.community_id
    where a.status = 'held' and (a.id + r.id) %% 11 = 0
      and not exists (select from activities_participation t where t.activity_id = a.id and t.resident_id = r.id)
    order by a.id, r.id limit %s
"""
BULK = """
    insert into activities_participation (activity_id, resident_id, grid_id, method, recorded_at)
    select activity_id, resident_id, grid_id, 'listed', now() from pair;
    set constraints all immediate
"""


def measure_triggers() -> Timing:
    """Time an insert of 100,000 participations of many people and activities, keys checked, with and without marks."""
    with database_with(S):
        with connection.cursor() as cursor:
            cursor.execute(PAIRS, [ROWS])
        insert(marked=True), insert(marked=False)
        pairs = [(insert(marked=True), insert(marked=False)) for _ in range(RUNS)]
    return Timing(min(with_marks for with_marks, _bare in pairs), min(bare for _marks, bare in pairs))


def insert(*, marked: bool) -> float:
    """Return the seconds of one insert up to where it would be committed, and take it back."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not marked:
            for trigger in MarkedParticipation._meta.triggers:
                name = trigger.get_pgid(MarkedParticipation)
                cursor.execute(f"alter table activities_participation disable trigger {name}")
        took = seconds(lambda: cursor.execute(BULK))
        cursor.execute("select exists (select from indicators_dirtymark)")
        if cursor.fetchone()[0] != marked:
            raise RuntimeError("the marks are not what was asked for")
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("vacuum activities_participation")
    return took
