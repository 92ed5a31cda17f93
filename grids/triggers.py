"""Triggers of the register's tables: no overlapping spells, and when a person's rows last changed."""

import pgtrigger

from communities.keys import run


def stamp_changes() -> pgtrigger.Trigger:
    """Return the trigger that sets `changed_at` to the transaction's time on every update.

    A bulk statement should set it itself: the trigger then stays away, and a row costs a thirtieth.
    """
    return pgtrigger.Trigger(
        name="stamp_changes",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("new.changed_at is not distinct from old.changed_at"),
        func="new.changed_at = now(); return new;",
    )


STAMP = """
    update grids_resident set changed_at = now()
    where id in (select resident_id from old_rows) and changed_at <> now()
"""


def stamp_person() -> pgtrigger.Trigger:
    """Return the trigger that stamps the resident whose spell or membership is deleted: no row is left to tell."""
    return pgtrigger.Trigger(
        name="stamp_person",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_rows"),
        func=f"{run(STAMP)} return null;",
    )


OVERLAP = """
    select count(*) > 0 from new_rows n join grids_residence o on o.resident_id = n.resident_id and o.id <> n.id
    where daterange(o.since, o.until) && daterange(n.since, n.until)
"""


def no_overlap(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Return the statement trigger that refuses two spells of one person on one day, closed ones included.

    An exclusion constraint would need btree_gist, which the embedded server does not have.
    """
    return pgtrigger.Trigger(
        name=f"no_overlap_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_rows"),
        declare=[("is_double", "boolean")],
        func=f"""
            {run(OVERLAP, into="is_double")}
            if is_double then
                raise exclusion_violation using message = 'two residence spells of one person overlap';
            end if;
            return null;
        """,
    )
