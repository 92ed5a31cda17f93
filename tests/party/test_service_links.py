"""Exemptions, links of members and cadres, registrations from units: what may be, what is refused, who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from grids.models import Building, Household
from party.exemptions import end_exemption, exempt_member
from party.models import PostClaim, Registration, ServiceLink, ServicePost
from party.registrations import end_registration, register_from_unit
from party.service_links import end_link, link_building, link_grid, link_households, list_doors

TODAY = timezone.localdate()
DAY = TODAY - timedelta(days=10)
WEEK = timedelta(days=7)


@pytest.fixture
def building(grids):
    return Building.objects.create(grid=grids[0], name="1号楼")


@pytest.fixture
def doors(building):
    return [Household.objects.create(building=building, unit="1单元", room=room) for room in ("101", "102")]


def exempt(member, secretary, since=DAY, until=None):
    return exempt_member(member, reason="away", since=since, until=until, by=secretary)


def test_exemptions_may_follow_but_not_overlap(make_member, secretary):
    member = make_member()
    exempt(member, secretary, until=DAY + WEEK)
    with pytest.raises(ValidationError, match="已经免修"):
        exempt(member, secretary, since=DAY + timedelta(days=6))
    assert exempt(member, secretary, since=DAY + WEEK).since == DAY + WEEK


def test_exemption_is_ended_early_and_audited(make_member, secretary):
    exemption = exempt(make_member(), secretary, until=TODAY + WEEK)
    assert end_exemption(exemption, day=TODAY, by=secretary).until == TODAY
    assert AuditEvent.objects.first().action == "party_exemption.end"


@pytest.mark.parametrize("day", [DAY - WEEK, TODAY + WEEK])
def test_exemption_is_not_ended_outside_its_days(make_member, secretary, day):
    exemption = exempt(make_member(), secretary, until=TODAY + timedelta(days=2))
    with pytest.raises(ValidationError):
        end_exemption(exemption, day=day, by=secretary)


def test_member_is_with_one_grid_at_a_time(make_member, grids, secretary):
    member = make_member()
    link = link_grid(member, grid=grids[0], since=DAY, by=secretary)
    with pytest.raises(ValidationError, match="已经编入"):
        link_grid(member, grid=grids[1], since=TODAY, by=secretary)
    end_link(link, day=TODAY, by=secretary)
    assert link_grid(member, grid=grids[1], since=TODAY, by=secretary).grid == grids[1]


def test_foreign_grid_and_foreign_door_are_refused(make_member, foreign_grid, secretary):
    member = make_member()
    door = Household.objects.create(building=Building.objects.create(grid=foreign_grid, name="9号楼"), room="101")
    with pytest.raises(ValidationError, match="不在您负责"):
        link_grid(member, grid=foreign_grid, since=DAY, by=secretary)
    with pytest.raises(ValidationError, match="不在您负责"):
        link_households(member, households=[door], since=DAY, by=secretary)


def test_household_linked_twice_is_refused_and_named(make_member, doors, secretary):
    first, second = make_member(), make_member()
    link_households(first, households=doors[:1], since=DAY, by=secretary)
    with pytest.raises(ValidationError, match="101已有党员联系"):
        link_households(second, households=doors, since=TODAY, by=secretary)
    assert ServiceLink.objects.count() == 1


def test_database_keeps_a_household_from_being_linked_twice(make_member, doors):
    ServiceLink.objects.create(member=make_member(), household=doors[0], since=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLink.objects.create(member=make_member(), household=doors[0], since=TODAY)


def test_doors_say_how_many_live_there_and_whether_they_are_linked(make_member, doors, building, secretary, register):
    member = make_member()
    people = [member.resident, register.resident(member.resident.grid), register.resident(member.resident.grid)]
    for person in people:
        person.household = doors[0]
        person.save()
    people[2].spells.update(until=DAY)
    link_households(member, households=doors[1:], since=DAY, by=secretary)
    rows = [(door.room, door.living, door.is_linked) for door in list_doors(building, secretary)]
    assert rows == [("101", 2, False), ("102", 0, True)]


def test_cadre_looks_after_a_building_once(building, worker, secretary):
    link_building(user=worker, building=building, since=DAY, by=secretary)
    with pytest.raises(ValidationError, match="已由这位干部"):
        link_building(user=worker, building=building, since=TODAY, by=secretary)


def test_cadre_from_another_street_is_refused(building, outsider, secretary):
    with pytest.raises(ValidationError, match="本社区或街道"):
        link_building(user=outsider, building=building, since=DAY, by=secretary)


def register_unit(resident, organisation, by):
    return register_from_unit(resident=resident, organisation=organisation, unit="某局党委", since=DAY, by=by)


def test_registration_is_once_at_a_time_and_no_membership(resident, branch, other_branch, secretary):
    row = register_unit(resident, branch, secretary)
    assert not branch.memberships.exists()
    with pytest.raises(ValidationError, match="已经报到"):
        register_unit(resident, other_branch, secretary)
    end_registration(row, day=TODAY, by=secretary)
    assert Registration.objects.get().until == TODAY


def test_member_of_a_branch_does_not_register(make_member, branch, secretary):
    with pytest.raises(ValidationError, match="不用再报到"):
        register_unit(make_member().resident, branch, secretary)


def test_end_of_a_registration_ends_the_posts_claimed_with_it(resident, branch, secretary):
    row = register_unit(resident, branch, secretary)
    post = ServicePost.objects.create(organisation=branch, name="巡查岗", duty="看楼道", opened_on=DAY)
    PostClaim.objects.create(post=post, registration=row, since=DAY, by=secretary)
    end_registration(row, day=TODAY, by=secretary)
    assert PostClaim.objects.values_list("until", "end").get() == (TODAY, "left")


def test_who_leads_no_organisation_neither_adds_nor_ends_links_of_cadres(building, worker, secretary):
    link = link_building(user=worker, building=building, since=DAY, by=secretary)
    with pytest.raises(ValidationError, match="书记才能"):
        link_building(user=secretary, building=building, since=DAY, by=worker)
    with pytest.raises(ValidationError, match="书记才能"):
        end_link(link, day=TODAY, by=worker)
    assert ServiceLink.objects.filter(until=None).count() == 1


def test_page_of_cadres_offers_no_steps_to_who_leads_nothing(client, building, worker, secretary):
    link = link_building(user=worker, building=building, since=DAY, by=secretary)
    client.force_login(worker)
    assert "书记才能" in client.get("/party/cadres/").content.decode()
    assert client.get(f"/party/links/{link.pk}/end/").status_code == 404
    client.force_login(secretary)
    assert "书记才能" not in client.get("/party/cadres/").content.decode()
    assert client.get(f"/party/links/{link.pk}/end/").status_code == 200
