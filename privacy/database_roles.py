"""Puts the roles of the web processes and of the workers in place, with what they may do and what they may see.

Both own nothing and bypass nothing. What the web processes see: privacy/row_security.py; the workers compute over
everything. Whoever runs `migrate` owns the tables, and is the only one to run this, after each `migrate`.
"""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import md5

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from privacy.row_security import FUNCTIONS, WEB, WORKER, Policy, Table, list_tables

ROLES = (WEB, WORKER)
# Seconds after which a statement, or the wait for a lock, is given up: a page is waited for, a computation is not.
LIMITS = {
    WEB: {"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"},
    WORKER: {"lock_timeout": "60s", "idle_in_transaction_session_timeout": "10min"},
}
POWERLESS = "login nosuperuser nocreatedb nocreaterole nobypassrls noinherit"
READ, APPEND = "select", "select, insert"
# Everything else may be read and written; no table may be truncated, by neither.
NARROWER = {
    "django_migrations": {WEB: READ, WORKER: READ},
    "accounts_auditevent": {WEB: APPEND, WORKER: APPEND},
    "accounts_auditlink": {WEB: READ, WORKER: APPEND},
}


class RolesMissing(Exception):
    """The roles do not exist, and who runs this may not create them; says what the database's administrator runs."""


def secure_database() -> None:
    """Create the roles, grant what they may do, and put the policies in place; a second run changes nothing."""
    create_roles()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in [*FUNCTIONS, *list_grants(), *list_functions()]:
            cursor.execute(statement)
        for table in find_differing():
            protect(table)


