"""What reached a group elsewhere: equal to plain Python over people and activities, hidden where small."""

from datetime import timedelta
from math import sqrt
from statistics import mean, stdev

import pytest
from django.utils import timezone

from activities.models import Activity, ActivityKind
from dashboards.gaps.elsewhere import find_comparable, read_elsewhere
from dashboards.gaps.means import find_interval, find_t
from indicators.statistics import wilson
from tests.dashboards.asking import refresh
from tests.dashboards.gap_help import gap_of
from tests.register import make_grids


@pytest.fixture
def six_grids(register, neighbour_community, grids):
    """Ten retired people here; six grids of the neighbour with eight each, and one with forty."""
    for _n in range(10):
        register.resident(grids[0], groups=["retired"])
    others = make_grids(neighbour_community, *(f"第{n}网格" for n in range(7)))
    people = {grid.pk: [register.resident(grid, groups=["retired"]) for _n in range(8)] for grid in others[:6]}
    people[others[6].pk] = [register.resident(others[6], groups=["retired"]) for _n in range(40)]
    return others, people


@pytest.fixture
def year(six_grids, register, worker, neighbour_community, grids):
    """Seven health talks on weekday mornings, six shows on Saturday evenings, two matches, one talk long ago."""
    others, people = six_grids
    alike = [person for grid in others[:6] for person in people[grid.pk]]
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 14)
    for week, number in enumerate([6, 9, 0, 12, 7, 8, 5]):
        talk = alike[week : week + number] + people[others[6].pk][:3]
        register.activity(neighbour_community, worker, *talk, day=monday - timedelta(weeks=week))
    for week in range(6):
        evening = timezone.make_aware(timezone.datetime.combine(monday, timezone.datetime.min.time()))
        begins = evening + timedelta(days=5, hours=19) - timedelta(weeks=week)
        register.activity(neighbour_community, worker, *alike[:2], kind="文艺演出", starts_at=begins)
    for week in range(2):
        register.activity(neighbour_community, worker, *alike[:9], kind="体育健身", day=monday - timedelta(weeks=week))
    register.activity(neighbour_community, worker, *alike, day=monday - timedelta(days=500))
    only_here = register.activity(neighbour_community, worker, day=monday)
    only_here.target_grids.add(others[6])
    refresh()
    return alike


def test_alike_are_grids_of_half_to_twice_the_size(year, six_grids, grids):
    found, is_alike = find_comparable(gap_of(grids[0]), 10)
    assert ([grid.id for grid in found], is_alike) == ([grid.pk for grid in six_grids[0][:6]], True)


def test_with_too_few_alike_all_others_are_taken(year, six_grids, grids):
    found, is_alike = find_comparable(gap_of(grids[0]), 60)
    assert ([grid.id for grid in found], is_alike) == ([grid.pk for grid in six_grids[0]], False)


def test_kinds_equal_plain_python(year, grids, neighbour_community):
    members = {person.pk for person in year}
    since = timezone.localdate() - timedelta(days=365)
    counts: dict[str, list[set[int]]] = {}
    for activity in Activity.objects.filter(community=neighbour_community, held_on__gt=since, target_grids=None):
        came = set(activity.participations.values_list("resident", flat=True)) & members
        counts.setdefault(activity.kind.name, []).append(came)
    rows = {row.name: row for row in read_elsewhere(gap_of(grids[0]), 10).kinds}
    assert rows.keys() == counts.keys()
    for name, came in counts.items():
        numbers = [len(one) for one in came]
        row, people = rows[name], len(set.union(*came))
        assert (row.n, row.people, row.population) == (len(numbers), people, 48)
        assert row.mean == pytest.approx(mean(numbers))
        assert row.deviation == pytest.approx(stdev(numbers))


def test_interval_and_share_follow_their_formulas(year, grids):
    talks = read_elsewhere(gap_of(grids[0]), 10).kinds[0]
    numbers = [6, 9, 0, 12, 7, 8, 5]
    half = 2.4469 * stdev(numbers) / sqrt(7)  # Student's t, 6 degrees of freedom, 97.5 %
    assert talks.interval == pytest.approx((mean(numbers) - half, mean(numbers) + half), abs=0.01)
    assert talks.share == (talks.people / 48, *wilson(talks.people, 48))


def test_times_of_the_week_are_told_apart(year, grids):
    slots = {row.slot: row.n for row in read_elsewhere(gap_of(grids[0]), 10).slots}
    assert slots == {"day": 9, "weekend": 6}


def test_mean_of_fewer_than_five_activities_is_not_said(year, grids):
    rows = {row.name: row for row in read_elsewhere(gap_of(grids[0]), 10).kinds}
    assert (rows["体育健身"].n, rows["体育健身"].interval) == (2, None)


def test_row_of_a_few_people_is_hidden_with_another(year, grids):
    rows = read_elsewhere(gap_of(grids[0]), 10).kinds
    hidden = {row.name for row in rows if row.hidden}
    assert hidden == {"文艺演出", "体育健身"}  # two people came to the shows; the next smallest hides them
    assert all(row.share is None and row.interval is None for row in rows if row.hidden)


def test_best_kind_comes_with_its_usual_time(year, grids):
    best = read_elsewhere(gap_of(grids[0]), 10).best
    assert best is not None
    assert (best.kind, best.slot, best.weekday, best.hour) == (
        ActivityKind.objects.get(name="健康讲座").pk,
        "day",
        1,
        10,
    )


def test_counselling_and_cancelled_activities_do_not_count(year, register, worker, neighbour_community, grids):
    register.activity(neighbour_community, worker, kind="心理疏导")
    register.activity(neighbour_community, worker, *year, kind="义诊", status="cancelled", cancel_reason="下雨")
    assert {row.name for row in read_elsewhere(gap_of(grids[0]), 10).kinds} == {"健康讲座", "文艺演出", "体育健身"}


def test_group_that_lives_nowhere_else_has_nothing_beside_it(register, grids):
    register.resident(grids[0], groups=["relocated"])
    refresh()
    found = read_elsewhere(gap_of(grids[0], "relocated"), 1)
    assert (found.grids, found.kinds, found.best) == (0, (), None)


def test_age_bands_are_compared_too(year, grids):
    found = read_elsewhere(gap_of(grids[0], "age_36_59"), 10)
    assert found.population == 48
    assert found.kinds[0].name == "健康讲座"


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(4, 2.7764), (5, 2.5706), (10, 2.2281), (30, 2.0423), (1000, 1.9623)]
)
def test_quantiles_of_student_are_those_of_the_tables(freedom, quantile):
    assert find_t(freedom) == pytest.approx(quantile, abs=0.001)


def test_interval_of_a_mean_ends_at_nought():
    assert find_interval(0.2, 0.45, 5)[0] == 0.0
    assert find_interval(3.0, 1.0, 4) is None


def test_elsewhere_reads_a_constant_number_of_queries(
    year, register, worker, neighbour_community, grids, django_assert_num_queries
):
    gap = gap_of(grids[0])
    with django_assert_num_queries(5):
        read_elsewhere(gap, 10)
    for _n in range(8):
        register.activity(neighbour_community, worker, *year[:6], kind="义诊")
    with django_assert_num_queries(5):
        read_elsewhere(gap, 10)
