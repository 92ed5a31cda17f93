"""Who gets in where: every address x every role x own and foreign places, judged by status and by content."""

from collections import Counter

import pytest
from accounts.middleware import AccessMiddleware
from accounts.roles import PERMISSIONS_OF_ROLE, Role
from communities.models import Community, District, Street
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client

from tests import access
from tests.access import Ask, Rule, list_addresses, read_table

ACTORS = [*Role.values, "outsider", "anonymous"]


@pytest.fixture
def world(settings, register, community, neighbour_community, foreign_community):
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
    wanted = {(address.name.partition(":")[0], name) for address in list_addresses() for name in address.arguments}
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
def test_access_matrix(actor, world, request):
    fixtures = {Role.DATA_ADMIN: "admin", "anonymous": None}
    name = fixtures.get(actor, actor)
    user = request.getfixturevalue(name) if name else None
    sent, wrongs = access.inspect(actor, user, world)
    assert sent > 100
    assert not wrongs, f"{actor}: {len(wrongs)} of {sent} answers are wrong\n" + "\n".join(wrongs[:20])


@pytest.mark.parametrize("address", [a for a in list_addresses() if "POST" in a.methods], ids=lambda a: a.name)
def test_post_without_token_is_refused(address, world):
    ask = Ask(address, "POST", world.own, {}, {}, htmx=False)
    assert Client(enforce_csrf_checks=True).post(ask.url).status_code == 403


def test_view_without_declaration_is_refused(rf, worker):
    request = rf.get("/")
    request.user = worker
    middleware = AccessMiddleware(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied):
        middleware.process_view(request, lambda request: HttpResponse(), (), {})
