"""The quick log on a small phone: how many taps it takes, and that nothing typed is lost on the way."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from activities.models import Activity, ActivityPhoto
from tests.conftest import PASSWORD
from tests.register import make_picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]

SMALL_PHONE = {"width": 360, "height": 780}
MOST_TAPS = 6
MOST_SECONDS = 30
LEAST_TARGET = 44
DRAFT_PAUSE = 400  # ms: a draft is written a quarter of a second after the last touch
FORM = "/activities/new/"
SMALL_TARGETS = """least => Array.from(document.querySelectorAll(
    "main button, main a, main summary, main label.btn, main select, main .picker__row"
)).filter(e => e.offsetParent && e.getBoundingClientRect().height < least - .5).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def people(register, grids):
    return [register.resident(grids[0], name=name) for name in ("赵小梅", "钱小兰", "孙小竹", "李小菊")]


@pytest.fixture
def phone(open_page, worker, people) -> Page:
    return open_page(worker, PASSWORD, SMALL_PHONE)


def open_form(page: Page) -> None:
    """Open the form and choose a kind and somebody."""
    page.goto(FORM)
    page.get_by_text("健康讲座", exact=True).click()
    page.locator(".picker__row", has_text="赵*梅").click()


def save(page: Page) -> None:
    """Tap the button that sticks to the screen."""
    page.get_by_role("button", name="保存", exact=True).click()


def unfold(page: Page, words: str) -> None:
    """Open a folded part of the form."""
    page.locator("summary", has_text=words).click()


def add_photo(page: Page, name: str = "a.png", content: bytes | None = None) -> None:
    """Choose a photo from the gallery."""
    file = {"name": name, "mimeType": "image/png", "buffer": content or make_picture(40, 30)}
    page.set_input_files("[data-photo-input][data-consent=agreed]", [file])


def count_touches(page: Page) -> list[str]:
    """Open the home page anew; return a list that grows with every tap and every key, as the browser sees them."""
    touches: list[str] = []
    page.expose_function("noteTouch", lambda kind: touches.append(kind))
    page.add_init_script(
        "['pointerdown', 'keydown'].forEach(kind => addEventListener(kind, () => window.noteTouch(kind), true))"
    )
    page.goto("/")
    return touches


def test_six_taps_and_no_key_from_home_to_saved(phone, capsys):
    touches, started = count_touches(phone), time.perf_counter()
    phone.get_by_role("main").get_by_role("link", name="记一次活动").click()
    phone.get_by_text("健康讲座", exact=True).click()
    for name in ("赵*梅", "钱*兰", "孙*竹"):
        phone.locator(".picker__row", has_text=name).click()
    save(phone)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    seconds = time.perf_counter() - started
    taps, keys = touches.count("pointerdown"), touches.count("keydown")
    with capsys.disabled():
        print(f"\nquick log with 3 people: {taps} taps, {keys} keystrokes, {seconds:.1f} s by machine")
    assert Activity.objects.get().participations.count() == 3
    assert 0 < taps <= MOST_TAPS
    assert keys == 0
    assert seconds < MOST_SECONDS


def test_form_fits_one_thumb(phone):
    phone.goto(FORM)
    for words in ("更多类型", "更多：", "有名单", "有外来参加者"):
        unfold(phone, words)
    assert phone.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]
    assert phone.evaluate(SMALL_TARGETS, LEAST_TARGET) == []
    expect(phone.get_by_role("button", name="保存", exact=True)).to_be_in_viewport()


def test_sent_without_network_it_waits_and_is_saved_once(phone):
    open_form(phone)
    phone.context.set_offline(True)
    save(phone)
    expect(phone.get_by_text("没有发出去")).to_be_visible()
    assert not Activity.objects.exists()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="再发一次").click()
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    assert Activity.objects.get().participations.count() == 1


