"""Two entries of one person merge: membership, registration, notes and hours are carried over, none is lost."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from grids.area_changes import merge_grids
from grids.merging import merge_residents, rehearse_merge
from grids.models import Building, Household
from party.models import AttendanceNote, Meeting, Member, Membership, Registration, ServiceLink
from volunteers.models import Certificate, ServiceRecord, Skill, Team, TeamMember, Volunteer

TODAY = timezone.localdate()
EARLY, DAY = date(2020, 1, 1), TODAY - timedelta(days=10)


@pytest.fixture
def pair(register, grids):
    """The kept entry of a person, and the other."""
    return register.resident(grids[0]), register.resident(grids[1])


@pytest.fixture
def merge(pair, admin):
    return lambda: merge_residents(*pair, take=(), by=admin)


def spells(member):
    return list(member.memberships.values_list("organisation__name", "since", "until", "end"))


def test_only_member_is_carried_over(pair, merge, make_member):
    member = make_member(resident=pair[1])
    merge()
    member.refresh_from_db()
    assert member.resident == pair[0]
    assert spells(member) == [("第一支部", EARLY, None, "")]


def test_two_members_become_one_with_the_notes_and_links_of_both(pair, merge, make_member, register, branch, worker):
    kept, other = (make_member(resident=resident) for resident in pair)
    meeting = Meeting.objects.create(
        activity=register.activity(branch.community, worker), organisation=branch, kind="party_day", slot_start=DAY
    )
    AttendanceNote.objects.create(meeting=meeting, member=other, leave="work", by=worker)
    ServiceLink.objects.create(member=other, grid=pair[0].grid, since=DAY)
    outcome = merge()
    assert Member.objects.get() == kept
    assert spells(kept) == [("第一支部", EARLY, None, "")]
    assert (AttendanceNote.objects.get().member, ServiceLink.objects.get().member) == (kept, kept)
    assert (outcome.dropped[Member], outcome.dropped[Membership]) == (1, 1)


def test_earlier_days_of_the_other_membership_are_kept(pair, merge, make_member, other_branch):
    kept = make_member(resident=pair[0], since=DAY)
    make_member(resident=pair[1], organisation=other_branch)
    merge()
    assert spells(kept) == [("第二支部", EARLY, DAY, "regrouped"), ("第一支部", DAY, None, "")]


def test_dates_that_only_the_other_member_has_are_taken_if_they_fit(pair, merge, make_member):
    kept = make_member(resident=pair[0], full_on=date(2002, 7, 1))
    make_member(resident=pair[1], joined_on=date(2001, 7, 1), full_on=date(2001, 8, 1))
    merge()
    kept.refresh_from_db()
    assert (kept.joined_on, kept.full_on) == (date(2001, 7, 1), date(2002, 7, 1))


def test_registration_at_the_same_time_is_dropped(pair, merge, branch):
    rows = [
        Registration.objects.create(resident=resident, organisation=branch, unit="某局", since=DAY) for resident in pair
    ]
    outcome = merge()
    assert Registration.objects.get() == rows[0]
    assert outcome.dropped[Registration] == 1


def test_rehearsal_says_the_same_and_changes_nothing(pair, merge, make_member, admin):
    for resident in pair:
        make_member(resident=resident)
    lines = rehearse_merge(*pair, by=admin).lines
    assert Member.objects.count() == 2
    assert merge().lines == lines


@pytest.fixture
def volunteers(pair, community):
    """Both entries are volunteers; only the other was registered."""
    first = Volunteer.objects.create(community=community, resident=pair[0])
    return first, Volunteer.objects.create(community=community, resident=pair[1], registered_on=EARLY)


def make_record(volunteer, register, worker, **fields):
    begin = timezone.now().replace(microsecond=0) - timedelta(days=3)
    activity = fields.pop("activity", None) or register.activity(volunteer.community, worker)
    times = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
    return ServiceRecord.objects.create(volunteer=volunteer, activity=activity, source="typed", **{**times, **fields})


def test_two_volunteers_become_one_with_the_hours_of_both(volunteers, merge, register, worker, admin):
    kept, other = volunteers
    confirmed = {"confirmed_by": admin, "confirmed_at": timezone.now()}
    records = {make_record(kept, register, worker), make_record(other, register, worker, **confirmed)}
    paper = Certificate.objects.create(
        volunteer=other, first_day=DAY, last_day=TODAY, minutes=120, content=b"x", issued_by=worker
    )
    other.skills.add(Skill.objects.create(name="修家电"))
    merge()
    kept.refresh_from_db()
    paper.refresh_from_db()
    assert set(kept.records.all()) == records
    assert (paper.volunteer, kept.registered_on, kept.skills.count()) == (kept, EARLY, 1)
    assert Volunteer.objects.count() == 1


def test_same_record_in_both_entries_counts_once(volunteers, merge, register, worker, admin):
    confirmed = {"confirmed_by": admin, "confirmed_at": timezone.now()}
    first = make_record(volunteers[0], register, worker, **confirmed)
    times = {"starts_at": first.starts_at, "ends_at": first.ends_at, "activity": first.activity}
    make_record(volunteers[1], register, worker, **times, **confirmed)
    assert merge().dropped[ServiceRecord] == 1
    assert ServiceRecord.objects.get() == first


def test_records_stand_again_after_a_merge(volunteers, merge, register, worker):
    record = make_record(volunteers[1], register, worker)
    merge()
    stranger = Volunteer.objects.create(
        community=volunteers[0].community, name="外来者", birth_date=EARLY, registered_on=EARLY
    )
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ServiceRecord.objects.filter(pk=record.pk).update(volunteer=stranger)


def test_spell_in_a_team_is_kept_once(volunteers, merge, community):
    team = Team.objects.create(community=community, kind="team", name="巡逻队", filed_on=EARLY)
    for volunteer, since in zip(volunteers, (DAY, EARLY), strict=True):
        TeamMember.objects.create(team=team, volunteer=volunteer, since=since)
    merge()
    rows = TeamMember.objects.order_by("since").values_list("volunteer", "since", "until")
    assert list(rows) == [(volunteers[0].pk, EARLY, DAY), (volunteers[0].pk, DAY, None)]


def link(member, room, grid, since, **rest):
    building = Building.objects.get_or_create(grid=grid, name="3号楼")[0]
    door = Household.objects.create(building=building, room=room)
    return ServiceLink.objects.create(member=member, household=door, since=since, **rest)


def test_doors_that_become_one_are_linked_by_one_member_at_a_time(make_member, grids, admin):
    members = [make_member(), make_member()]
    link(members[0], "302", grids[0], DAY)
    link(members[1], "302", grids[1], EARLY)
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=TODAY, by=admin)
    door = Household.objects.get()
    links = ServiceLink.objects.order_by("since").values_list("member", "household", "since", "until")
    assert list(links) == [(members[1].pk, door.pk, EARLY, DAY), (members[0].pk, door.pk, DAY, None)]


def test_buildings_that_become_one_keep_each_cadre_once(grids, worker, branch_secretary, admin):
    homes = [Building.objects.create(grid=grid, name="3号楼") for grid in grids]
    for building in homes:
        ServiceLink.objects.create(user=worker, building=building, since=DAY)
    ServiceLink.objects.create(user=branch_secretary, building=homes[1], since=DAY)
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=TODAY, by=admin)
    links = ServiceLink.objects.values_list("user", "building")
    assert sorted(links) == sorted((user.pk, homes[0].pk) for user in (worker, branch_secretary))
