"""Behind the filters of the views stands PostgreSQL: who works as the web role meets nothing of others."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import scope
from accounts.models import AuditEvent, User
from communities.models import Community
from grids.models import Grid, Resident, ResidentQuerySet
from privacy.database_roles import find_differing, find_ungranted, secure_database
from privacy.row_security import OPEN, PATHS, WEB, WORKER, list_tables, list_unprotected
from tests.database_roles import as_role
from tests.register import Register


@pytest.fixture
def web(db: None) -> Iterator[None]:
    """Work as the web processes do."""
    with as_role(WEB):
        yield


@pytest.fixture
def stranger(register: Register, foreign_grid: Grid) -> Resident:
    """Somebody of another street."""
    return register.resident(foreign_grid, name="司马青")


def ask(sql: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def count(sql: str, *values: Any) -> int:
    """Return how many rows a writing statement met."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


@contextmanager
def refused() -> Iterator[None]:
    """Expect that a policy refuses what the block writes."""
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        yield


# --- Reading and writing


def test_without_a_scope_nobody_is_met(resident: Resident, stranger: Resident, web: None) -> None:
    assert ask("select id from grids_resident") == []


def test_in_a_scope_its_residents_are_met(resident: Resident, stranger: Resident, web: None) -> None:
    with scope.of(resident.community_id):
        assert ask("select id from grids_resident") == [(resident.pk,)]


def test_scope_of_elsewhere_meets_nobody_here(resident: Resident, foreign_community: Community, web: None) -> None:
    with scope.of(foreign_community.pk):
        assert ask("select id from grids_resident where id = %s", resident.pk) == []


def test_guard_off_everybody_is_met(resident: Resident, stranger: Resident) -> None:
    ask("alter table grids_resident disable row level security")
    with as_role(WEB):
        assert len(ask("select id from grids_resident")) == 2


@pytest.mark.parametrize("statement", ["update grids_resident set sex = 1", "delete from grids_resident"])
def test_rows_of_others_are_not_written(statement: str, community: Community, stranger: Resident, web: None) -> None:
    with scope.of(community.pk):
        assert count(statement) == 0


def test_own_rows_are_written(resident: Resident, stranger: Resident, web: None) -> None:
    with scope.of(resident.community_id):
        assert count("update grids_resident set sex = 1") == 1


def test_nobody_is_moved_out_of_the_scope(resident: Resident, foreign_grid: Grid, web: None) -> None:
    with refused(), scope.of(resident.community_id):
        ask("update grids_resident set community_id = %s", foreign_grid.community_id)


def test_nobody_is_added_to_others(register: Register, community: Community, foreign_grid: Grid, web: None) -> None:
    with refused(), scope.of(community.pk):
        register.resident(foreign_grid)


def test_who_moved_away_is_read_and_not_changed(resident: Resident, foreign_grid: Grid) -> None:
    home = resident.community_id
    Resident.objects.filter(pk=resident.pk).update(community=foreign_grid.community, grid=foreign_grid)
    with as_role(WEB), scope.of(home):
        assert ask("select id from grids_resident") == [(resident.pk,)]
        assert count("update grids_resident set sex = 1") == 0


@pytest.mark.parametrize("table", [table.name for table in list_tables()])
def test_without_a_scope_every_protected_table_is_empty(table: str, web: None) -> None:
    # PostgreSQL checks here what it checks for a row: that the policies of all tables named can be followed.
    assert ask(f"select count(*) from {table}") == [(0,)]
    assert ask("select row_security_active(%s)", table) == [(True,)]


# --- Roles


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_role_is_powerless(role: str, db: None) -> None:
    sql = "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit from pg_roles where rolname = %s"
    assert ask(sql, role) == [(False,) * 5]


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_role_owns_nothing_and_belongs_to_none(role: str, db: None) -> None:
    assert ask("select relname from pg_class where relowner = %s::regrole", role) == []
    assert ask("select roleid from pg_auth_members where member = %s::regrole", role) == []


@pytest.mark.parametrize(
    "statement",
    [
        "truncate grids_resident",
        "update accounts_auditevent set actor = ''",
        "delete from accounts_auditevent",
        "delete from django_migrations",
        "alter table grids_resident disable row level security",
        "drop policy own_areas on grids_resident",
        "create table spoils (id int)",
    ],
)
def test_web_role_is_refused(statement: str, web: None) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        ask(statement)


def test_worker_computes_over_everything(resident: Resident, stranger: Resident) -> None:
    with as_role(WORKER):
        assert len(ask("select id from grids_resident")) == 2


# --- Requests


