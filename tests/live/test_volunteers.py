"""A volunteer's hour from the poster to the record: signed up on a phone, checked in and out, collected, confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.activities.sign_up_help import use_own_counters
from tests.conftest import PASSWORD
from tests.live.conftest import PHONE
from tests.volunteers.shift_help import LONG_AGO
from volunteers.models import ServiceRecord, Shift, ShiftNeed, ShiftSignUp, Volunteer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
MOBILE = "19912340001"


@pytest.fixture
def volunteer(community, register, grids):
    person = register.resident(grids[0], name="赵小梅", phone=MOBILE)
    return Volunteer.objects.create(community=community, resident=person, registered_on=LONG_AGO)


@pytest.fixture
def shift(register, community, worker, settings):
    use_own_counters(settings)
    begin = timezone.now() - timedelta(minutes=5)
    times = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
    activity = register.activity(community, worker, kind="志愿服务", status="published", **times)
    shift = Shift.objects.create(activity=activity, title="搬运组", created_by=worker, **times)
    ShiftNeed.objects.create(shift=shift, number=1)
    return shift


def sign_up(chromium, live_server, shift) -> None:
    """Take the place as somebody who has scanned the poster, without an account."""
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    page.goto(reverse("volunteer:shift", args=[shift.public_id]))
    expect(page.get_by_text("要 1 人，还有名额")).to_be_visible()
    page.get_by_label("您的姓名").fill("赵小梅")
    page.get_by_label("手机号").fill(MOBILE)
    page.get_by_role("button", name="我要报名").click()
    expect(page.get_by_role("heading", name="已收到报名")).to_be_visible()
    context.close()


def check_in_and_out(page, activity) -> None:
    """Tick the volunteer in, then out, as staff does at the door."""
    page.goto(f"/activities/check-in/{activity.pk}/")
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(1)
    page.get_by_text("签退", exact=True).click()
    page.locator(".picker__row", has_text="赵*梅").click()
    expect(page.locator(".queue-row[data-state=accepted]")).to_have_count(2)


def test_from_the_poster_to_a_confirmed_record(chromium, live_server, open_page, shift, volunteer, worker, coordinator):
    sign_up(chromium, live_server, shift)
    assert ShiftSignUp.objects.get().volunteer == volunteer
    page = open_page(worker, PASSWORD, PHONE)
    check_in_and_out(page, shift.activity)
    # Nobody serves for seconds: the door opened an hour ago.
    hour_ago = timezone.now() - timedelta(hours=1)
    shift.activity.participations.update(checked_in_at=hour_ago)
    page.goto(reverse("volunteers:hours-collect", args=[shift.activity_id]))
    page.get_by_role("button", name="收集这些时长").click()
    expect(page.get_by_text("已收集 1 条")).to_be_visible()
    colleague = open_page(coordinator, PASSWORD, PHONE)
    colleague.goto(reverse("volunteers:hours"))
    colleague.get_by_text("赵*梅").first.click()
    colleague.get_by_role("button", name="确认勾选的").click()
    expect(colleague.get_by_text("已确认 1 条")).to_be_visible()
    expect(colleague.get_by_role("heading", name="最近确认的")).to_be_visible()
    expect(colleague.get_by_text("60 分钟").first).to_be_visible()
    assert ServiceRecord.objects.get().confirmed_by == coordinator
