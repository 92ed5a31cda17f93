"""Every dashboard page x role x area x nonsense: who gets in, that nothing foreign shows, that nothing crashes."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission, Role
from dashboards.pages import PAGES
from grids.models import Appointment
from indicators.areas import LEVEL_OF_DIGITS
from indicators.engine.cells import refresh_community
from indicators.engine.tallying import tally_community
from indicators.models import AreaLevel
from tests.register import make_grids

pytestmark = pytest.mark.django_db
FIXTURES = {Role.DATA_ADMIN: "admin"}  # of tests/conftest.py, where they are called otherwise than the role
ACTORS = [*Role.values, "outsider"]
OWN = {
    AreaLevel.DISTRICT: "990101",
    AreaLevel.STREET: "990101001",
    AreaLevel.COMMUNITY: "990101001001",
    AreaLevel.GRID: "990101001001001",
}
FOREIGN = ["990102", "990101002", "990101002001", "990101002001001"]  # the first one does not exist at all
MISSING = ["990109", "990101009", "990101001009", "990101001001099"]
NONSENSE = ["²", "-1", "9" * 30, "x" * 5000, "\x00", "🏠", "' or 1=1 --", "%s", "None", "nan", "[]", "../", "a,b", "0"]
PERIODS = ["2026-13", "2026-Q5", "2026-Q", "0000", "9999", "²026", " 2026", "2026-1", *NONSENSE]
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")


@pytest.fixture
def world(register, worker, grids, community, neighbour_community, foreign_grid):
    """People in three communities of two streets, a third of them reached; figures computed."""
    places = [*grids, make_grids(neighbour_community, "第一网格")[0], foreign_grid]
    for grid in places:
        people = [register.resident(grid, groups=["retired", "youth"][n % 2 :]) for n in range(12)]
        register.activity(grid.community, worker, *people[:4], unnamed_count=3)
    for one in {grid.community for grid in places}:
        refresh_community(one.pk, everything=True)
        tally_community(one.pk)


@pytest.fixture
def actors(request, worker):
    """Account of each role by role, and the outsider's."""
    return {name: request.getfixturevalue(FIXTURES.get(name, name)) for name in ACTORS}


def address(page, code, **query):
    """Return the address of a page, not as links write it but as somebody may type it."""
    return f"{reverse('dashboards:page', args=[code, page])}?{urlencode(query)}"


