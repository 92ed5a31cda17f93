"""Applying batches of check-ins: who is meant, once a person, sent as often as one likes, times and refusals."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.encryption import tail_index
from accounts.models import AuditEvent
from activities.checkin_entries import Entry
from activities.checkins import apply_check_ins, settle_check_in
from activities.codes import write_card
from activities.models import CheckIn, Method, Outsider, Participation, PersonalCode


@pytest.fixture
def activity(register, community, worker):
    """A published activity that began half an hour ago."""
    begin = timezone.now() - timedelta(minutes=30)
    return register.activity(
        community, worker, status="published", starts_at=begin, ends_at=begin + timedelta(minutes=90)
    )


@pytest.fixture
def hours(register, community, worker):
    """One whose hours count."""
    begin = timezone.now() - timedelta(hours=1)
    end = begin + timedelta(hours=2)
    return register.activity(community, worker, kind="志愿服务", status="published", starts_at=begin, ends_at=end)


def entry(minutes_ago: float = 1, method: Method = Method.TICKED, **fields) -> Entry:
    return Entry(uuid.uuid4(), timezone.now() - timedelta(minutes=minutes_ago), method, **fields)


def states(results) -> list[str]:
    return [result.refusal or result.state for result in results]


def test_ticked_resident_is_there_with_grid_and_time(activity, resident, worker, grids):
    sent = entry(5, resident=resident.pk)
    assert states(apply_check_ins(activity, [sent], by=worker)) == ["accepted"]
    row = activity.participations.get()
    assert (row.resident, row.grid, row.recorded_by) == (resident, grids[0], worker)
    assert row.checked_in_at == sent.claimed_at < row.recorded_at


def test_same_batch_sent_again_changes_nothing_and_says_the_same(activity, resident, worker):
    batch = [entry(resident=resident.pk), entry(name="外来客", tail="1234"), entry(code="SQ1-nobody")]
    first = apply_check_ins(activity, batch, by=worker)
    again = apply_check_ins(activity, batch, by=worker)
    assert states(first) == states(again) == ["accepted", "accepted", "unknown_code"]
    assert (CheckIn.objects.count(), Participation.objects.count(), Outsider.objects.count()) == (3, 1, 1)


def test_same_entry_twice_in_one_batch_counts_once(activity, resident, worker):
    sent = entry(resident=resident.pk)
    assert states(apply_check_ins(activity, [sent, sent], by=worker)) == ["accepted", "accepted"]
    assert CheckIn.objects.count() == 1


def test_second_scan_of_a_person_is_already_and_keeps_the_earlier_time(activity, resident, worker):
    late, early = entry(2, resident=resident.pk), entry(20, resident=resident.pk)
    apply_check_ins(activity, [late], by=worker)
    assert states(apply_check_ins(activity, [early], by=worker)) == ["already"]
    assert activity.participations.get().checked_in_at == early.claimed_at
    assert activity.check_ins.filter(refusal="").count() == 2


@pytest.mark.parametrize(("minutes_ago", "bound"), [(60 * 24, "earliest"), (-60, "now")])
def test_clock_that_is_wrong_is_bounded_and_kept_as_claimed(activity, resident, worker, minutes_ago, bound):
    sent = entry(minutes_ago, resident=resident.pk)
    apply_check_ins(activity, [sent], by=worker)
    row = activity.participations.get()
    assert row.checked_in_at == {"earliest": activity.starts_at - timedelta(hours=2), "now": row.recorded_at}[bound]
    assert CheckIn.objects.get().claimed_at == sent.claimed_at


def test_check_out_next_morning_ends_two_hours_after_the_end(register, community, resident, worker):
    begin = timezone.now() - timedelta(hours=20)
    end = begin + timedelta(hours=2)
    duty = register.activity(community, worker, kind="志愿服务", status="published", starts_at=begin, ends_at=end)
    comes, goes = entry(20 * 60 + 0.5, resident=resident.pk), entry(1, resident=resident.pk, direction="out")
    apply_check_ins(duty, [comes, goes], by=worker)
    assert duty.participations.get().minutes == 240


def test_check_in_that_arrives_late_is_marked(activity, resident, worker, settings):
    apply_check_ins(activity, [entry(20, resident=resident.pk)], by=worker)
    assert CheckIn.objects.get().is_late
    settings.CHECK_IN_LATE_SECONDS = 30 * 60
    assert not CheckIn.objects.get().is_late


def test_card_checks_its_holder_in(activity, resident, worker):
    code = PersonalCode.objects.create(resident=resident)
    results = apply_check_ins(activity, [entry(method=Method.SCANNED, code=write_card(code))], by=worker)
    assert (states(results), results[0].name) == (["accepted"], "欧**英")
    assert activity.participations.get().method == Method.SCANNED


def test_card_of_another_community_gives_nobody_away(activity, register, foreign_grid, worker):
    stranger = register.resident(foreign_grid, name="司马南风")
    code = PersonalCode.objects.create(resident=stranger)
    result = apply_check_ins(activity, [entry(code=write_card(code))], by=worker)[0]
    assert (result.refusal, result.name, result.resident) == ("other_community", "", None)
    assert CheckIn.objects.get().resident is None


def test_key_of_another_community_is_refused(activity, register, foreign_grid, worker):
    stranger = register.resident(foreign_grid)
    assert states(apply_check_ins(activity, [entry(resident=stranger.pk)], by=worker)) == ["other_community"]
    assert not Participation.objects.exists()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("https://x/activities/arrive/another/1-ab/", "other_activity"),
        ("SQ1-", "unknown_code"),
        ("hello", "unknown_code"),
    ],
)
def test_scan_of_anything_else_is_kept_with_its_reason(activity, worker, code, refusal):
    assert states(apply_check_ins(activity, [entry(code=code)], by=worker)) == [refusal]
    assert CheckIn.objects.get().refusal == refusal


def test_entry_made_for_another_list_is_refused_and_can_still_reach_its_own(activity, hours, resident, worker):
    sent = entry(resident=resident.pk, activity=hours.pk)
    assert states(apply_check_ins(activity, [sent], by=worker)) == ["other_activity"]
    assert states(apply_check_ins(hours, [sent], by=worker)) == ["accepted"]


def test_id_of_another_activity_says_no_more_than_that(activity, hours, resident, worker):
    sent = entry(resident=resident.pk)
    apply_check_ins(hours, [sent], by=worker)
    result = apply_check_ins(activity, [sent], by=worker)[0]
    assert (result.refusal, result.name) == ("other_activity", "")


@pytest.mark.parametrize("tail", ["5678", "017X"])
def test_name_and_tail_of_phone_or_id_find_the_resident(activity, register, grids, worker, tail):
    person = register.resident(grids[0], name="诸葛孔明", phone="19912345678")
    person.id_tail = tail_index("017X")
    person.save()
    apply_check_ins(activity, [entry(name="诸葛孔明", tail=tail)], by=None)
    assert activity.participations.get().resident == person


@pytest.mark.parametrize("tail", ["0000", ""])
def test_name_without_the_right_tail_is_an_outsider(activity, resident, worker, tail):
    apply_check_ins(activity, [entry(name=resident.name, tail=tail)], by=None)
    assert not activity.participations.exists()
    assert activity.outsiders.get().tail == tail


def test_two_of_one_name_and_tail_are_not_guessed_between(activity, register, grids):
    for _ in range(2):
        register.resident(grids[0], name="李娜")
    apply_check_ins(activity, [entry(name="李娜", tail="5678")], by=None)
    assert (activity.participations.count(), activity.outsiders.count()) == (0, 1)


@pytest.mark.parametrize("who", ["resident", "name"])
def test_who_had_moved_out_is_refused_by_staff_and_an_outsider_by_name(activity, register, grids, worker, who):
    yesterday = timezone.localdate() - timedelta(days=1)
    person = register.resident(grids[0], name="旧邻居", until=yesterday)
    sent = entry(resident=person.pk) if who == "resident" else entry(name="旧邻居", tail="5678")
    result = apply_check_ins(activity, [sent], by=worker)
    assert states(result) == (["gone"] if who == "resident" else ["accepted"])
    assert not activity.participations.exists()


def test_check_out_keeps_the_latest_and_gives_minutes(hours, resident, worker):
    comes = entry(50, resident=resident.pk)
    goes = [entry(ago, resident=resident.pk, direction="out") for ago in (20, 5)]
    assert states(apply_check_ins(hours, [goes[1], comes, goes[0]], by=worker)) == ["accepted"] * 3
    row = hours.participations.get()
    assert (row.checked_out_at, row.minutes) == (goes[1].claimed_at, 45)


def test_outsider_checks_out_too(hours, worker):
    apply_check_ins(hours, [entry(50, name="外来客")], by=worker)
    apply_check_ins(hours, [entry(10, name="外来客", direction="out")], by=worker)
    assert hours.outsiders.get().minutes == 40


def test_leaving_without_having_come_is_refused(hours, resident, worker):
    assert states(apply_check_ins(hours, [entry(resident=resident.pk, direction="out")], by=worker)) == ["not_in"]
    assert not hours.participations.exists()


def test_first_check_in_makes_a_published_activity_held_once(activity, resident, register, grids, worker):
    apply_check_ins(activity, [entry(code="SQ1-nobody")], by=worker)
    activity.refresh_from_db()
    assert activity.status == "published"
    for person in (resident, register.resident(grids[0])):
        apply_check_ins(activity, [entry(resident=person.pk)], by=worker)
    activity.refresh_from_db()
    assert (activity.status, activity.version) == ("held", 2)
    assert AuditEvent.objects.filter(action="activity.first_check_in").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "cancelled", "cancel_reason": "下雨"}, "已经撤销"),
        ({"status": "planned"}, "还没有发布"),
        ({"starts_at": timedelta(hours=3), "ends_at": timedelta(hours=4)}, "还没到签到时间"),
    ],
)
def test_activity_that_takes_no_check_ins_says_why_and_records_nothing(activity, resident, worker, change, words):
    for field, value in change.items():
        setattr(activity, field, timezone.now() + value if isinstance(value, timedelta) else value)
    activity.save()
    with pytest.raises(ValidationError, match=words):
        apply_check_ins(activity, [entry(resident=resident.pk)], by=worker)
    assert not CheckIn.objects.exists()


def test_verified_activity_takes_no_check_ins(register, community, worker, street_officer, resident):
    now = timezone.now()
    verified = register.activity(community, worker, verified_at=now, verified_by=street_officer)
    with pytest.raises(ValidationError, match="已经核验"):
        apply_check_ins(verified, [entry(resident=resident.pk)], by=worker)


def test_confidential_activity_takes_no_names(register, community, worker, resident):
    begin = timezone.now()
    talk = register.activity(community, worker, kind="心理疏导", status="published", starts_at=begin)
    with pytest.raises(ValidationError, match="只记人数"):
        apply_check_ins(talk, [entry(name="某人", tail="1234")], by=worker)


def test_too_big_a_batch_is_refused(activity, worker):
    with pytest.raises(ValidationError, match="一次最多"):
        apply_check_ins(activity, [entry(name=f"甲{n}") for n in range(501)], by=worker)


def mixed_batch(register, grids, size: int) -> list[Entry]:
    people = [register.resident(grids[0], name=f"王{n}") for n in range(size)]
    codes = [PersonalCode.objects.create(resident=register.resident(grids[0])) for _ in range(size)]
    sent = [entry(resident=person.pk) for person in people] + [entry(code=write_card(code)) for code in codes]
    return sent + [entry(name=f"客{n}", tail="1234") for n in range(size)]


def test_query_count_does_not_grow_with_the_batch(activity, register, grids, worker, django_assert_num_queries):
    apply_check_ins(activity, mixed_batch(register, grids, 1), by=worker)  # the first makes it held
    for size in (2, 40):
        batch = mixed_batch(register, grids, size)
        with django_assert_num_queries(17):
            apply_check_ins(activity, batch, by=worker)


def test_settling_by_a_resident_is_a_row_of_its_own_at_the_time_of_the_scan(activity, resident, worker):
    apply_check_ins(activity, [entry(12, code="SQ1-lost")], by=worker)
    refused = CheckIn.objects.get()
    settle_check_in(refused, by=worker, resident=resident)
    refused.refresh_from_db()
    assert refused.refusal == "unknown_code"
    assert refused.settled_at
    assert activity.participations.get().checked_in_at == refused.claimed_at
    assert AuditEvent.objects.filter(action="activity.settle_check_in").exists()


def test_settling_by_a_name_or_by_nobody(activity, worker):
    apply_check_ins(activity, [entry(code="SQ1-a"), entry(code="SQ1-b")], by=worker)
    first, second = CheckIn.objects.order_by("pk")
    settle_check_in(first, by=worker, name="外来客", tail="")
    settle_check_in(second, by=worker)
    assert activity.outsiders.get().name == "外来客"
    assert not CheckIn.objects.exclude(refusal="").filter(settled_at=None).exists()


def test_settling_twice_and_settling_by_who_had_gone_are_refused(activity, register, grids, worker):
    gone = register.resident(grids[0], until=timezone.localdate() - timedelta(days=1))
    apply_check_ins(activity, [entry(code="SQ1-a")], by=worker)
    refused = CheckIn.objects.get()
    with pytest.raises(ValidationError, match="当天已迁出或去世"):
        settle_check_in(refused, by=worker, resident=gone)
    settle_check_in(refused, by=worker)
    with pytest.raises(ValidationError, match="已经处理过"):
        settle_check_in(refused, by=worker)
