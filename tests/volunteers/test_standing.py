"""Applications decided by one of two, pauses, leaving and what ends with it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from tests.volunteers.test_people import years_ago
from volunteers import standing
from volunteers.models import Shift, ShiftNeed, ShiftSignUp, Team, TeamMember, Volunteer


@pytest.fixture
def applicant(community, resident):
    """A resident who waits for an answer."""
    return Volunteer.objects.create(community=community, resident=resident)


@pytest.fixture
def team(community):
    return Team.objects.create(community=community, kind="team", name="清扫队", filed_on=date(2024, 1, 1))


def sign_up(volunteer, activity, by, begins):
    """Sign a volunteer up for a shift of the activity that begins at a moment."""
    shift = Shift.objects.create(
        activity=activity, title="清扫", starts_at=begins, ends_at=begins + timedelta(hours=2), created_by=by
    )
    return ShiftSignUp.objects.create(need=ShiftNeed.objects.create(shift=shift), volunteer=volunteer)


def test_application_is_accepted(client, coordinator, applicant):
    client.force_login(coordinator)
    client.post(f"/volunteers/{applicant.pk}/decide/", {"decision": "accept"})
    applicant.refresh_from_db()
    assert (applicant.state, applicant.registered_by) == ("registered", coordinator)


def test_opening_the_page_and_an_empty_form_decide_nothing(client, coordinator, applicant):
    client.force_login(coordinator)
    client.get(f"/volunteers/{applicant.pk}/decide/")
    answer = client.post(f"/volunteers/{applicant.pk}/decide/", {"reason": ""})
    applicant.refresh_from_db()
    assert ("请先选通过还是不通过" in answer.content.decode(), applicant.state) == (True, "applied")


def test_refusal_needs_reason_of_the_list(client, coordinator, applicant):
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/{applicant.pk}/decide/", {"decision": "refuse"})
    assert list(answer.context["form"].errors) == ["reason"]
    client.post(f"/volunteers/{applicant.pk}/decide/", {"decision": "refuse", "reason": "unreachable"})
    applicant.refresh_from_db()
    assert applicant.state == "refused"
    assert AuditEvent.objects.get(action="volunteer.refuse").detail["reason"] == "unreachable"


def test_second_of_two_coordinators_is_told(client, worker, coordinator, applicant):
    standing.accept(applicant, by=worker)
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/{applicant.pk}/decide/", {"decision": "refuse", "reason": "twice"})
    applicant.refresh_from_db()
    assert "同事刚处理过这份申请，现在是“在册”" in answer.content.decode()
    assert (applicant.state, applicant.registered_by) == ("registered", worker)


def test_decision_is_taken_on_the_row_as_it_is_now(worker, coordinator, applicant):
    stale = Volunteer.objects.get(pk=applicant.pk)
    standing.refuse(applicant, reason="twice", by=worker)
    assert stale.state == "applied"
    with pytest.raises(ValidationError, match="同事刚处理过"):
        standing.accept(stale, by=coordinator)


def test_child_of_the_register_is_not_accepted(community, coordinator, grids, register):
    child = register.resident(grids[0], born=years_ago(14, days=1))
    applicant = Volunteer.objects.create(community=community, resident=child)
    with pytest.raises(ValidationError, match="14 周岁"):
        standing.accept(applicant, by=coordinator)


def test_pause_and_back(client, coordinator, volunteer):
    client.force_login(coordinator)
    states = []
    for step in ("pause", "resume"):
        client.post(f"/volunteers/{volunteer.pk}/{step}/")
        volunteer.refresh_from_db()
        states.append(volunteer.state)
    assert states == ["paused", "registered"]


def test_page_names_what_ends_before_it_ends(client, coordinator, volunteer, team, register, community):
    TeamMember.objects.create(team=team, volunteer=volunteer, since=date(2024, 1, 1))
    sign_up(volunteer, register.activity(community, coordinator), coordinator, timezone.now() + timedelta(days=2))
    client.force_login(coordinator)
    page = client.get(f"/volunteers/{volunteer.pk}/leave/").content.decode()
    assert "清扫队" in page
    assert "清扫 ·" in page
    volunteer.refresh_from_db()
    assert volunteer.state == "registered"


def test_leaving_ends_spells_and_shifts_to_come_only(coordinator, volunteer, team, register, community):
    spell = TeamMember.objects.create(team=team, volunteer=volunteer, since=date(2024, 1, 1))
    activity = register.activity(community, coordinator)
    coming = sign_up(volunteer, activity, coordinator, timezone.now() + timedelta(days=2))
    over = sign_up(volunteer, activity, coordinator, timezone.now() - timedelta(days=2))
    standing.leave(volunteer, by=coordinator)
    for row in (volunteer, spell, coming, over):
        row.refresh_from_db()
    assert (volunteer.state, spell.until) == ("left", timezone.localdate())
    assert (coming.cancelled_at is None, over.cancelled_at is None) == (False, True)


def test_leaving_while_paused_is_possible(coordinator, volunteer):
    standing.pause(volunteer, by=coordinator)
    standing.leave(volunteer, by=coordinator)
    with pytest.raises(ValidationError, match="已退出"):
        standing.leave(volunteer, by=coordinator)
