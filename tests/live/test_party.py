"""Organisation life in a real browser: a meeting by the rule, attendance on a phone, a make-up, the slot done."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from party.models import Meeting, Member, Membership, Office, Organisation
from party.slots import State, read_slots
from tests.conftest import PASSWORD
from tests.live.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def branch(branch_secretary, community, grids, register):
    """A branch of four members, led by the secretary."""
    found = Organisation.objects.create(kind="branch", name="第一支部", community=community, founded_on=LONG_AGO)
    Office.objects.create(organisation=found, post="secretary", user=branch_secretary, since=LONG_AGO)
    for name in ("白小梅", "钱大海", "孙建国", "赵秀兰"):
        member = Member.objects.create(resident=register.resident(grids[0], name=name))
        Membership.objects.create(member=member, organisation=found, since=LONG_AGO)
    return found


@pytest.fixture
def page(open_page, branch, branch_secretary):
    """The secretary's phone, on the start page of party work."""
    phone = open_page(branch_secretary, PASSWORD, PHONE)
    phone.goto("/party/")
    return phone


def begin_at(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def tap(row, word):
    row.get_by_text(word, exact=True).click()


def test_meeting_by_the_rule_attendance_make_up_and_the_slot_is_done(page, branch):
    slot = page.locator(".slot-open", has_text="主题党日").last
    slot.get_by_role("link", name="排会").click()
    today = timezone.localdate()
    expect(page.get_by_label("名称")).to_have_value(f"{today.year}年{today.month}月主题党日")
    page.get_by_label("时间").fill(begin_at(timezone.now()))
    page.get_by_label("地点", exact=True).fill("党群服务中心")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="考勤").click()
    page.get_by_role("button", name="全部到会").click()
    tap(page.locator(".attendance-row", has_text="钱*海"), "请假")
    page.locator(".attendance-row", has_text="钱*海").get_by_text("公务或上班").click()
    tap(page.locator(".attendance-row", has_text="孙*国"), "缺席")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="保存考勤").click()
    page.locator(".party-row", has_text="孙*国").get_by_role("link", name="补课").click()
    page.get_by_text("送学上门").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".party-row", has_text="孙*国")).to_contain_text("补课")
    meeting = Meeting.objects.get()
    slots = read_slots([branch], meeting.slot_start, meeting.slot_start, timezone.localdate())
    assert next(slot.state for slot in slots if slot.kind == "party_day") == State.DONE
    assert meeting.activity.participations.count() == 2


def test_attendance_tapped_survives_a_closed_page(page, branch, branch_secretary, community, register):
    activity = register.activity(
        community, branch_secretary, status="published", kind="主题党日", day=timezone.localdate()
    )
    Meeting.objects.create(activity=activity, organisation=branch, kind="party_day", slot_start=date(2026, 1, 1))
    activity.starts_at = timezone.now() - timedelta(minutes=5)
    activity.ends_at = timezone.now() + timedelta(minutes=85)
    activity.save(update_fields=["starts_at", "ends_at"])
    address = f"/party/meetings/{activity.pk}/attendance/"
    page.goto(address)
    tap(page.locator(".attendance-row", has_text="白*梅"), "缺席")
    page.wait_for_timeout(800)  # drafts are kept a moment after the last tap
    page.goto("/party/")
    page.goto(address)
    expect(page.get_by_text("已恢复上次没有提交的内容")).to_be_visible()
    expect(page.locator(".attendance-row", has_text="白*梅").get_by_label("缺席")).to_be_checked()
