"""Planning and entering meetings, rules and exemptions, the start page, minutes and their check: pages and actions."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, ActivityKind
from communities.spans import find_months
from party.agenda import list_unchecked
from party.meetings import find_kind
from party.models import (
    Meeting,
    MeetingKind,
    MeetingRule,
    Office,
    Organisation,
    PostClaim,
    ServicePost,
    SlotExemption,
)
from party.slots import State, read_slots

TOKEN = "5f0c2c0e-0000-4000-8000-000000000011"


@pytest.fixture
def page(client, secretary):
    """The browser of the branch's secretary."""
    client.force_login(secretary)
    return client


@pytest.fixture
def upper(make_user, community, branch):
    """The secretary of the organisation above the branch."""
    above = Organisation.objects.create(
        kind="general_branch", name="总支", community=community, founded_on=date(2020, 1, 1)
    )
    Organisation.objects.filter(pk=branch.pk).update(parent=above)
    user = make_user("upper", "branch_secretary", community)
    Office.objects.create(organisation=above, post="secretary", user=user, since=date(2020, 1, 1))
    return user


def this_month():
    return find_months(timezone.localdate(), 1)


def describe(moment, start, **fields):
    return {
        "kind": "party_day",
        "start": start.isoformat(),
        "title": "主题党日",
        "starts_at": f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}",
        "place": "党群服务中心",
        "token": TOKEN,
        **fields,
    }


def state_of(branch, start):
    slots = read_slots([branch], start, start, timezone.localdate())
    return next(slot.state for slot in slots if slot.kind == "party_day")


def test_meeting_planned_is_published_and_not_public(page, branch):
    moment = timezone.now() + timedelta(minutes=90)
    start = timezone.localtime(moment).date().replace(day=1)
    answer = page.post(f"/party/organisations/{branch.pk}/meetings/new/", describe(moment, start))
    activity = Meeting.objects.get().activity
    assert answer.status_code == 302
    assert (activity.status, activity.is_public, activity.kind.name) == ("published", False, "主题党日")
    assert state_of(branch, start) == State.PLANNED


def test_meeting_sent_twice_is_planned_once(page, branch):
    moment = timezone.now() + timedelta(minutes=90)
    sent = describe(moment, timezone.localtime(moment).date().replace(day=1))
    for _ in range(2):
        assert page.post(f"/party/organisations/{branch.pk}/meetings/new/", sent).status_code == 302
    assert Meeting.objects.count() == 1


def test_meeting_over_goes_on_to_attendance_and_is_not_held_yet(page, branch):
    moment = timezone.now() - timedelta(days=40)
    start = timezone.localtime(moment).date().replace(day=1)
    answer = page.post(f"/party/organisations/{branch.pk}/meetings/new/", describe(moment, start))
    meeting = Meeting.objects.get()
    assert answer.url == reverse("party:attendance", args=[meeting.pk])
    assert (meeting.activity.is_held, state_of(branch, start)) == (False, State.MISSED)


@pytest.mark.parametrize("days", [-63, 120])
def test_meeting_on_a_day_that_does_not_count_is_refused_and_nothing_is_lost(page, branch, days):
    moment, start = timezone.now() + timedelta(days=days), this_month().start
    answer = page.post(
        f"/party/organisations/{branch.pk}/meetings/new/", describe(moment, start, first_item="学习讲话")
    )
    assert answer.status_code == 200
    assert "请核对日期" in answer.content.decode()
    assert 'value="学习讲话"' in answer.content.decode()


def test_every_slot_offered_opens_its_form(page, branch):
    body = page.get(f"/party/organisations/{branch.pk}/meetings/new/").content.decode()
    links = [unescape(link) for link in re.findall(r'href="([^"]*start=[^"]*)"', body)]
    assert links
    assert {page.get(link).status_code for link in links} == {200}


NONSENSE = ["x", "9999-12-01", "9999-12-31", "0001-01-01", "1999-12-01", "2101-01-01", "2026-02-30", "²026-01-01"]


@pytest.mark.parametrize("day", NONSENSE)
def test_day_that_is_none_is_not_found(page, branch, day):
    assert page.get(f"/party/organisations/{branch.pk}/meetings/new/?kind=party_day&start={day}").status_code == 404
    assert page.get(f"/party/organisations/{branch.pk}/slots/party_day/{day}/").status_code == 404
    assert page.post(f"/party/organisations/{branch.pk}/slots/party_day/{day}/lift/").status_code == 404


@pytest.mark.parametrize("query", ["kind=party_day&start=x", "kind=group&start=2026-01-01", "kind=x", "start=9"])
def test_slot_that_is_none_is_not_found(page, branch, query):
    assert page.get(f"/party/organisations/{branch.pk}/meetings/new/?{query}").status_code == 404


def test_kind_renamed_by_an_administrator_falls_back_to_another_of_party_life(db, community):
    ActivityKind.objects.filter(name="党课").update(name="党员课堂")
    ActivityKind.objects.filter(name="主题党日").update(is_active=False)
    assert {find_kind(kind).category for kind in MeetingKind} == {"party_life"}
    assert find_kind(MeetingKind.PARTY_DAY).is_active


