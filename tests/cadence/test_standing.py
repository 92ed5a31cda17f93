"""Slots read from activities and notes: what fits a rule, what makes up for another slot, how many queries."""

from datetime import date, timedelta

import pytest

from activities.models import Activity, Outsider, Programme
from cadence.models import CadenceNote, CadenceRule
from cadence.slots import Share, list_spans, share_on_time
from cadence.standing import find_candidates, read_pressing, read_slots
from communities.models import Community
from tests.cadence.conftest import TODAY
from tests.register import make_grids


def states(slots):
    """The states in order."""
    return [slot.state.value for slot in slots]


def test_week_with_an_activity_is_done_and_the_running_one_due(make_rule, slots_of, register, community, worker):
    register.activity(community, worker, day=date(2026, 11, 15))
    assert states(slots_of(make_rule(), date(2026, 11, 9))) == ["done", "due"]


def test_plan_in_the_running_week_is_shown_as_coming(make_rule, slots_of, register, community, worker):
    register.activity(community, worker, day=date(2026, 11, 20), status="planned", title="周五")
    slot = slots_of(make_rule(), TODAY)[0]
    assert (slot.state, [match.title for match in slot.planned]) == ("upcoming", ["周五"])


def test_cancelled_activity_does_not_count(make_rule, slots_of, register, community, worker):
    register.activity(community, worker, day=TODAY, status="cancelled", cancel_reason="下雨")
    assert states(slots_of(make_rule(), TODAY)) == ["due"]


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"category": "lecture"}, True),
        ({"category": "sports"}, False),
        ({"kinds": ("健康讲座", "义诊")}, True),
        ({"kinds": ("义诊",)}, False),
        ({"themes": ("健康",)}, True),
        ({"themes": ("法治",)}, False),
        ({"category": "lecture", "themes": ("法治",)}, False),
    ],
)
def test_activity_fits_what_the_rule_describes(make_rule, slots_of, register, community, worker, rule, fits):
    health = make_rule(themes=("健康",)).themes.get()
    register.activity(community, worker, day=TODAY, kind="健康讲座", theme=health)
    assert states(slots_of(make_rule(**rule), TODAY)) == ["done" if fits else "due"]


def test_programme_of_a_rule(make_rule, slots_of, register, community, worker):
    programme = Programme.objects.first()
    activity = register.activity(community, worker, day=TODAY)
    rule = make_rule(programme=programme)
    assert states(slots_of(rule, TODAY)) == ["due"]
    activity.programmes.set(Programme.objects.all()[:2])
    assert states(slots_of(rule, TODAY)) == ["done"]


@pytest.mark.parametrize(("wanted", "state"), [(4, "done"), (5, "due")])
def test_people_are_named_ones_outsiders_and_the_unnamed(
    make_rule, slots_of, register, community, worker, resident, wanted, state
):
    activity = register.activity(community, worker, resident, day=TODAY, unnamed_count=2)
    Outsider.objects.create(activity=activity, name="王芳")
    assert states(slots_of(make_rule(min_people=wanted), TODAY)) == [state]


def test_grid_is_one_the_activity_was_for_else_one_of_its_participants(
    make_rule, slots_of, register, community, worker, grids
):
    rule = make_rule(per="grid")
    activity = register.activity(community, worker, register.resident(grids[1]), day=TODAY)
    assert states(slots_of(rule, TODAY)) == ["due", "done"]
    activity.target_grids.set([grids[0]])
    assert states(slots_of(rule, TODAY)) == ["done", "due"]


def test_rule_of_the_street_holds_in_its_communities_only(
    make_rule, slots_of, street, neighbour_community, foreign_community
):
    rule = make_rule(street=street)
    assert len(slots_of(rule, TODAY, where=neighbour_community)) == 1
    assert slots_of(rule, TODAY, where=foreign_community) == []


def test_community_founded_within_a_period_starts_with_the_next(make_rule, slots_of, community):
    community.valid_from = date(2026, 11, 10)
    community.save()
    assert [slot.span.start.day for slot in slots_of(make_rule(), date(2026, 11, 9))] == [16]


def make_up(rule, community, worker, activity, start):
    """Say that an activity made up for the slot that starts on the day."""
    return CadenceNote.objects.create(
        rule=rule, community=community, slot_start=start, kind="made_up", activity=activity, by=worker
    )


