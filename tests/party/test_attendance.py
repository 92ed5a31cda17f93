"""Attendance: taken on one phone or on two at once, leave, make-up, corrections, and who may still be ticked."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity, Participation
from grids.models import Residence
from party.attendance import ChangedError, Row, make_up, take_attendance
from party.models import AttendanceNote, Exemption
from party.rosters import read_rosters

TODAY = timezone.localdate()
UNREPORTED = {"status": "published", "reported_at": None, "reported_by": None}


@pytest.fixture
def people(make_member):
    """Three members of the branch."""
    return [make_member(name) for name in ("赵一", "钱二", "孙三")]


@pytest.fixture
def meeting(branch, people, hold):
    """A meeting of yesterday of which nobody has said yet who came."""
    return hold(branch, day=TODAY - timedelta(days=1), **UNREPORTED)


@pytest.fixture
def page(client, secretary):
    client.force_login(secretary)
    return client


def says(people, *states, was="expected"):
    """Return rows that say so of the people, in their order, as a form opened before says it."""
    return {member.pk: Row(was, state) for member, state in zip(people, states, strict=True)}


def form_of(people, *states, was="expected"):
    sent = {}
    for member, state in zip(people, states, strict=True):
        came, _colon, why = state.partition(":")
        sent |= {f"came-{member.pk}": came, f"why-{member.pk}": why, f"was-{member.pk}": was}
    return sent


def standings(meeting):
    meeting.refresh_from_db()
    return [one.standing.value for one in read(meeting).attendees]


def read(meeting):
    return read_rosters([type(meeting).objects.select_related("activity").get(pk=meeting.pk)])[meeting.pk]


def by_name(people):
    """Return the people as the roster has them: by their initials."""
    return sorted(people, key=lambda member: member.resident.initials)


def test_attendance_reports_the_meeting(page, meeting, people):
    qian, sun, zhao = by_name(people)
    sent = form_of([zhao, qian, sun], "present", "leave:health", "absent")
    assert page.post(reverse("party:attendance", args=[meeting.pk]), sent).status_code == 302
    activity = Activity.objects.get()
    assert (activity.status, activity.reported_at is not None) == ("held", True)
    assert standings(meeting) == ["leave", "absent", "present"]


def test_attendance_that_leaves_somebody_out_is_refused_and_nothing_is_lost(page, meeting, people):
    sent = form_of(people, "present", "leave:", "")
    answer = page.post(reverse("party:attendance", args=[meeting.pk]), sent).content.decode()
    assert "请点一下：到会、请假还是缺席" in answer
    assert "请点一下请假原因" in answer
    assert f'name="came-{people[0].pk}" value="present" id="id_came-{people[0].pk}_0" checked' in answer
    assert not Participation.objects.exists()


def test_two_secretaries_correct_different_rows_and_both_stay(meeting, people, secretary, worker):
    take_attendance(meeting, rows=says(people, *["absent"] * 3), by=secretary)
    take_attendance(meeting, rows=says(people, "present", "absent", "absent", was="absent"), by=secretary)
    take_attendance(meeting, rows=says(people, "absent", "leave:work", "absent", was="absent"), by=worker)
    assert sorted(standings(meeting)) == ["absent", "leave", "present"]


def test_second_of_two_is_told_what_the_first_said_otherwise(meeting, people, secretary, worker):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    with pytest.raises(ChangedError) as refused:
        take_attendance(meeting, rows=says(people, "present", "absent", "absent"), by=worker)
    assert refused.value.states == {people[1].pk: "leave:work"}
    assert sorted(standings(meeting)) == ["absent", "leave", "present"]


def test_form_that_clashed_is_saved_on_top_when_sent_once_more(page, meeting, people, worker):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=worker)
    address = reverse("party:attendance", args=[meeting.pk])
    answer = page.post(address, form_of(people, "present", "absent", "absent")).content.decode()
    assert "刚有改动" in answer
    assert f'name="was-{people[1].pk}" value="leave:work"' in answer
    again = form_of(people, "present", "absent", "absent") | {f"was-{people[1].pk}": "leave:work"}
    assert page.post(address, again).status_code == 302
    assert sorted(standings(meeting)) == ["absent", "absent", "present"]


def test_check_in_at_the_door_meanwhile_stays(meeting, people, secretary, grids):
    Participation.objects.create(
        activity=meeting.activity, resident=people[0].resident, grid=grids[0], method="scanned"
    )
    take_attendance(meeting, rows=says(people, "expected", "present", "absent"), by=secretary)
    assert Participation.objects.get(resident=people[0].resident).method == "scanned"


def test_same_form_sent_twice_changes_nothing_the_second_time(meeting, people, secretary):
    rows = says(people, "present", "leave:work", "absent")
    assert take_attendance(meeting, rows=rows, by=secretary)
    events = AuditEvent.objects.count()
    assert not take_attendance(meeting, rows=rows, by=secretary)
    assert AuditEvent.objects.count() == events


def test_correction_takes_back_presence_and_is_audited(meeting, people, secretary):
    take_attendance(meeting, rows=says(people, "present", "present", "present"), by=secretary)
    take_attendance(meeting, rows=says(people[:1], "absent", was="present"), by=secretary)
    assert sorted(standings(meeting)) == ["absent", "present", "present"]
    assert AuditEvent.objects.filter(action="party_meeting.attendance").count() == 2


@pytest.mark.parametrize("field", ["verified", "cancelled"])
def test_attendance_is_closed_once_verified_or_withdrawn(page, branch, people, hold, street_officer, field):
    closed = {
        "verified": {"verified_at": timezone.now(), "verified_by": street_officer},
        "cancelled": {"status": "cancelled", "cancel_reason": "没开成"},
    }
    meeting = hold(branch, **closed[field])
    answer = page.post(reverse("party:attendance", args=[meeting.pk]), form_of(people, *["present"] * 3))
    assert answer.url == reverse("party:meeting", args=[meeting.pk])
    assert not Participation.objects.exists()


def test_member_who_had_moved_away_is_named(page, meeting, people):
    Residence.objects.filter(resident=people[1].resident).update(until=date(2025, 1, 1))
    answer = page.post(reverse("party:attendance", args=[meeting.pk]), form_of(people, *["present"] * 3))
    assert "已经迁出或去世，不能记为到会" in answer.content.decode()
    assert str(people[1]) in answer.content.decode()
    assert not Participation.objects.exists()


def test_exempt_member_may_be_left_open_or_ticked(page, meeting, people, secretary):
    Exemption.objects.create(member=people[2], reason="aged", since=date(2025, 1, 1), by=secretary)
    address = reverse("party:attendance", args=[meeting.pk])
    assert page.post(address, form_of(people, "present", "absent", "expected")).status_code == 302
    assert (read(meeting).count(), sorted(standings(meeting))) == (2, ["absent", "exempt", "present"])
    page.post(address, form_of(people[2:], "present") | form_of(people[:1], "present", was="present"))
    sent = form_of(people[:1], "present", was="present") | form_of(people[1:2], "absent", was="absent")
    page.post(address, sent | form_of(people[2:], "present"))
    assert (read(meeting).count(), sorted(standings(meeting))) == (2, ["absent", "present", "present"])


def test_before_it_begins_only_leave_can_be_entered(branch, people, hold, secretary):
    ahead = {"status": "published", "starts_at": timezone.now() + timedelta(hours=3)}
    meeting = hold(branch, **ahead)
    take_attendance(meeting, rows=says(people, "leave:away", "expected", "expected"), by=secretary)
    with pytest.raises(ValidationError, match="还没有开始"):
        take_attendance(meeting, rows=says(people, "leave:away", "present", "expected"), by=secretary)
    assert (Activity.objects.get().reported_at, AttendanceNote.objects.get().leave) == (None, "away")


def test_leave_entered_before_goes_when_the_member_came_after_all(meeting, people, secretary):
    AttendanceNote.objects.create(meeting=meeting, member=people[0], leave="work", by=secretary)
    take_attendance(meeting, rows=says(people[:1], "present", was="leave:work"), by=secretary)
    assert not AttendanceNote.objects.exists()


def test_make_up_counts_as_neither_leave_nor_absence(page, meeting, people, secretary):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    for member in people[1:]:
        page.post(reverse("party:make-up", args=[meeting.pk, member.pk]), {"how": "brought", "day": TODAY})
    assert sorted(standings(meeting)) == ["made_up", "made_up", "present"]
    for member in people[1:]:
        page.post(reverse("party:make-up-end", args=[meeting.pk, member.pk]))
    assert sorted(standings(meeting)) == ["absent", "leave", "present"]


@pytest.mark.parametrize("days", [-2, 1])
def test_make_up_before_the_meeting_or_after_today_is_refused(meeting, people, secretary, days):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    with pytest.raises(ValidationError):
        make_up(meeting, people[2], day=TODAY + timedelta(days=days), how=AttendanceNote.MakeUp.READ, by=secretary)
    make_up(meeting, people[2], day=TODAY - timedelta(days=1), how=AttendanceNote.MakeUp.READ, by=secretary)


def test_make_up_of_who_was_there_or_not_expected_is_refused(
    page, meeting, people, secretary, make_member, other_branch
):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    answer = page.post(reverse("party:make-up", args=[meeting.pk, people[0].pk]), {"how": "read", "day": TODAY})
    assert "到会了，不用补课" in answer.content.decode()
    stranger = make_member("周四", organisation=other_branch)
    assert page.get(reverse("party:make-up", args=[meeting.pk, stranger.pk])).status_code == 404


def test_make_up_stays_when_leave_is_corrected_to_absence(meeting, people, secretary):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    make_up(meeting, people[1], day=TODAY, how=AttendanceNote.MakeUp.READ, by=secretary)
    take_attendance(meeting, rows=says(people[1:2], "absent", was="leave:work"), by=secretary)
    note = AttendanceNote.objects.get()
    assert (note.leave, note.made_up_on) == ("", TODAY)


def test_audit_names_nobody(meeting, people, secretary):
    take_attendance(meeting, rows=says(people, "present", "leave:work", "absent"), by=secretary)
    make_up(meeting, people[2], day=TODAY, how=AttendanceNote.MakeUp.READ, by=secretary)
    said = " ".join(str(event.detail) for event in AuditEvent.objects.all())
    assert not {"赵", "钱", "孙", "work"} & {*said, *said.split()}


@pytest.mark.parametrize("name", ["meeting", "attendance"])
def test_pages_of_a_meeting_take_as_many_queries_for_many(
    page, meeting, make_member, name, django_assert_max_num_queries
):
    for number in range(12):
        make_member(f"吴{number}")
    address = reverse(f"party:{name}", args=[meeting.pk])
    page.get(address)
    with django_assert_max_num_queries(12):
        page.get(address)
