"""Figures across a reorganisation: periods that ended before the day stay what they were, totals stay whole."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from activities.models import Activity
from communities.models import Community
from dashboards.asking import Ask
from dashboards.overview import read
from grids.area_changes import merge_communities, merge_grids, split_community, split_grid
from grids.models import Building, Grid, Household, Resident
from grids.population import population_on
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine.cells import refresh_community
from indicators.models import ActivityCell, DirtyMark, ReachCell
from indicators.periods import Period, kept_periods
from tests.indicators.recount import read_cells, recount
from tests.register import LONG_AGO, make_grids

TODAY = timezone.localdate()
DAY = TODAY - timedelta(days=3)
LAST_YEAR = Period.containing(TODAY - timedelta(days=366), "month")


def refresh_all() -> None:
    """Work off the marks of every community."""
    for pk in Community.objects.order_by("pk").values_list("pk", flat=True):
        refresh_community(pk)
    assert not DirtyMark.objects.exists()


def read_rows(periods: set[str]) -> list[tuple]:
    """Return the complete cells of these periods, of every level, reach and activities."""
    found = [
        *ReachCell.objects.filter(period__in=periods).order_by("pk").values_list(),
        *ActivityCell.objects.filter(period__in=periods).order_by("pk").values_list(),
    ]
    assert found
    return found


def list_past(settings) -> set[str]:
    """Return the kept periods that ended before the day."""
    return {period.code for period in kept_periods(TODAY, settings.CELL_MONTHS) if period.end <= DAY}


@pytest.fixture
def three_months(settings) -> None:
    """The independent recount asks several queries for each period, and there are many areas."""
    settings.CELL_MONTHS = 3


@pytest.fixture
def lived_in(register, worker, grids, community, neighbour_community):
    """Two communities with people who came, went, moved and took part at various times."""
    far = make_grids(neighbour_community, "第一网格", "第三网格")
    people = [register.resident(grid, groups=["retired"], born=date(1950, 1, 1)) for grid in [*grids, *far]]
    people.append(register.resident(grids[0], since=TODAY - timedelta(days=100)))
    people.append(register.resident(far[1], since=TODAY - timedelta(days=1)))
    register.resident(grids[1], until=TODAY - timedelta(days=40))
    register.resident(grids[1], until=TODAY - timedelta(days=1))
    home = Household.objects.create(building=Building.objects.create(grid=grids[0], name="1号楼"), room="101")
    Resident.objects.filter(pk=people[0].pk).update(household=home)
    for days in (0, 1, 5, 45, 100, 380):
        day = TODAY - timedelta(days=days)
        came = [person for person in people if person.spells.get().since <= day]
        register.activity(community, worker, *came[::2], day=day, unnamed_count=days)
        register.activity(neighbour_community, worker, *came[1::2], day=day)
    refresh_all()
    return [*grids, *far]


def reorganise(kind: str, grids: list[Grid], by: User) -> None:
    """Do one change of each kind to the areas of `lived_in`."""
    street, here, there = by.street.code, grids[0].community_id, grids[2].community_id
    if kind == "merge_grids":
        merge_grids(grids=[grids[0].pk, grids[1].pk], into=None, name="大网格", day=DAY, by=by)
    elif kind == "split_grid":
        homes = {building.pk: 0 for building in grids[0].buildings.all()}
        split_grid(grid=grids[0].pk, names=["东片", "西片"], keeps=False, buildings=homes, rest=1, day=DAY, by=by)
    elif kind == "merge_communities":
        merge_communities(communities=[here, there], into=None, code=f"{street}010", name="大社区", day=DAY, by=by)
    elif kind == "merge_into":
        merge_communities(communities=[here, there], into=here, code="", name="", day=DAY, by=by)
    else:
        parts, sides = [(f"{street}011", "东社区"), (f"{street}012", "西社区")], {grids[0].pk: 0, grids[1].pk: 1}
        split_community(community=here, parts=parts, keeps=False, grids=sides, users={}, day=DAY, by=by)


KINDS = ["merge_grids", "split_grid", "merge_communities", "merge_into", "split_community"]


@pytest.mark.parametrize("kind", KINDS)
def test_periods_before_the_day_keep_every_cell(kind, lived_in, admin, settings):
    past = list_past(settings)
    before = read_rows(past)
    reorganise(kind, lived_in, admin)
    refresh_all()
    assert read_rows(past) == before


@pytest.mark.parametrize("kind", KINDS)
def test_street_counts_the_same_people_in_every_period(kind, lived_in, admin):
    def read_street() -> list[tuple]:
        cells = ReachCell.objects.filter(level="street").order_by("period", "grouping")
        return list(cells.values_list("period", "grouping", *[f.name for f in ReachCell._meta.fields[5:]]))

    before = read_street()
    reorganise(kind, lived_in, admin)
    refresh_all()
    assert read_street() == before


@pytest.mark.parametrize("kind", KINDS)
def test_cells_after_a_change_equal_a_rebuild_and_the_recount(three_months, kind, lived_in, admin):
    reorganise(kind, lived_in, admin)
    refresh_all()
    incremental = read_cells()
    assert incremental == recount(TODAY)
    ReachCell.objects.all().delete()
    for pk in Community.objects.values_list("pk", flat=True):
        refresh_community(pk, everything=True)
    assert read_cells() == incremental


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_counts_in_a_closed_area_today(kind, lived_in, admin):
    reorganise(kind, lived_in, admin)
    refresh_all()
    closed = Grid.objects.exclude(valid_to=None)
    today = Period.containing(TODAY, "month").code
    assert not ReachCell.objects.filter(level="grid", area_id__in=closed.values("pk"), period=today).exists()
    assert not Resident.objects.filter(grid__in=closed).exists()


# --- What pages list


def test_a_past_period_lists_the_areas_of_its_time(lived_in, admin, street):
    reorganise("merge_communities", lived_in, admin)
    refresh_all()
    whole = AreaRef.to(street)
    now = Period.containing(TODAY, "quarter")
    assert [part.name for part in whole.parts("community", now)] == ["大社区"]
    assert [part.name for part in whole.parts("community", LAST_YEAR)] == ["多福社区", "和平新村社区"]
    assert len(whole.parts("grid", now)) == 4
    assert {part.id for part in whole.parts("grid", LAST_YEAR)} == {grid.pk for grid in lived_in}


def test_closing_area_ends_with_its_last_day(community, grids, admin):
    merge_grids(grids=[grid.pk for grid in grids], into=None, name="大网格", day=DAY, by=admin)
    assert set(Grid.objects.existing_on(DAY - timedelta(days=1))) == set(grids)
    assert list(Grid.objects.existing_on(DAY).values_list("name", flat=True)) == ["大网格"]


def test_area_of_today_is_listed_in_the_past_once_late_entries_give_it_people(register, lived_in, admin, street):
    reorganise("merge_communities", lived_in, admin)
    late = register.resident(Grid.objects.current().first(), since=LONG_AGO)
    refresh_all()
    parts = AreaRef.to(street).parts("community", LAST_YEAR)
    assert [part.name for part in parts] == ["多福社区", "和平新村社区", "大社区"]
    reached = ReachCell.objects.of("community", [part.id for part in parts], LAST_YEAR.code).filter(grouping="all")
    whole = ReachCell.objects.get(level="street", period=LAST_YEAR.code, grouping="all")
    assert sum(cell.population for cell in reached) == whole.population
    assert late.spells.get().since == LONG_AGO


@pytest.mark.parametrize("kind", KINDS)
def test_dashboard_of_a_past_period_is_as_it_was(kind, lived_in, admin, street, street_officer):
    area = AreaRef.to(street)
    before = read(Ask(area, LAST_YEAR, street_officer))
    reorganise(kind, lived_in, admin)
    refresh_all()
    after = read(Ask(area, LAST_YEAR, street_officer))
    assert after == before


def test_grid_coverage_of_a_past_period_counts_the_grids_of_its_time(lived_in, admin, street):
    coverage = CATALOGUE["S0-21"].answer
    before = coverage(AreaRef.to(street), LAST_YEAR)
    reorganise("merge_grids", lived_in, admin)
    refresh_all()
    assert coverage(AreaRef.to(street), LAST_YEAR) == before
    assert coverage(AreaRef.to(street), Period.containing(TODAY, "month")).denominator == 3


def test_past_activities_stay_with_the_closed_community(lived_in, admin, community):
    held = Activity.objects.filter(community=community).count()
    reorganise("merge_communities", lived_in, admin)
    assert Activity.objects.filter(community=community).count() == held


# --- Seed 002: 华侨路街道由13个社委会合并调整为7个


@pytest.fixture
def thirteen(register, street, make_user):
    """A street of thirteen communities with two grids each, people, a worker and an activity each."""
    communities = []
    for number in range(1, 14):
        community = Community.objects.create(code=f"{street.code}{number:03}", name=f"第{number}社区", street=street)
        worker = make_user(f"worker{number}", Role.WORKER, community)
        people = [register.resident(grid) for grid in make_grids(community, "第一网格", "第二网格") for _ in range(2)]
        register.activity(community, worker, *people[: number % 4], day=LAST_YEAR.start)
        register.activity(community, worker, *people[:1])
        communities.append(community)
    refresh_all()
    return communities


def merge_to_seven(communities: list[Community], by: User, day: date) -> None:
    """Merge six pairs into a new community each; the thirteenth stays."""
    pairs = zip(communities[:12:2], communities[1:12:2], strict=True)
    for number, (one, other) in enumerate(pairs, start=101):
        code = f"{one.street.code}{number}"
        pair = [one.pk, other.pk]
        merge_communities(communities=pair, into=None, code=code, name=f"新{number}社区", day=day, by=by)
    refresh_all()


def test_thirteen_communities_become_seven(thirteen, admin, street, settings):
    past = list_past(settings)
    before, total = read_rows(past), population_on(TODAY, street).count()
    merge_to_seven(thirteen, admin, DAY)
    current = Community.objects.current().filter(street=street)
    assert current.count() == 7
    assert {community: population_on(TODAY, community).count() for community in current} == {
        community: 4 if community == thirteen[12] else 8 for community in current
    }
    assert population_on(TODAY, street).count() == total == 52
    assert population_on(DAY - timedelta(days=1), thirteen[0]).count() == 4
    assert population_on(DAY, thirteen[0]).count() == 0
    assert read_rows(past) == before


def test_staff_of_the_thirteen_work_in_the_seven(register, thirteen, admin):
    merge_to_seven(thirteen, admin, DAY)
    workers = User.objects.filter(role=Role.WORKER)
    assert not workers.exclude(community__valid_to=None).exists()
    worker = workers.get(username="worker2")
    assert Resident.objects.visible_to(worker).count() == 8
    grids = Grid.objects.visible_to(worker).current()
    assert {grid.community_id for grid in grids} == {worker.community_id}
    newcomer = register.resident(grids[3], since=TODAY)
    register.activity(worker.community, worker, newcomer)
    refresh_all()
    cell = ReachCell.objects.get(level="grid", area_id=grids[3].pk, period=f"{TODAY:%Y-%m}", grouping="all")
    assert (cell.population, cell.reached) == (3, 1)


def test_merged_communities_cannot_be_merged_again(thirteen, admin):
    merge_to_seven(thirteen, admin, DAY)
    with pytest.raises(ValidationError, match="撤销"):
        merge_to_seven(thirteen, admin, DAY)
