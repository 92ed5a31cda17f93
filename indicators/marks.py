"""The statement triggers that mark cells dirty: whatever moves a figure appends (community, grid) to the log.

Page, command, bulk COPY and psql alike, in the writer's own transaction. Declared on proxy models (models.py), so that
their migrations stand in this app and the apps below know nothing of figures.
"""

from collections.abc import Iterable

import pgtrigger

from communities.keys import run

OPERATIONS = {"insert": pgtrigger.Insert, "update": pgtrigger.Update, "delete": pgtrigger.Delete}
TOUCHED_ROWS = {
    "insert": "select * from new_rows",
    "delete": "select * from old_rows",
    "update": "select * from old_rows union all select * from new_rows",
}
REFERENCING = {
    "insert": pgtrigger.Referencing(new="new_rows"),
    "delete": pgtrigger.Referencing(old="old_rows"),
    "update": pgtrigger.Referencing(old="old_rows", new="new_rows"),
}


def marking_triggers(marks: str, *, columns: Iterable[str], operations: Iterable[str] = OPERATIONS) -> list:
    """Return the triggers of one table.

    `marks` is a query over `touched` (the old and new rows) that yields (community_id, grid_id), grid_id null where
    only activity cells move; `columns` are those whose change moves a figure: other updates mark nothing.
    """
    return [make_trigger(operation, marks, tuple(columns)) for operation in operations]


APPEND = """
    insert into indicators_dirtymark (community_id, grid_id, marked_at)
    select community_id, grid_id, clock_timestamp()
    from (select distinct * from (with touched as ({touched}) {marks}) as rows (community_id, grid_id)) as marks
"""


def make_trigger(operation: str, marks: str, columns: tuple[str, ...]) -> pgtrigger.Trigger:
    """Return one statement trigger with transition tables."""
    touched = TOUCHED_ROWS[operation]
    if operation == "update":
        old, new = (", ".join(f"{side}.{column}" for column in columns) for side in "on")
        changed = f"select n.id from old_rows o join new_rows n using (id) where ({old}) is distinct from ({new})"
        touched = f"select * from ({touched}) both_rows where id in ({changed})"
    return pgtrigger.Trigger(
        name=f"mark_{operation}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=OPERATIONS[operation],
        referencing=REFERENCING[operation],
        func=f"{run(APPEND.format(touched=touched, marks=marks))} return null;",
    )


# Everybody who took part counts where he or she lives or lived: first-time and never-reached of all periods may move.
GRIDS_OF_RESIDENTS = """
    select g.community_id, g.id from touched t
    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id
"""
PARTICIPATION_MARKS = f"""
    {GRIDS_OF_RESIDENTS}
    union select a.community_id, null from touched t join activities_activity a on a.id = t.activity_id
"""
OUTSIDER_MARKS = """
    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id
"""
ACTIVITY_MARKS = """
    select t.community_id, null from touched t
    union select g.community_id, g.id from touched t
    join activities_participation p on p.activity_id = t.id
    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id
"""
RESIDENCE_MARKS = "select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id"
RESIDENT_MARKS = """
    select g.community_id, g.id from touched t
    join grids_residence s on s.resident_id = t.id join grids_grid g on g.id = s.grid_id
"""