def client_of(user):
    """Return a client that answers a crash with 500 instead of raising."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def level_of(code):
    """Return the level of a division code."""
    return LEVEL_OF_DIGITS.get(len(code), AreaLevel.GRID)


def expect(user, page, code):
    """Return the statuses that are right: said once more without the view."""
    if not (user.may(Permission.VIEW_FIGURES) and user.may(page.permission)):
        return {403}
    exists = code in OWN.values() or code in FOREIGN[1:]
    if not exists or not code.startswith(user.area_code) or level_of(code) not in page.levels:
        return {404}
    return {200} if page.is_tab else {200, 302, 404}  # pages behind a page may want to know more than area and period


@pytest.mark.parametrize("actor", ACTORS)
def test_pages_answer_as_declared(actor, world, actors):
    user, client = actors[actor], client_of(actors[actor])
    codes = [*OWN.values(), *FOREIGN, *MISSING]
    asked = [(page, code) for page in PAGES.values() for code in codes]
    answers = {(page.code, code): client.get(address(page.code, code)).status_code for page, code in asked}
    wrong = {(p.code, c): answers[p.code, c] for p, c in asked if answers[p.code, c] not in expect(user, p, c)}
    assert wrong == {}


@pytest.mark.parametrize("actor", [Role.WORKER, Role.STREET_OFFICER, Role.DATA_ADMIN])
def test_foreign_area_answers_like_a_missing_one(actor, world, actors):
    client = client_of(actors[actor])
    differing = []
    for page in PAGES:
        for foreign, missing in zip(FOREIGN, MISSING, strict=True):
            bodies = [read(client, page, code) for code in (foreign, missing)]
            differing += [(page, foreign)] if bodies[0] != bodies[1] else []
    assert differing == []


def read(client, page, code):
    """Return an answer without what differs anyway: the code in its own address, and tokens."""
    answer = client.get(address(page, code))
    return answer.status_code, TOKEN.sub(b"", answer.content.replace(code.encode(), b"CODE"))


@pytest.mark.parametrize("level", ["district", "street"])
def test_link_of_a_larger_area_is_not_found_even_where_it_is_kept(level, world, actors):
    larger = OWN[AreaLevel(level)]
    for page in PAGES.values():
        for actor in (Role.DISTRICT_OFFICER, Role.STREET_OFFICER, Role.DATA_ADMIN):
            client_of(actors[actor]).get(address(page.code, larger))
    answers = {page: client_of(actors[Role.WORKER]).get(address(page, larger)).status_code for page in PAGES}
    refused = {page.code: 404 if actors[Role.WORKER].may(page.permission) else 403 for page in PAGES.values()}
    assert answers == refused


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_filters_is_no_crash(page, world, actors):
    wrong = {}
    for actor, level in ((Role.WORKER, AreaLevel.COMMUNITY), (Role.DISTRICT_OFFICER, AreaLevel.DISTRICT)):
        client = client_of(actors[actor])
        for name in (*PAGES[page].filters, "version", "nonsense"):
            answers = {value: client.get(address(page, OWN[level], **{name: value})) for value in NONSENSE}
            good = (200, 204, 302, 404) if actors[actor].may(PAGES[page].permission) else (403,)
            wrong |= {(level, name, v): a.status_code for v, a in answers.items() if a.status_code not in good}
    assert wrong == {}


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_the_period_is_not_found(page, world, actors):
    reader = next(user for user in actors.values() if user.may(PAGES[page].permission))
    level = next(level for level in (AreaLevel.COMMUNITY, AreaLevel.GRID) if level in PAGES[page].levels)
    client = client_of(reader)
    answers = {one: client.get(address(page, OWN[level], period=one)).status_code for one in PERIODS}
    may_be = {404} if PAGES[page].has_period else {200, 404}
    assert {one: status for one, status in answers.items() if status not in may_be} == {}


@pytest.mark.parametrize(
    "code", ["²", "x", "9" * 60, "990101001001%", "990101001001-", "1", "９９０１０１００１００１"]
)
def test_nonsense_in_the_code_is_not_found(code, world, actors):
    client = client_of(actors[Role.WORKER])
    assert {client.get(f"/dashboards/{code}/{page}/").status_code for page in PAGES} <= {404, 403}


def test_page_that_does_not_exist_is_not_found(world, actors):
    assert client_of(actors[Role.WORKER]).get(address("nonsense", OWN[AreaLevel.COMMUNITY])).status_code == 404


@pytest.fixture
def twins(make_user, grids, community, street, district):
    """Two accounts of each role that reads figures: same area, everything else as different as can be."""
    places = {Role.WORKER: community, Role.STREET_OFFICER: street, Role.DATA_ADMIN: street}
    places[Role.DISTRICT_OFFICER] = district
    pairs = {role: [make_user(f"孪{role}{n}", role, place) for n in (1, 2)] for role, place in places.items()}
    Appointment.objects.create(user=pairs[Role.WORKER][0], grid=grids[1], since=date(2020, 1, 1))
    User.objects.filter(username__endswith="2").update(is_demo=True, name="孪生者")
    return pairs


@pytest.mark.parametrize("role", [Role.WORKER, Role.STREET_OFFICER, Role.DISTRICT_OFFICER, Role.DATA_ADMIN])
def test_figures_hold_nothing_of_the_account(role, world, twins, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # read anew for each
    read, differing = 0, []
    for page in PAGES:
        for code in OWN.values():
            bodies = [read_figures(twin, page, code) for twin in twins[role]]
            read += bool(bodies[0])
            differing += [(page, code)] if bodies[0] != bodies[1] or "孪" in bodies[0] else []
    assert read
    assert differing == []


def read_figures(user, page, code):
    """Return what htmx puts in the place of the figures, the part that is kept; nothing where there is none."""
    client = Client(headers={"HX-Request": "true"})
    client.force_login(user)
    answer = client.get(address(page, code))
    return answer.content.decode() if answer.status_code == 200 else ""


def test_difference_between_accounts_is_found(world, twins, settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    monkeypatch.setattr("dashboards.views.pages.draw", lambda ask, page: ask.reader.username)
    bodies = [read_figures(twin, "overview", OWN[AreaLevel.COMMUNITY]) for twin in twins[Role.WORKER]]
    assert bodies[0] != bodies[1]
    assert "孪" in bodies[0]
