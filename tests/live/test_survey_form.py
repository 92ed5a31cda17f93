"""Answering a survey in a real browser: on a phone, by keyboard, after a reload, without JavaScript, on the kiosk."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from accounts.encryption import decrypt
from surveys import pool
from surveys.codes import hash_code, make_code
from surveys.kiosks import make_kiosk_token
from surveys.models import AccessCode, SealedAnswer, WaveLink
from surveys.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from surveys.views import answering
from tests.activities.sign_up_help import use_own_counters
from tests.live.conftest import PHONE
from tests.live.test_accessibility import RULES
from tests.surveys.conftest import *  # noqa: F403 - the fixtures of surveys
from tests.surveys.conftest import make_options

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]

KINDS = (*make_options("讲座", "健身"), Option("none", "都没参加过", is_exclusive=True))
ELSE = Option("else", "其他", is_other=True)
FIRST = Section(
    "first",
    "关于您",
    (
        Question("joined", Kind.MULTIPLE, "您参加过哪些", options=KINDS, is_required=True),
        Question("heard", Kind.SINGLE, "从哪里知道", options=(*make_options("微信", "邻居"), ELSE), is_shuffled=True),
        Question("why", Kind.TEXT, "为什么没来", conditions=(Condition("joined", ("none",)),)),
    ),
)
SECOND = Section(
    "second",
    "您的看法",
    (
        Question("rank", Kind.RANKING, "排一排", options=make_options("桌椅", "照明", "停车")),
        Question("wish", Kind.LONG, "还想说的"),
    ),
)


@pytest.fixture
def questionnaire() -> Questionnaire:
    return Questionnaire((FIRST, SECOND))


@pytest.fixture(autouse=True)
def own_counters(settings):
    use_own_counters(settings)


@pytest.fixture
def visit(chromium, live_server) -> Any:
    """Open a page as a resident with a phone."""
    contexts = []

    def open_page(address: str, **options: Any) -> Page:
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN", **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def address(link: WaveLink) -> str:
    return reverse("answer:form", args=[link.public_id])


def read_sealed() -> list[dict[str, Any]]:
    """Return the answers that wait."""
    return [json.loads(decrypt(row.sealed, purpose=pool.SEAL_PURPOSE))[0] for row in SealedAnswer.objects.all()]


def tap(page: Page, label: str) -> None:
    page.locator("label.answer__tap:visible", has_text=label).click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('survey-draft'))")


def test_phone_goes_step_by_step_and_asks_what_is_missing(visit, link):
    page = visit(address(link))
    expect(page.get_by_text("第 1 步，共 3 步")).to_be_visible()
    go_on(page)
    go_on(page)
    expect(page.get_by_text("这道题要选一下。")).to_be_visible()
    tap(page, "讲座")
    go_on(page)
    expect(page.get_by_role("heading", name="您的看法")).to_be_focused()
    page.get_by_role("button", name="上一步").click()
    expect(page.get_by_label("讲座")).to_be_checked()
    go_on(page)
    send(page)
    assert read_sealed() == [{"joined": ["1"]}]
    assert drafts(page) == []


def test_every_step_is_accessible(visit, link):
    page = visit(address(link))
    found = {}
    for step in range(3):
        found[step] = Axe().run(page, options=RULES).response["violations"]
        if step == 1:
            tap(page, "讲座")
            tap(page, "其他")
        if step < 2:
            go_on(page)
    assert found == {0: [], 1: [], 2: []}


def test_exclusive_option_and_question_that_depends_on_it(visit, link):
    page = visit(address(link))
    go_on(page)
    expect(page.get_by_text("为什么没来")).to_be_hidden()
    tap(page, "讲座")
    tap(page, "都没参加过")
    expect(page.get_by_label("讲座")).not_to_be_checked()
    page.locator("[name=why]").fill("没空")
    tap(page, "健身")
    expect(page.get_by_label("都没参加过")).not_to_be_checked()
    expect(page.get_by_text("为什么没来")).to_be_hidden()
    go_on(page)
    send(page)
    assert read_sealed() == [{"joined": ["2"]}]


def test_ranking_by_keyboard(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "讲座")
    go_on(page)
    for name in ("停车", "桌椅", "照明"):
        page.locator("[data-rank-pick]", has_text=name).focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="往前移：照明").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-rank-status]")).to_have_text("照明：第 2 位")
    expect(page.get_by_role("button", name="往前移：照明")).to_be_focused()
    send(page)
    assert read_sealed()[0]["rank"] == ["3", "2", "1"]


def test_reload_and_closed_tab_keep_everything(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    tap(page, "其他")
    page.locator("[name='heard.other']").fill("楼道里的广播")
    order = page.locator("#q-heard .answer").evaluate_all("(all) => all.map((one) => one.dataset.code)")
    go_on(page)
    page.locator("[name=wish]").fill("شكرا 👩‍👩‍👧")
    page.reload()
    expect(page.get_by_text("已恢复上次没有发送的内容")).to_be_visible()
    expect(page.locator("[name=wish]")).to_have_value("شكرا 👩‍👩‍👧")
    again = page.context.new_page()
    page.close()
    again.goto(address(link))
    again.get_by_role("button", name="上一步").click()
    expect(again.locator("[name='heard.other']")).to_have_value("楼道里的广播")
    assert again.locator("#q-heard .answer").evaluate_all("(all) => all.map((one) => one.dataset.code)") == order
    go_on(again)
    send(again)
    assert read_sealed() == [{"joined": ["2"], "heard": "else", "heard.other": "楼道里的广播", "wish": "شكرا 👩‍👩‍👧"}]


def test_clearing_leaves_nothing(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    page.get_by_role("button", name="现在就清除").click()
    expect(page.get_by_text("第 1 步")).to_be_visible()
    go_on(page)
    expect(page.get_by_label("健身")).not_to_be_checked()


def test_double_tap_sends_once(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    go_on(page)
    page.get_by_role("button", name="发送").dblclick()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert len(read_sealed()) == 1


def test_sent_again_after_a_lost_answer_is_one_answer(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    go_on(page)
    page.route("**/s/*/", lose_answers)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="发送").click(no_wait_after=True)
    assert len(read_sealed()) == 1
    page.unroute("**/s/*/")
    page.goto(address(link))
    send(page)
    assert len(read_sealed()) == 1


def lose_answers(route: Route) -> None:
    """Let a form reach the server, and lose what the server answers."""
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
    route.abort()


def test_back_after_sending_shows_no_answers(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    go_on(page)
    send(page)
    page.go_back()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    page.get_by_role("link", name="换一位家人或邻居来答").click()
    go_on(page)
    expect(page.get_by_label("健身")).not_to_be_checked()


def test_error_of_the_server_leads_to_its_question(visit, link):
    page = visit(address(link))
    go_on(page)
    tap(page, "健身")
    go_on(page)
    page.locator("[data-rank-pick]").first.click()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("还有 2 个没有排")).to_be_visible()
    page.get_by_role("link", name="排一排").click()
    expect(page.locator("#q-rank")).to_be_focused()
    page.reload()  # asks for the form, not for sending it again
    expect(page.locator(".is-ranked")).to_have_count(1)


def test_code_of_a_card_leaves_the_address(visit, make_wave):
    link = make_wave(needs_code=True).links.get()
    code = make_code()
    AccessCode.objects.create(link=link, code_hash=hash_code(code))
    page = visit(f"{address(link)}#{code}")
    expect(page.get_by_label("答题码")).to_have_value(code)
    assert page.url.endswith(address(link))
    go_on(page)
    tap(page, "讲座")
    go_on(page)
    send(page)
    assert len(read_sealed()) == 1


def test_another_card_on_the_same_phone_sees_no_draft(visit, make_wave):
    link = make_wave(needs_code=True).links.get()
    page = visit(f"{address(link)}#{make_code()}")
    go_on(page)
    tap(page, "讲座")
    page.goto("about:blank")
    page.goto(f"{address(link)}#{make_code()}")
    go_on(page)
    expect(page.get_by_label("讲座")).not_to_be_checked()


def test_without_script_everything_stands_on_one_page(visit, link):
    page = visit(address(link), java_script_enabled=False)
    expect(page.get_by_text("如果“您参加过哪些”选了 “都没参加过”，请回答。")).to_be_visible()
    tap(page, "讲座")
    page.locator("[name=why]").fill("不该留下")
    for place, label in zip(page.locator("select[name=rank]").all(), ("照明", "停车", "桌椅"), strict=True):
        place.select_option(label=label)
    send(page)
    assert read_sealed() == [{"joined": ["1"], "rank": ["2", "3", "1"]}]


@pytest.fixture
def kiosk(visit, link, monkeypatch) -> Callable[[], Page]:
    """Open the kiosk, which waits for seconds only."""
    monkeypatch.setattr(answering, "THANKS_SECONDS", 1)
    monkeypatch.setattr(answering, "IDLE_SECONDS", 3)
    monkeypatch.setattr(answering, "WARN_SECONDS", 2)
    return lambda: visit(reverse("answer:kiosk", args=[make_kiosk_token(link)]))


def test_kiosk_goes_back_to_its_start_after_an_answer(kiosk):
    page = kiosk()
    page.get_by_role("button", name="开始").click()
    go_on(page)
    tap(page, "讲座")
    go_on(page)
    send(page)
    expect(page.get_by_role("button", name="开始")).to_be_visible()
    assert len(read_sealed()) == 1
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert not [key for key in kept if "survey" in key]


def test_kiosk_left_alone_clears_itself(kiosk):
    page = kiosk()
    page.get_by_role("button", name="开始").click()
    go_on(page)
    tap(page, "讲座")
    expect(page.get_by_text("还在吗？")).to_be_visible()
    expect(page.get_by_role("button", name="开始")).to_be_visible()
    page.get_by_role("button", name="开始").click()
    go_on(page)
    expect(page.get_by_label("讲座")).not_to_be_checked()
    assert not SealedAnswer.objects.exists()
