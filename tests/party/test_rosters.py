"""Expected rosters and standings against a computation in plain Python, over generated lives; single cases below."""

import random
from datetime import date, timedelta

import pytest

from activities.models import Participation
from party.absences import read_absences
from party.models import AttendanceNote, Exemption, Meeting, Member, Membership, Office
from party.rosters import Standing, read_rosters

YEAR = date(2026, 1, 1)
PEOPLE, MEETINGS = 7, 8
SEEDS = range(10)


def draw_spells(chance, kinds):
    """Return spells (since, until, what) that follow one another, some with a gap, the last perhaps open."""
    days = sorted(chance.sample(range(-60, 300), chance.choice([2, 4])))
    spells = [(days[n], days[n + 1], chance.choice(kinds)) for n in range(len(days) - 1)]
    spells.append((days[-1], None, chance.choice(kinds)))
    return [one for one in spells if chance.random() < 0.8]


def make_life(places, grids, worker, register, seed):
    """Write a year of a branch as chance has it, and return the same as plain facts, with its meetings."""
    chance, branch = random.Random(seed), places["branch"]
    facts = {"spells": {}, "exempt": {}, "posts": {}, "came": set(), "leave": set(), "made_up": set(), "meetings": []}
    members = [Member.objects.create(resident=register.resident(grids[0])) for _ in range(PEOPLE)]
    for member in members:
        facts["spells"][member.pk] = draw_spells(chance, ["branch", "first", "second", "other"])
        facts["exempt"][member.pk] = draw_spells(chance, [""])[:1]
        facts["posts"][member.pk] = draw_spells(chance, ["deputy", "publicity", "group_leader"])[:1]
        write_spells(places, member, facts, worker)
    for number in range(MEETINGS):
        kind = chance.choice(["members", "group", "committee"])
        day = chance.randrange(0, 280)
        is_reported = chance.random() < 0.8
        report = {} if is_reported else {"reported_at": None, "reported_by": None}
        activity = register.activity(branch.community, worker, day=at(day), **report)
        organisation = places["first"] if kind == "group" else branch
        meeting = Meeting.objects.create(activity=activity, organisation=organisation, kind=kind, slot_start=at(day))
        facts["meetings"].append((number, meeting, kind, day, is_reported))
        write_attendance(chance, facts, meeting, number, members, worker, grids[0])
    return facts


def at(day):
    return YEAR + timedelta(days=day)


def end(day):
    return None if day is None else at(day)


def write_spells(places, member, facts, worker):
    for since, until, place in facts["spells"][member.pk]:
        organisation = places["other" if place == "other" else "branch"]
        group = places[place] if place in ("first", "second") else None
        how = "transferred_out" if until is not None else ""
        Membership.objects.create(
            member=member, organisation=organisation, group=group, since=at(since), until=end(until), end=how
        )
    for since, until, _nothing in facts["exempt"][member.pk]:
        Exemption.objects.create(member=member, reason="aged", since=at(since), until=end(until), by=worker)
    for since, until, post in facts["posts"][member.pk]:
        Office.objects.create(
            organisation=places["branch"], member=member, post=post, since=at(since), until=end(until)
        )


def write_attendance(chance, facts, meeting, number, members, worker, grid):
    for member in members:
        if chance.random() < 0.4:
            Participation.objects.create(activity=meeting.activity, resident=member.resident, grid=grid)
            facts["came"].add((number, member.pk))
        if chance.random() < 0.4:
            made_up = {"made_up_on": meeting.activity.held_day, "made_up_how": "read"} if chance.random() < 0.5 else {}
            leave = "work" if chance.random() < 0.6 or not made_up else ""
            AttendanceNote.objects.create(meeting=meeting, member=member, leave=leave, by=worker, **made_up)
            facts["leave"] |= {(number, member.pk)} if leave else set()
            facts["made_up"] |= {(number, member.pk)} if made_up else set()


def holds(spell, day):
    since, until, _what = spell
    return since <= day and (until is None or day < until)


