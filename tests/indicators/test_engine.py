"""The engine at its edges: birthdays, month ends, groupings made of others, the order of work, one table swapped in."""

from datetime import date, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.models import Activity
from grids.groupings import AGES, TRAITS, UNIONS, years_before
from grids.models import GroupMembership, PopulationGroup, Residence, Resident
from indicators.engine import cells
from indicators.engine.cells import FEW_GRIDS, find_dirty_communities, refresh_all, refresh_community
from indicators.engine.masks import make_profiles, read_masks
from indicators.engine.reach import make_parameters
from indicators.models import ActivityCell, DirtyMark, ReachCell, RefreshAttempt
from indicators.periods import Period, kept_periods
from tests.indicators.recount import read_cells, recount
from tests.register import make_grids

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def three_months(settings):
    settings.CELL_MONTHS = 3


def pick_edge(random: Random, today: date) -> date:
    """Return a day near an end of one of the latest months, or today."""
    month = Period.containing(today - timedelta(days=random.randrange(150)), "month")
    return min(random.choice([month.start, month.end, today]) - timedelta(days=random.randrange(3)), today)


def people_the_town(register, grids, today: date, random: Random) -> list[Resident]:
    """Return people whose birthdays, moves and memberships lie on the edges of months."""
    groups = list(PopulationGroup.objects.all())
    people = []
    for number in range(60):
        age = random.choice([*AGES, 40])
        born = years_before(pick_edge(random, today), age) + timedelta(days=random.randrange(-1, 2))
        since = random.choice([date(2015, 1, 1), years_before(pick_edge(random, today), 1), pick_edge(random, today)])
        person = register.resident(random.choice(grids), born=min(born, today), since=since)
        Resident.objects.filter(pk=person.pk).update(
            sex=random.choice([0, 1, 2, 9]), occupation=random.choice(["", "24", "70", "80"])
        )
        if number % 3 == 0 and (until := pick_edge(random, today)) >= since:
            person.spells.update(until=until)
            if number % 2:
                later = until + timedelta(days=random.randrange(3))
                Residence.objects.create(resident=person, grid=random.choice(grids), since=later)
        for group in random.sample(groups, random.randrange(3)):
            begins, ends = sorted([pick_edge(random, today), pick_edge(random, today)])
            GroupMembership.objects.create(
                resident=person, group=group, since=begins, until=random.choice([None, ends])
            )
        people.append(person)
    return people


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_edges_of_months_and_birthdays_are_counted_as_people_on_days(
    seed, register, grids, community, worker, today, three_months
):
    random = Random(seed)
    people = people_the_town(register, grids, today, random)
    for _ in range(12):
        guests = random.sample(people, 15)
        register.activity(community, worker, *guests, day=pick_edge(random, today))
    refresh_all(today)
    assert read_cells() == recount(today)


def test_born_on_29_february_comes_of_age_on_1_march(register, grids, settings, time_machine):
    settings.CELL_MONTHS = 14
    time_machine.move_to("2026-03-20 10:00+08:00", tick=False)
    register.resident(grids[0], born=date(2008, 2, 29))
    refresh_community(grids[0].community_id)
    rows = ReachCell.objects.filter(level="grid", period__in=["2026-02", "2026-03"])
    bands = dict(rows.filter(grouping__startswith="age_").values_list("period", "grouping"))
    assert bands == {"2026-02": "age_6_17", "2026-03": "age_18_35"}


def test_unions_count_a_person_of_several_parts_once(register, grids, today, three_months):
    register.resident(grids[0], born=years_before(today, 70), groups=["hardship", "retired"])
    register.resident(grids[0], born=years_before(today, 40))
    refresh_community(grids[0].community_id)
    period = Period.containing(today, "month").code
    rows = ReachCell.objects.filter(level="grid", area_id=grids[0].pk, period=period)
    found = dict(rows.values_list("grouping", "population"))
    assert [found[code] for code in ("all", "any_group", "old_young_hardship", "hardship", "male")] == [2, 1, 1, 1, 2]


def test_each_profile_has_the_traits_of_its_age_sex_and_work():
    masks = read_masks()
    bit_of = dict(masks.groupings)
    assert len(masks.profiles) == (len(AGES) + 1) * 6
    step = AGES.index(18) + 1
    working_woman_of_18 = masks.profiles[(step * 3 + 2) * 2 + 1]
    names = {trait.code for trait in TRAITS if working_woman_of_18 & bit_of[trait.code]}
    assert names == {"all", "age_18_35", "female", "employed"}


def test_more_groups_than_bits_are_refused():
    PopulationGroup.objects.bulk_create(
        PopulationGroup(code=f"group_{number}", name=f"人群{number}") for number in range(60)
    )
    with pytest.raises(ValueError, match="population groups"):
        read_masks()


