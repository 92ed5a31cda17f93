"""The order in which volunteers are asked: skill, free time, nearness, load; and who is shown apart."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from tests.volunteers.shift_help import LONG_AGO, make_helper, make_record, make_service_day, make_shift
from volunteers.matching import Candidate, Nearness, covers, find_matches, sort_candidates
from volunteers.models import FreeTime, ShiftNeed, ShiftSignUp, Skill, Volunteer

SATURDAY = datetime(2026, 11, 21)
MORNING = FreeTime(weekdays=[6, 7], starts=time(8), ends=time(12))
AFTERNOON = FreeTime(weekdays=[6, 7], starts=time(12), ends=time(18))
NIGHT = FreeTime(weekdays=[6], starts=time(18), ends=time(23, 59))


def at(hour: int, minute: int = 0, day: int = 0):
    return timezone.make_aware(SATURDAY + timedelta(days=day, hours=hour, minutes=minute))


def candidate(pk: int, *, skill=True, free=True, near=Nearness.COMMUNITY, minutes=0) -> Candidate:
    return Candidate(Volunteer(pk=pk), has_skill=skill, is_free=free, nearness=near, minutes=minutes)


def keys(candidates) -> list[int]:
    return [one.volunteer.pk for one in candidates]


def test_skill_goes_before_free_time_before_nearness_before_load():
    rows = [
        candidate(1, skill=False, near=Nearness.GRID),
        candidate(2, free=False, near=Nearness.GRID),
        candidate(3, near=Nearness.ELSEWHERE),
        candidate(4, minutes=60),
        candidate(5),
        candidate(6, near=Nearness.GRID, minutes=600),
    ]
    assert keys(sort_candidates(rows)) == [6, 5, 4, 3, 2, 1]


def test_who_is_equal_in_all_keeps_the_order_of_registration():
    assert keys(sort_candidates([candidate(3), candidate(1), candidate(2)])) == [1, 2, 3]


@pytest.mark.parametrize(
    ("times", "begin", "end", "expected"),
    [
        ([MORNING], at(8), at(12), True),
        ([MORNING], at(8), at(12, 1), False),
        ([MORNING, AFTERNOON], at(9), at(17), True),
        ([AFTERNOON], at(9), at(17), False),
        ([MORNING], at(9, day=2), at(10, day=2), False),
        ([NIGHT], at(20), at(24), True),
        ([NIGHT], at(20), at(24, 30), False),
        ([], at(9), at(10), False),
    ],
)
def test_free_times_cover_a_shift_in_local_hours(times, begin, end, expected):
    assert covers(times, begin, end) is expected


@pytest.fixture
def need(community, worker):
    skill = Skill.objects.get_or_create(name="理发")[0]
    return make_shift(community, worker, skill=skill, number=3).needs.get()


def test_reasons_say_what_is_known(need, community, grids, register):
    need.shift.activity.target_grids.set([grids[0]])
    barber = Volunteer.objects.create(
        community=community, resident=register.resident(grids[0], phone="19911110000"), registered_on=LONG_AGO
    )
    barber.skills.set([need.skill])
    stranger = make_helper(community)
    found = find_matches(need).ready
    assert keys(found) == [barber.pk, stranger.pk]
    assert [(one.has_skill, one.nearness) for one in found] == [(True, Nearness.GRID), (False, Nearness.ELSEWHERE)]


def test_load_is_what_was_confirmed_in_the_last_thirty_days(need, community, worker, coordinator):
    busy = make_helper(community)
    done = {"confirmed_by": coordinator, "confirmed_at": timezone.now()}
    day = make_service_day(community, worker)
    make_record(busy, day, **done)
    make_record(busy, day, starts_at=day.starts_at - timedelta(days=40), **done)
    make_record(busy, day, starts_at=day.starts_at + timedelta(hours=3))
    assert find_matches(need).ready[0].minutes == 60


def test_who_has_another_shift_at_that_time_is_shown_apart(need, community, worker):
    helper = make_helper(community)
    begin = need.shift.ends_at - timedelta(minutes=1)
    other = make_shift(community, worker, starts_at=begin)
    touching = make_shift(community, worker, starts_at=need.shift.ends_at)
    ShiftSignUp.objects.create(need=touching.needs.get(), volunteer=helper)
    assert keys(find_matches(need).ready) == [helper.pk]
    ShiftSignUp.objects.create(need=other.needs.get(), volunteer=helper)
    found = find_matches(need)
    assert (keys(found.ready), keys(found.busy), found.busy[0].busy) == ([], [helper.pk], other)


def test_who_is_in_pausing_gone_or_of_another_community_is_left_out(need, community, neighbour_community):
    inside = make_helper(community, "赵一")
    ShiftSignUp.objects.create(need=need, volunteer=inside)
    make_helper(community, "钱二", paused_since=LONG_AGO)
    make_helper(community, "孙三", left_on=LONG_AGO)
    make_helper(community, "李四", registered_on=None)
    make_helper(neighbour_community, "周五")
    here = make_helper(community, "吴六")
    assert keys(find_matches(need).ready) == [here.pk]


def test_queries_do_not_grow_with_the_volunteers(need, community, django_assert_num_queries):
    for number in range(8):
        make_helper(community, f"张小{'一二三四五六七八'[number]}")
    row = ShiftNeed.objects.select_related("skill", "shift__activity").get(pk=need.pk)
    with django_assert_num_queries(6):
        assert len(find_matches(row).ready) == 8
