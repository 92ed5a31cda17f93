"""Service records: collected from the door, typed in, confirmed by another, corrected with a trace, never changed."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from activities.models import CheckIn, Outsider, Participation
from tests.register import Register
from tests.volunteers.shift_help import LONG_AGO, make_helper, make_record, make_service_day
from volunteers.hours_due import find_uncollected
from volunteers.models import ServiceField, ServiceRecord, Shift, ShiftNeed, ShiftSignUp, Volunteer
from volunteers.service import Reason, add_record, collect, confirm_records, correct_record, withdraw_record
from volunteers.stays import find_stays


@pytest.fixture
def activity(community, worker):
    return make_service_day(community, worker)


@pytest.fixture
def helper(community):
    return make_helper(community)


def come(activity, name="王小明", minutes=90, by=None, **fields) -> Outsider:
    begin = activity.starts_at + timedelta(seconds=40)
    left = None if minutes is None else begin + timedelta(minutes=minutes)
    times = {"checked_in_at": begin, "checked_out_at": left, "recorded_by": by}
    return Outsider.objects.create(activity=activity, name=name, **times | fields)


def test_check_in_and_out_make_a_record_in_whole_minutes(activity, helper, worker, coordinator):
    come(activity, by=worker, tail="5678")
    collect(activity, by=coordinator)
    row = ServiceRecord.objects.get()
    assert (row.volunteer, row.source, row.recorded_by, row.confirmed_at) == (helper, "checked", worker, None)
    assert (row.starts_at, row.minutes) == (activity.starts_at, 90)


def test_a_resident_who_checked_in_herself_has_no_recorder(activity, resident, grids, community, worker):
    volunteer = Volunteer.objects.create(community=community, resident=resident, registered_on=LONG_AGO)
    times = {"checked_in_at": activity.starts_at, "checked_out_at": activity.ends_at}
    Participation.objects.create(activity=activity, resident=resident, grid=grids[0], **times)
    collect(activity, by=worker)
    assert volunteer.records.get().recorded_by is None


def test_collecting_twice_gives_nothing_new_even_after_a_withdrawal(activity, helper, worker, coordinator):
    come(activity)
    collect(activity, by=worker)
    assert collect(activity, by=worker).ready == []
    withdraw_record(ServiceRecord.objects.get(), reason=Reason.NO_SERVICE, by=coordinator)
    assert collect(activity, by=worker).recorded == 1
    assert ServiceRecord.objects.count() == 1


@pytest.mark.parametrize("minutes", [None, 0, 24 * 60 + 1])
def test_what_is_missing_or_too_long_is_asked_and_not_guessed(activity, helper, worker, minutes):
    come(activity, minutes=minutes)
    stays = collect(activity, by=worker)
    assert [stay.volunteer for stay in stays.questions] == [helper]
    assert not ServiceRecord.objects.exists()


@pytest.mark.parametrize("name", ["李小红", "王小"])
def test_who_is_no_volunteer_gets_no_hours(activity, helper, worker, name):
    come(activity, name=name)
    assert collect(activity, by=worker).ready == []


def test_a_name_that_fits_two_fits_nobody(activity, helper, community, worker):
    make_helper(community, phone="19900001111")
    come(activity)
    assert collect(activity, by=worker).ready == []
    Outsider.objects.update(tail="1111")
    assert len(collect(activity, by=worker).ready) == 1


def test_field_is_that_of_the_shift_signed_up_for(activity, helper, worker):
    field = ServiceField.objects.get_or_create(name="环境保护")[0]
    times = {"starts_at": activity.starts_at, "ends_at": activity.ends_at}
    shift = Shift.objects.create(activity=activity, title="清扫", field=field, created_by=worker, **times)
    ShiftSignUp.objects.create(need=ShiftNeed.objects.create(shift=shift), volunteer=helper)
    come(activity)
    collect(activity, by=worker)
    assert (ServiceRecord.objects.get().field, ServiceRecord.objects.get().shift) == (field, shift)


@pytest.fixture
def lecture(community, worker):
    """An activity of yesterday at which being there is no service."""
    return Register().activity(community, worker, kind="健康讲座", day=timezone.localdate() - timedelta(days=1))


def plan(activity, by, volunteer, **fields):
    times = {"starts_at": activity.starts_at, "ends_at": activity.ends_at}
    shift = Shift.objects.create(activity=activity, title="引导", created_by=by, **times)
    return ShiftSignUp.objects.create(need=ShiftNeed.objects.create(shift=shift), volunteer=volunteer, **fields)


def test_being_there_is_service_only_with_a_place_in_a_shift(lecture, helper, worker, coordinator):
    come(lecture)
    assert collect(lecture, by=coordinator).ready == []
    assert not find_uncollected(worker).exists()
    wish = plan(lecture, worker, helper, cancelled_at=timezone.now())
    assert not find_uncollected(worker).exists()
    ShiftSignUp.objects.filter(pk=wish.pk).update(cancelled_at=None)
    assert list(find_uncollected(worker)) == [lecture]
    assert len(collect(lecture, by=coordinator).ready) == 1
    assert not find_uncollected(worker).exists()


@pytest.mark.parametrize(
    ("fields", "tail", "is_due"),
    [
        ({}, "5678", True),
        ({}, "", True),
        ({}, "9999", False),
        ({"left_on": timezone.localdate() - timedelta(days=9)}, "5678", False),
        ({"registered_on": timezone.localdate()}, "5678", False),
    ],
)
def test_activity_is_due_just_when_there_is_something_to_collect(activity, community, worker, fields, tail, is_due):
    make_helper(community, **fields)
    come(activity, tail=tail)
    assert find_uncollected(worker).exists() is is_due
    assert bool(find_stays(activity).ready) is is_due


def test_activity_with_a_name_that_fits_two_is_not_due(activity, helper, community, worker):
    make_helper(community, phone="19900001111")
    come(activity)
    assert not find_uncollected(worker).exists()
    Outsider.objects.update(tail="1111")
    assert find_uncollected(worker).exists()


def test_neither_who_scanned_in_nor_who_scanned_out_confirms(
    activity, helper, community, worker, make_user, coordinator
):
    guest, third = come(activity, by=worker), make_user("worker2", Role.WORKER, community)
    scan = {"method": "scanned", "claimed_at": activity.ends_at, "direction": "out", "recorded_by": coordinator}
    CheckIn.objects.create(client_id=uuid.uuid4(), activity=activity, outsider=guest, **scan)
    collect(activity, by=worker)
    row = ServiceRecord.objects.get()
    assert [confirm_records([row], by=by).own for by in (worker, coordinator)] == [1, 1]
    assert confirm_records([row], by=third).confirmed == [row.pk]


def type_in(helper, activity, by, minutes=60, **fields):
    times = {"starts_at": activity.starts_at, "ends_at": activity.starts_at + timedelta(minutes=minutes)}
    return add_record(helper, activity=activity, service_field=None, by=by, **times | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minutes": 0}, "晚于开始"),
        ({"minutes": 25 * 60}, "还没到|最长"),
        (
            {"starts_at": timezone.now() - timedelta(days=9), "ends_at": timezone.now() - timedelta(days=8.9)},
            "一天以内",
        ),
        ({"ends_at": timezone.now() + timedelta(hours=1)}, "还没到"),
    ],
)
def test_times_that_cannot_be_are_refused(helper, activity, worker, fields, words):
    with pytest.raises(ValidationError, match=words):
        type_in(helper, activity, worker, **fields)


def test_hours_before_registration_are_refused(community, activity, worker):
    late = make_helper(community, registered_on=timezone.localdate())
    with pytest.raises(ValidationError, match="在册志愿者"):
        type_in(late, activity, worker)


def test_the_same_hours_twice_are_refused(helper, activity, worker):
    type_in(helper, activity, worker)
    with pytest.raises(ValidationError, match="已经记过"):
        type_in(helper, activity, worker)


def test_who_recorded_cannot_confirm(helper, activity, worker, coordinator):
    row = type_in(helper, activity, worker)
    assert confirm_records([row], by=worker).own == 1
    outcome = confirm_records([row], by=coordinator)
    assert outcome.confirmed == [row.pk]
    assert AuditEvent.objects.get(action="service.confirm").detail == {"records": [row.pk]}


def test_correction_leaves_a_trace_and_waits_for_another(helper, activity, worker, coordinator):
    old = type_in(helper, activity, worker)
    confirm_records([old], by=coordinator)
    times = {"starts_at": old.starts_at, "ends_at": old.ends_at + timedelta(minutes=5)}
    new = correct_record(old, reason=Reason.WRONG_TIMES, by=coordinator, **times)
    old.refresh_from_db()
    assert (new.corrects, new.confirmed_at, old.withdraw_reason) == (old, None, "wrong_times")
    assert confirm_records([new], by=coordinator).own == 1
    assert confirm_records([new], by=worker).confirmed == [new.pk]


def test_correction_that_changes_nothing_leaves_all_as_it_was(helper, activity, worker):
    row = type_in(helper, activity, worker)
    with pytest.raises(ValidationError, match="没有变"):
        correct_record(row, starts_at=row.starts_at, ends_at=row.ends_at, reason=Reason.WRONG_TIMES, by=worker)
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_second_withdrawal_is_told_that_there_was_one(helper, activity, worker):
    row = type_in(helper, activity, worker)
    withdraw_record(row, reason=Reason.TWICE, by=worker)
    with pytest.raises(ValidationError, match="同事刚"):
        withdraw_record(row, reason=Reason.TWICE, by=worker)


@pytest.mark.parametrize(
    "change", ["starts_at = starts_at - interval '1 hour'", "confirmed_by_id = null, confirmed_at = null"]
)
def test_confirmed_record_cannot_be_changed_in_the_database(helper, activity, coordinator, change):
    done = {"confirmed_by": coordinator, "confirmed_at": timezone.now()}
    row = make_record(helper, activity, **done)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update volunteers_servicerecord set {change} where id = %s", [row.pk])
    with connection.cursor() as cursor:  # it is what was changed that was refused
        cursor.execute("update volunteers_servicerecord set field_id = field_id where id = %s", [row.pk])
        assert cursor.rowcount == 1


def test_activity_waits_to_be_collected_until_each_volunteer_has_a_record(activity, helper, worker, coordinator):
    come(activity, name="李小红")
    assert list(find_uncollected(coordinator)) == []
    come(activity, minutes=None)
    assert list(find_uncollected(coordinator)) == [activity]
    type_in(helper, activity, worker)
    assert list(find_uncollected(coordinator)) == []