def test_meeting_withdrawn_leaves_the_slot_open(page, branch, hold):
    meeting = hold(branch)
    start = meeting.slot_start
    assert state_of(branch, start) == State.DONE
    page.post(reverse("party:meeting-cancel", args=[meeting.pk]), {"reason": "没有开成"})
    assert state_of(branch, start) == State.DUE


def test_meeting_verified_by_the_street_cannot_be_withdrawn(page, branch, hold, street_officer):
    meeting = hold(branch, verified_at=timezone.now(), verified_by=street_officer)
    page.post(reverse("party:meeting-cancel", args=[meeting.pk]), {"reason": "没有开成"})
    assert Activity.objects.get().status == "held"


def test_slot_is_exempt_with_a_reason_and_back(page, branch):
    start = this_month().start
    address = reverse("party:slot-exempt", args=[branch.pk, "party_day", start.isoformat()])
    assert page.post(address, {"reason": ""}).status_code == 200
    page.post(address, {"reason": "换届期间合并召开"})
    assert (state_of(branch, start), SlotExemption.objects.get().reason) == (State.EXEMPT, "换届期间合并召开")
    page.post(reverse("party:slot-exempt-end", args=[branch.pk, "party_day", start.isoformat()]))
    assert state_of(branch, start) == State.DUE


def test_rule_changes_from_this_month_and_back_to_the_usual(page, branch):
    said = {"kind": "party_day", "every": "half_year", "grace_days": 5, "starts_on": this_month().start}
    address = reverse("party:rules", args=[branch.pk])
    assert page.post(address, said).status_code == 302
    assert MeetingRule.objects.get().every == "half_year"
    assert "起恢复为每月" in page.get(address).content.decode()
    page.post(address, said | {"every": "month", "grace_days": 15})
    assert "起恢复为每月" not in page.get(address).content.decode()


@pytest.mark.parametrize(("months", "day"), [(-1, 1), (0, 2), (40, 1)])
def test_rule_from_another_day_is_refused(page, branch, months, day):
    month = (this_month().start + timedelta(days=15 + 30 * months)).replace(day=day)
    said = {"kind": "party_day", "every": "quarter", "grace_days": 5, "starts_on": month}
    assert page.post(reverse("party:rules", args=[branch.pk]), said).status_code == 200
    assert not MeetingRule.objects.exists()


def test_change_that_has_begun_cannot_be_withdrawn(page, branch):
    later = (this_month().end + timedelta(days=1), this_month().start)
    rules = [
        MeetingRule.objects.create(organisation=branch, kind="lecture", every="month", starts_on=day) for day in later
    ]
    for rule in rules:
        page.post(reverse("party:rule-withdraw", args=[rule.pk]))
    assert list(MeetingRule.objects.all()) == [rules[1]]


def test_start_page_offers_to_hold_what_is_due_until_it_is_planned(page, branch, register, worker, community):
    words = f"{branch} · 主题党日 · {this_month().start.year}年{this_month().start.month}月"
    assert words in page.get("/party/").content.decode()
    ahead = {"status": "published", "starts_at": timezone.now() + timedelta(minutes=5), "kind": "主题党日"}
    activity = register.activity(community, worker, **ahead)
    Meeting.objects.create(
        activity=activity, organisation=branch, kind="party_day", slot_start=activity.held_day.replace(day=1)
    )
    if activity.held_day.month == this_month().start.month:  # else five minutes from now is another month
        assert words not in page.get("/party/").content.decode()
    assert reverse("party:meeting", args=[activity.pk]) in page.get("/party/").content.decode()


def test_worker_without_an_organisation_reads_who_may_appoint_her(client, worker, branch):
    client.force_login(worker)
    assert "由街道工作人员" in client.get("/party/").content.decode()


def test_start_page_queries_do_not_grow(page, branch, groups, hold, django_assert_max_num_queries):
    for organisation in (branch, *groups):
        hold(organisation, kind="group")
    page.get("/party/")
    with django_assert_max_num_queries(17):
        page.get("/party/")


def test_minutes_are_checked_from_above_and_by_nobody_who_wrote_them(client, page, upper, branch, hold):
    meeting = hold(branch)
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "决定修楼道灯。", "first_item": "学习讲话"})
    page.post(reverse("party:meeting-check", args=[meeting.pk]), {"seen": seen(meeting)})
    assert Meeting.objects.get().checked_at is None
    client.force_login(upper)
    assert "决定修楼道灯" in client.get(reverse("party:meeting-check", args=[meeting.pk])).content.decode()
    client.post(reverse("party:meeting-check", args=[meeting.pk]), {"seen": seen(meeting)})
    assert Meeting.objects.get().checked_by == upper


def seen(meeting):
    meeting.refresh_from_db()
    return meeting.minutes_at.isoformat() if meeting.minutes_at else ""