def lose_one_answer(page: Page) -> None:
    """Let the next form reach the server, and its answer be lost."""
    lost = []

    def lose(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(f"**{FORM}", lose)


def test_answer_lost_on_the_way_is_saved_once(phone):
    open_form(phone)
    lose_one_answer(phone)
    save(phone)
    expect(phone.get_by_text("没有发出去")).to_be_visible()
    assert Activity.objects.count() == 1
    phone.get_by_role("button", name="再发一次").click()
    expect(phone.get_by_text("刚才已经保存过")).to_be_visible()
    assert Activity.objects.count() == 1


def test_form_opened_again_after_a_lost_answer_says_that_it_was_saved(phone):
    open_form(phone)
    lose_one_answer(phone)
    save(phone)
    expect(phone.get_by_text("没有发出去")).to_be_visible()
    phone.goto(FORM)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    expect(phone.locator("[data-picker-count]")).to_have_text("已选 0 人")


def test_expired_session_keeps_all_that_was_typed(phone, worker):
    open_form(phone)
    phone.fill("[name=heads]", "12")
    add_photo(phone)
    expect(phone.locator("[data-photo]")).to_have_count(1)
    unfold(phone, "更多：")
    phone.fill("[name=title]", "秋季健康讲座")
    phone.get_by_text("五进社区", exact=True).click()
    unfold(phone, "有外来参加者")
    phone.fill("[data-outsider-name]", "王外来")
    phone.get_by_role("button", name="加上").click()
    phone.wait_for_timeout(DRAFT_PAUSE)
    phone.context.clear_cookies(name="sessionid")
    save(phone)
    phone.get_by_role("dialog").locator("[name=password]").fill(PASSWORD)
    phone.get_by_role("button", name="接着做").click()
    expect(phone.get_by_text("已保存：秋季健康讲座")).to_be_visible()
    activity = Activity.objects.get()
    assert (activity.unnamed_count, activity.photos.count(), activity.programmes.count()) == (10, 1, 1)
    assert activity.outsiders.get().name == "王外来"


def test_error_keeps_the_list_that_was_recognised(phone, register, grids):
    register.resident(grids[1], name="周小梅")
    phone.goto(FORM)
    unfold(phone, "有名单")
    phone.fill("[name=names]", "周小梅、钱小兰、王外来 1234")
    phone.get_by_role("button", name="认人").click()
    expect(phone.locator("[data-picker-count]")).to_have_text("已选 2 人")
    phone.get_by_role("button", name="记为外来参加者").click()
    save(phone)
    expect(phone.get_by_text("还没有保存")).to_be_visible()
    expect(phone.locator("[data-picker-count]")).to_have_text("已选 2 人")
    phone.get_by_text("健康讲座", exact=True).click()
    save(phone)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    activity = Activity.objects.get()
    assert activity.participations.count() == 2
    assert activity.outsiders.values_list("name", "tail").get() == ("王外来", "1234")


def test_list_not_looked_at_yet_is_not_lost_on_saving(phone):
    phone.goto(FORM)
    phone.get_by_text("健康讲座", exact=True).click()
    phone.fill("[name=heads]", "3")
    unfold(phone, "有名单")
    phone.fill("[name=names]", "钱小兰")
    save(phone)
    expect(phone.get_by_text("粘贴的名单还没有登记")).to_be_visible()
    expect(phone.locator("[data-picker-count]")).to_have_text("已选 1 人")
    save(phone)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    assert Activity.objects.get().participations.count() == 1


def test_photo_chosen_without_network_goes_when_it_is_back(phone):
    open_form(phone)
    phone.context.set_offline(True)
    add_photo(phone)
    expect(phone.get_by_text("等网络恢复后自动再传")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.locator("[data-photo]")).to_have_count(1)
    assert ActivityPhoto.objects.count() == 1


def test_saving_waits_for_a_photo_on_its_way(phone):
    open_form(phone)

    def delay(route) -> None:
        time.sleep(1)
        route.continue_()

    phone.route("**/activities/photos/", delay)
    add_photo(phone)
    save(phone)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
    assert Activity.objects.get().photos.count() == 1


def test_bad_photo_says_so_and_the_form_goes_on(phone):
    open_form(phone)
    add_photo(phone, "b.png", b"no photo")
    add_photo(phone, "c.png", b"\x89PNG" + bytes(21 * 2**20))
    expect(phone.get_by_text("这不是照片")).to_be_visible()
    expect(phone.get_by_text("照片超过 20 MB")).to_be_visible()
    for _ in range(2):
        phone.get_by_role("button", name=re.compile("知道了|去掉$")).first.click()
    save(phone)
    expect(phone.get_by_text("已保存：健康讲座")).to_be_visible()
