"""Checking people in with the network switched off and on again, in a real browser."""

import json
from datetime import timedelta

import pytest
import segno
from django.core.servers.basehttp import WSGIRequestHandler
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.codes import write_card
from activities.models import Activity, CheckIn, Participation, PersonalCode
from tests.conftest import PASSWORD
from tests.live.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
KEPT = """async () => {
  const shell = await caches.open("check-in-shell-1");
  return Boolean(await shell.match(location.pathname)) && Boolean(await shell.match("/static/js/checkin.js"));
}"""
PARSE = WSGIRequestHandler.parse_request
NAMES_KEPT = """async (names) => {
  const shell = await caches.open("check-in-shell-1");
  const texts = await Promise.all((await shell.keys()).map(async (key) => (await shell.match(key)).text()));
  const kept = texts.join() + JSON.stringify(localStorage);
  return names.filter((name) => kept.includes(name));
}"""
# Instead of a camera: a picture of a card, as a film.
CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
  const picture = new Image();
  picture.src = %s;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 480;
  const paint = () => canvas.getContext("2d").drawImage(picture, 0, 0, 480, 480);
  paint();
  setInterval(paint, 50);
  return canvas.captureStream(20);
};"""


@pytest.fixture
def people(register, grids):
    return [
        register.resident(grids[0], name=name, phone=f"1991234000{n}")
        for n, name in enumerate(["赵小梅", "钱小兰", "孙小竹"])
    ]


@pytest.fixture
def activity(register, community, worker):
    begin = timezone.now() - timedelta(minutes=5)
    return register.activity(
        community, worker, status="published", title="原来的名称", starts_at=begin, ends_at=begin + timedelta(hours=2)
    )


@pytest.fixture
def page(open_page, worker, people, activity) -> Page:
    """The check-in page on a phone, with the list of the worker's grid."""
    page = open_page(worker, PASSWORD, PHONE)
    page.goto(f"/activities/check-in/{activity.pk}/")
    expect(page.locator(".picker__row")).to_have_count(3)
    page.wait_for_function(KEPT)
    return page


@pytest.fixture
def network(page, monkeypatch):
    """Take the network away, and give it back: the server drops what comes.

    A browser that is told to be offline may forget it when a page is loaded again.
    """

    def drop(handler: WSGIRequestHandler) -> bool:
        handler.close_connection = True
        return False

    def switch(is_on: bool) -> None:
        monkeypatch.setattr(WSGIRequestHandler, "parse_request", PARSE if is_on else drop)

    return switch


def banner(page: Page):
    return page.locator("[data-mode-text]")


def read_queue(page: Page) -> list[dict]:
    """Return what the device has not been told to forget yet."""
    found = page.evaluate("Object.entries(localStorage).find(([key]) => key.startsWith('portal-check-in:'))")
    return json.loads(found[1]) if found else []


def scan(page: Page, text: str) -> None:
    page.fill("#code", text)
    page.press("#code", "Enter")


def test_three_people_without_network_survive_a_reload_and_arrive_with_their_times(
    page, network, people, activity, capsys
):
    code = PersonalCode.objects.create(resident=people[1])
    network(False)
    page.locator(".picker__row", has_text="赵*梅").click()
    scan(page, write_card(code))
    page.get_by_text("没带码，也不在名单里").click()
    page.fill("#guest", "孙小竹")
    page.fill("#guest-tail", "0002")
    page.locator("[data-name-form] button").click()
    expect(banner(page)).to_have_text("离线（3 条待上传）")

    Activity.objects.update(title="联网才能看到的名称")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("原来的名称")  # from this device, not from the server
    expect(page.locator(".queue-row[data-state=waiting]")).to_have_count(3)
    queue = read_queue(page)
    assert not CheckIn.objects.exists()

    page.wait_for_timeout(1500)  # so that the time of arrival differs from the time of the scan
    network(True)
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(3, timeout=15_000)
    expect(banner(page)).to_have_text("在线")
    assert read_queue(page) == []
    assert set(Participation.objects.values_list("resident", flat=True)) == {person.pk for person in people}
    claimed = {str(row.client_id): row.claimed_at.isoformat(timespec="milliseconds") for row in CheckIn.objects.all()}
    assert claimed == {entry["id"]: entry["at"].replace("Z", "+00:00") for entry in queue}
    waited = [row.recorded_at - row.claimed_at for row in CheckIn.objects.all()]
    assert min(waited) > timedelta(seconds=1)
    with capsys.disabled():
        print(f"\noffline: 3 check-ins, told {max(waited).total_seconds():.1f} s later, with their own times")