def test_minutes_changed_after_they_were_read_are_not_checked(client, page, upper, branch, hold):
    meeting = hold(branch)
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "第一稿"})
    read = seen(meeting)
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "第二稿", "seen": read})
    client.force_login(upper)
    client.post(reverse("party:meeting-check", args=[meeting.pk]), {"seen": read})
    assert (Meeting.objects.get().minutes, Meeting.objects.get().checked_at) == ("第二稿", None)


def test_minutes_written_by_somebody_else_meanwhile_are_shown_and_kept(page, branch, hold):
    meeting = hold(branch)
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "别人的稿"})
    answer = page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "我的稿", "seen": ""}).content.decode()
    assert "别人的稿" in answer
    assert "我的稿" in answer
    assert Meeting.objects.get().minutes == "别人的稿"


def test_minutes_checked_wait_again_when_they_change(page, upper, branch, hold):
    meeting = hold(branch)
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "第一稿"})
    Meeting.objects.update(checked_by=upper, checked_at=timezone.now())
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "第二稿", "seen": seen(meeting)})
    assert Meeting.objects.get().checked_at is None


def test_street_checks_minutes_and_numbers_and_sees_no_name(client, page, street_officer, branch, make_member, hold):
    members = [make_member(f"赵梅{n}") for n in range(7)]
    meeting = hold(branch, *members[:6])
    page.post(reverse("party:minutes", args=[meeting.pk]), {"minutes": "决定修楼道灯。"})
    client.force_login(street_officer)
    answer = client.get(reverse("party:meeting-check", args=[meeting.pk])).content.decode()
    assert "应到 7 人，未到的不足 5 人" in answer
    assert "赵" not in answer
    assert client.get(reverse("party:meeting", args=[meeting.pk])).status_code == 403


def test_minutes_to_check_stand_by_organisation_the_latest_open(client, street_officer, branch, other_branch, hold):
    days = [timezone.now() - timedelta(days=40 * n) for n in range(1, 8)]
    for start in days:
        hold(branch, starts_at=start)
    hold(other_branch, starts_at=days[0])
    Meeting.objects.update(minutes="决定修楼道灯。", minutes_at=timezone.now())
    client.force_login(street_officer)
    waiting = client.get("/party/").context["to_check"]
    counted = {one.organisation: (one.count, len(one.latest), len(one.earlier), one.unlisted) for one in waiting}
    assert counted == {branch: (7, 5, 2, 0), other_branch: (1, 1, 0, 0)}
    assert [one.activity.starts_at for one in next(x for x in waiting if x.count > 1).meetings] == days


def test_minutes_beyond_those_listed_are_counted(branch, street_officer, hold, monkeypatch):
    monkeypatch.setattr("party.agenda.LISTED", 2)
    for days in (40, 80, 120):
        hold(branch, starts_at=timezone.now() - timedelta(days=days))
    Meeting.objects.update(minutes="决定修楼道灯。", minutes_at=timezone.now())
    (waiting,) = list_unchecked(street_officer, Organisation.objects.all())
    assert (waiting.count, waiting.unlisted) == (3, 1)


def test_start_page_counts_the_reviews_that_a_branch_owes(page, branch, make_member, secretary):
    assert page.get("/party/").context["reviews"] == []
    post = ServicePost.objects.create(
        organisation=branch, name="楼道巡查岗", duty="x", places=2, opened_on=date(2020, 1, 1)
    )
    PostClaim.objects.create(post=post, member=make_member(), since=date(2020, 1, 1), by=secretary)
    answer = page.get("/party/")
    assert [one for one, _count in answer.context["reviews"]] == [branch]
    assert answer.content.decode().count(reverse("party:posts", args=[branch.pk])) == 2


NAMES = ["meeting", "attendance", "minutes", "meeting-edit"]


@pytest.mark.parametrize("name", NAMES)
def test_meeting_of_a_branch_not_led_is_not_found(page, other_branch, hold, name):
    assert page.get(reverse(f"party:{name}", args=[hold(other_branch).pk])).status_code == 404


@pytest.mark.parametrize("name", ["rules", "absences", "meeting-plan"])
def test_organisation_not_led_is_not_found(page, other_branch, branch, name):
    assert page.get(reverse(f"party:{name}", args=[branch.pk])).status_code == 200
    assert page.get(reverse(f"party:{name}", args=[other_branch.pk])).status_code == 404


@pytest.mark.parametrize("year", ["x", "99999", "²", "1000", "-1", "9999", "0001"])
def test_year_that_is_none_is_not_found(page, branch, year):
    assert page.get(f"/party/organisations/{branch.pk}/slots/", {"year": year}).status_code == 404


def test_slots_are_read_but_not_opened_by_who_does_not_lead(client, worker, branch):
    client.force_login(worker)
    answer = client.get(reverse("party:slots", args=[branch.pk])).content.decode()
    assert "主题党日" in answer
    assert "/slots/party_day/" not in answer
