"""Writes on members: admission, transfer, regrouping, wrong entries; spells never overlap, and what ends with them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from grids.actions import record_death
from grids.models import Building, GroupMembership, Household
from party.departures import transfer_out
from party.joining import adult_on
from party.members import admit_member, edit_member, regroup_member, withdraw_entry
from party.models import (
    Exemption,
    Meeting,
    Member,
    Membership,
    Office,
    Organisation,
    PostClaim,
    ServiceLink,
    ServicePost,
)
from party.rosters import read_rosters

TODAY = timezone.localdate()
DAY = TODAY - timedelta(days=10)
WEEK = timedelta(days=7)
BIRTHDAY_18 = date(1998, 5, 1)  # of whom tests.register makes


@pytest.fixture
def admit(branch, secretary):
    def make(resident, **fields):
        about = {"organisation": branch, "begin": "listed", "since": DAY, "standing": "full", "by": secretary}
        return admit_member(resident=resident, **{**about, **fields})

    return make


def spells(member):
    return list(member.memberships.values_list("organisation__name", "group__name", "since", "until", "end"))


def last_event():
    return AuditEvent.objects.first()


def test_admission_makes_member_and_spell_and_is_audited_by_key(admit, resident, groups):
    spell = admit(resident, group=groups[0], joined_on=date(2001, 7, 1))
    assert spells(spell.member) == [("第一支部", "第一党小组", DAY, None, "")]
    event = last_event()
    assert (event.action, event.object_id) == ("party_member.admit", str(spell.member_id))
    assert "欧阳" not in str(event.detail)


def test_admission_counts_to_the_registers_group_once(admit, resident, register, grids):
    admit(resident)
    known = register.resident(grids[0], groups=["party_member"])
    admit(known)
    groups = GroupMembership.objects.filter(group__code="party_member", until=None)
    assert sorted(groups.values_list("resident", flat=True)) == sorted([resident.pk, known.pk])


def test_admission_of_somebody_gone_from_here_opens_no_group(admit, register, grids):
    gone = register.resident(grids[0], until=DAY)
    admit(gone)
    assert not GroupMembership.objects.filter(resident=gone).exists()


def test_former_member_is_taken_again_as_the_same_member(admit, make_member, secretary):
    member = make_member()
    transfer_out(member, how="transferred_out", day=DAY, other_unit="某局党委", by=secretary)
    spell = admit(member.resident, since=DAY + WEEK, begin="transferred_in", other_unit="某局党委")
    assert spell.member == member
    assert [row[2:4] for row in spells(member)] == [(date(2020, 1, 1), DAY), (DAY + WEEK, None)]


def test_return_before_the_last_spell_ended_is_refused(admit, make_member, secretary):
    member = make_member()
    transfer_out(member, how="left", day=DAY, by=secretary)
    with pytest.raises(ValidationError, match="上一段组织关系"):
        admit(member.resident, since=DAY - WEEK)
    assert len(spells(member)) == 1


def test_member_of_ones_own_branch_is_named(admit, make_member):
    with pytest.raises(ValidationError, match="第一支部"):
        admit(make_member().resident)


def test_member_of_another_branch_is_refused_without_telling_which(admit, make_member, other_branch):
    member = make_member(organisation=other_branch)
    with pytest.raises(ValidationError, match="其他单位") as refusal:
        admit(member.resident)
    assert "第二支部" not in str(refusal.value)


def test_database_keeps_spells_from_overlapping(make_member, other_branch):
    member = make_member()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(member=member, organisation=other_branch, since=DAY)


def test_dead_resident_is_not_admitted(admit, resident, worker):
    record_death(resident, day=DAY, by=worker)
    with pytest.raises(ValidationError, match="已去世"):
        admit(resident)


@pytest.mark.parametrize("fields", [{"since": TODAY + WEEK}, {"since": date(2019, 1, 1)}])
def test_day_before_the_branch_or_in_the_future_is_refused(admit, resident, fields):
    with pytest.raises(ValidationError):
        admit(resident, **fields)
    assert not Member.objects.exists()


def test_group_of_another_branch_is_refused(admit, resident, groups, other_branch):
    groups[0].parent = other_branch
    groups[0].save()
    with pytest.raises(ValidationError, match="不属于本支部"):
        admit(resident, group=groups[0])


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"standing": "probationary", "full_on": DAY}, "还没有转正"),
        ({"standing": "full", "joined_on": DAY, "full_on": DAY - WEEK}, "不能早于入党"),
        ({"standing": "full", "joined_on": TODAY + WEEK}, "将来"),
        ({"standing": "full", "full_on": TODAY + WEEK}, "将来"),
        ({"standing": "full", "joined_on": BIRTHDAY_18 - timedelta(days=1)}, "不满 18 岁"),
        ({"standing": "full", "full_on": BIRTHDAY_18 - timedelta(days=1)}, "不满 18 岁"),
        ({"standing": "full", "joined_on": date(1921, 7, 22)}, "早于 1921 年"),
    ],
)
def test_facts_that_cannot_be_true_are_refused(make_member, secretary, facts, words):
    member = make_member()
    with pytest.raises(ValidationError, match=words):
        edit_member(member, **{"joined_on": None, "full_on": None, **facts}, by=secretary)


def test_member_may_have_joined_on_the_eighteenth_birthday(make_member, secretary):
    member = edit_member(make_member(), standing="full", joined_on=BIRTHDAY_18, full_on=BIRTHDAY_18, by=secretary)
    assert member.joined_on == BIRTHDAY_18


def test_who_was_born_on_29_february_is_of_age_on_1_march():
    assert adult_on(date(2008, 2, 29)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("born", "since", "field"),
    [(TODAY - WEEK, TODAY, "resident"), (date(2002, 5, 1), date(2020, 4, 30), "since")],
)
def test_who_is_no_adult_is_not_admitted(admit, register, grids, born, since, field):
    with pytest.raises(ValidationError) as refusal:
        admit(register.resident(grids[0], born=born), since=since)
    assert list(refusal.value.message_dict) == [field]


def test_regrouping_ends_one_spell_and_begins_another(make_member, groups, secretary):
    member = make_member(group=groups[0])
    regroup_member(member, group=groups[1], day=DAY, by=secretary)
    assert spells(member) == [
        ("第一支部", "第一党小组", date(2020, 1, 1), DAY, "regrouped"),
        ("第一支部", "第二党小组", DAY, None, ""),
    ]


def test_regrouping_on_the_first_day_of_a_spell_changes_it_in_place(make_member, groups, secretary):
    member = make_member(group=groups[0], since=DAY)
    regroup_member(member, group=groups[1], day=DAY, by=secretary)
    assert spells(member) == [("第一支部", "第二党小组", DAY, None, "")]


def test_withdrawn_regrouping_lets_the_spell_before_go_on(make_member, groups, secretary):
    member = make_member(group=groups[0])
    regroup_member(member, group=groups[1], day=DAY, by=secretary)
    withdraw_entry(member, by=secretary)
    assert spells(member)[0] == ("第一支部", "第一党小组", date(2020, 1, 1), None, "")
    assert spells(member)[1][2:] == (DAY, DAY, "error")


def test_withdrawn_entry_covers_no_day_and_may_be_made_again(admit, make_member, secretary):
    member = make_member(since=DAY)
    ServiceLink.objects.create(member=member, grid=member.resident.grid, since=DAY)
    withdraw_entry(member, by=secretary)
    assert not Membership.objects.on(DAY).exists()
    assert not ServiceLink.objects.on(TODAY).exists()
    assert admit(member.resident).since == DAY


def test_transfer_ends_posts_claims_links_and_exemption_that_day(make_member, branch, groups, secretary, grids):
    member = make_member()
    home = Household.objects.create(building=Building.objects.create(grid=grids[0], name="1号楼"), room="101")
    post = ServicePost.objects.create(organisation=branch, name="巡查岗", duty="看楼道", opened_on=DAY)
    rows = [
        Office.objects.create(organisation=groups[0], post="group_leader", member=member, since=DAY),
        PostClaim.objects.create(post=post, member=member, since=DAY, by=secretary),
        ServiceLink.objects.create(member=member, household=home, since=DAY),
        Exemption.objects.create(member=member, reason="away", since=DAY, by=secretary),
    ]
    transfer_out(member, how="transferred_out", day=DAY + WEEK, other_unit="某局党委", by=secretary)
    for row in rows:
        row.refresh_from_db()
    assert {row.until for row in rows} == {DAY + WEEK}
    assert rows[1].end == "left"
    assert last_event().detail["links"] == 1


def test_transfer_in_mid_period_keeps_the_member_on_earlier_rosters_only(make_member, register, branch, secretary):
    member = make_member()
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    meetings = [
        Meeting.objects.create(
            activity=register.activity(branch.community, secretary, day=day, kind="主题党日"),
            organisation=branch,
            kind="party_day",
            slot_start=day.replace(day=1),
        )
        for day in days
    ]
    transfer_out(member, how="transferred_out", day=DAY, other_unit="某局党委", by=secretary)
    rosters = read_rosters(meetings)
    assert [rosters[meeting.pk].count() for meeting in meetings] == [1, 0, 0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": date(2020, 1, 1)}, "登记有误"),
        ({"day": TODAY + WEEK}, "将来"),
        ({"day": DAY, "other_unit": ""}, "转往"),
    ],
)
def test_transfer_that_cannot_be_is_refused(make_member, secretary, fields, words):
    member = make_member()
    with pytest.raises(ValidationError, match=words):
        transfer_out(member, **{"how": "transferred_out", "other_unit": "某局党委", **fields}, by=secretary)
    assert spells(member)[0][3] is None


def test_second_transfer_is_told_that_it_is_done(make_member, secretary):
    member = make_member()
    transfer_out(member, how="left", day=DAY, by=secretary)
    with pytest.raises(ValidationError, match="已经转出"):
        transfer_out(member, how="left", day=DAY, by=secretary)


def test_entry_is_not_withdrawn_into_a_group_that_was_closed(make_member, groups, secretary):
    member = make_member(group=groups[0])
    regroup_member(member, group=groups[1], day=DAY, by=secretary)
    Organisation.objects.filter(pk=groups[0].pk).update(closed_on=TODAY)
    with pytest.raises(ValidationError, match="已经撤销"):
        withdraw_entry(member, by=secretary)
    assert Membership.objects.get(until=None).group == groups[1]
