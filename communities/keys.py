"""Foreign keys that are checked once a statement instead of once a row, for tables that are filled in bulk.

PostgreSQL checks a foreign key row by row: six keys cost more than all else in an import of 100,000 residents. Declare
such a key with `db_constraint=False`, give the child `key_triggers(...)` and the parent `guard_trigger(...)`. The
promise is the same: no child without its parent, whoever writes, also when a parent is deleted at the same moment.
"""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db import models


def key_triggers(table: str, keys: Iterable[tuple[str, str]]) -> list[pgtrigger.Trigger]:
    """Return the triggers of a child table. `keys` are pairs (column, parent table); a parent's key is `id`."""
    checks = "".join(check_key(table, column, parent) for column, parent in keys)
    return [
        pgtrigger.Trigger(
            name=f"keys_{str(operation).lower()}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("is_missing", "boolean")],
            func=f"{checks} return null;",
        )
        for operation in (pgtrigger.Insert, pgtrigger.Update)
    ]


def check_key(table: str, column: str, parent: str) -> str:
    """Return the statements that refuse a new row whose parent is missing.

    Parents are locked as PostgreSQL's own check would lock them, so that none is deleted meanwhile; those this very
    transaction inserted need no lock, for nobody else sees them.
    """
    lock = f"""
        select 1 from {parent} p
        where p.id in (select {column} from new_rows) and p.xmin <> pg_current_xact_id()::xid for key share
    """
    # count, for `exists` would be planned as if the first row were soon found
    missing = f"""
        select count(*) > 0 from new_rows n
        where n.{column} is not null and not exists (select from {parent} p where p.id = n.{column})
    """
    return f"""
        {run(lock)}
        {run(missing, into="is_missing")}
        if is_missing then
            raise foreign_key_violation using message = '{table}.{column} names a missing row of {parent}';
        end if;
    """


def run(sql: str, *, into: str = "") -> str:
    """Return the PL/pgSQL that runs a statement under a plan of its own.

    A plain statement keeps the plan of its first run in the session: made for one row, it is a disaster for a hundred
    thousand.
    """
    return f"execute $sql${sql}$sql$" + (f" into {into}" if into else "") + ";"


def guard_trigger(children: Iterable[tuple[str, str]]) -> pgtrigger.Trigger:
    """Return the trigger of a parent table that refuses to delete a row which children (table, column) still name."""
    checks = "".join(
        f"""
        {run(f"select count(*) > 0 from old_rows o join {table} c on c.{column} = o.id", into="is_named")}
        if is_named then
            raise foreign_key_violation using message = '{table}.{column} still names the deleted row';
        end if;
        """
        for table, column in children
    )
    return pgtrigger.Trigger(
        name="keys_delete",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_rows"),
        declare=[("is_named", "boolean")],
        func=f"{checks} return null;",
    )


def list_keys(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Return (model, column) of every key that names a row of the model, in apps above and many-to-many tables too."""
    relations: Any = model._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model, relation.field.column)
        for relation in relations
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    ]
