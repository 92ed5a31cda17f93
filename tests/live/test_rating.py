"""Rating in a real browser: three taps on a phone, and the same three answers without JavaScript."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Feedback
from tests.activities.sign_up_help import describe_open, use_own_counters
from tests.live.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


@pytest.fixture
def address(register, community, worker, settings):
    use_own_counters(settings)
    begun = timezone.now() - timedelta(hours=1)
    activity = register.activity(community, worker, **describe_open(starts_at=begun))
    return reverse("activities:rate", args=[activity.public_id])


@pytest.fixture
def visit(chromium, live_server):
    """Open a page as a resident with a phone, who has no account."""
    contexts = []

    def open_page(address, **options):
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN", **options))
        page = contexts[-1].new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_three_taps_rate(visit, address):
    page = visit(address, has_touch=True)
    for taps, answer in enumerate(("有用", "一般", "手工"), start=1):
        expect(page.get_by_text(f"{taps} / 3")).to_be_visible()
        page.locator("label:visible", has_text=answer).tap()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert Feedback.objects.get().tally == {"useful": {"yes": 1}, "well_run": {"somewhat": 1}, "wish": {"craft": 1}}


def test_keys_choose_and_enter_goes_on(visit, address):
    page = visit(address)
    for step in (1, 2, 3):
        expect(page.get_by_text(f"{step} / 3")).to_be_visible()
        page.locator("input[type=radio]:visible").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert Feedback.objects.get().tally["wish"] == {"health": 1}


def test_without_script_all_questions_stand_on_one_page(visit, address):
    page = visit(address, java_script_enabled=False)
    for answer in ("没用", "不好", "还办这个"):
        page.get_by_text(answer, exact=True).click()
    page.get_by_role("button", name="送出评价").click()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert Feedback.objects.get().tally["useful"] == {"no": 1}
