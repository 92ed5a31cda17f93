"""What axe cannot see: pages enlarged to 200 % and on the narrowest screens, the keyboard, and where it is."""

import json

import pytest

from accounts.roles import Role
from indicators.engine.cells import refresh_community
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE
from tests.live.portal_pages import list_dashboards, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
READERS = [Role.WORKER, Role.STREET_OFFICER, Role.DISTRICT_OFFICER]
ENLARGED = {"width": 720, "height": 450}  # 1440 x 900 at 200 %
NARROW = {"width": 320, "height": 568}  # WCAG 1.4.10; also 1280 at 400 %
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The elements that stick out to the right of the screen, but for what lies in a box that scrolls by itself.
STICKING_OUT = """() => {
  const boxed = (one) => /(auto|scroll|hidden)/.test(getComputedStyle(one).overflowX);
  const scrolls = (one) => one && (boxed(one) || scrolls(one.parentElement));
  return [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement))
    .map((one) => one.tagName + "." + one.className);
}"""
# Where the focus is, and whether one can see it: it has a ring (a link over a whole tile has it on what it spreads)
# and is not wholly hidden beneath a bar (WCAG 2.4.7 and 2.4.11). Two frames later, when the browser has scrolled to it.
FOCUS = """async () => {
  for (const _frame of [1, 2]) await new Promise(requestAnimationFrame);
  const one = document.activeElement, box = one.getBoundingClientRect();
  const ringed = (look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const parts = (from, size) => [10, size / 2, size - 10].map((part) => from + Math.min(Math.max(part, 0), size));
  const spots = parts(box.x, box.width).flatMap((x) => parts(box.y, box.height).map((y) => [x, y]));
  const under = spots.map(([x, y]) => document.elementFromPoint(x, y));
  return {
    is: one.tagName, href: one.getAttribute("href") || "", name: one.getAttribute("name") || "",
    label: one.getAttribute("aria-label") || one.textContent.trim(), inMain: !!one.closest("main"),
    ringed: [null, "::after"].some((part) => ringed(getComputedStyle(one, part)))
      || getComputedStyle(one).boxShadow !== "none",
    bare: under.some((other) => other && (one.contains(other) || other.contains(one))),
  };
}"""


@pytest.fixture
def place(register, community, worker):
    """A community with something on every page."""
    return make_place(register, community, worker)


def find_wide(page, addresses):
    """Return address -> by how much the page is too wide, and what sticks out."""
    wide = {}
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if (over := page.evaluate(OVERFLOW)) > 0:
            wide[address] = (over, page.evaluate(STICKING_OUT)[:5])
    return wide


@pytest.mark.parametrize("size", [ENLARGED, NARROW], ids=["200%", "320px"])
@pytest.mark.parametrize("role", READERS)
def test_dashboards_do_not_scroll_sideways(role, size, open_page, place, request):
    user = request.getfixturevalue(role)
    page = open_page(user, PASSWORD, size)
    assert find_wide(page, list_dashboards(user, place)) == {}


def test_page_that_is_too_wide_is_found(open_page, place, worker):
    page = open_page(worker, PASSWORD, NARROW)
    page.route("**/wide/", lambda route: route.fulfill(body="<!doctype html><main><p style='width:400px'>x</p></main>"))
    assert find_wide(page, ["/wide/"])["/wide/"][1] == ["P."]


def press_through(page, most=90):
    """Press Tab through a page; return where the focus was, in this order, until it leaves the main part."""
    page.emulate_media(reduced_motion="reduce")  # else the page would still be scrolling when it is looked at
    found = []
    for _press in range(most):
        page.keyboard.press("Tab")
        found.append(page.evaluate(FOCUS))
        if not found[-1]["inMain"] and any(one["inMain"] for one in found):
            break
    return [one for one in found if one["inMain"]]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_keyboard_reaches_tabs_then_periods_then_the_figures(size, open_page, place, worker):
    page = open_page(worker, PASSWORD, size)
    page.goto(f"/dashboards/{place.community.code}/")
    stops = press_through(page)
    tabs = [n for n, one in enumerate(stops) if one["href"].startswith("/dashboards/") and "?period=" in one["href"]]
    kinds = [n for n, one in enumerate(stops) if one["href"].startswith("?period=")]
    choice = next(n for n, one in enumerate(stops) if one["name"] == "period")
    figures = [n for n, one in enumerate(stops) if one["href"].startswith("/indicators/S0-20/")]
    assert tabs[0] < kinds[0] <= kinds[-1] < choice < figures[0]
    hidden = [one for one in stops if not (one["ringed"] and one["bare"])]
    assert not hidden, json.dumps(hidden, ensure_ascii=False)


def test_period_is_chosen_with_the_keyboard(open_page, place, worker):
    page = open_page(worker, PASSWORD, PHONE)
    page.goto(f"/dashboards/{place.community.code}/")
    before = page.locator("select[name=period]").input_value()
    page.locator("select[name=period]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**period=**")
    assert page.locator("select[name=period]").input_value() < before


def test_skip_link_leads_to_the_content(open_page, place, worker):
    page = open_page(worker, PASSWORD, DESKTOP)
    page.goto(f"/dashboards/{place.community.code}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_refreshed_figures_leave_the_focus_where_it_was(open_page, place, worker, register):
    page = open_page(worker, PASSWORD, DESKTOP)
    page.goto(f"/dashboards/{place.community.code}/")
    page.locator("select[name=period]").focus()
    register.activity(place.community, worker, register.resident(place.grid))
    with page.expect_response(lambda answer: "version=" in answer.url and answer.status == 200):
        refresh_community(place.community.pk)
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.name") == "period"
