"""From a gap to a visit plan, through the visits, to a gap that has closed: in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from grids.models import Building, Household, Resident
from indicators.periods import Period
from tests.conftest import PASSWORD
from tests.dashboards.gap_help import quarter
from tests.live.conftest import DESKTOP, PHONE
from visits.models import VisitPlan

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("live"),
    pytest.mark.browser,
    pytest.mark.usefixtures("celery_worker_process"),
]
ROOMS = ("101", "102", "201")
SLOW = 40_000  # the figures' way through queue and worker, on a busy machine


@pytest.fixture
def homes(register, grids):
    """Three doors with two retired people each, and one door at which nobody is retired."""
    building = Building.objects.create(grid=grids[0], name="3号楼")
    for room in (*ROOMS, "301"):
        door = Household.objects.create(building=building, room=room)
        groups = ["retired"] if room in ROOMS else []
        people = [register.resident(grids[0], name=f"{surname}建国", groups=groups).pk for surname in "赵钱"]
        Resident.objects.filter(pk__in=people).update(household=door)
    return Household.objects.order_by("room")


def address(page: str, area, period: Period) -> str:
    """Return the address of a page about an area."""
    return f"{reverse('dashboards:page', args=[area.code, page])}?period={period.code}"


def visit(phone, room: str) -> None:
    """Meet everybody behind a door that is due."""
    phone.locator("a.list-row", has_text=room).click()
    phone.get_by_text("已走访", exact=True).click()
    for name in ("赵*国", "钱*国"):
        phone.get_by_text(name).click()
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text(f"已记下：3号楼 {room}")).to_be_visible()


def test_gap_becomes_a_plan_and_closes_with_the_visits(open_page, worker, street_officer, community, grids, homes):
    office = open_page(street_officer, PASSWORD, DESKTOP)
    office.goto(address("gaps", community, quarter()))
    row = office.locator("tr", has_text="离退休人员")
    expect(row).to_contain_text("6", timeout=SLOW)
    row.get_by_role("link", name="第一网格").click()
    expect(office.get_by_role("heading", name="离退休人员")).to_be_visible()
    office.get_by_role("button", name="建走访计划").click()
    expect(office.get_by_text("已建走访计划")).to_be_visible()
    plan = VisitPlan.objects.get()
    assert set(plan.households.values_list("room", flat=True)) == set(ROOMS)

    phone = open_page(worker, PASSWORD, PHONE)
    expect(phone.get_by_text("街道安排：补缺走访 3 户")).to_be_visible()
    phone.get_by_role("link", name="去走访 · 街道安排").click()
    expect(phone.locator("a.list-row", has_text="301")).to_have_count(0)
    for room in ROOMS:
        visit(phone, room)
        phone.goto(f"/visits/?plan={plan.pk}&grid={grids[0].pk}")

    office.goto(address("followup", community, quarter()))
    expect(office.get_by_role("heading", name="1 个缺口，已补上 1 个")).to_be_visible(timeout=SLOW)
    expect(office.locator("tr", has_text="离退休人员")).to_contain_text("已补上")
    office.get_by_role("link", name="第一网格").click()
    expect(office.get_by_text("已补上：没有未触达的人了。")).to_be_visible()