def create_roles() -> None:
    """Create the roles that do not exist and set their limits in this database; raises RolesMissing."""
    for statement in list_missing():
        try:
            with suppress_race(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            raise RolesMissing("\n".join(f"{one};" for one in list_missing())) from error


def list_missing() -> list[str]:
    """Return the statements about roles that are still to be run, by whoever may create roles."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolname, coalesce(setconfig, '{}') from pg_roles left join pg_db_role_setting on setrole = oid and "
            "setdatabase = (select oid from pg_database where datname = current_database()) where rolname in %s",
            [ROLES],
        )
        there = dict(cursor.fetchall())
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    missing = [f"create role {role} {POWERLESS}" for role in ROLES if role not in there]
    return missing + [
        f"alter role {role} in database {database} set {name} = '{value}'"
        for role, limits in LIMITS.items()
        for name, value in limits.items()
        if f"{name}={value}" not in there.get(role, [])
    ]


class suppress_race(suppress):  # noqa: N801 - reads like contextlib's own
    """Let another process have created the same role meanwhile: roles belong to all databases of a server."""

    CODES = ("42710", "23505")

    def __init__(self) -> None:
        super().__init__(DatabaseError)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Suppress only that."""
        return error is not None and getattr(error.__cause__, "pgcode", "") in self.CODES


def list_grants() -> Iterator[str]:
    """Yield the statements that give each role what it needs, and take away what it had besides."""
    both = f"{WEB}, {WORKER}"
    yield f"revoke all on all tables in schema public from {both}"
    yield f"grant select, insert, update, delete on all tables in schema public to {both}"
    yield f"grant usage on all sequences in schema public to {both}"
    yield f"grant execute on all functions in schema public to {both}"
    yield f"grant usage on schema public to {both}"
    # Whoever writes audit events must not be able to undo them, triggers or not.
    present = set(connection.introspection.table_names())
    for table, grants in NARROWER.items():
        if table in present:
            yield f"revoke all on {table} from {both}"
            yield from (f"grant {what} on {table} to {role}" for role, what in grants.items())
    if connection.pg_version >= 170000:  # type: ignore[attr-defined]
        yield f"grant maintain on all tables in schema public to {WORKER}"  # statistics after a large import
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    yield f"grant connect, temporary on database {database} to {both}"


def list_functions() -> Iterator[str]:
    """Yield the statements that let triggers see the whole register, whoever sets them off.

    Keys, spells that must not overlap and marks of figures are about rows of all communities.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'public' and p.proname like 'pgtrigger\\_%' and not p.prosecdef order by 1"
        )
        functions = [name for (name,) in cursor.fetchall()]
    for name in functions:
        yield f"alter function {name} security definer set search_path = pg_catalog, public, pg_temp"


def protect(table: Table) -> None:
    """Put the policies of a table in place, in place of whatever stood there."""
    with connection.cursor() as cursor:
        cursor.execute(f"select polname from pg_policy where polrelid = '{table.name}'::regclass")
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop policy {connection.ops.quote_name(name)} on {table.name}")
        cursor.execute(f"alter table {table.name} enable row level security")
        for policy in table.policies:
            cursor.execute(describe(table, policy))
            cursor.execute(
                f"select md5(pg_get_expr(polqual, polrelid)) from pg_policy "
                f"where polrelid = '{table.name}'::regclass and polname = '{policy.name}'"
            )
            (stored,) = cursor.fetchone()
            note = f"{digest(describe(table, policy))} {stored}"
            cursor.execute(f"comment on policy {policy.name} on {table.name} is '{note}'")


def describe(table: Table, policy: Policy) -> str:
    """Return the statement that makes a policy; what may be met may be written, unless the policy is for reading."""
    checked = f" with check ({policy.condition})" if policy.command == "all" else ""
    return (
        f"create policy {policy.name} on {table.name} for {policy.command} to {policy.role} "
        f"using ({policy.condition}){checked}"
    )


def digest(statement: str) -> str:
    """Return by what a declared policy is known again; PostgreSQL keeps it in words of its own."""
    return md5(statement.encode(), usedforsecurity=False).hexdigest()


FOUND = """
    select c.relname, c.relrowsecurity and p.polpermissive, p.polname,
           case p.polcmd when '*' then 'all' when 'r' then 'select' end,
           array(select rolname::text from pg_roles r where r.oid = any (p.polroles)),
           md5(pg_get_expr(p.polqual, p.polrelid)), md5(pg_get_expr(p.polwithcheck, p.polrelid)),
           obj_description(p.oid, 'pg_policy')
    from pg_class c left join pg_policy p on p.polrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any (%s)
    order by 1, 3
"""


def find_differing() -> list[Table]:
    """Return the protected tables whose policies are not the declared ones, or are switched off."""
    tables = list_tables()
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [[table.name for table in tables]])
        found: dict[str, list] = {}
        for name, *policy in cursor.fetchall():
            found.setdefault(name, []).append(tuple(policy))
    return [table for table in tables if table.name in found and not is_as_declared(table, found[table.name])]


def is_as_declared(table: Table, policies: list[tuple]) -> bool:
    """Tell whether a table has its policies and no other."""
    wanted = {policy.name: policy for policy in table.policies}
    return (
        len(policies) == len(wanted)
        and all(
            name in wanted and is_policy_as_declared(table, wanted[name], *rest)
            for is_on, name, *rest in policies
            if is_on
        )
        and all(is_on for is_on, *_rest in policies)
    )


def is_policy_as_declared(
    table: Table, policy: Policy, command: str, roles: list[str], using: str, checked: str | None, comment: str | None
) -> bool:
    """Tell whether a policy is what `describe` says, and nobody has changed it since."""
    same = command == policy.command and roles == [policy.role]
    whole = checked == (using if policy.command == "all" else None)
    return same and whole and comment == f"{digest(describe(table, policy))} {using}"


def find_ungranted() -> list[str]:
    """Return tables of ours that the web processes cannot read: `secure_database` was not run after `migrate`."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relname = any (%s) "
            f"and not has_table_privilege('{WEB}', oid, 'select')",
            [list(tables)],
        )
        return sorted(name for (name,) in cursor.fetchall())
