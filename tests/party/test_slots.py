"""Rules and slots against a walk through the days in plain Python, over generated organisations; and single cases."""

import random
from calendar import monthrange
from datetime import date, timedelta
from itertools import groupby

import pytest

from party.models import Meeting, MeetingKind, MeetingRule, Organisation, SlotExemption
from party.slots import State, read_slots, share_on_time

MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
USUAL = {  # 三会一课 and 主题党日, said once more
    "members": ("quarter", 30),
    "committee": ("month", 15),
    "lecture": ("quarter", 30),
    "party_day": ("month", 15),
}
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
SEEDS = range(12)


def make_life(community, by, register, seed):
    """Return a branch with rules, meetings and exemptions as chance has it, the same as plain facts, and a today."""
    chance = random.Random(seed)
    founded = FIRST - timedelta(days=chance.choice([400, -17, -100]))
    closed = chance.choice([None, None, FIRST + timedelta(days=chance.randrange(300, 700))])
    branch = Organisation.objects.create(
        kind="branch", name=f"支部{seed}", community=community, founded_on=founded, closed_on=closed, has_committee=True
    )
    facts = {"founded": founded, "closed": closed, "rules": [], "meetings": [], "exempt": []}
    for kind in USUAL:
        for _ in range(chance.randrange(3)):
            day = (FIRST + timedelta(days=chance.randrange(-200, 800))).replace(day=chance.choice([1, 1, 14]))
            every, grace = chance.choice(["month", "quarter", "half_year", "never"]), chance.randrange(0, 40)
            if (kind, day) not in [(one[0], one[1]) for one in facts["rules"]]:
                MeetingRule.objects.create(organisation=branch, kind=kind, every=every, grace_days=grace, starts_on=day)
                facts["rules"].append((kind, day, every, grace))
        for _ in range(12):
            start = (FIRST + timedelta(days=chance.randrange(0, 700))).replace(day=1)
            held = start + timedelta(days=chance.randrange(-9, 80))
            status = chance.choice(["held", "held", "held", "published", "planned", "cancelled"])
            reason = {"cancel_reason": "没开成"} if status == "cancelled" else {}
            activity = register.activity(community, by, day=held, status=status, **reason)
            Meeting.objects.create(activity=activity, organisation=branch, kind=kind, slot_start=start)
            facts["meetings"].append((kind, start, held, status))
        for start in {FIRST.replace(month=chance.randrange(1, 13)) for _ in range(2)}:
            SlotExemption.objects.create(organisation=branch, kind=kind, slot_start=start, reason="换届", by=by)
            facts["exempt"].append((kind, start))
    return branch, facts, FIRST + timedelta(days=chance.randrange(200, 600))


def rule_on(facts, kind, day):
    """Return which rule holds on a day, and what it asks: None before the founding and from the closing on."""
    if day < facts["founded"] or (facts["closed"] and day >= facts["closed"]):
        return None
    said = [(start, every, grace) for of, start, every, grace in facts["rules"] if of == kind and start <= day]
    return max(said) if said else (date.min, *USUAL[kind])


def list_days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def find_period(every, day):
    """Return the first and the last day of the period in which a day lies."""
    months = MONTHS[every]
    first = day.replace(month=day.month - (day.month - 1) % months, day=1)
    month = first.month + months - 1
    return first, date(first.year, month, monthrange(first.year, month)[1])


def list_expected(facts, kind, today):
    """Return (first day, last day, state) of every period owed, found by walking through the days."""
    rules = {day: rule_on(facts, kind, day) for day in list_days(FIRST - timedelta(200), LAST + timedelta(200))}
    walked = [(rules[day], day) for day in list_days(FIRST, LAST) if rules[day] and rules[day][1] != "never"]
    periods = [(rule, *find_period(rule[1], day)) for rule, day in walked]
    whole = [
        (rule, first, last)
        for (rule, first, last), _days in groupby(periods)
        if all(rules[day] == rule for day in list_days(first, last))
    ]
    return [(first, last, find_state(facts, kind, rule[2], first, last, today)) for rule, first, last in whole]