def test_activity_that_makes_up_does_not_count_for_its_own_slot_too(make_rule, slots_of, register, community, worker):
    rule = make_rule()
    activity = register.activity(community, worker, day=TODAY)
    assert states(slots_of(rule, date(2026, 11, 9))) == ["missed", "done"]
    make_up(rule, community, worker, activity, date(2026, 11, 9))
    assert states(slots_of(rule, date(2026, 11, 9))) == ["made_up", "due"]
    assert states(slots_of(rule, TODAY)) == ["due"]  # nor when the slot made up for is not on the page


def test_make_up_counts_for_its_own_rule_alone(make_rule, slots_of, register, community, worker):
    rule, other = make_rule(), make_rule(name="另一条")
    make_up(rule, community, worker, register.activity(community, worker, day=TODAY), date(2026, 11, 9))
    assert states(slots_of(other, TODAY)) == ["done"]


@pytest.mark.parametrize(("grace", "state"), [(3, "made_up"), (2, "missed")])
def test_made_up_only_within_the_grace(make_rule, slots_of, register, community, worker, grace, state):
    rule = make_rule(grace_days=grace)
    make_up(rule, community, worker, register.activity(community, worker, day=TODAY), date(2026, 11, 9))
    assert slots_of(rule, date(2026, 11, 9))[0].state == state


def test_candidates_fit_and_were_held_within_the_grace(make_rule, slots_of, register, community, worker):
    fits = register.activity(community, worker, day=date(2026, 11, 17))
    register.activity(community, worker, day=date(2026, 11, 8))
    register.activity(community, worker, day=date(2026, 11, 17), kind="义诊")
    register.activity(community, worker, day=date(2026, 11, 20), status="planned")
    rule = make_rule(kinds=("健康讲座",))
    missed = slots_of(rule, date(2026, 11, 9))[0]
    assert find_candidates(missed, TODAY) == [fits.pk]


def test_share_leaves_exempt_and_open_slots_out(make_rule, slots_of, register, community, worker):
    rule = make_rule()
    register.activity(community, worker, day=date(2026, 11, 3))
    CadenceNote.objects.create(
        rule=rule, community=community, slot_start=date(2026, 10, 26), kind="exempt", reason="停电", by=worker
    )
    slots = slots_of(rule, date(2026, 10, 26))
    assert states(slots) == ["exempt", "done", "missed", "due"]
    assert share_on_time(slots) == Share(on_time=1, due=2)


def test_pressing_slots_are_due_soon_or_can_be_made_up(make_rule, worker):
    make_rule("week", name="周", grace_days=0)
    make_rule("year", name="年")
    make_rule("month", name="月", grace_days=20)
    pressing = read_pressing(worker, TODAY)
    assert [(slot.rule.name, slot.span.start.month, slot.days_left) for slot in pressing] == [
        ("月", 10, 2),
        ("周", 11, 4),
        ("月", 11, 12),
    ]


def test_pressing_slots_of_grids_are_those_of_the_own_posts(make_rule, worker, grids):
    make_rule(per="grid", grace_days=0)
    assert [slot.grid for slot in read_pressing(worker, TODAY)] == grids[:1]


def test_queries_do_not_grow_with_communities_and_rules(
    make_rule, register, street, community, worker, django_assert_num_queries
):
    rules = [
        make_rule("week", street=street, name="周", min_people=1, per="grid"),
        make_rule("month", street=street, name="月"),
    ]
    resident = register.resident(make_grids(community, "三")[0])
    register.activity(community, worker, resident, day=TODAY)

    def count():
        with django_assert_num_queries(6):
            fetched = CadenceRule.objects.filter(pk__in=[rule.pk for rule in rules]).for_slots()
            spans = {rule: list_spans(rule, TODAY - timedelta(days=90), TODAY) for rule in fetched}
            return read_slots(spans, Community.objects.filter(street=street), TODAY)

    few = count()
    for number in range(18):
        rules.append(make_rule("week", street=street, name=f"周{number}", per=("grid", "community")[number % 2]))
    for number in range(11):
        other = Community.objects.create(code=f"{street.code}1{number:02}", name=f"社区{number}", street=street)
        make_grids(other, "一", "二")
        register.activity(other, worker, day=TODAY)
    assert len(count()) > 20 * len(few)
    assert Activity.objects.count() == 12
