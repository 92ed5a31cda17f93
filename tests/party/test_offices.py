"""Posts: who appoints whom, one secretary at a time, what is vacant, and what an appointment opens and closes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from party.departures import transfer_out
from party.models import Office, Organisation
from party.offices import appoint_account, appoint_member, end_office, find_candidates, name_member
from party.rosters import read_rosters
from party.structure import find_vacancies

FOUNDED = date(2020, 1, 1)


@pytest.fixture
def today():
    return timezone.localdate()


def test_account_becomes_secretary_and_leads(branch, branch_secretary, street_officer, today):
    appoint_account(organisation=branch, post="secretary", user=branch_secretary, since=today, by=street_officer)
    assert list(Organisation.objects.led_by(branch_secretary, today)) == [branch]
    event = AuditEvent.objects.get(action="party.office.add")
    assert (event.detail["user"], event.detail["post"]) == (branch_secretary.pk, "secretary")
    assert branch_secretary.name not in str(event.detail)


def test_there_is_one_secretary_at_a_time(secretary, branch, worker, street_officer, today):
    with pytest.raises(ValidationError, match="已有书记"):
        appoint_account(organisation=branch, post="secretary", user=worker, since=today, by=street_officer)
    end_office(branch.offices.get(), until=today, by=street_officer)
    appoint_account(organisation=branch, post="secretary", user=worker, since=today, by=street_officer)
    assert not Organisation.objects.led_by(secretary, today).exists()
    assert list(Organisation.objects.led_by(worker, today)) == [branch]


def test_secretary_has_an_account_of_the_community_that_leads(
    branch, outsider, coordinator, street_officer, make_user, neighbour_community, today
):
    neighbour = make_user("neighbour", Role.WORKER, neighbour_community)
    for user in (outsider, coordinator, street_officer, neighbour):
        with pytest.raises(ValidationError) as refused:
            appoint_account(organisation=branch, post="secretary", user=user, since=today, by=street_officer)
        assert "user" in refused.value.message_dict


def test_deputy_of_a_committee_may_be_an_account_of_a_branch_not(branch, community, worker, street_officer, today):
    committee = Organisation.objects.create(kind="committee", name="党委", community=community, founded_on=FOUNDED)
    office = appoint_account(organisation=committee, post="deputy", user=worker, since=today, by=street_officer)
    assert office.user == worker
    with pytest.raises(ValidationError) as refused:
        appoint_account(organisation=branch, post="deputy", user=worker, since=today, by=street_officer)
    assert "post" in refused.value.message_dict


def test_secretary_appoints_members_of_her_own_branch(secretary, branch, other_branch, make_member, today):
    member, stranger = make_member(), make_member("外支部", organisation=other_branch)
    appoint_member(organisation=branch, post="deputy", member=member, since=today, by=secretary)
    with pytest.raises(ValidationError) as refused:
        appoint_member(organisation=branch, post="publicity", member=stranger, since=today, by=secretary)
    assert "member" in refused.value.message_dict
    assert list(Office.objects.filter(post="deputy").values_list("member", flat=True)) == [member.pk]


def test_member_who_came_later_held_no_post_before(secretary, branch, make_member, today):
    member = make_member(since=today - timedelta(5))
    with pytest.raises(ValidationError):
        appoint_member(organisation=branch, post="deputy", member=member, since=today - timedelta(6), by=secretary)
    assert appoint_member(organisation=branch, post="deputy", member=member, since=today - timedelta(5), by=secretary)


def test_group_is_led_by_one_of_its_members(secretary, groups, make_member, today):
    member, other = make_member(group=groups[0]), make_member(group=groups[1])
    appoint_member(organisation=groups[0], post="group_leader", member=member, since=today, by=secretary)
    with pytest.raises(ValidationError):
        appoint_member(organisation=groups[0], post="group_leader", member=other, since=today, by=secretary)
    second = make_member(group=groups[0])
    with pytest.raises(ValidationError, match="已经有人"):
        appoint_member(organisation=groups[0], post="group_leader", member=second, since=today, by=secretary)


def test_who_does_not_lead_appoints_nobody(branch, make_member, worker, street_officer, secretary, today):
    member = make_member()
    for user in (worker, street_officer):
        with pytest.raises(PermissionDenied):
            appoint_member(organisation=branch, post="deputy", member=member, since=today, by=user)
    office = appoint_member(organisation=branch, post="deputy", member=member, since=today, by=secretary)
    with pytest.raises(PermissionDenied):
        end_office(office, until=today, by=worker)
    assert end_office(office, until=today, by=secretary).until == today


def test_secretary_of_a_committee_chooses_from_branches_that_she_leads_too(
    community, secretary, branch, other_branch, make_member, let_lead, today
):
    committee = Organisation.objects.create(kind="committee", name="党委", community=community, founded_on=FOUNDED)
    Organisation.objects.filter(pk__in=[branch.pk, other_branch.pk]).update(parent=committee)
    let_lead(secretary, committee)
    mine, _other = make_member(), make_member("外支部", organisation=other_branch)
    assert list(find_candidates(committee, secretary, today)) == [mine]


def test_office_is_ended_once(secretary, branch, street_officer, today):
    office = branch.offices.get()
    end_office(office, until=today, by=street_officer)
    with pytest.raises(ValidationError, match="已经结束"):
        end_office(office, until=today, by=street_officer)


@pytest.mark.parametrize(
    ("kind", "has_committee", "held", "vacant"),
    [
        ("branch", False, [], ["secretary"]),
        ("branch", False, ["secretary"], []),
        ("branch", True, ["secretary"], ["organisation", "publicity"]),
        ("branch", True, ["secretary", "publicity"], ["organisation"]),
        ("committee", True, ["secretary"], ["deputy"]),
        ("general_branch", False, [], ["secretary"]),
        ("group", False, [], ["group_leader"]),
        ("household", False, ["household_head"], []),
    ],
)
def test_required_posts_that_nobody_holds_are_vacant(kind, has_committee, held, vacant):
    organisation = Organisation(kind=kind, has_committee=has_committee)
    assert [post.value for post in find_vacancies(organisation, held)] == vacant


def test_secretary_says_which_member_she_is_and_is_on_the_committee(client, secretary, branch, make_member, hold):
    member = make_member()
    client.force_login(secretary)
    page, office = f"/party/organisations/{branch.pk}/", branch.offices.get()
    assert "您是哪位党员" in client.get(page).content.decode()
    client.post(f"/party/offices/{office.pk}/member/", {"member": member.pk})
    meeting = hold(branch, kind="committee")
    assert read_rosters([meeting])[meeting.pk].attendees[0].member == member
    assert AuditEvent.objects.get(action="party.office.name_member").detail["member"] == member.pk
    assert "您是哪位党员" not in client.get(page).content.decode()


def test_secretary_names_a_member_of_her_branch_once(secretary, branch, other_branch, make_member):
    office, stranger = branch.offices.get(), make_member(organisation=other_branch)
    with pytest.raises(ValidationError, match="本支部现在"):
        name_member(office, member=stranger, by=secretary)
    name_member(office, member=make_member(), by=secretary)
    with pytest.raises(ValidationError, match="已经登记"):
        name_member(office, member=make_member(), by=secretary)


def test_nobody_names_a_member_for_the_post_of_another(
    client, secretary, branch, other_branch, worker, let_lead, make_member
):
    let_lead(worker, other_branch)
    client.force_login(worker)
    assert client.post(f"/party/offices/{branch.offices.get().pk}/member/").status_code == 404
    with pytest.raises(PermissionDenied):
        name_member(branch.offices.get(), member=make_member(), by=worker)


def test_branch_stays_open_to_a_secretary_whose_member_leaves(secretary, branch, make_member, today):
    member = make_member()
    name_member(branch.offices.get(), member=member, by=secretary)
    transfer_out(member, how="left", day=today, by=secretary)
    assert list(Organisation.objects.led_by(secretary, today)) == [branch]
