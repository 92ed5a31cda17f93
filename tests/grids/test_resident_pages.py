"""The register's pages: list, one resident, showing what is masked, doors, short forms."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from grids import unmasking
from grids.models import Building, GroupMembership, Household, PopulationGroup, Resident

LIST = "/residents/"


@pytest.fixture
def home(grids):
    """A door of the first grid, with its neighbours."""
    building = Building.objects.create(grid=grids[0], name="5号楼")
    doors = [Household.objects.create(building=building, unit="1单元", room=room) for room in ("201", "1001", "301")]
    return doors[2]


def address(name, person):
    return reverse(f"grids:{name}", args=[person.pk])


# --- The list


def test_list_shows_residents_masked(client, worker, resident):
    client.force_login(worker)
    text = client.get(LIST).content.decode()
    assert "欧**英" in text
    assert "欧阳秀英" not in text
    assert "no-store" in client.get(LIST).headers["Cache-Control"]


def test_list_is_empty_for_the_outsider(client, outsider, resident):
    client.force_login(outsider)
    assert "欧" not in client.get(LIST, {"spell": "all"}).content.decode()


def test_search_answers_htmx_with_rows_alone(client, worker, resident):
    client.force_login(worker)
    text = client.get(LIST, {"q": "oyxy"}, headers={"HX-Request": "true"}).content.decode()
    assert "欧**英" in text
    assert "<html" not in text


@pytest.mark.parametrize(("q", "words"), [("欧", "请至少输入两个字"), ("123", "后四位"), ("没有谁", "没有找到")])
def test_search_in_vain_says_why(client, worker, resident, q, words):
    client.force_login(worker)
    assert words in client.get(LIST, {"q": q}).content.decode()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("band", "age_36_59", True), ("band", "age_70", False), ("spell", "left", False), ("spell", "all", True)],
)
def test_list_is_narrowed(client, worker, register, grids, name, value, shown):
    register.resident(grids[0], name="欧阳秀英", born=timezone.localdate() - timedelta(days=366 * 45))
    client.force_login(worker)
    assert ("欧**英" in client.get(LIST, {name: value}).content.decode()) is shown


def test_list_is_narrowed_to_grid_group_and_community(client, admin, register, grids, neighbour_community):
    register.resident(grids[0], name="欧阳秀英", groups=["retired"])
    register.resident(grids[1], name="司马相如")
    client.force_login(admin)
    group = PopulationGroup.objects.get(code="retired")
    for query in ({"grid": grids[0].pk}, {"group": group.pk}):
        text = client.get(LIST, query).content.decode()
        assert "欧**英" in text
        assert "司**如" not in text
    assert "欧**英" not in client.get(LIST, {"community": neighbour_community.pk}).content.decode()


def test_list_turns_pages_by_key(client, worker, register, grids):
    people = [register.resident(grids[0]) for _number in range(51)]
    client.force_login(worker)
    text = client.get(LIST).content.decode()
    assert f"after={people[49].pk}" in text
    assert f"/residents/{people[50].pk}/" in client.get(LIST, {"after": people[49].pk}).content.decode()


def test_list_asks_the_database_a_fixed_number_of_times(client, admin, register, grids, django_assert_num_queries):
    for _number in range(5):
        register.resident(grids[0])
    client.force_login(admin)
    with django_assert_num_queries(8):
        client.get(LIST)


# --- One resident


@pytest.mark.parametrize(
    "name",
    ["resident", "edit", "move", "move_out", "death", "correct", "return", "memberships", "merge_choose"],
)
def test_page_of_a_resident_is_missing_for_others(client, outsider, admin, resident, name):
    client.force_login(outsider)
    wanted = 403 if name == "merge_choose" else 404
    assert client.get(address(name, resident)).status_code == wanted
    client.force_login(admin)
    assert client.get(address(name, resident)).status_code == 200


def test_resident_page_shows_spells_groups_and_nothing_in_full(client, worker, register, grids, home):
    person = register.resident(grids[0], name="欧阳秀英", groups=["retired"])
    Resident.objects.filter(pk=person.pk).update(household=home, education="20")
    client.force_login(worker)
    text = client.get(address("resident", person)).content.decode()
    for words in ("欧**英", "离退休人员", "2015-01-01", "5号楼 1单元 301", "大学本科"):
        assert words in text
    for words in ("欧阳秀英", "19912345678", "1980-05-01"):
        assert words not in text


def test_resident_page_does_not_name_places_elsewhere(client, worker, register, grids, foreign_grid):
    person = register.resident(grids[0], since=date(2020, 1, 1))
    person.spells.create(grid=foreign_grid, since=date(2010, 1, 1), until=date(2020, 1, 1), end_reason="moved_within")
    client.force_login(worker)
    text = client.get(address("resident", person)).content.decode()
    assert "其他单位" in text
    assert "湖滨社区" not in text


# --- Showing what is masked


def unmask(client, person, **data):
    return client.post(address("unmask", person), data, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("field", "shown"), [("name", "欧阳秀英"), ("phone", "19912345678"), ("id_number", "99010119800501001")]
)
def test_unmasking_shows_one_field_and_is_written_down(client, worker, resident, field, shown):
    client.force_login(worker)
    response = unmask(client, resident, field=field, purpose="visit")
    text = response.content.decode()
    assert [words for words in ("欧阳秀英", "19912345678", "99010119800501001") if words in text] == [shown]
    assert "no-store" in response.headers["Cache-Control"]
    event = AuditEvent.objects.get(action="resident.unmask")
    assert (event.object_id, event.detail) == (str(resident.pk), {"field": field, "purpose": "visit"})


def test_unmasking_is_written_down_before_the_value_is_read(client, worker, resident, monkeypatch):
    def read(sealed, purpose):
        assert AuditEvent.objects.filter(action="resident.unmask").count() == 1
        return "read afterwards"

    monkeypatch.setattr(unmasking, "decrypt", read)
    client.force_login(worker)
    assert "read afterwards" in unmask(client, resident, field="phone", purpose="call").content.decode()


@pytest.mark.django_db(transaction=True)
def test_record_of_an_unmasking_stays_when_the_answer_fails(client, worker, resident, monkeypatch):
    def fail(sealed, purpose):
        raise RuntimeError

    monkeypatch.setattr(unmasking, "decrypt", fail)
    client.raise_request_exception = False
    client.force_login(worker)
    assert unmask(client, resident, field="phone", purpose="call").status_code == 500
    assert AuditEvent.objects.filter(action="resident.unmask").count() == 1


@pytest.mark.parametrize("data", [{"field": "phone"}, {"field": "phone", "purpose": "gossip"}, {"purpose": "call"}])
def test_unmasking_without_a_listed_purpose_or_field_shows_nothing(client, worker, resident, data):
    client.force_login(worker)
    assert "19912345678" not in unmask(client, resident, **data).content.decode()
    assert not AuditEvent.objects.filter(action="resident.unmask").exists()


def test_budget_of_a_day_is_enforced_and_the_refusal_written_down(client, worker, register, grids, settings):
    settings.RESIDENT_UNMASK_BUDGET = 1
    first, second = register.resident(grids[0]), register.resident(grids[0])
    client.force_login(worker)
    unmask(client, first, field="phone", purpose="call")
    text = unmask(client, second, field="phone", purpose="call").content.decode()
    assert "每日上限" in text
    assert "19912345678" not in text
    assert AuditEvent.objects.get(action="resident.unmask_refused").object_id == str(second.pk)
    assert "19912345678" in unmask(client, first, field="phone", purpose="visit").content.decode()


def test_outsider_unmasks_nobody(client, outsider, resident):
    client.force_login(outsider)
    assert unmask(client, resident, field="phone", purpose="call").status_code == 404
    assert not AuditEvent.objects.exists()


# --- Doors


def test_household_shows_who_lives_there_and_the_next_doors(client, worker, register, grids, home):
    here, gone = (
        register.resident(grids[0], name="王秀英"),
        register.resident(grids[0], name="李建国", until=date(2020, 1, 1)),
    )
    Resident.objects.filter(pk__in=[here.pk, gone.pk]).update(household=home)
    client.force_login(worker)
    text = client.get(reverse("grids:household", args=[home.pk])).content.decode()
    assert "王*英" in text
    assert "李*国" not in text
    assert text.index("1单元 201") < text.index("1单元 1001")


def test_household_is_missing_for_the_outsider(client, outsider, home):
    client.force_login(outsider)
    assert client.get(reverse("grids:household", args=[home.pk])).status_code == 404
    assert client.get(reverse("grids:add"), {"household": home.pk}).status_code == 404


def test_buildings_are_those_of_a_grid_of_ones_own(client, worker, outsider, grids, home):
    for user, shown in ((worker, True), (outsider, False)):
        client.force_login(user)
        assert ("5号楼" in client.get("/residents/buildings/", {"grid": grids[0].pk}).content.decode()) is shown


# --- Short forms


def test_adding_registers_somebody_behind_the_door(client, worker, grids, home):
    client.force_login(worker)
    data = {"name": "赵敏", "sex": "2", "birth_date": "1990-01-02", "grid": grids[0].pk, "building": "5栋"}
    data |= {"unit": "1", "room": "301室", "since": "2026-01-01", "phone": "139 1234 5678"}
    response = client.post("/residents/new/", data)
    person = Resident.objects.get()
    assert response.url == address("resident", person)
    assert (person.household, person.initials, person.phone_kept, person.sex) == (home, "zm", "1395678", 2)


def test_adding_asks_twice_for_a_new_building_and_keeps_what_was_typed(client, worker, grids):
    client.force_login(worker)
    data = {"name": "赵敏", "sex": "2", "birth_date": "1990-01-02", "grid": grids[0].pk}
    data |= {"building": "9号楼", "room": "101", "since": "2026-01-01"}
    text = client.post("/residents/new/", data).content.decode()
    assert "第一网格没有“9号楼”" in text
    assert 'value="赵敏"' in text
    assert client.post("/residents/new/", data | {"new_building": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "这个字段是必填项"),
        ("name", "A1", "姓名"),
        ("id_number", "123", "身份证号应为 18 位"),
        ("phone", "12345", "手机号"),
        ("sex", "", "没有身份证号时要填"),
        ("room", "", "请把房号也填上"),
        ("building", "", "请把楼栋也填上"),
        ("since", "2999-01-01", "日期在将来"),
        ("birth_date", "2999-01-01", "日期在将来"),
    ],
)
def test_adding_says_what_to_mend(client, worker, grids, home, field, value, words):
    client.force_login(worker)
    data = {"name": "赵敏", "sex": "2", "birth_date": "1990-01-02", "grid": grids[0].pk, "building": "5号楼"}
    data |= {"unit": "1单元", "room": "301", "since": "2026-01-01", field: value}
    assert words in client.post("/residents/new/", data).content.decode()
    assert not Resident.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("move_out", {"day": "2026-01-01"}), ("death", {"day": "2026-01-01"}), ("correct", {})],
)
def test_short_page_does_its_action_and_goes_back(client, worker, resident, name, data):
    client.force_login(worker)
    assert client.post(address(name, resident), data).url == address("resident", resident)
    assert not resident.spells.filter(until=None).exists()


def test_moving_and_coming_back_by_page(client, worker, resident, grids):
    client.force_login(worker)
    client.post(address("move", resident), {"grid": grids[1].pk, "day": "2026-01-01"})
    client.post(address("move_out", resident), {"day": "2026-02-01"})
    client.post(address("return", resident), {"grid": grids[0].pk, "since": "2026-03-01"})
    assert [spell.grid for spell in resident.spells.order_by("since")] == [grids[0], grids[1], grids[0]]


def test_day_in_the_future_is_kept_and_refused(client, worker, resident):
    client.force_login(worker)
    text = client.post(address("move_out", resident), {"day": "2999-01-01"}).content.decode()
    assert "日期在将来" in text
    assert 'value="2999-01-01"' in text


def test_editing_fills_in_nothing_masked(client, worker, resident):
    client.force_login(worker)
    text = client.get(address("edit", resident)).content.decode()
    assert 'placeholder="欧**英"' in text
    assert "欧阳秀英" not in text
    client.post(address("edit", resident), {"name": "欧阳秀瑛", "education": "20"})
    resident.refresh_from_db()
    assert (resident.name, resident.education, resident.phone_kept) == ("欧阳秀瑛", "20", "1995678")


def test_joining_and_leaving_a_group_by_page(client, worker, resident):
    group = PopulationGroup.objects.get(code="retired")
    client.force_login(worker)
    client.post(address("memberships", resident), {"group": group.pk, "since": "2026-01-01"})
    text = client.post(address("leave_group", resident), {"group": group.pk, "until": "2025-01-01"}).content.decode()
    assert "早于开始日期" in text
    client.post(address("leave_group", resident), {"group": group.pk, "until": "2026-02-01"})
    assert GroupMembership.objects.get().until == date(2026, 2, 1)


def test_street_officer_sees_no_page_of_residents(client, street_officer, resident):
    client.force_login(street_officer)
    for name in ("resident", "edit", "move"):
        assert client.get(address(name, resident)).status_code == 403
