"""Every table of party and volunteers that a figure reads leaves marks, in the community that counts the figure."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import Activity, Participation
from grids.models import Building, Household
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingRule,
    Membership,
    Office,
    Organisation,
    Pledge,
    PledgeItem,
    PostClaim,
    ServiceLink,
    ServicePost,
    SlotExemption,
    Term,
)
from tests.indicators.test_marks import marks_after
from tests.party.conftest import branch, groups, make_member  # noqa: F401
from tests.register import make_grids
from volunteers.models import ServiceField, ServiceRecord, Skill, Volunteer

SINCE = date(2026, 1, 1)


@pytest.fixture
def here(community) -> set[tuple]:
    return {(community.pk, None)}


@pytest.fixture
def member(make_member):  # noqa: F811
    return make_member()


@pytest.fixture
def abroad(neighbour_community, register, worker, member) -> Activity:
    """A meeting of another community's branch, to which the member came."""
    far = Organisation.objects.create(kind="branch", name="邻支部", community=neighbour_community, founded_on=SINCE)
    activity = register.activity(neighbour_community, worker)
    Meeting.objects.create(activity=activity, organisation=far, kind="lecture", slot_start=SINCE)
    return activity


def test_organisations_and_rules_mark_their_seat(branch, groups, worker, here):  # noqa: F811
    assert marks_after(lambda: Organisation.objects.filter(pk=branch.pk).update(has_committee=True)) == here
    rule = {"organisation": branch, "kind": "lecture", "every": "month", "starts_on": SINCE}
    assert marks_after(lambda: MeetingRule.objects.create(**rule)) == here
    exemption = {"organisation": branch, "kind": "lecture", "slot_start": SINCE, "reason": "换届", "by": worker}
    assert marks_after(lambda: SlotExemption.objects.create(**exemption)) == here
    assert marks_after(SlotExemption.objects.all().delete) == here


def test_names_and_terms_mark_nothing(branch):  # noqa: F811
    assert marks_after(lambda: Organisation.objects.update(name="红旗支部")) == set()
    term = {"organisation": branch, "starts_on": SINCE, "ends_on": date(2031, 1, 1)}
    assert marks_after(lambda: Term.objects.create(**term)) == set()


def test_spells_exemptions_and_seats_mark(member, branch, groups, worker, here):  # noqa: F811
    assert marks_after(lambda: Membership.objects.update(group=groups[0])) == here
    spell = {"member": member, "since": SINCE}
    assert marks_after(lambda: Exemption.objects.create(reason="aged", by=worker, **spell)) == here
    assert marks_after(lambda: Office.objects.create(organisation=branch, post="deputy", **spell)) == here
    assert marks_after(Office.objects.all().delete) == here
    assert marks_after(lambda: Exemption.objects.update(reason="away")) == set()


def test_transfer_marks_both_branches(member, here, neighbour_community):
    far = Organisation.objects.create(kind="branch", name="邻支部", community=neighbour_community, founded_on=SINCE)
    marks = marks_after(lambda: Membership.objects.update(organisation=far))
    assert marks == here | {(neighbour_community.pk, None)}


def test_links_posts_and_pledges_mark(member, branch, grids, worker, here):  # noqa: F811
    spell = {"member": member, "since": SINCE}
    door = Household.objects.create(building=Building.objects.create(grid=grids[0], name="3号楼"), room="101")
    assert marks_after(lambda: ServiceLink.objects.create(household=door, **spell)) == here
    post = ServicePost.objects.create(organisation=branch, name="巡查岗", duty="巡查", opened_on=SINCE)
    assert marks_after(lambda: PostClaim.objects.create(post=post, by=worker, **spell)) == here
    pledge = Pledge(organisation=branch, member=member, year=2026, by=worker)
    assert marks_after(pledge.save) == here
    assert marks_after(lambda: Pledge.objects.update(shows_name=True)) == set()
    assert marks_after(lambda: PledgeItem.objects.create(pledge=pledge, text="代买药")) == here
    assert marks_after(lambda: PledgeItem.objects.update(is_public=True)) == here


def test_what_members_do_elsewhere_marks_their_own_branch(abroad, member, worker, here, neighbour_community):
    both = here | {(neighbour_community.pk, None)}
    note = {"meeting": abroad.party_meeting, "member": member, "made_up_on": SINCE, "made_up_how": "read"}
    assert marks_after(lambda: AttendanceNote.objects.create(by=worker, **note)) == here
    AttendanceNote.objects.all().delete()
    person = member.resident
    came = marks_after(lambda: Participation.objects.create(activity=abroad, resident=person, grid_id=person.grid_id))
    assert came >= both
    assert marks_after(lambda: Meeting.objects.update(kind="members")) == both
    assert marks_after(lambda: Meeting.objects.update(minutes="会议纪要")) == set()
    cancelled = marks_after(lambda: Activity.objects.update(status="cancelled", cancel_reason="改期"))
    assert cancelled >= both


def test_negative_control_somebody_in_no_branch_marks_no_branch(abroad, register, neighbour_community, here):
    person = register.resident(make_grids(neighbour_community, "邻里网格")[0])
    marks = marks_after(lambda: Participation.objects.create(activity=abroad, resident=person, grid_id=person.grid_id))
    assert marks
    assert marks.isdisjoint(here)


def test_who_lives_elsewhere_and_volunteers_here_marks_both(register, neighbour_community, community, here):
    person = register.resident(make_grids(neighbour_community, "邻里网格")[0])
    volunteer = Volunteer(community=community, resident=person)
    assert marks_after(volunteer.save) == here | {(neighbour_community.pk, None)}
    assert marks_after(lambda: Volunteer.objects.update(registered_on=SINCE)) >= here
    assert marks_after(lambda: Volunteer.objects.update(paused_since=SINCE)) == set()
    assert marks_after(lambda: volunteer.skills.add(Skill.objects.create(name="剪纸"))) == set()


def test_service_marks_when_it_is_recorded_confirmed_and_withdrawn(register, community, worker, make_user, here):
    volunteer = Volunteer.objects.create(community=community, name="李四", birth_date=SINCE, registered_on=SINCE)
    field, begin = ServiceField.objects.create(name="理发"), timezone.now()
    record = ServiceRecord(
        volunteer=volunteer,
        activity=register.activity(community, worker),
        field=field,
        starts_at=begin,
        ends_at=begin + timedelta(hours=2),
        source="typed",
        recorded_by=worker,
    )
    assert marks_after(record.save) == here
    other = make_user("other", "worker", community)
    assert marks_after(lambda: ServiceRecord.objects.update(confirmed_by=other, confirmed_at=begin)) == here
    assert marks_after(lambda: ServiceField.objects.filter(pk=field.pk).update(is_priority=True)) == here
    assert marks_after(lambda: ServiceField.objects.filter(pk=field.pk).update(position=9)) == set()
    away = {"withdrawn_by": other, "withdrawn_at": begin, "withdraw_reason": "时间有误"}
    assert marks_after(lambda: ServiceRecord.objects.update(**away)) == here
