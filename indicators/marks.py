"""The statement triggers that mark cells dirty: whatever moves a figure appends (community, grid) to the log.

Page, command, bulk COPY and psql alike, in the writer's own transaction. Declared on proxy models (models/marks.py and
models/list_marks.py), so that their migrations stand in this app and the apps below know nothing of figures.
"""

from collections.abc import Iterable

import pgtrigger

from communities.keys import run
from indicators.party_marks import BRANCHES_OF_WHO_CAME, branches_at_meetings

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


def marking_triggers(
    marks: str, *, columns: Iterable[str], operations: Iterable[str] = OPERATIONS, key: str = "id"
) -> list:
    """Return the triggers of one table whose primary key is `key`.

    `marks` is a query over `touched` (the old and new rows) that yields (community_id, grid_id), grid_id null where
    no reach cell moves; `columns` are those whose change moves a figure: other updates mark nothing.
    """
    return [make_trigger(operation, marks, tuple(columns), key) for operation in operations]


APPEND = """
    insert into indicators_dirtymark (community_id, grid_id, marked_at)
    select community_id, grid_id, clock_timestamp()
    from (select distinct * from (with touched as ({touched}) {marks}) as rows (community_id, grid_id)) as marks
"""


def make_trigger(
    operation: str, marks: str, columns: tuple[str, ...], key: str, name: str = "mark"
) -> pgtrigger.Trigger:
    """Return one statement trigger with transition tables."""
    touched = TOUCHED_ROWS[operation]
    if operation == "update":
        old, new = (", ".join(f"{side}.{column}" for column in columns) for side in "on")
        changed = f"select n.{key} from old_rows o join new_rows n using ({key}) where ({old}) is distinct from ({new})"
        touched = f"select * from ({touched}) both_rows where {key} in ({changed})"
    return pgtrigger.Trigger(
        name=f"{name}_{operation}",
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
    union {BRANCHES_OF_WHO_CAME}
"""
OF_ACTIVITY = """
    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id
"""
OF_COMMUNITY = "select t.community_id, null::bigint from touched t"
ACTIVITY_MARKS = f"""
    {OF_COMMUNITY}
    union select g.community_id, g.id from touched t
    join activities_participation p on p.activity_id = t.id
    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id
    union {branches_at_meetings("t.id")}
"""
# When somebody first moved in anywhere decides who has settled, wherever the person lives now.
RESIDENCE_MARKS = f"""
    select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id
    union {GRIDS_OF_RESIDENTS}
"""
RESIDENT_MARKS = """
    select g.community_id, g.id from touched t
    join grids_residence s on s.resident_id = t.id join grids_grid g on g.id = s.grid_id
"""
GRIDS_OF_GROUPS = """
    select g.community_id, g.id from touched t join grids_groupmembership m on m.group_id = t.id
    join grids_residence s on s.resident_id = m.resident_id join grids_grid g on g.id = s.grid_id
"""
OF_GRID = "select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id"
AREA_MARKS = "select t.community_id, t.id from touched t"
OF_BUILDING = """
    select g.community_id, null::bigint from touched t
    join grids_building b on b.id = t.building_id join grids_grid g on g.id = b.grid_id
"""
OF_VISIT = "select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id"
OF_REPORT = "select r.community_id, null::bigint from touched t join indicators_figurereport r on r.id = t.report_id"
OF_RULE = """
    select c.id, null::bigint from touched t
    join communities_community c on c.id = t.community_id or c.street_id = t.street_id
"""
# A home may have come to another community since: what was done at its door counts in both.
OF_DOOR = f"""
    {OF_COMMUNITY}
    union select g.community_id, null from touched t
    join grids_household h on h.id = t.household_id
    join grids_building b on b.id = h.building_id join grids_grid g on g.id = b.grid_id
"""
OF_PLAN = "select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id"
OF_LIST_OF_RULE = """
    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id
    join communities_community c on c.id = r.community_id or c.street_id = r.street_id
"""


def activity_triggers() -> list:
    """Return the triggers of activities: what moves reach marks everybody who took part, other facts the work only."""
    moving_reach = ("starts_at", "status")
    moving_work = ("community_id", "kind_id", "theme_id", "mode", "origin", "unnamed_count", "ends_at", "reported_at")
    return [
        *(make_trigger(operation, ACTIVITY_MARKS, moving_reach, "id") for operation in OPERATIONS),
        make_trigger("update", OF_COMMUNITY, moving_work, "id", name="mark_work"),
    ]


def resident_triggers() -> list:
    """Return the triggers of residents: what decides about groupings moves reach; doors and entries move tallies."""
    return [
        make_trigger("update", RESIDENT_MARKS, ("birth_date", "sex", "occupation"), "id"),
        make_trigger("update", OF_COMMUNITY, ("household_id", "id_hash", "phone_hash"), "id", name="mark_door"),
    ]
