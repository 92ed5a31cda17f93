"""Every tally against an example counted by hand. Cells and their refreshing: test_tallies.py."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cadence.models import CadenceNote
from grids.area_changes import merge_communities, merge_grids
from grids.models import Appointment, Building, GroupMembership, PopulationGroup, Residence, Resident
from indicators.catalogue import CATALOGUE
from indicators.periods import Period
from tests.register import make_grids
from visits.actions import close_need, withdraw_visit
from visits.models import Need, NeedKind, Visit
from visits.plans import close_plan


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def month(today) -> Period:
    return Period.containing(today, "month")


@pytest.fixture
def figure(community, month, today):
    """Counts an indicator in the community, in this month unless another period is given."""

    def count(id: str, period: Period = month, where=community) -> tuple[int, int]:
        sums = list(CATALOGUE[id].measure.tally.count([where.pk], [period], today))
        return sum(row[3] for row in sums), sum(row[4] for row in sums)

    return count


@pytest.fixture
def by_grid(community, month, today):
    """Counts an indicator in each grid of the community."""

    def count(id: str, period: Period = month) -> dict[int, tuple[int, int]]:
        return {row[1]: (row[3], row[4]) for row in CATALOGUE[id].measure.tally.count([community.pk], [period], today)}

    return count


def appoint(post: str, grid, *, since: date = date(2020, 1, 1), **fields) -> Appointment:
    """Save a post held for long."""
    return Appointment.objects.create(post=post, grid=grid, since=since, **fields)


# People and homes visited


def test_party_members_met_at_a_visit_count(register, grids, make_door, call, by_grid):
    met, at_home_too, elsewhere = (register.resident(grid, groups=["party_member"]) for grid in (*grids[:1], *grids))
    call(make_door("301", met, at_home_too), "done", met)
    call(make_door("101", elsewhere, grid=grids[1]), "declined")
    assert by_grid("S1-10") == {grids[0].pk: (1, 2), grids[1].pk: (0, 1)}


def test_party_member_who_came_to_a_lecture_was_not_visited(register, worker, community, grids, figure):
    register.activity(community, worker, register.resident(grids[0], groups=["party_member"]))
    assert figure("S1-10") == (0, 1)


def test_former_member_of_a_group_counts_while_it_lasted(resident, today, figure):
    group = PopulationGroup.objects.get(code="unemployed")
    ended = today.replace(day=1) - timedelta(days=40)
    GroupMembership.objects.create(resident=resident, group=group, since=date(2020, 1, 1), until=ended)
    before = Period.containing(ended, "month").previous()
    assert (figure("S1-12", before), figure("S1-12")) == ((0, 1), (0, 0))


def test_withdrawn_visit_does_not_count(register, grids, make_door, call, worker, figure):
    person = register.resident(grids[0], groups=["unemployed"])
    visit = call(make_door("301", person), "done", person)
    assert figure("S1-12") == (1, 1)
    withdraw_visit(visit, reason=Visit.WithdrawReason.NOT_MADE, by=worker)
    assert (figure("S1-12"), figure("R-10"), figure("S3-16")) == ((0, 1), (0, 0), (0, 1))


def test_homes_in_hardship_count_once_however_many_live_there(register, grids, make_door, call, figure):
    people = [register.resident(grids[0], groups=["hardship"]) for _number in range(2)]
    call(make_door("301", *people), "done", people[0])
    make_door("302", register.resident(grids[0], groups=["hardship"]))
    make_door("303", register.resident(grids[0]))
    assert figure("S1-11") == (1, 2)


def test_visit_of_another_month_does_not_count(register, grids, make_door, call, figure, month):
    call(make_door("301", register.resident(grids[0], groups=["hardship"])), "done", days=40)
    earlier = Period.containing(timezone.localdate() - timedelta(days=40), "month")
    assert [figure(id) for id in ("S1-11", "S3-16", "R-10")] == [(0, 1), (0, 1), (0, 0)]
    assert [figure(id, earlier) for id in ("S1-11", "S3-16", "R-10")] == [(1, 1), (1, 1), (1, 1)]


def test_homes_visited_and_homes_reached(register, worker, community, grids, make_door, call, figure, by_grid):
    visited, came, missed, empty = (register.resident(grids[0]) for _number in range(4))
    call(make_door("301", visited), "follow_up", visited)
    make_door("302", came, building="5号楼")
    make_door("303", missed, building="9号楼", grid=grids[0])
    make_door("304")
    Residence.objects.filter(resident=empty).update(until=date(2020, 1, 1))
    register.activity(community, worker, came)
    assert by_grid("S3-16") == {grids[0].pk: (1, 3)}
    assert by_grid("R-11") == {grids[0].pk: (2, 3)}
    assert figure("S0-70") == (2, 3)


def test_home_of_somebody_who_moved_is_not_known_for_the_time_before(register, grids, make_door, figure, today):
    mover = register.resident(grids[0], until=today)
    Residence.objects.create(resident=mover, grid=grids[1], since=today)
    make_door("301", mover, grid=grids[1])
    assert figure("S3-16") == (0, 1)
    assert figure("S3-16", Period.containing(today, "month").previous()) == (0, 0)


def test_merged_grids_keep_their_homes_in_periods_before(register, grids, make_door, admin, by_grid, month, today):
    for grid in grids:
        make_door("301", register.resident(grid), grid=grid, building=grid.name)
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=month.start, by=admin)
    assert by_grid("S3-16", month.previous()) == {grids[0].pk: (0, 1), grids[1].pk: (0, 1)}
    assert by_grid("S3-16") == {grids[0].pk: (0, 2)}


def test_visits_stay_with_the_community_that_made_them(
    register, grids, make_door, call, admin, community, neighbour_community, figure, today
):
    call(make_door("301", register.resident(grids[0])))
    both = [community.pk, neighbour_community.pk]
    merge_communities(communities=both, into=neighbour_community.pk, code="", name="", day=today, by=admin)
    assert figure("R-10", where=community) == (1, 1)
    assert figure("R-10", where=neighbour_community) == (0, 0)


def test_visits_in_vain_are_told_apart(home, call, figure):
    for outcome in ("done", "not_home", "not_home", "declined", "follow_up"):
        call(home, outcome)
    assert (figure("R-10"), figure("R-12")) == ((2, 5), (3, 5))


# Plans


def test_doors_of_a_plan_with_two_dates_are_due_in_the_month_of_its_end(
    register, grids, make_door, make_plan, call, figure, by_grid, month, today
):
    doors = [make_door(str(number), register.resident(grids[0], groups=["hardship"])) for number in range(4)]
    make_door("other", register.resident(grids[0]))
    plan = make_plan(groups=["hardship"], starts_on=month.start, ends_on=month.end - timedelta(days=1))
    call(doors[0], plans=[plan])
    call(doors[1], "not_home", plans=[plan])
    call(doors[2], "declined", plans=[plan])
    call(doors[3])  # visited, but not for the plan
    assert by_grid("S1-16") == {grids[0].pk: (1, 3)}
    assert figure("S1-16", Period.containing(month.end, "month")) == (0, 0)


def test_visit_before_the_month_does_for_a_plan_that_ends_in_it(home, make_plan, call, figure, month, today):
    plan = make_plan(starts_on=month.start - timedelta(days=20), ends_on=today)
    call(home, plans=[plan], days=(today - month.start).days + 1)
    assert figure("S1-16") == (1, 1)
    assert figure("S1-16", month.previous()) == (0, 0)


def test_doors_of_a_plan_with_an_interval_are_due_an_interval_after_the_last_visit(
    register, grids, make_door, make_plan, call, figure, month, today
):
    doors = [make_door(str(number), register.resident(grids[0])) for number in range(3)]
    plan = make_plan(interval_days=33, starts_on=month.start - timedelta(days=90))
    call(doors[0], plans=[plan], days=(today - month.start).days + 1)  # due again after the month
    call(doors[1], plans=[plan], days=(today - month.start).days + 30)  # due in the month, not visited
    call(doors[2], plans=[plan])  # never before: due, and visited
    assert figure("S1-16") == (1, 2)


def test_door_that_two_plans_ask_for_needs_both(home, make_plan, call, figure, month, today):
    plans = [make_plan(name, starts_on=month.start, ends_on=today) for name in ("甲", "乙")]
    call(home, plans=plans[:1])
    assert figure("S1-16") == (0, 1)
    call(home, plans=plans[1:])
    assert figure("S1-16") == (1, 1)


def test_plan_that_was_closed_on_its_first_day_asks_for_nothing(home, make_plan, worker, figure, today):
    plan = make_plan(starts_on=today, ends_on=today)
    assert figure("S1-16") == (0, 1)
    close_plan(plan, by=worker)
    assert figure("S1-16") == (0, 0)


def test_checks_are_on_time_within_the_interval(register, grids, make_door, make_plan, call, figure):
    timely, late, never, declined = (register.resident(grids[0]) for _number in range(4))
    doors = [make_door(str(number), one) for number, one in enumerate((timely, late, never, declined))]
    plan = make_plan(interval_days=7, doors=doors, starts_on=timezone.localdate() - timedelta(days=30))
    call(doors[0], "done", timely, plans=[plan], days=7)
    call(doors[1], "done", late, plans=[plan], days=8)
    call(doors[3], "declined", plans=[plan], days=2)
    assert figure("S1-17") == (1, 3)


def test_check_that_is_not_due_yet_counts_neither_way(home, make_plan, figure, today):
    make_plan(interval_days=7, starts_on=today - timedelta(days=7))
    assert figure("S1-17") == (0, 0)
    make_plan(interval_days=7, starts_on=today - timedelta(days=8))
    assert figure("S1-17") == (0, 1)


# Needs


@pytest.fixture
def raise_need(home, call, today):
    """Raise a need due so many days from today; answered today where a result is given."""

    def make(due: int, result: str = "", by=None) -> Need:
        need = Need(kind=NeedKind.objects.first(), due_on=today + timedelta(days=due))
        need = call(home, need=need, days=10).needs.get()
        return close_need(need, result=result, by=by) if result else need

    return make


def test_needs_answered_on_time(raise_need, worker, figure, today):
    """Counting rule 10: done on time / (done + still open past due)."""
    raise_need(0, "done", worker)
    raise_need(-3, "referred", worker)
    raise_need(-3)
    raise_need(0)  # open, and not past due
    periods = {Period.containing(today, "month"), Period.containing(today - timedelta(days=3), "month")}
    sums = [figure("R-13", period) for period in periods]
    assert (sum(n for n, _d in sums), sum(d for _n, d in sums)) == (1, 3)


def test_open_needs(raise_need, worker, figure, today):
    raise_need(0, "done", worker)
    raise_need(5)
    assert figure("R-14") == (1, 2)
    assert figure("R-14", Period.containing(today - timedelta(days=70), "month")) == (0, 0)


# Rhythm


@pytest.fixture
def last_month(today) -> Period:
    return Period.containing(today, "month").previous()


def test_slots_kept_late_and_missed(make_rule, register, worker, community, figure, last_month, today):
    rule = make_rule("month", kinds=("党课",), grace_days=20, starts_on=last_month.previous().previous().start)
    register.activity(community, worker, kind="党课", day=last_month.start)
    makes_up = register.activity(community, worker, kind="党课", day=last_month.start + timedelta(days=3))
    start = last_month.previous().start
    CadenceNote.objects.create(
        rule=rule, community=community, slot_start=start, kind="made_up", activity=makes_up, by=worker
    )
    months = (last_month, last_month.previous(), last_month.previous().previous())
    assert [figure("S2-041", period) for period in months] == [(1, 1), (1, 1), (0, 1)]
    assert [figure("R-15", period) for period in months] == [(1, 1), (0, 1), (0, 1)]


def test_exempt_and_open_slots_are_not_due(make_rule, worker, community, figure, last_month, month):
    rule = make_rule("month", kinds=("党课",), starts_on=last_month.start)
    CadenceNote.objects.create(
        rule=rule, community=community, slot_start=last_month.start, kind="exempt", reason="场地维修", by=worker
    )
    assert (figure("S2-041", last_month), figure("S2-041", month)) == ((0, 0), (0, 0))


def test_slot_lies_in_the_period_of_its_last_day(make_rule, register, worker, community, figure):
    """The week from 28 September to 4 October 2026 belongs to October and the fourth quarter."""
    make_rule("week", starts_on=date(2026, 9, 28), ends_on=date(2026, 10, 4))
    codes = ("2026-09", "2026-10", "2026-Q3", "2026-Q4", "2026")
    due = [figure("S2-041", Period.parse(code))[1] for code in codes]
    assert due == [0, 1, 0, 1, 1]


def test_wednesdays_are_counted_by_grid(make_rule, register, worker, community, grids, by_grid, figure, last_month):
    make_rule("day", weekdays=[3], per="grid", category="visit", starts_on=last_month.start)
    wednesdays = [
        last_month.start + timedelta(days=number) for number in range((last_month.end - last_month.start).days)
    ]
    wednesdays = [day for day in wednesdays if day.isoweekday() == 3]
    activity = register.activity(community, worker, kind="入户走访", day=wednesdays[0])
    activity.target_grids.set(grids[:1])
    assert by_grid("S2-037", last_month) == {grids[0].pk: (1, len(wednesdays)), grids[1].pk: (0, len(wednesdays))}
    assert figure("S2-041", last_month) == (0, 0)


def test_abolished_grid_keeps_its_wednesdays_of_before(make_rule, grids, admin, by_grid, month, last_month):
    make_rule("day", weekdays=[3], per="grid", category="visit", starts_on=last_month.start)
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=month.start, by=admin)
    assert set(by_grid("S2-037", last_month)) == {grid.pk for grid in grids}


# Posts


def test_residents_in_a_grid_with_a_worker(worker, register, grids, by_grid):
    for grid in (*grids, grids[1]):
        register.resident(grid)
    assert by_grid("S0-61") == {grids[0].pk: (1, 1), grids[1].pk: (0, 2)}


def test_post_counts_on_the_days_on_which_it_was_held(grids, worker, figure, month):
    Appointment.objects.update(until=month.start)
    assert (figure("R-21", month.previous()), figure("R-21")) == ((1, 2), (0, 2))


def test_posts_of_grids_and_buildings(worker, resident, grids, figure):
    buildings = [Building.objects.create(grid=grids[0], name=f"{number}号楼") for number in range(3)]
    appoint("grid_head", grids[1], resident=resident)
    appoint("building_head", grids[0], building=buildings[0], resident=resident)
    appoint("building_head", grids[0], building=buildings[0], user=worker)
    appoint("unit_head", grids[0], building=buildings[1], resident=resident)
    assert [figure(id) for id in ("R-20", "R-21", "R-22", "S1-20")] == [(1, 2), (1, 2), (1, 3), (3, 7)]


def test_abolished_grid_has_no_posts_to_fill(grids, figure, month):
    grids[1].valid_to = month.start
    grids[1].save()
    assert (figure("R-20", month.previous()), figure("R-20")) == ((0, 2), (0, 1))


def test_residents_per_cadre_counts_a_cadre_once(worker, make_user, register, grids, street, figure):
    officer = make_user("cadre", "street_officer", street)
    for grid in grids:
        appoint("liaison", grid, user=officer)
        register.resident(grid)
        register.resident(grid)
    appoint("liaison", grids[0], user=worker)
    assert figure("S4-02") == (4, 2)


def test_community_without_cadres_has_no_figure(resident, figure):
    assert figure("S4-02") == (1, 0)


# Register and records


def test_complete_homes(register, grids, make_door, figure, today):
    full, child = register.resident(grids[0]), register.resident(grids[0], born=today - timedelta(days=3000))
    Resident.objects.filter(pk=child.pk).update(phone_hash=None)
    make_door("301", full, child)
    make_door("302", register.resident(grids[0], born=today - timedelta(days=3000)))  # no adult's phone
    unknown = register.resident(grids[0])
    Resident.objects.filter(pk=unknown.pk).update(id_hash=None, id_number=None)
    make_door("303", unknown)
    sexless = register.resident(grids[0])
    Resident.objects.filter(pk=sexless.pk).update(sex=0)
    make_door("304", sexless)
    assert figure("S4-03") == (1, 4)


def test_completeness_is_known_for_running_periods_only(home, figure, month):
    assert (figure("S4-03")[1], figure("S4-03", month.previous())) == (1, (0, 0))


def at_noon(day: date) -> datetime:
    """Return twelve o'clock of a day where the portal stands."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def test_reports_on_time(register, worker, community, figure, last_month, settings):
    day, limit = last_month.start, timedelta(days=settings.ACTIVITY_REPORT_DAYS)
    for reported in (day + limit, day + limit + timedelta(days=1)):
        register.activity(community, worker, day=day, reported_at=at_noon(reported), reported_by=worker)
    register.activity(community, worker, day=day, status="planned")
    register.activity(community, worker, day=day, status="cancelled", cancel_reason="下雨")
    assert figure("R-23", last_month) == (1, 3)


def test_report_that_is_not_late_yet_counts_neither_way(register, worker, community, figure, today, settings):
    period = Period.containing(today, "year")
    register.activity(community, worker, day=today - timedelta(days=settings.ACTIVITY_REPORT_DAYS), status="planned")
    assert figure("R-23", period) == (0, 0)


def test_entries_after_the_month(register, worker, community, figure, last_month, month):
    last_day = last_month.end - timedelta(days=1)
    register.activity(community, worker, day=last_month.start, recorded_at=at_noon(last_day))
    register.activity(community, worker, day=last_month.start, recorded_at=at_noon(month.start))
    assert figure("R-24", last_month) == (1, 2)


# What a community does not have is not counted in another


@pytest.mark.parametrize("id", ["S1-10", "S3-16", "R-11", "S0-61", "R-20", "R-10"])
def test_neighbours_do_not_count(id, register, neighbour_community, grids, make_door, call, figure):
    far = make_grids(neighbour_community, "第一网格")[0]
    person = register.resident(far, groups=["party_member"])
    call(make_door("301", person, grid=far), "done", person)
    own = figure(id)
    there = figure(id, where=neighbour_community)
    assert own == ((0, 2) if id == "R-20" else (0, 0))
    assert there[1] == 1