def find_expected(facts, number, kind, day, is_reported):
    """Return how each member expected stands, and whether he or she counts."""
    found = {}
    for member, spells in facts["spells"].items():
        here = [spell[2] for spell in spells if holds(spell, day)]
        posts = [spell[2] for spell in facts["posts"][member] if holds(spell, day)]
        is_expected = {
            "members": bool(here) and here[0] != "other",
            "group": here == ["first"],
            "committee": bool({*posts} & {"deputy", "publicity"}),
        }[kind]
        if not is_expected:
            continue
        is_due = not any(holds(spell, day) for spell in facts["exempt"][member])
        key = (number, member)
        steps = [
            (key in facts["came"], "present"),
            (not is_due, "exempt"),
            (key in facts["made_up"], "made_up"),
            (key in facts["leave"], "leave"),
            (is_reported, "absent"),
            (True, "expected"),
        ]
        found[member] = (next(word for is_so, word in steps if is_so), is_due)
    return found


@pytest.fixture
def places(branch, groups, other_branch):
    return {"branch": branch, "first": groups[0], "second": groups[1], "other": other_branch}


@pytest.mark.parametrize("seed", SEEDS)
def test_rosters_equal_a_plain_computation(places, grids, worker, register, seed):
    facts = make_life(places, grids, worker, register, seed)
    meetings = Meeting.objects.select_related("activity")
    rosters = read_rosters(meetings)
    for number, meeting, kind, day, is_reported in facts["meetings"]:
        read = {one.member.pk: (one.standing.value, one.is_due) for one in rosters[meeting.pk].attendees}
        assert read == find_expected(facts, number, kind, day, is_reported), (kind, day)


def test_generated_lives_meet_every_standing(places, grids, worker, register):
    for seed in SEEDS:
        make_life(places | {"branch": places["branch"]}, grids, worker, register, seed)
    rosters = read_rosters(Meeting.objects.select_related("activity"))
    assert {one.standing for roster in rosters.values() for one in roster.attendees} == set(Standing)


@pytest.mark.parametrize("people", [2, 9])
def test_rosters_take_as_many_queries_for_few_as_for_many(branch, make_member, hold, people, django_assert_num_queries):
    members = [make_member() for _ in range(people)]
    Office.objects.create(organisation=branch, member=members[0], post="deputy", since=date(2020, 1, 1))
    for kind in ("members", "committee"):
        hold(branch, kind=kind)
    meetings = list(Meeting.objects.select_related("activity"))
    with django_assert_num_queries(6):
        rosters = read_rosters(meetings)
    assert sorted(len(roster.attendees) for roster in rosters.values()) == [1, people]


@pytest.mark.parametrize(("until", "expected"), [(date(2026, 3, 10), 0), (date(2026, 3, 11), 1)])
def test_member_who_transferred_out_is_expected_up_to_the_day_before(branch, make_member, hold, until, expected):
    make_member(until=until, end="transferred_out")
    meeting = hold(branch, day=date(2026, 3, 10))
    assert len(read_rosters([meeting])[meeting.pk].attendees) == expected


def test_transfer_entered_late_takes_the_member_off_the_roster(branch, make_member, hold):
    member = make_member()
    meeting = hold(branch, day=date(2026, 3, 10))
    before = len(read_rosters([meeting])[meeting.pk].attendees)
    member.memberships.update(until=date(2026, 3, 1), end="transferred_out")
    assert (before, len(read_rosters([meeting])[meeting.pk].attendees)) == (1, 0)


def test_member_absent_from_each_of_the_last_meetings_is_listed_by_name(branch, make_member, hold):
    away, once = make_member("赵一"), make_member("白二")
    for month in (1, 2, 3):
        hold(branch, *([once] if month == 2 else []), day=date(2026, month, 10))
    found = {n: [one.member for one in read_absences(branch, n, date(2026, 3, 20))] for n in (1, 2)}
    assert found == {1: [once, away], 2: [away]}


@pytest.mark.parametrize("note", [{"leave": "work"}, {"made_up_on": date(2026, 3, 12), "made_up_how": "read"}])
def test_leave_and_make_up_are_no_absence(branch, make_member, hold, worker, note):
    member = make_member()
    meeting = hold(branch, day=date(2026, 3, 10))
    assert read_absences(branch, 1, date(2026, 3, 20))  # else nothing would be shown below
    AttendanceNote.objects.create(meeting=meeting, member=member, by=worker, **note)
    assert read_absences(branch, 1, date(2026, 3, 20)) == []