@pytest.fixture
def forgotten_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the filter out of every view of residents."""
    monkeypatch.setattr(ResidentQuerySet, "visible_to", lambda self, user: self)


def test_view_without_its_filter_shows_nobody_else(
    client: Client, worker: User, resident: Resident, stranger: Resident, forgotten_filter: None
) -> None:
    client.force_login(worker)
    assert client.get(reverse("grids:resident", args=[resident.pk])).status_code == 200
    assert client.get(reverse("grids:resident", args=[stranger.pk])).status_code == 404


def test_view_without_filter_and_guard_shows_everybody(
    client: Client, worker: User, stranger: Resident, forgotten_filter: None
) -> None:
    ask("alter table grids_resident disable row level security")
    client.force_login(worker)
    assert client.get(reverse("grids:resident", args=[stranger.pk])).status_code == 200


def test_scope_ends_with_the_request(client: Client, worker: User, resident: Resident) -> None:
    client.force_login(worker)
    client.get(reverse("grids:residents"))
    assert scope.current() is scope.NOTHING
    assert ask("select current_setting('app.communities'), current_setting('app.user')") == [("", "")]


def test_scope_ends_with_a_request_that_fails(client: Client, worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(ResidentQuerySet, "visible_to", fail)
    client.force_login(worker)
    with pytest.raises(RuntimeError):
        client.get(reverse("grids:residents"))
    assert scope.current() is scope.NOTHING


def test_public_page_begins_with_nothing_for_whoever_is_signed_in(client: Client, worker: User) -> None:
    seen = []
    client.force_login(worker)
    tell = scope.Scope.as_sql

    def watch(self: scope.Scope) -> Any:
        seen.append(self)
        return tell(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope.Scope, "as_sql", watch)
        client.get(reverse("volunteer:check"))
    assert {one.user for one in seen} <= {None}


# --- The session's copy of the scope


def test_setting_is_told_again_after_a_rollback(resident: Resident, web: None) -> None:
    with scope.of(resident.community_id):
        with transaction.atomic():
            assert ask("select count(*) from grids_resident") == [(1,)]
            transaction.set_rollback(True)
        assert ask("select count(*) from grids_resident") == [(1,)]


def test_wider_setting_does_not_come_back_with_a_rollback(resident: Resident, web: None) -> None:
    with scope.of(resident.community_id):
        ask("select 1")
        with transaction.atomic(), scope.narrowed_to(scope.NOTHING):
            ask("select 1")
            transaction.set_rollback(True)
    assert ask("select count(*) from grids_resident") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_setting_is_told_again_after_a_commit_that_was_a_rollback(resident: Resident) -> None:
    with as_role(WEB):
        with scope.of(resident.community_id):
            ask("select 1")
        with transaction.atomic():
            ask("select 1")
            with suppress(ProgrammingError):  # and not a word to Django, which commits
                ask("select nonsense")
        assert ask("select count(*) from grids_resident") == [(0,)]


def test_statement_after_a_failed_one_is_told(resident: Resident, web: None) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), scope.of(resident.community_id):
        ask("select nonsense")
    assert ask("select count(*) from grids_resident") == [(0,)]


def test_telling_is_no_statement_of_the_page(resident: Resident, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), scope.of(resident.community_id):
        ask("select 1")


def test_account_without_an_area_meets_nobody(platform_admin: User, resident: Resident, web: None) -> None:
    with scope.of_user(platform_admin):
        assert ask("select count(*) from grids_resident") == [(0,)]


# --- Declarations


def test_every_table_that_names_a_person_is_protected_or_open_for_a_reason() -> None:
    assert list(list_unprotected()) == []
    assert all(OPEN.values())


def test_declaration_names_no_table_twice_over() -> None:
    assert PATHS.keys() & OPEN.keys() == set()


def test_database_is_as_declared(db: None) -> None:
    assert (find_differing(), find_ungranted()) == ([], [])


@pytest.mark.parametrize(
    "statement",
    [
        "alter policy own_areas on grids_resident using (true)",
        "drop policy own_areas on grids_resident",
        "create policy more on grids_resident using (true)",
        "alter table grids_resident disable row level security",
        "alter policy own_areas on grids_resident to public",
    ],
)
def test_changed_policy_is_found_and_mended(statement: str, db: None) -> None:
    ask(statement)
    assert [table.name for table in find_differing()] == ["grids_resident"]
    secure_database()
    assert find_differing() == []


def test_table_without_grants_is_named(db: None) -> None:
    ask(f"revoke select on communities_venue from {WEB}")
    assert find_ungranted() == ["communities_venue"]


def test_command_says_what_it_did(capsys: pytest.CaptureFixture, db: None) -> None:
    call_command("secure_database")
    assert f"{len(PATHS)} 张表有行级安全策略" in capsys.readouterr().out


def test_audit_is_written_by_the_web_role(worker: User, resident: Resident, web: None) -> None:
    AuditEvent.objects.create(actor="", action="test", object_type="", object_id="", area_code="")
    assert ask("select count(*) from accounts_auditevent where action = 'test'") == [(1,)]