def test_a_new_group_needs_no_new_column(register, grids, today, three_months):
    group = PopulationGroup.objects.create(code="veterans", name="退役军人")
    person = register.resident(grids[0])
    refresh_community(grids[0].community_id)
    GroupMembership.objects.create(resident=person, group=group, since=date(2020, 1, 1))
    refresh_all(today)
    assert ReachCell.objects.filter(level="district", grouping="veterans", population=1).exists()


def test_profiles_leave_out_nothing_that_a_trait_asks_for():
    bits = {trait.code: 1 << place for place, trait in enumerate(TRAITS)}
    together = 0
    for profile in make_profiles(bits):
        together |= profile
    assert together == sum(bits.values())
    assert {part for union in UNIONS for part in union.parts} - bits.keys() <= {"hardship"}


def test_activity_cells_keep_kind_theme_origin_and_mode_apart(register, worker, resident, community, today):
    register.activity(community, worker, resident, origin="assigned")
    register.activity(community, worker, resident, origin="own", mode="online")
    refresh_all(today)
    works = ActivityCell.objects.filter(level="street", period=f"{today:%Y}")
    rows = works.order_by("origin").values_list("theme_id", "origin", "mode", "held", "named")
    assert list(rows) == [(0, "assigned", "in_person", 1, 1), (0, "own", "online", 1, 1)]


def test_what_is_held_tomorrow_counts_from_tomorrow(register, worker, resident, community, today, time_machine):
    register.activity(community, worker, resident, day=today + timedelta(days=1))
    refresh_all(today)
    assert not ActivityCell.objects.exists()
    assert not ReachCell.objects.filter(reached__gt=0).exists()
    time_machine.move_to(timezone.now() + timedelta(days=1))
    refresh_all(timezone.localdate())
    assert ActivityCell.objects.filter(held=1).exists()


def test_since_leaves_earlier_periods_and_all_marks_alone(register, worker, resident, community, today, settings):
    settings.CELL_MONTHS = 6
    refresh_all(today)
    old = today - timedelta(days=100)
    register.activity(community, worker, resident, day=old)
    refresh_community(community.pk, since=Period.containing(today, "month"))
    reached = ReachCell.objects.filter(grouping="all", level="street", reached__gt=0)
    assert not reached.filter(period=Period.containing(old, "month").code).exists()
    assert DirtyMark.objects.filter(community=community).exists()
    refresh_all(today)
    assert reached.filter(period=Period.containing(old, "month").code).exists()


def test_periods_are_asked_as_months_up_to_the_running_one(today):
    parameters = make_parameters(kept_periods(today, 3), today, read_masks())
    months = dict(zip(parameters["codes"], zip(parameters["firsts"], parameters["lasts"], strict=True), strict=True))
    running = parameters["count"] - 1
    assert months[f"{today:%Y-%m}"] == (running, running)
    assert months[f"{today:%Y}"][1] == running


def test_a_small_change_goes_before_a_storm(register, worker, community, neighbour_community, today):
    many = make_grids(community, *(f"网格{number}" for number in range(FEW_GRIDS + 1)))
    near = make_grids(neighbour_community, "近处")[0]
    refresh_all(today)
    for grid in many:
        register.resident(grid)
    register.resident(near)
    assert find_dirty_communities(today) == [neighbour_community.pk, community.pk]


def test_a_storm_collapses_into_one_recomputation(register, grids, community, today, monkeypatch):
    for number in range(30):
        register.resident(grids[number % 2])
    asked = []
    compute = cells.compute
    monkeypatch.setattr(cells, "compute", lambda *args: (asked.append(args[0].pk), compute(*args)))
    refresh_all(today)
    assert asked == [community.pk]
    assert not DirtyMark.objects.exists()


def test_without_a_change_nothing_is_computed(resident, community, today, monkeypatch):
    refresh_all(today)
    monkeypatch.setattr(cells, "compute", None)
    assert refresh_community(community.pk) == 0


def test_refreshed_communities_leave_no_attempt_behind(resident, community, today):
    refresh_all(today)
    assert not RefreshAttempt.objects.exists()


def test_status_held_alone_counts(register, worker, resident, community, today):
    register.activity(community, worker, resident, status=Activity.Status.PUBLISHED)
    refresh_all(today)
    assert not ReachCell.objects.filter(reached__gt=0).exists()


@pytest.mark.parametrize("code", ["all", "male", "age_6_17", "any_group"])
def test_codes_of_derived_groupings_are_refused_for_groups(code):
    with pytest.raises(ValidationError, match="留给门户"):
        PopulationGroup(code=code, name="某人群").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        PopulationGroup.objects.create(code=code, name="某人群")
