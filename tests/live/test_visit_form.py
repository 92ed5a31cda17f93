"""A visit on a small phone, tap by tap: from the list of due doors to a saved visit with at most six taps."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import ActivityKind, Participation
from grids.models import Building, Household, Resident
from tests.conftest import PASSWORD
from visits.models import Visit, VisitPlan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
SMALL_PHONE = {"width": 360, "height": 780}
MOST_TAPS = 6


class Hand:
    """Taps and types as a worker at a door does, and counts both."""

    def __init__(self) -> None:
        self.taps = self.keys = 0

    def tap(self, locator) -> None:
        locator.click()
        self.taps += 1

    def type(self, locator, text: str) -> None:
        locator.press_sequentially(text)
        self.keys += len(text)


@pytest.fixture
def round_page(open_page, worker, community, grids, register):
    """The list of due doors on a small phone: behind 302 two people, behind 401 one."""
    building = Building.objects.create(grid=grids[0], name="3号楼")
    for room, names in (("302", ["赵小梅", "钱大海"]), ("401", ["孙建国"])):
        door = Household.objects.create(building=building, unit="1单元", room=room)
        people = [register.resident(grids[0], name=name).pk for name in names]
        Resident.objects.filter(pk__in=people).update(household=door)
    VisitPlan.objects.create(
        community=community,
        name="每周探访",
        kind=ActivityKind.objects.get(name="定期探访"),
        interval_days=7,
        starts_on=timezone.localdate() - timedelta(1),
        created_by=worker,
    )
    page = open_page(worker, PASSWORD, SMALL_PHONE)
    page.goto("/visits/")
    return page


def test_visit_with_everything_takes_six_taps_beside_the_wish(round_page, capsys):
    page, hand = round_page, Hand()
    hand.tap(page.locator("a.list-row", has_text="302"))
    hand.tap(page.get_by_text("已走访", exact=True))
    hand.tap(page.get_by_text("赵*梅"))
    hand.tap(page.get_by_text("防诈骗", exact=True))
    hand.tap(page.get_by_text("房屋维修", exact=True))
    wish = page.get_by_label("一句话写下愿望")
    expect(wish).to_be_visible()
    hand.type(wish, "修楼道灯")
    hand.tap(page.get_by_role("button", name="保存"))
    expect(page.get_by_text("已记下：3号楼 1单元 302，已走访")).to_be_visible()
    with capsys.disabled():
        print(f"\nvisit with person, item and need: {hand.taps} taps, {hand.keys} keystrokes")
    assert hand.taps <= MOST_TAPS
    visit = Visit.objects.get()
    assert (visit.needs.get().wish, Participation.objects.get().resident.name) == ("修楼道灯", "赵小梅")


def test_visit_to_the_next_door_takes_three_taps(round_page, capsys):
    page, hand = round_page, Hand()
    page.locator("a.list-row", has_text="302").click()
    page.get_by_text("未遇", exact=True).click()
    expect(page.get_by_text("见到了谁")).to_be_hidden()
    page.get_by_role("button", name="保存").click()
    hand.tap(page.get_by_role("link", name="下一户 401"))
    hand.tap(page.get_by_text("已走访", exact=True))
    hand.tap(page.get_by_role("button", name="保存"))
    expect(page.get_by_text("已记下：3号楼 1单元 401，已走访")).to_be_visible()
    with capsys.disabled():
        print(f"\nnext door, somebody who lives alone: {hand.taps} taps, {hand.keys} keystrokes")
    assert hand.taps <= 3
    assert Participation.objects.get().resident.name == "孙建国"


def test_pages_of_visits_do_not_scroll_sideways(round_page):
    door = Household.objects.get(room="302").pk
    paths = ["", f"doors/{door}/new/", f"doors/{door}/", "doors/", "plans/", "plans/new/", "needs/"]
    for path in paths:
        round_page.goto(f"/visits/{path}")
        assert round_page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"], path


def test_what_was_typed_survives_an_expired_session(round_page, worker):
    page = round_page
    page.locator("a.list-row", has_text="401").click()
    page.get_by_text("已走访", exact=True).click()
    page.get_by_text("出行", exact=True).click()
    page.get_by_label("一句话写下愿望").fill("想要轮椅坡道")
    page.wait_for_timeout(400)  # the draft is written a quarter of a second after the last touch
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存").click()
    page.fill("[name=username]", worker.username)
    page.fill("[name=password]", PASSWORD)
    page.click("form[data-login] [type=submit]")
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_text("已记下")).to_be_visible()
    assert Visit.objects.get().needs.get().wish == "想要轮椅坡道"
