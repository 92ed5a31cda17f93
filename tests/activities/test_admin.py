"""The administration site's pages of activities: catalogues, and venues with their opening hours."""

import pytest

from accounts.models import AuditEvent
from activities.models import ActivityKind, Programme
from communities.models import Venue

HOURS = {
    "hours-TOTAL_FORMS": "1",
    "hours-INITIAL_FORMS": "0",
    "hours-0-weekday": "1",
    "hours-0-opens": "08:00",
    "hours-0-closes": "17:00",
}


@pytest.fixture
def keeper(client, admin):
    client.force_login(admin)
    return client


@pytest.mark.parametrize("page", ["activities/activitykind", "activities/theme", "activities/programme"])
def test_catalogues_open(keeper, page):
    assert keeper.get(f"/admin/{page}/").status_code == keeper.get(f"/admin/{page}/add/").status_code == 200


def test_programme_is_added_and_audited(keeper):
    keeper.post("/admin/activities/programme/add/", {"name": "邻里节", "is_active": "on", "position": "9"})
    assert Programme.objects.filter(name="邻里节").exists()
    assert AuditEvent.objects.filter(action="programme.add").exists()


def test_what_a_kind_was_counted_by_stays(keeper):
    kind = ActivityKind.objects.get(name="健康讲座")
    data = {"name": "健康课", "category": "sports", "is_confidential": "on", "usual_minutes": "60", "position": "1"}
    keeper.post(f"/admin/activities/activitykind/{kind.pk}/change/", data | {"is_active": "on"})
    kind.refresh_from_db()
    assert (kind.name, kind.category, kind.is_confidential, kind.usual_minutes) == ("健康课", "lecture", False, 60)


def test_venue_is_added_with_its_opening_hours(keeper, community):
    data = {"community": community.pk, "name": "活动室", "capacity": "40", "is_active": "on"}
    keeper.post("/admin/communities/venue/add/", data | HOURS)
    assert [str(hours) for hours in Venue.objects.get().hours.all()] == ["星期一 08:00–17:00"]
    assert AuditEvent.objects.get(action="venue.add").area_code == community.code


def test_opening_hours_the_wrong_way_round_are_refused(keeper, community):
    data = {"community": community.pk, "name": "活动室", "is_active": "on"} | HOURS | {"hours-0-closes": "07:00"}
    assert "关闭时间要晚于开放时间" in keeper.post("/admin/communities/venue/add/", data).content.decode()
    assert not Venue.objects.exists()


def test_venue_of_another_street_does_not_exist_here(keeper, foreign_community, community):
    foreign = Venue.objects.create(community=foreign_community, name="别处")
    assert keeper.get(f"/admin/communities/venue/{foreign.pk}/change/").status_code == 404
    data = {"community": foreign_community.pk, "name": "越界", "is_active": "on"} | HOURS
    assert "选择一个有效的选项" in keeper.post("/admin/communities/venue/add/", data).content.decode()
