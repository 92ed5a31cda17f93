"""The content security policy in a real browser: no page of the portal breaks it, and what breaks it is stopped."""

import pytest

from accounts.roles import Role
from tests.conftest import PASSWORD
from tests.live.conftest import PHONE
from tests.live.portal_pages import FIXTURES, list_dashboards, list_pages, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live-policy"), pytest.mark.browser]
READERS = [Role.WORKER, Role.STREET_OFFICER, Role.DATA_ADMIN]


@pytest.fixture
def users(request, worker):
    """An account of each role, by role."""
    return {role: request.getfixturevalue(FIXTURES.get(role, role)) for role in Role}


@pytest.fixture
def place(users, register, community):
    """A community with something on every page."""
    return make_place(register, community, users[Role.WORKER])


def listen(page):
    """Return the list in which the page's complaints about the policy will stand."""
    said = []
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    return said


def visit(page, addresses):
    said = listen(page)
    for address in addresses:
        page.goto(address, wait_until="load")
    return said


@pytest.mark.parametrize("role", READERS)
def test_page_of_staff_keeps_the_policy(role, open_page, place, users):
    page = open_page(users[role], PASSWORD, PHONE)
    addresses = [*list_pages(place, users, role), *(list_dashboards(users[role], place) if role in READERS[:2] else [])]
    assert visit(page, addresses) == []


def test_public_page_keeps_the_policy(chromium, live_server, place, users):
    with chromium.new_context(viewport=PHONE, locale="zh-CN", base_url=live_server.url) as context:
        assert visit(context.new_page(), list_pages(place, users, "anonymous")) == []


@pytest.mark.parametrize(
    "markup",
    ['<p style="color: red">', "<img src=x onerror=window.broken=1>", "<img src=https://elsewhere.example/x.png>"],
)
def test_markup_that_breaks_the_policy_is_stopped(markup, chromium, live_server, db):
    with chromium.new_context(base_url=live_server.url) as context:
        page = context.new_page()
        said = visit(page, ["/login/"])
        page.evaluate("markup => document.body.insertAdjacentHTML('beforeend', markup)", markup)
        page.wait_for_timeout(300)
        assert said
        assert page.evaluate("window.broken") is None