def find_state(facts, kind, grace, first, last, today):
    mine = [(held, status) for of, start, held, status in facts["meetings"] if of == kind and first <= start <= last]
    days = [held for held, status in mine if status == "held" and held <= today]
    if any(first <= day <= last for day in days):
        return "done"
    if any(1 <= (day - last).days <= grace for day in days):
        return "made_up"
    if any(of == kind and first <= start <= last for of, start in facts["exempt"]):
        return "exempt"
    if today > last:
        return "missed"
    return "planned" if any(status in ("planned", "published") for _held, status in mine) else "due"


@pytest.mark.parametrize("seed", SEEDS)
def test_slots_equal_a_walk_through_the_days(community, worker, register, seed):
    branch, facts, today = make_life(community, worker, register, seed)
    slots = read_slots([branch], FIRST, LAST, today)
    for kind in USUAL:
        found = [(slot.span.start, slot.span.end, slot.state.value) for slot in slots if slot.kind == kind]
        assert found == list_expected(facts, kind, today), kind


def test_generated_organisations_meet_every_state(community, worker, register):
    seen = set()
    for seed in SEEDS:
        branch, _facts, today = make_life(community, worker, register, seed)
        seen |= {slot.state for slot in read_slots([branch], FIRST, LAST, today)}
    assert seen == set(State)


def read(branch, kind, today, first=FIRST, last=LAST):
    return [(slot.span.start, slot.state) for slot in read_slots([branch], first, last, today) if slot.kind == kind]


def test_organisation_founded_in_mid_month_owes_nothing_for_it(community):
    new = Organisation.objects.create(kind="branch", name="新", community=community, founded_on=date(2026, 3, 2))
    starts = [start for start, _state in read(new, "party_day", date(2026, 6, 1))]
    assert starts[0] == date(2026, 4, 1)


def test_rule_entered_for_after_the_closing_prolongs_nothing(branch):
    branch.closed_on = date(2026, 3, 1)
    branch.save()
    MeetingRule.objects.create(organisation=branch, kind="party_day", every="quarter", starts_on=date(2026, 7, 1))
    starts = [start for start, _state in read(branch, "party_day", date(2026, 9, 1))]
    assert starts[-1] == date(2026, 2, 1)


def test_branch_without_committee_owes_no_meeting_of_it(branch):
    kinds = {slot.kind for slot in read_slots([branch], FIRST, LAST, LAST)}
    assert kinds == {MeetingKind.MEMBERS, MeetingKind.LECTURE, MeetingKind.PARTY_DAY}


@pytest.mark.parametrize(("days", "state"), [(0, State.DONE), (15, State.MADE_UP), (16, State.MISSED)])
def test_meeting_so_many_days_after_its_month(branch, community, worker, register, days, state):
    activity = register.activity(community, worker, day=date(2026, 3, 31) + timedelta(days))
    Meeting.objects.create(activity=activity, organisation=branch, kind="party_day", slot_start=date(2026, 3, 1))
    assert dict(read(branch, "party_day", date(2026, 8, 1)))[date(2026, 3, 1)] == state


def test_share_leaves_out_what_is_open_and_exempt(branch, community, worker, register):
    for month, day in ((1, 5), (2, 5), (3, 40)):
        held = date(2026, month, 1) + timedelta(day)
        activity = register.activity(community, worker, day=held)
        Meeting.objects.create(
            activity=activity, organisation=branch, kind="party_day", slot_start=date(2026, month, 1)
        )
    SlotExemption.objects.create(
        organisation=branch, kind="party_day", slot_start=date(2026, 4, 1), reason="换届", by=worker
    )
    slots = read_slots([branch], date(2026, 1, 1), date(2026, 6, 30), date(2026, 6, 10))
    share = share_on_time(slot for slot in slots if slot.kind == "party_day")
    assert (share.on_time, share.due, share.percent) == (2, 4, 50)  # two held, March made up, May missed


def test_slots_take_three_queries_however_many(community, django_assert_num_queries):
    branches = [
        Organisation.objects.create(kind="branch", name=f"支部{n}", community=community, founded_on=date(2020, 1, 1))
        for n in range(5)
    ]
    with django_assert_num_queries(3):
        assert read_slots(branches, FIRST, LAST, LAST)
