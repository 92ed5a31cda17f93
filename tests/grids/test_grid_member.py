"""A grid member meets persons of the own grids only; each test has the community's worker as its control."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from activities.models import CheckIn, Participation
from dashboards.todo import list_tasks
from grids.doors import doors_of
from grids.models import Appointment, Building, Grid, Household, Resident
from visits.actions import log_visit
from visits.forms.log import visit_kinds
from visits.models import Need, NeedKind, Visit


@pytest.fixture
def neighbour(register, grids):
    """Somebody behind a door in the other grid of the community."""
    home = Household.objects.create(building=Building.objects.create(grid=grids[1], name="8号楼"), room="202")
    person = register.resident(grids[1], name="诸葛明亮")
    Resident.objects.filter(pk=person.pk).update(household=home)
    person.refresh_from_db()
    return person


@pytest.fixture
def gathering(register, community, worker, resident, neighbour):
    """An activity to which somebody of each grid came."""
    return register.activity(community, worker, resident, neighbour, title="包粽子")


@pytest.fixture(params=["grid_member", "worker"])
def reader(request, grid_member, worker, client):
    """The grid member, and as the control the worker, signed in."""
    user = request.getfixturevalue(request.param)
    client.force_login(user)
    return user


def sees_all(reader):
    """Tell whether the reader is the control."""
    return reader.username == "worker"


def test_register_holds_the_own_grid(reader, client, resident, neighbour):
    page = client.get("/residents/").content.decode()
    assert resident.masked_name in page
    assert (neighbour.masked_name in page) == sees_all(reader)
    assert client.get(f"/residents/{neighbour.pk}/").status_code == (200 if sees_all(reader) else 404)


def test_full_values_are_shown_of_the_own_grid(reader, client, neighbour):
    answer = client.post(f"/residents/{neighbour.pk}/unmask/", {"field": "name", "purpose": "call"})
    assert (answer.status_code == 404) == (not sees_all(reader))
    assert ("诸葛明亮" in answer.content.decode()) == sees_all(reader)


def test_doors_and_buildings_are_those_of_the_own_grid(reader, client, neighbour, grids):
    assert doors_of(reader).filter(pk=neighbour.household_id).exists() == sees_all(reader)
    found = client.get(f"/residents/buildings/?grid={grids[1].pk}").content.decode()
    assert ("8号楼" in found) == sees_all(reader)


@pytest.mark.parametrize("page", ["/residents/households/", "/visits/doors/"])
def test_page_of_a_door_is_of_the_own_grid(page, reader, client, neighbour):
    assert client.get(f"{page}{neighbour.household_id}/").status_code == (200 if sees_all(reader) else 404)


def test_search_finds_persons_of_the_own_grid(reader, client, neighbour):
    pages = [client.get(f"{url}?q=诸葛").content.decode() for url in ("/residents/choose/", "/activities/picker/")]
    assert [neighbour.masked_name in page for page in pages] == [sees_all(reader)] * 2


def test_participants_of_other_grids_are_a_number(reader, client, gathering, resident, neighbour):
    page = client.get(f"/activities/{gathering.pk}/").content.decode()
    assert "<strong>2</strong> 实名居民" in page
    assert resident.masked_name in page
    assert (neighbour.masked_name in page) == sees_all(reader)


def test_check_ins_of_other_grids_are_a_number(reader, client, gathering, neighbour):
    CheckIn.objects.create(
        client_id="5f0c2c0e-0000-4000-8000-000000000001",
        activity=gathering,
        method="scanned",
        resident=neighbour,
        claimed_at=timezone.now(),
    )
    page = client.get(f"/activities/check-in/{gathering.pk}/log/").content.decode()
    assert (neighbour.masked_name in page) == sees_all(reader)


def test_needs_and_visits_are_those_of_the_own_grid(reader, neighbour, worker):
    visit = Visit(household=neighbour.household, kind=visit_kinds()[0], outcome="done", visited_at=timezone.now())
    need = Need(kind=NeedKind.objects.first(), wish="修灯", due_on=date(2030, 1, 1))
    log_visit(visit, residents=[neighbour], need=need, token=uuid4(), by=worker)
    assert Visit.objects.visible_to(reader).exists() == sees_all(reader)
    assert Need.objects.visible_to(reader).exists() == sees_all(reader)


def test_posts_are_those_of_the_own_grid(reader, neighbour, grids):
    Appointment.objects.create(resident=neighbour, grid=grids[1], post="party_household", since=date(2020, 1, 1))
    assert Appointment.objects.visible_to(reader).filter(resident=neighbour).exists() == sees_all(reader)


def test_saving_an_activity_keeps_the_participants_of_other_grids(client, grid_member, gathering, neighbour, resident):
    """The form shows no box for them: that none came back ticked must not take them off."""
    client.force_login(grid_member)
    form = {
        "kind": gathering.kind_id,
        "starts_at": f"{timezone.localtime(gathering.starts_at):%Y-%m-%dT%H:%M}",
        "mode": "in_person",
        "origin": "own",
        "heads": 8,
        "version": gathering.version,
        "token": str(gathering.client_token),
        "opened_at": timezone.now().isoformat(),
    }
    assert client.post(f"/activities/{gathering.pk}/edit/", form).status_code == 302
    assert set(Participation.objects.values_list("resident", flat=True)) == {neighbour.pk}


@pytest.mark.parametrize(("until", "building"), [(date(2021, 1, 1), False), (None, True)])
def test_ended_post_and_post_of_a_building_open_no_grid(until, building, grid_member, grids, neighbour):
    house = neighbour.household.building if building else None
    Appointment.objects.create(user=grid_member, grid=grids[1], building=house, since=date(2020, 1, 1), until=until)
    assert not Resident.objects.visible_to(grid_member).filter(pk=neighbour.pk).exists()
    Appointment.objects.create(user=grid_member, grid=grids[1], since=timezone.localdate())
    assert Resident.objects.visible_to(grid_member).filter(pk=neighbour.pk).exists()


def test_post_that_begins_tomorrow_opens_nothing_yet(grid_member, grids, neighbour):
    tomorrow = timezone.localdate() + timedelta(days=1)
    Appointment.objects.create(user=grid_member, grid=grids[1], since=tomorrow)
    assert list(Grid.objects.visible_to(grid_member)) == [grids[0]]


def test_grid_of_another_community_stays_closed_though_a_post_names_it(grid_member, foreign_grid, register):
    person = register.resident(foreign_grid, name="外人")
    Appointment.objects.create(user=grid_member, grid=foreign_grid, since=date(2020, 1, 1))
    assert not Resident.objects.visible_to(grid_member).filter(pk=person.pk).exists()


def test_grid_member_starts_at_the_worker_s_home(client, grid_member):
    client.force_login(grid_member)
    assert client.get("/").status_code == 200


def test_to_do_list_names_only_what_the_reader_may_do(reader, client, gathering):
    tasks = list_tasks(reader, timezone.now())
    assert any("/report" in task.url for task in tasks) == sees_all(reader)  # reports of past periods always wait
    assert {client.get(task.url).status_code for task in tasks} <= {200}
