"""One door with its history and the next one, and finding any other door."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity
from tests.visits.browser import address, filled
from visits.models import Need, NeedKind, Visit, VisitItem
from visits.views import rounds

TODAY = timezone.localdate()


def test_after_saving_the_next_due_door_is_offered(page, home, resident, register, grids, make_door, make_plan):
    plan = make_plan()
    make_door("1001", register.resident(grids[0]))
    make_door("201", register.resident(grids[0]))
    text = page.post(address(home), filled(resident, plans=[plan.pk]), follow=True).content.decode()
    assert "已记下：3号楼 1单元 302，已走访" in text
    assert "下一户 1001" in text


def test_after_the_last_door_the_first_one_left_is_offered(page, home, register, grids, make_door, make_plan):
    make_plan()
    make_door("201", register.resident(grids[0]))
    assert "下一户 201" in page.get(address(home, "household")).content.decode()


def test_filters_go_along_from_door_to_door(page, home, resident, make_plan):
    plan = make_plan()
    response = page.post(f"{address(home)}?plan={plan.pk}", filled(resident))
    assert response.url == f"{address(home, 'household')}?plan={plan.pk}"


def test_history_tells_what_was_brought_and_what_was_wrong(page, home, resident, worker, call):
    item = VisitItem.objects.first()
    visit = call(home, "done", resident, items=[item], days=2)
    text = page.get(address(home, "household")).content.decode()
    assert item.name in text
    page.post(reverse("visits:withdraw", args=[visit.pk]), {"reason": "wrong_door"})
    assert "已撤销 · 记错门牌" in page.get(address(home, "household")).content.decode()
    assert Activity.objects.get().status == "cancelled"


def test_history_takes_a_constant_number_of_queries(page, home, call, django_assert_max_num_queries):
    for number in range(8):
        need = Need(kind=NeedKind.objects.first(), due_on=TODAY)
        call(home, days=number, need=need, items=VisitItem.objects.all()[:3])
    with django_assert_max_num_queries(15):
        page.get(address(home, "household"))


def test_history_of_another_community_stays_there(client, outsider, home, call, foreign_grid):
    call(home)
    home.building.grid = foreign_grid
    home.building.save()
    client.force_login(outsider)
    assert not client.get(address(home, "household")).context["visits"]


@pytest.mark.parametrize(("name", "sent"), [("withdraw", {"reason": "twice"}), ("follow-up", {})])
def test_visit_of_another_community_is_not_there(client, outsider, home, call, name, sent):
    visit = call(home, "follow_up", follow_up_on=TODAY)
    client.force_login(outsider)
    assert client.post(reverse(f"visits:{name}", args=[visit.pk]), sent).status_code == 404


def test_withdrawal_without_a_reason_does_nothing(page, home, call):
    visit = call(home)
    page.post(reverse("visits:withdraw", args=[visit.pk]), {})
    assert Visit.objects.standing().get() == visit


def test_promise_kept_by_phone_leaves_the_round(page, home, call):
    visit = call(home, "follow_up", follow_up_on=TODAY, days=1)
    assert page.get("/visits/").context["round"].doors
    page.post(reverse("visits:follow-up", args=[visit.pk]))
    assert not page.get("/visits/").context["round"].doors


# --- Any door


def test_door_is_found_by_building_unit_and_room(page, home):
    assert f"building={home.building_id}" in page.get("/visits/doors/").content.decode()
    assert address(home) in page.get("/visits/doors/", {"building": home.building_id}).content.decode()


def test_big_building_asks_for_the_unit_first(page, home, make_door, monkeypatch):
    other = make_door("101", unit="2单元")
    monkeypatch.setattr(rounds, "MOST_ROOMS", 1)
    query = {"building": home.building_id}
    assert address(home) not in page.get("/visits/doors/", query).content.decode()
    text = page.get("/visits/doors/", query | {"unit": "1单元"}).content.decode()
    assert address(home) in text
    assert address(other) not in text


def test_door_is_found_by_the_name_of_who_lives_there(page, home):
    text = page.get("/visits/doors/", {"q": "oyxy"}).content.decode()
    assert address(home) in text
    assert "欧阳秀英" not in text


def test_search_answers_htmx_with_rows_alone(page, home):
    text = page.get("/visits/doors/", {"q": "欧阳"}, headers={"HX-Request": "true"}).content.decode()
    assert address(home) in text
    assert "<html" not in text


@pytest.mark.parametrize(("q", "words"), [("欧", "请至少输入两个字"), ("没有谁", "没有找到")])
def test_search_in_vain_says_why(page, home, q, words):
    assert words in page.get("/visits/doors/", {"q": q}).content.decode()


def test_doors_of_another_community_are_not_found(client, outsider, home):
    client.force_login(outsider)
    for query in ({"q": "欧阳"}, {"building": home.building_id}, {}):
        assert address(home) not in client.get("/visits/doors/", query).content.decode()
    assert client.get(address(home)).status_code == 404
