"""WCAG 2.2 AA on every page of the portal, as far as axe can tell; then what it cannot: zoom, keyboard, focus."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.roles import Role
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE
from tests.live.portal_pages import FIXTURES, list_dashboards, list_pages, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live-axe"), pytest.mark.browser]
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": LEVELS}, "preload": False}  # it would fetch style sheets once more
REFUSED = ("serious", "critical")
READERS = [Role.WORKER, Role.STREET_OFFICER, Role.DISTRICT_OFFICER]
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture
def users(request, worker):
    """An account of each role, by role."""
    return {role: request.getfixturevalue(FIXTURES.get(role, role)) for role in Role}


@pytest.fixture
def place(users, register, community):
    """A community with something on every page."""
    return make_place(register, community, users[Role.WORKER])


def find_faults(page, addresses, capsys):
    """Return what axe finds serious or critical at each address, a line each; print the rest."""
    faults = []
    for address in addresses:
        page.goto(address)
        found = Axe().run(page, options=RULES).response["violations"]
        lines = [(one["impact"], describe(one)) for one in found]
        faults += [f"{address} {line}" for impact, line in lines if impact in REFUSED]
        with capsys.disabled():
            for line in (line for impact, line in lines if impact not in REFUSED):
                print(f"\n{address} {line}")
    return faults


def describe(violation):
    """Return a violation in one line: rule, and the elements."""
    nodes = "; ".join(f"{node['target'][0]} {node['html'][:160]}" for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['impact']}, {len(violation['nodes'])}x): {nodes}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", READERS)
def test_dashboards_have_no_serious_fault(role, size, open_page, place, users, capsys):
    page = open_page(users[role], PASSWORD, SIZES[size])
    addresses = list_dashboards(users[role], place)
    assert addresses
    faults = find_faults(page, addresses, capsys)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", list(Role))
def test_other_pages_have_no_serious_fault(role, open_page, place, users, capsys):
    page = open_page(users[role], PASSWORD, PHONE)
    addresses = list_pages(place, users, role)
    faults = find_faults(page, addresses, capsys)
    assert not faults, "\n".join(faults)


def test_public_pages_have_no_serious_fault(chromium, live_server, place, users, capsys):
    with chromium.new_context(viewport=PHONE, locale="zh-CN", base_url=live_server.url) as context:
        page = context.new_page()
        addresses = list_pages(place, users, "anonymous")
        faults = find_faults(page, addresses, capsys)
    assert not faults, "\n".join(faults)


def test_fault_is_found(open_page, place, users, capsys):
    page = open_page(users[Role.WORKER], PASSWORD, PHONE)
    page.route("**/residents/", lambda route: route.fulfill(body="<html lang=zh><title>x</title><input><img src=x>"))
    assert len(find_faults(page, ["/residents/"], capsys)) == 2
