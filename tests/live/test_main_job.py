"""The main job in a real browser: spreadsheet in, activity logged on a phone, street dashboard moves by itself."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.codes import write_card
from activities.models import Participation, PersonalCode
from grids.models import Resident
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE
from tests.register import make_id_number, make_row, make_workbook

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("live"),
    pytest.mark.usefixtures("celery_worker_process"),
]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"


def make_roster() -> bytes:
    """Thirty residents in two grids, and one row whose ID number Excel has destroyed."""
    rows = [
        make_row(
            f"{surname}小{'梅兰竹菊'[n % 4]}",
            make_id_number(sequence=n),
            "第一网格" if n < 20 else "第二网格",
            楼栋="1号楼",
            单元="1单元",
            房号=f"{n:03}",
            入住日期="2020-01-01",
        )
        for n, surname in enumerate(SURNAMES)
    ]
    damaged = make_row("坏号码")
    damaged[1] = 9.90101198005010e17
    return make_workbook([*rows, damaged])


def import_roster(page) -> None:
    """Upload, read the rehearsal, confirm, wait until it is written."""
    page.goto("/imports/new/")
    page.set_input_files("input[type=file]", {"name": "名册.xlsx", "mimeType": "", "buffer": make_roster()})
    page.get_by_role("button", name="上传并预演").click()
    refused = page.locator("tr.is-refused")
    expect(refused).to_contain_text("Excel 已把后几位改成 0", timeout=20_000)
    expect(refused).to_contain_text("居民!B32")
    page.get_by_role("button", name="确认写入 30 行").click()
    expect(page.get_by_text("写入 30 行。看板数字")).to_be_visible(timeout=20_000)


class Thumb:
    """Counts the taps of a worker."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, locator) -> None:
        locator.click()
        self.taps += 1


def test_from_spreadsheet_to_dashboard(open_page, admin, worker, street_officer, grids, capsys):
    import_roster(open_page(admin, PASSWORD, DESKTOP))
    assert Resident.objects.count() == 30

    dashboard = open_page(street_officer, PASSWORD, DESKTOP)
    reach = dashboard.locator(".figure-tile", has_text="群体触达率")
    expect(reach).to_contain_text("0 / 30", timeout=20_000)

    phone, thumb = open_page(worker, PASSWORD, PHONE), Thumb()
    thumb.tap(phone.get_by_role("main").get_by_role("link", name="记一次活动"))
    thumb.tap(phone.get_by_text("健康讲座", exact=True))
    for name in ("赵*梅", "钱*兰", "孙*竹", "李*菊", "周*梅"):
        thumb.tap(phone.locator(".picker__row", has_text=name))
    expect(phone.locator("[data-picker-count]")).to_have_text("已选 5 人")
    thumb.tap(phone.get_by_role("button", name="保存"))
    saved = time.perf_counter()
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    assert Participation.objects.count() == 5
    assert thumb.taps == 3 + 5

    expect(reach).to_contain_text("5 / 30", timeout=20_000)
    with capsys.disabled():
        print(f"\nfrom tap to dashboard: {time.perf_counter() - saved:.1f} s, {thumb.taps - 5} taps beside the people")
    first = dashboard.locator("tr", has_text="第一网格").first
    expect(first).to_contain_text("25.0%")
    expect(dashboard.locator(".freshness--fresh")).to_be_visible(timeout=20_000)


def test_check_in_at_the_door_moves_the_street_dashboard(
    open_page, worker, street_officer, register, grids, community, capsys
):
    person = register.resident(grids[0], name="赵小梅")
    others = [register.resident(grids[0], name=f"{surname}小兰") for surname in SURNAMES[:15]]
    register.activity(community, worker, *others[:5])  # fewer would be hidden from the street
    begin = timezone.now() - timedelta(minutes=5)
    activity = register.activity(community, worker, status="published", starts_at=begin)
    dashboard = open_page(street_officer, PASSWORD, DESKTOP)
    reach = dashboard.locator(".figure-tile", has_text="群体触达率")
    expect(reach).to_contain_text("5 / 16", timeout=20_000)

    phone = open_page(worker, PASSWORD, PHONE)
    phone.goto(f"/activities/check-in/{activity.pk}/")
    phone.fill("#code", write_card(PersonalCode.objects.create(resident=person)))
    phone.press("#code", "Enter")
    scanned = time.perf_counter()

    expect(reach).to_contain_text("6 / 16", timeout=20_000)
    with capsys.disabled():
        print(f"\nfrom scan to dashboard: {time.perf_counter() - scanned:.1f} s")


def test_redis_stopped_logging_succeeds_and_figures_catch_up(
    open_page, admin, worker, register, grids, community, redis_server
):
    people = [register.resident(grids[0], name=f"{surname}小梅") for surname in SURNAMES[:12]]
    page = open_page(worker, PASSWORD, PHONE)
    redis_server.stop()
    page.goto("/activities/new/")
    page.get_by_text("健康讲座", exact=True).click()
    page.locator("[data-picker-all]").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存：健康讲座")).to_be_visible(timeout=10_000)
    assert Participation.objects.count() == len(people)
    redis_server.start()
    page.goto(f"/dashboards/{community.code}/")
    expect(page.locator(".figure-tile", has_text="群体触达率")).to_contain_text("12 / 12", timeout=40_000)


def test_draft_survives_an_expired_session(open_page, worker, register, grids):
    register.resident(grids[0], name="赵小梅")
    page = open_page(worker, PASSWORD, PHONE)
    page.goto("/activities/new/")
    page.get_by_text("时政宣讲", exact=True).click()
    page.locator(".picker__row", has_text="赵*梅").click()
    page.wait_for_timeout(400)  # the draft is written a quarter of a second after the last touch
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("dialog").locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="接着做").click()
    expect(page.get_by_text("已保存：时政宣讲")).to_be_visible()
