"""Teams and groups: who may be in them, leaders, what they did, whether they sleep."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from volunteers import teams
from volunteers.forms.teams import TeamActivityForm
from volunteers.models import ServiceField, Team, TeamMember
from volunteers.views.teams import is_asleep

BEGAN = date(2024, 1, 1)


@pytest.fixture
def team(community):
    return Team.objects.create(community=community, kind="team", name="清扫队", filed_on=BEGAN)


@pytest.fixture
def choir(community):
    return Team.objects.create(community=community, kind="group", name="合唱团", filed_on=BEGAN)


def join(team, person, by, *, lead=False, since=BEGAN):
    """Let somebody into a team."""
    return teams.add_member(team, person=person, is_leader=lead, since=since, by=by)


def reload(team):
    """Return the team as its pages fetch it."""
    return Team.objects.for_list().get(pk=team.pk)


def test_team_takes_volunteers_only_and_group_any_resident(coordinator, team, choir, resident):
    with pytest.raises(ValidationError, match="先登记为志愿者"):
        join(team, resident, coordinator)
    assert join(choir, resident, coordinator).resident == resident


def test_resident_who_is_volunteer_is_in_a_group_as_one(coordinator, choir, volunteer):
    member = join(choir, volunteer.resident, coordinator)
    assert (member.volunteer, member.resident) == (volunteer, None)
    with pytest.raises(ValidationError, match="已经在队里"):
        join(choir, volunteer, coordinator)


def test_lead_is_taken_up_on_a_day(coordinator, team, volunteer):
    join(team, volunteer, coordinator)
    join(team, volunteer, coordinator, lead=True, since=date(2025, 1, 1))
    spells = TeamMember.objects.order_by("since").values_list("is_leader", "since", "until")
    assert list(spells) == [(False, BEGAN, date(2025, 1, 1)), (True, date(2025, 1, 1), None)]


def test_spell_that_overlaps_an_earlier_one_is_refused_in_words(client, coordinator, team, volunteer):
    TeamMember.objects.create(team=team, volunteer=volunteer, since=BEGAN, until=date(2025, 1, 1))
    client.force_login(coordinator)
    form = {"person": f"v{volunteer.pk}", "since": "2024-06-01"}
    answer = client.post(f"/volunteers/teams/{team.pk}/members/", form)
    assert "这位已经在队里" in answer.content.decode()


@pytest.mark.parametrize("person", ["", "x", "v", "v0", "r999999999999999999", "v²", "v\x00"])
def test_nonsense_for_a_member_is_refused(client, coordinator, team, person):
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/teams/{team.pk}/members/", {"person": person, "since": "2024-06-01"})
    assert (answer.status_code, TeamMember.objects.count()) == (200, 0)


def test_member_of_another_community_is_refused(client, coordinator, choir, foreign_grid, register):
    stranger = register.resident(foreign_grid)
    client.force_login(coordinator)
    form = {"person": f"r{stranger.pk}", "since": "2024-06-01"}
    assert "没有找到这位" in client.post(f"/volunteers/teams/{choir.pk}/members/", form).content.decode()


def test_closing_ends_spells(coordinator, team, volunteer):
    member = join(team, volunteer, coordinator)
    teams.close_team(team, by=coordinator)
    member.refresh_from_db()
    assert member.until == timezone.localdate()
    with pytest.raises(ValidationError, match="已经注销"):
        join(team, volunteer, coordinator)


def test_organisation_with_teams_is_not_closed(community, coordinator, team):
    parent = Team.objects.create(community=community, kind="organisation", name="志愿者协会", filed_on=BEGAN)
    Team.objects.filter(pk=team.pk).update(parent=parent)
    with pytest.raises(ValidationError, match="还有志愿服务队"):
        teams.close_team(parent, by=coordinator)


def test_sleep_begins_after_half_a_year(community, coordinator, register, team):
    today = timezone.localdate()
    assert is_asleep(reload(team))
    for days, asleep in ((181, True), (180, False)):
        team.activities.add(register.activity(community, coordinator, day=today - timedelta(days=days)))
        assert is_asleep(reload(team)) is asleep


def test_new_team_does_not_sleep_and_cancelled_activity_wakes_nobody(community, coordinator, register, team):
    team.activities.add(register.activity(community, coordinator, status="cancelled", cancel_reason="停电"))
    assert is_asleep(reload(team))
    Team.objects.filter(pk=team.pk).update(filed_on=timezone.localdate())
    assert not is_asleep(reload(team))


def test_activity_goes_on_record_and_off(client, community, coordinator, register, choir):
    activity = register.activity(community, coordinator, title="排练")
    client.force_login(coordinator)
    client.post(f"/volunteers/teams/{choir.pk}/activities/", {"activity": activity.pk})
    assert list(choir.activities.all()) == [activity]
    client.post(f"/volunteers/teams/{choir.pk}/activities/{activity.pk}/drop/")
    assert not choir.activities.exists()


def test_activity_of_another_community_is_not_offered(
    client, coordinator, register, choir, foreign_community, outsider
):
    activity = register.activity(foreign_community, outsider)
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/teams/{choir.pk}/activities/", {"activity": activity.pk})
    assert "请在列出的活动里选" in answer.content.decode()


def test_name_that_is_taken_is_refused_in_words(client, coordinator, team):
    client.force_login(coordinator)
    form = {"kind": "team", "name": "清扫队", "filed_on": "2024-01-01"}
    assert "本社区已有同名的团队" in client.post("/volunteers/teams/new/", form).content.decode()


def test_field_that_was_switched_off_stays_with_the_team(client, coordinator, team):
    team.field = ServiceField.objects.create(name="旧领域", is_active=False)
    team.save()
    client.force_login(coordinator)
    form = {"kind": "team", "name": "清洁队", "filed_on": "2024-01-01", "field": team.field.pk}
    client.post(f"/volunteers/teams/{team.pk}/edit/", form)
    team.refresh_from_db()
    assert (team.name, team.field.name) == ("清洁队", "旧领域")


def test_kind_with_residents_is_not_changed_to_team(client, coordinator, choir, resident):
    join(choir, resident, coordinator)
    client.force_login(coordinator)
    form = {"kind": "team", "name": "合唱团", "filed_on": "2024-01-01"}
    assert "没登记为志愿者的居民" in client.post(f"/volunteers/teams/{choir.pk}/edit/", form).content.decode()


def test_page_masks_members(client, coordinator, choir, resident):
    join(choir, resident, coordinator, lead=True)
    client.force_login(coordinator)
    page = client.get(f"/volunteers/teams/{choir.pk}/").content.decode()
    assert resident.masked_name in page
    assert resident.name not in page


@pytest.mark.parametrize("page", ["", "edit/"])
def test_team_of_another_street_is_not_found(client, outsider, team, page):
    client.force_login(outsider)
    assert client.get(f"/volunteers/teams/{team.pk}/{page}").status_code == 404


def test_list_and_page_take_constant_queries(
    client, coordinator, choir, grids, register, community, django_assert_num_queries
):
    for number in range(4):
        join(choir, register.resident(grids[0]), coordinator)
        Team.objects.create(community=community, kind="team", name=f"第{number}队", filed_on=BEGAN)
    client.force_login(coordinator)
    with django_assert_num_queries(4):
        client.get("/volunteers/teams/")
    with django_assert_num_queries(9):
        client.get(f"/volunteers/teams/{choir.pk}/")


def test_activity_with_a_closed_roster_is_not_offered(team, community, worker, register):
    opened, _closed = (register.activity(community, worker, has_closed_roster=closed) for closed in (False, True))
    assert list(TeamActivityForm(by=worker, team=team).fields["activity"].queryset) == [opened]
