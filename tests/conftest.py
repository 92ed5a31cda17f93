"""The cast that every test may call, and what no test may do: reach the network."""

import gc
import socket
from collections.abc import Callable
from datetime import date
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.test.client import ClientHandler
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from communities.models import Community, District, Street
from grids.models import Appointment, Grid, Resident
from privacy.database_roles import WEB, secure_database
from tests.database_roles import as_role
from tests.emptying import Emptier
from tests.register import Register, make_grids

# A machine busy with something else is no failure of what is tested.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")

LOCAL = ("127.0.0.1", "localhost", "::1")
PASSWORD = "correct horse battery"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector pass over what stays until the end, and look less often at the rest."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Any:
    """Let sockets reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOCAL:
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Keep what tests upload away from the files of the portal."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


def has_test_database() -> bool:
    """Tell whether a database was made: for tests that need none pytest-django makes none."""
    return str(connection.settings_dict["NAME"]).startswith("test_")


@pytest.fixture(autouse=True, scope="session")
def emptied_after_commits(django_db_setup: None, django_db_blocker: Any) -> Any:
    """After a test that committed leave what the migrations wrote, and nothing else."""
    if not has_test_database():
        yield
        return
    with django_db_blocker.unblock():
        emptier = Emptier()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: emptier.empty())
        yield


@pytest.fixture(autouse=True, scope="session")
def no_lingering_guests(django_db_setup: None, django_db_blocker: Any) -> Any:
    """End what is still connected when the session ends: a thread of the live server may have answered a last poll."""
    yield
    connection.close()  # a test that killed processes may have left it broken
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Secure the test database as `make run` does its own."""
    if not has_test_database():
        return
    with django_db_blocker.unblock():
        secure_database()
        keep_statistics()


def keep_statistics() -> None:
    """Let nobody count rows behind the back of tests: those never committed count as none, and plans get slow."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"alter table {connection.ops.quote_name(table)} set (autovacuum_enabled = false)")


@pytest.fixture(autouse=True, scope="session")
def requests_as_the_web_role() -> Any:
    """Answer every request of a test client under the role of the web processes, which owns and bypasses nothing."""
    answer = ClientHandler.__call__

    def answer_as_web(self: ClientHandler, environ: dict[str, Any]) -> Any:
        with as_role(WEB):
            return answer(self, environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "__call__", answer_as_web)
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords cheaply: log-in is tested, not the strength of PBKDF2."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def unread(request: pytest.FixtureRequest, settings: Any) -> None:
    """Leave the log of looks to the tests marked `reads`, so that the others count only what a page itself does."""
    if not request.node.get_closest_marker("reads"):
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "accounts.reads.ReadsMiddleware"]


@pytest.fixture(autouse=True)
def source_language() -> Any:
    """Begin every test in the language of the source, whatever the one before asked for."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def district(db: None) -> District:
    return District.objects.create(code="990101", name="演示区")


@pytest.fixture
def street(district: District) -> Street:
    return Street.objects.create(code="990101001", name="两邻街道", district=district)


@pytest.fixture
def community(street: Street) -> Community:
    return Community.objects.create(code="990101001001", name="多福社区", street=street)


@pytest.fixture
def neighbour_community(street: Street) -> Community:
    """Another community of the same street."""
    return Community.objects.create(code="990101001002", name="和平新村社区", street=street)


@pytest.fixture
def grids(community: Community) -> list[Grid]:
    """Two grids of the community."""
    return make_grids(community, "第一网格", "第二网格")


@pytest.fixture
def foreign_street(district: District) -> Street:
    return Street.objects.create(code="990101002", name="北湖街道", district=district)


@pytest.fixture
def foreign_community(foreign_street: Street) -> Community:
    return Community.objects.create(code="990101002001", name="湖滨社区", street=foreign_street)


@pytest.fixture
def foreign_grid(foreign_community: Community) -> Grid:
    return make_grids(foreign_community, "第一网格")[0]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(username: str, role: Role, area: Any, **fields: Any) -> User:
        level = type(area).__name__.lower()
        return User.objects.create_user(username, PASSWORD, name=username, role=role, **{level: area}, **fields)

    return make


@pytest.fixture
def worker(make_user: Callable[..., User], community: Community, grids: list[Grid]) -> User:
    """A community worker, 网格员 of the community's first grid."""
    user = make_user("worker", Role.WORKER, community)
    Appointment.objects.create(user=user, grid=grids[0], since=date(2020, 1, 1))
    return user


@pytest.fixture
def branch_secretary(make_user: Callable[..., User], community: Community) -> User:
    """Who leads a party branch, once an Office says so."""
    return make_user("branch_secretary", Role.BRANCH_SECRETARY, community)


@pytest.fixture
def coordinator(make_user: Callable[..., User], community: Community) -> User:
    """Who looks after the community's volunteers."""
    return make_user("coordinator", Role.VOLUNTEER_COORDINATOR, community)


@pytest.fixture
def street_officer(make_user: Callable[..., User], street: Street) -> User:
    return make_user("street_officer", Role.STREET_OFFICER, street)


@pytest.fixture
def district_officer(make_user: Callable[..., User], district: District) -> User:
    return make_user("district_officer", Role.DISTRICT_OFFICER, district)


@pytest.fixture
def admin(make_user: Callable[..., User], street: Street) -> User:
    """Who imports residents."""
    return make_user("admin", Role.DATA_ADMIN, street)


@pytest.fixture
def security_admin(make_user: Callable[..., User], street: Street) -> User:
    return make_user("security_admin", Role.SECURITY_ADMIN, street)


@pytest.fixture
def grid_member(make_user: Callable[..., User], community: Community, grids: list[Grid]) -> User:
    """Who looks after the community's first grid, on foot."""
    user = make_user("grid_member", Role.GRID_MEMBER, community)
    Appointment.objects.create(user=user, grid=grids[0], since=date(2020, 1, 1))
    return user


@pytest.fixture
def district_admin(make_user: Callable[..., User], district: District) -> User:
    """Who keeps the accounts of the streets."""
    return make_user("district_admin", Role.DISTRICT_ADMIN, district)


@pytest.fixture
def platform_admin(db: None) -> User:
    """Who runs the portal: no area, no persons, no figures."""
    return User.objects.create_user("platform_admin", PASSWORD, name="platform_admin", role=Role.PLATFORM_ADMIN)


@pytest.fixture
def auditor(make_user: Callable[..., User], street: Street) -> User:
    return make_user("auditor", Role.AUDITOR, street)


@pytest.fixture
def outsider(make_user: Callable[..., User], foreign_community: Community, foreign_grid: Grid) -> User:
    """A worker from another street, who must never see anything of this one."""
    return make_user("outsider", Role.WORKER, foreign_community)


@pytest.fixture
def register(db: None) -> Register:
    """Makes residents, activities and spells in one line each."""
    return Register()


@pytest.fixture
def resident(register: Register, grids: list[Grid]) -> Resident:
    """Somebody living in the first grid for long."""
    return register.resident(grids[0], name="欧阳秀英")
