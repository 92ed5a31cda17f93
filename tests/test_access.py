"""Who gets in where: every address x every role x own and foreign places, judged by status and by content."""

from collections import Counter
from datetime import date
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client

from accounts.middleware import AccessMiddleware
from accounts.roles import PERMISSIONS_OF_ROLE, Permission, Role
from communities.models import Community, District, Street
from grids.models import Appointment
from tests import access
from tests.access import Ask, list_addresses, read_table
from tests.party_places import let_lead

ACTORS = [*Role.values, "outsider", "anonymous"]
NONSENSE = ["²", "-1", "9" * 30, "\x00\x00", "x", "🏠", "' or 1=1 --"]
READS = [
    "/residents/?after=",
    "/residents/?grid=",
    "/residents/?q=",
    "/residents/?spell=",
    "/residents/?building=",
    "/residents/?community=",
    "/residents/choose/?q=",
    "/residents/buildings/?grid=",
    "/residents/new/?household=",
    "/residents/posts/?community=",
    "/activities/?after=",
    "/activities/?since=",
    "/activities/?kind=",
    "/activities/?phase=",
    "/activities/?responsible=",
    "/activities/calendar/?month=",
    "/activities/calendar/?community=",
    "/activities/calendar/?category=",
    "/activities/picker/?grid=",
    "/activities/plan/?day=",
    "/activities/plan/?kind=",
    "/activities/plan/?template=",
    "/activities/picker/?q=",
    "/visits/?grid=",
    "/visits/?plan=",
    "/visits/?building=",
    "/visits/doors/?q=",
    "/visits/doors/?building=",
    "/visits/plans/preview/?grids=",
    "/cadence/?community=",
    "/cadence/?span=",
    "/cadence/rules/new/?preset=",
    "/dashboards/990101001001/?period=",
    "/dashboards/990101001001/?period=2026-Q",
    "/dashboards/990101001001/?period=2026-",
    "/dashboards/990101001001/gaps/?family=",
    "/dashboards/990101001001/gaps/?community=",
    "/dashboards/990101001001001/gap/?grouping=",
    "/dashboards/990101001001/map/?indicator=",
    "/dashboards/990101001001/map/?grouping=",
    "/indicators/?q=",
    "/indicators/S0-20/?area=",
    "/indicators/S0-20/?period=",
    "/indicators/S0-20/?grouping=",
    "/indicators/S0-20/?level=",
]


@pytest.fixture
def world(register, community, neighbour_community, foreign_community):
    district = District.objects.create(code="990102", name="")
    street = Street.objects.create(code="990102001", name="", district=district)
    remote = Community.objects.create(code="990102001001", name="", street=street)
    return access.make_world(register, community, neighbour_community, foreign_community, remote)


def test_every_address_declares_its_access():
    undeclared = [address.name for address in list_addresses() if address.access is None]
    assert not undeclared, f"decorate these views with accounts.access.access: {undeclared}"


def test_every_address_has_a_name_of_its_own():
    names = Counter(address.name for address in list_addresses())
    assert [name for name, count in names.items() if count > 1 or name.endswith("None")] == []


def test_every_argument_has_an_object():
    wanted = {access.key_of(address.name, name) for address in list_addresses() for name in address.arguments}
    assert wanted == set(access.OBJECTS), "tests.access.OBJECTS needs an object of a place for each argument"


def test_table_has_a_row_for_every_address_and_method():
    wanted = {(address.name, method) for address in list_addresses() for method in address.methods}
    rows = {(rule.name, rule.method) for rule in read_table()}
    assert not wanted - rows, f"add rows to tests/access.csv: {sorted(wanted - rows)}"
    assert not rows - wanted, f"remove rows from tests/access.csv: {sorted(rows - wanted)}"


def test_table_is_sorted_and_without_repetition():
    keys = [(rule.name, rule.method) for rule in read_table()]
    assert keys == sorted(set(keys))


def test_table_names_only_roles_that_exist():
    named = {role for rule in read_table() for role in rule.roles.split()}
    assert named <= {"public", "any", *Role.values}


@pytest.mark.parametrize("rule", read_table(), ids=lambda rule: f"{rule.name}-{rule.method}")
def test_table_agrees_with_the_declaration(rule):
    declared = next(address.access for address in list_addresses() if address.name == rule.name)
    holders = [role for role in Role.values if declared.permission in PERMISSIONS_OF_ROLE[role]]
    roles = "public" if declared.public else " ".join(holders) if declared.permission else "any"
    assert (rule.roles, rule.personal) == (roles, "yes" if declared.personal else "no")


@pytest.mark.parametrize("actor", ACTORS)
def test_access_matrix(actor, world, request, caplog, record_testsuite_property):
    caplog.set_level("CRITICAL", "django.request")  # thousands of refusals are what is wanted here
    fixtures = {Role.DATA_ADMIN: "admin", "anonymous": None}
    name = fixtures.get(actor, actor)
    user = request.getfixturevalue(name) if name else None
    if user and user.may(Permission.LEAD_PARTY):
        let_lead(user)
    if actor == Role.GRID_MEMBER:
        Appointment.objects.create(user=user, grid=world.own.grid, since=date(2020, 1, 1))
    sent, wrongs = access.inspect(actor, user, world)
    record_testsuite_property(f"access matrix, {actor}", sent)
    assert sent > (2000 if actor in access.KINDS_SHOWN else 500)
    assert not wrongs, f"{actor}: {len(wrongs)} of {sent} answers are wrong\n" + "\n".join(wrongs[:20])


def test_post_without_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    asks = [Ask(a, "POST", world.own, world.own, {}, htmx=False) for a in list_addresses() if "POST" in a.methods]
    assert [ask.address.name for ask in asks if client.post(ask.url).status_code != 403] == []


def test_view_without_declaration_is_refused(rf, worker):
    request = rf.get("/")
    request.user = worker
    middleware = AccessMiddleware(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied):
        middleware.process_view(request, lambda request: HttpResponse(), (), {})


def test_nonsense_in_a_query_is_no_crash(worker):
    client = Client(raise_request_exception=False)
    client.force_login(worker)
    answers = {f"{url}{text}": client.get(f"{url}{quote(text)}").status_code for url in READS for text in NONSENSE}
    assert {url: code for url, code in answers.items() if code not in (200, 404)} == {}


@pytest.mark.parametrize("field", ["kind", "title", "starts_at", "heads", "residents", "outsiders", "token", "mode"])
def test_nonsense_in_a_form_is_no_crash(field, worker):
    client = Client(raise_request_exception=False)
    client.force_login(worker)
    answers = {text: client.post("/activities/new/", {field: text}).status_code for text in NONSENSE}
    assert answers == dict.fromkeys(NONSENSE, 200)


@pytest.mark.parametrize("code", ["990101001001001", "990101001", "990101", "9", "x", "9" * 40])
def test_code_without_dashboard_of_ones_own_is_not_found(code, client, worker):
    client.force_login(worker)
    assert client.get(f"/dashboards/{code}/").status_code == 404


def test_token_of_somebody_else_is_no_crash(world, client, worker):
    client.force_login(worker)
    form = access.describe_activity(world.own) | {"token": world.own.activity.client_token}
    assert client.post("/activities/new/", form).status_code == 200