def test_no_name_of_a_resident_stays_on_the_device(page, people, activity):
    page.context.set_offline(True)
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(banner(page)).to_have_text("离线（1 条待上传）")
    assert page.evaluate(NAMES_KEPT, ["赵*梅", "赵小梅", "钱*兰"]) == []


def test_answer_that_never_came_back_is_sent_again_and_counts_once(page, people):
    """The server writes, the network swallows the answer: the device knows nothing and sends again."""
    lost = []

    def swallow(route) -> None:
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/sync/", swallow)
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(1, timeout=15_000)
    assert lost[0].ok
    assert CheckIn.objects.count() == Participation.objects.count() == 1


def test_code_of_another_activitys_poster_is_refused_by_name_of_reason(page, activity):
    scan(page, "http://localhost/activities/arrive/another-one/1a2b-abcdef/")
    expect(page.locator(".queue-row[data-state=refused]")).to_contain_text("别的活动的码")
    expect(page.locator("#check-in-log")).to_contain_text("待核对")
    assert CheckIn.objects.get().refusal == "other_activity"


def test_expired_session_keeps_the_queue_and_asks_to_sign_in(page, worker, people):
    page.context.clear_cookies(name="sessionid")
    page.locator(".picker__row", has_text="钱*兰").click()
    expect(banner(page)).to_have_text("登录过期了（1 条待上传，都还在）")
    page.get_by_role("link", name="重新登录").click()
    page.fill("[name=username]", worker.username)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/check-in/**")
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(1, timeout=15_000)
    assert Participation.objects.get().resident == people[1]


def test_camera_reads_a_card(open_page, worker, people, activity):
    code = PersonalCode.objects.create(resident=people[2])
    picture = segno.make(write_card(code), error="m", micro=False).png_data_uri(scale=8, border=4)
    page = open_page(worker, PASSWORD, PHONE)
    page.add_init_script(CAMERA % json.dumps(picture))
    page.goto(f"/activities/check-in/{activity.pk}/")
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_contain_text("孙*竹", timeout=15_000)
    page.get_by_role("button", name="关闭摄像头").click()
    assert CheckIn.objects.filter(refusal="", method="scanned").count() == 1


def test_scan_while_the_page_still_asks_who_is_here_is_sent_right_after(open_page, worker, people, activity):
    held = []
    page = open_page(worker, PASSWORD, PHONE)
    page.route("**/sync/", lambda route: held.append(route) if not held else route.continue_())
    page.goto(f"/activities/check-in/{activity.pk}/")
    page.wait_for_function("document.readyState === 'complete'")
    scan(page, write_card(PersonalCode.objects.create(resident=people[0])))
    expect(page.locator(".queue-row[data-state=waiting]")).to_have_count(1)
    held[0].continue_()
    expect(page.locator(".queue-row[data-state=accepted]")).to_contain_text("赵*梅")


def test_leaving_is_checked_out_where_hours_count(open_page, worker, register, community, people):
    begin = timezone.now() - timedelta(minutes=5)
    hours = register.activity(community, worker, kind="志愿服务", status="published", starts_at=begin)
    page = open_page(worker, PASSWORD, PHONE)
    page.goto(f"/activities/check-in/{hours.pk}/")
    page.wait_for_function(KEPT)
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(1)
    page.get_by_text("签退", exact=True).click()
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(2)
    assert hours.participations.get().checked_out_at
