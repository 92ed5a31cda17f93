"""Merging and splitting areas: what becomes of people, homes, posts and accounts, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from communities.models import Community
from grids.area_changes import merge_communities, merge_grids, save_area, split_community, split_grid
from grids.area_plans import plan_community_merge, plan_grid_merge, plan_grid_split
from grids.locks import STREET_LOCK
from grids.models import Appointment, AreaChange, Building, Grid, Household, Residence, Resident
from grids.population import population_on
from tests.register import LONG_AGO, make_grids

TODAY = timezone.localdate()
DAY = TODAY - timedelta(days=10)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=3)


def make_home(grid: Grid, building: str, room: str = "101", *people: Resident) -> Household:
    """Return a home, with people living in it."""
    home = Household.objects.create(building=Building.objects.get_or_create(grid=grid, name=building)[0], room=room)
    Resident.objects.filter(pk__in=[person.pk for person in people]).update(household=home)
    return home


def read_spells(resident: Resident) -> list[tuple]:
    """Return (grid name, since, until, reason) of a person's spells."""
    return list(resident.spells.order_by("since").values_list("grid__name", "since", "until", "end_reason"))


def merge(grids: list[Grid], by, **choices) -> AreaChange:
    """Merge grids into a new one called 大网格."""
    given = {"grids": [grid.pk for grid in grids], "into": None, "name": "大网格", "day": DAY}
    return merge_grids(by=by, **given | choices)


# --- Merging grids


def test_merge_cuts_spells_on_the_day(register, grids, admin):
    resident = register.resident(grids[0])
    merge(grids, admin)
    assert read_spells(resident) == [("第一网格", LONG_AGO, DAY, "area_change"), ("大网格", DAY, None, "")]


def test_merge_moves_late_entries_as_they_are(register, grids, admin):
    resident = register.resident(grids[0], since=AFTER)
    merge(grids, admin)
    assert read_spells(resident) == [("大网格", AFTER, None, "")]


def test_merge_cuts_a_spell_that_ended_after_the_day(register, grids, admin):
    resident = register.resident(grids[0], until=AFTER)
    resident.spells.update(end_reason="moved_out")
    merge(grids, admin)
    assert read_spells(resident) == [("第一网格", LONG_AGO, DAY, "area_change"), ("大网格", DAY, AFTER, "moved_out")]


@pytest.mark.parametrize("until", [BEFORE, DAY])
def test_merge_leaves_spells_closed_by_the_day(register, grids, admin, until):
    resident = register.resident(grids[0], until=until)
    merge(grids, admin)
    assert read_spells(resident) == [("第一网格", LONG_AGO, until, "")]


def test_merge_follows_a_move_between_merged_grids(register, grids, admin):
    resident = register.resident(grids[0], until=AFTER)
    Residence.objects.create(resident=resident, grid=grids[1], since=AFTER)
    merge(grids, admin)
    assert [spell[0] for spell in read_spells(resident)] == ["第一网格", "大网格", "大网格"]


def test_entry_made_in_error_on_the_day_is_no_obstacle(register, grids, admin):
    resident = register.resident(grids[0])
    Residence.objects.create(resident=resident, grid=grids[1], since=DAY, until=DAY, end_reason="error")
    merge(grids, admin)
    assert population_on(DAY, Grid.objects.get(name="大网格")).get() == resident


def test_merge_moves_residents_and_closes_grids(register, grids, admin, community):
    resident = register.resident(grids[1])
    change = merge(grids, admin)
    target = Grid.objects.get(name="大网格")
    resident.refresh_from_db()
    assert (resident.grid, resident.community) == (target, community)
    assert target.code == f"{community.code}003"
    assert target.valid_from == DAY
    assert set(Grid.objects.filter(valid_to=DAY)) == set(grids)
    assert change.detail["residents"] == 1


def test_merge_into_one_that_goes_on_leaves_its_people_alone(register, grids, admin):
    staying, coming = register.resident(grids[0]), register.resident(grids[1])
    merge(grids, admin, into=grids[0].pk)
    assert read_spells(staying) == [("第一网格", LONG_AGO, None, "")]
    assert read_spells(coming)[1][0] == "第一网格"
    assert list(Grid.objects.current().filter(community=grids[0].community)) == [grids[0]]


def test_new_grid_may_take_the_name_of_a_closing_one(grids, admin):
    merge(grids, admin, name="第一网格")
    assert Grid.objects.current().get(name="第一网格").valid_from == DAY


def test_buildings_of_one_name_become_one_door_by_door(register, grids, admin):
    couple = register.resident(grids[0]), register.resident(grids[1])
    alone = register.resident(grids[1])
    for grid, person in zip(grids, couple, strict=True):
        make_home(grid, "1号楼", "101", person)
    make_home(grids[1], "1号楼", "102", alone)
    make_home(grids[1], "2号楼", "101")
    merge(grids, admin)
    target = Grid.objects.get(name="大网格")
    assert list(target.buildings.order_by("name").values_list("name", flat=True)) == ["1号楼", "2号楼"]
    assert Building.objects.count() == 2
    one, other = (Resident.objects.get(pk=person.pk).household for person in couple)
    assert one == other
    assert Resident.objects.get(pk=alone.pk).household.building == one.building
    assert Household.objects.filter(building=one.building).count() == 2


def test_buildings_of_one_name_can_be_kept_apart(register, grids, admin):
    for grid in grids:
        make_home(grid, "1号楼", "101", register.resident(grid))
    merge(grids, admin, into=grids[0].pk, apart=True)
    assert set(grids[0].buildings.values_list("name", flat=True)) == {"1号楼", "第二网格 1号楼"}
    assert Household.objects.count() == 2


def test_building_of_the_surviving_grid_is_the_one_kept(register, grids, admin):
    make_home(grids[0], "1号楼")
    kept = make_home(grids[1], "1号楼")
    merge(grids, admin, into=grids[1].pk)
    assert list(Building.objects.all()) == [kept.building]
    assert list(Household.objects.all()) == [kept]


def test_posts_of_closed_grids_end_and_name_the_kept_building(register, worker, grids, admin):
    for grid in grids:
        make_home(grid, "1号楼")
    head = Appointment.objects.create(
        resident=register.resident(grids[1]),
        grid=grids[1],
        building=grids[1].buildings.get(),
        post="building_head",
        since=AFTER,
    )
    plan = plan_grid_merge(grids=[grid.pk for grid in grids], into=None, name="大网格", day=DAY)
    assert len(plan.posts) == 2
    merge(grids, admin)
    head.refresh_from_db()
    assert (head.until, head.building.grid.name) == (AFTER, "大网格")
    assert worker.appointments.get().until == DAY


# --- Splitting a grid


@pytest.fixture
def homes(register, grids):
    """Two homes with one person each in buildings 1号楼 and 2号楼 of the first grid, and somebody without a home."""
    first, second, none = (register.resident(grids[0]) for _ in range(3))
    make_home(grids[0], "1号楼", "101", first)
    make_home(grids[0], "2号楼", "101", second)
    return first, second, none


def split(grid: Grid, by, **choices) -> AreaChange:
    """Split a grid into 东片 with 1号楼 and 西片 with 2号楼 and whoever has no home."""
    buildings = {home.pk: int(home.name == "2号楼") for home in grid.buildings.all()}
    given = {"grid": grid.pk, "names": ["东片", "西片"], "keeps": False, "buildings": buildings, "rest": 1, "day": DAY}
    return split_grid(by=by, **given | choices)


def test_split_sends_people_along_with_their_building(homes, grids, admin):
    split(grids[0], admin)
    assert [Resident.objects.get(pk=person.pk).grid.name for person in homes] == ["东片", "西片", "西片"]
    assert [read_spells(person)[1][:2] for person in homes] == [("东片", DAY), ("西片", DAY), ("西片", DAY)]
    assert Building.objects.get(name="2号楼").grid.name == "西片"
    grids[0].refresh_from_db()
    assert grids[0].valid_to == DAY


def test_split_may_leave_the_first_part_where_it_is(homes, grids, admin):
    split(grids[0], admin, keeps=True)
    assert len(read_spells(homes[0])) == 1
    assert read_spells(homes[2])[1][:2] == ("西片", DAY)
    assert Building.objects.get(name="1号楼").grid == grids[0]
    grids[0].refresh_from_db()
    assert grids[0].valid_to is None


@pytest.mark.parametrize(("choices", "count"), [({}, 3), ({"keeps": True}, 2), ({"keeps": True, "rest": 0}, 1)])
def test_split_plan_counts_who_moves(homes, grids, choices, count, admin):
    assert split(grids[0], admin, **choices).detail["residents"] == count
    assert Residence.objects.filter(since=DAY).count() == count


def test_split_into_a_part_without_anything_is_refused(homes, grids, admin):
    with pytest.raises(ValidationError, match="什么也没有分到"):
        split(grids[0], admin, names=["东片", "西片", "空片"])


def test_split_with_a_building_added_meanwhile_is_refused(homes, grids, admin):
    buildings = dict.fromkeys(grids[0].buildings.values_list("pk", flat=True), 0)
    make_home(grids[0], "3号楼")
    with pytest.raises(ValidationError, match="有变动"):
        split(grids[0], admin, buildings=buildings)


# --- Communities


def test_merged_communities_get_successor_grids_with_free_names(
    register, community, neighbour_community, grids, admin, street
):
    make_grids(neighbour_community, "第一网格", "第三网格")
    merge_communities(
        communities=[community.pk, neighbour_community.pk],
        into=None,
        code=f"{street.code}010",
        name="大社区",
        day=DAY,
        by=admin,
    )
    found = Grid.objects.current().filter(community__street=street).values_list("code", "name", "community__name")
    assert list(found) == [
        ("990101001010001", "第一网格", "大社区"),
        ("990101001010002", "第二网格", "大社区"),
        ("990101001010003", "和平新村社区 · 第一网格", "大社区"),
        ("990101001010004", "第三网格", "大社区"),
    ]
    assert Community.objects.current().filter(street=street).get().name == "大社区"


def test_merged_community_takes_residents_and_accounts_along(
    register, community, neighbour_community, grids, admin, worker
):
    resident = register.resident(grids[0])
    merge_communities(
        communities=[community.pk, neighbour_community.pk],
        into=neighbour_community.pk,
        code="",
        name="",
        day=TODAY,
        by=admin,
    )
    worker.refresh_from_db()
    resident.refresh_from_db()
    assert worker.community == resident.community == neighbour_community
    assert list(Resident.objects.visible_to(worker)) == [resident]
    event = AuditEvent.objects.get(action="account.move")
    assert event.detail == {"old": community.code, "new": neighbour_community.code}


def test_split_community_by_grids_and_accounts(register, community, grids, admin, worker, make_user, street):
    second = make_user("second", Role.WORKER, community)
    resident = register.resident(grids[1])
    parts = [(f"{street.code}011", "东社区"), (f"{street.code}012", "西社区")]
    split_community(
        community=community.pk,
        parts=parts,
        keeps=False,
        grids={grids[0].pk: 0, grids[1].pk: 1},
        users={second.pk: 1},
        day=DAY,
        by=admin,
    )
    for row in (worker, second, resident):
        row.refresh_from_db()
    assert [worker.community.name, second.community.name] == ["东社区", "西社区"]
    assert (resident.grid.code, resident.grid.name) == (f"{street.code}012001", "第二网格")
    assert not community.grids.current().exists()


def test_split_community_that_goes_on_keeps_its_grids(register, community, grids, admin, worker, street):
    split_community(
        community=community.pk,
        parts=[("", ""), (f"{street.code}012", "西社区")],
        keeps=True,
        grids={grids[0].pk: 0, grids[1].pk: 1},
        users={},
        day=DAY,
        by=admin,
    )
    community.refresh_from_db()
    worker.refresh_from_db()
    assert community.valid_to is None
    assert list(community.grids.current()) == [grids[0]]
    assert worker.community == community


# --- The record, and what is refused


def test_change_is_recorded_and_audited(register, grids, admin, street):
    register.resident(grids[0])
    change = merge(grids, admin)
    assert change.detail["from"] == [[grid.code, grid.name] for grid in grids]
    assert change.detail["to"] == [[f"{grids[0].community.code}003", "大网格"]]
    event = AuditEvent.objects.get(action="area.merge")
    assert (event.area_code, event.detail["residents"], event.detail["day"]) == (street.code, 1, DAY.isoformat())


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({"day": TODAY + timedelta(days=1)}, "到生效当天再操作"),
        ({"day": TODAY - timedelta(days=32)}, "31 天"),
        ({"name": ""}, "请写明新的名称"),
        ({"name": "第三网格"}, "已经有了"),
        ({"into": 0}, "所选的区域之中"),
    ],
)
def test_merge_that_cannot_be_is_refused(grids, community, admin, choices, reason):
    make_grids(community, "第三网格")
    with pytest.raises(ValidationError, match=reason):
        merge(grids, admin, **choices)
    assert not AreaChange.objects.exists()


def test_closed_and_later_grids_are_refused(grids, admin):
    merge(grids, admin)
    with pytest.raises(ValidationError, match="撤销"):
        merge(grids, admin, name="另一个")
    new = make_grids(grids[0].community, "新网格")
    merged = Grid.objects.get(name="大网格")
    with pytest.raises(ValidationError, match="才设立"):
        merge([merged, *new], admin, name="另一个", day=BEFORE)


def test_grids_of_two_communities_are_refused(grids, neighbour_community, admin):
    with pytest.raises(ValidationError, match="同一个社区"):
        merge([grids[0], *make_grids(neighbour_community, "远网格")], admin)


@pytest.mark.parametrize(
    ("code", "reason"), [("990101002009", "前 9 位"), ("99010100101", "12 位"), ("990101001001", "已经用过")]
)
def test_community_code_must_be_a_free_one_of_the_street(community, neighbour_community, admin, code, reason):
    with pytest.raises(ValidationError, match=reason):
        merge_communities(
            communities=[community.pk, neighbour_community.pk], into=None, code=code, name="新社区", day=DAY, by=admin
        )


def test_communities_of_two_streets_are_refused(community, foreign_community):
    with pytest.raises(ValidationError, match="同一个街道"):
        plan_community_merge(
            communities=[community.pk, foreign_community.pk], into=community.pk, code="", name="", day=DAY
        )


def test_plan_that_is_no_longer_the_one_seen_is_refused(register, grids, admin):
    seen = plan_grid_merge(grids=[grid.pk for grid in grids], into=None, name="大网格", day=DAY).fingerprint
    register.resident(grids[0])
    with pytest.raises(ValidationError, match="预览之后"):
        merge(grids, admin, seen=seen)
    assert not Grid.objects.filter(name="大网格").exists()


def test_plan_that_was_seen_is_carried_out(register, grids, admin):
    plan = plan_grid_merge(grids=[grid.pk for grid in grids], into=None, name="大网格", day=DAY)
    assert merge(grids, admin, seen=plan.fingerprint).detail == plan.summary


def test_preview_changes_nothing(homes, grids, django_assert_max_num_queries):
    buildings = dict.fromkeys(grids[0].buildings.values_list("pk", flat=True), 0)
    with django_assert_max_num_queries(12) as queries:
        plan_grid_split(grid=grids[0].pk, names=["东片", "西片"], keeps=False, buildings=buildings, rest=1, day=DAY)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_street_that_an_import_writes_to_is_left_alone(grids, admin, street):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s, %s)", [STREET_LOCK, street.pk])
        with pytest.raises(ValidationError, match="过几分钟再试"):
            merge(grids, admin)
    finally:
        other.close()


def test_new_grid_gets_the_next_code_and_leaves_an_event(grids, community, admin):
    grid = save_area(Grid(community=community, name="第三网格", valid_from=date(2026, 1, 1)), by=admin)
    assert grid.code == f"{community.code}003"
    assert AuditEvent.objects.get(action="area.create").detail == {"name": "第三网格"}


def test_rename_leaves_an_event(community, admin):
    community.name = "多福里社区"
    save_area(community, by=admin)
    assert AuditEvent.objects.get(action="area.rename").area_code == community.code


# --- Pages


@pytest.fixture
def page(client, admin):
    """The browser of the street's data administrator."""
    client.force_login(admin)
    return client


def fill_merge(grids: list[Grid], **fields) -> dict:
    """Return the form in which grids are merged into a new one."""
    form = {"areas": [grid.pk for grid in grids], "into": "", "name": "大网格", "apart": "0", "day": DAY.isoformat()}
    return form | fields


def test_merge_page_previews_and_then_does_what_was_seen(page, register, grids, community):
    register.resident(grids[0])
    url, form = f"/residents/areas/{community.pk}/merge/", fill_merge(grids)
    preview = page.post(url, form)
    assert not AreaChange.objects.exists()
    assert "大网格" in preview.content.decode()
    done = page.post(url, dict(preview.context["again"]) | form | {"seen": preview.context["plan"].fingerprint})
    assert done.url == f"/residents/areas/changes/{AreaChange.objects.get().pk}/"
    assert "大网格" in page.get(done.url).content.decode()


def test_preview_sends_the_same_form_again(page, grids, community):
    preview = page.post(f"/residents/areas/{community.pk}/merge/", fill_merge(grids))
    assert sorted(preview.context["again"]) == sorted(
        [
            *(("areas", str(grid.pk)) for grid in grids),
            ("into", ""),
            ("name", "大网格"),
            ("apart", "0"),
            ("day", DAY.isoformat()),
        ]
    )


def test_register_that_changed_meanwhile_is_previewed_anew(page, register, grids, community):
    url, form = f"/residents/areas/{community.pk}/merge/", fill_merge(grids)
    seen = page.post(url, form).context["plan"].fingerprint
    register.resident(grids[0])
    again = page.post(url, form | {"seen": seen})
    assert again.context["changed"]
    assert not AreaChange.objects.exists()
    page.post(url, form | {"seen": again.context["plan"].fingerprint})
    assert AreaChange.objects.get().detail["residents"] == 1


def test_refusal_of_the_plan_is_an_error_of_the_form(page, grids, community):
    answer = page.post(f"/residents/areas/{community.pk}/merge/", fill_merge(grids, name=""))
    assert "请写明新的名称" in answer.content.decode()


def test_split_page_reads_parts_and_buildings(page, homes, grids):
    one, two = grids[0].buildings.order_by("name")
    form = {"keeps": "0", "name_1": "东片", "name_2": "西片", "name_3": "", "name_4": "", "day": DAY.isoformat()}
    form |= {f"building_{one.pk}": "0", f"building_{two.pk}": "1", "rest": "1"}
    url = f"/residents/areas/grids/{grids[0].pk}/split/"
    plan = page.post(url, form).context["plan"]
    assert [move.target.name for move in plan.moves] == ["西片", "东片", "西片"]
    assert page.post(url, form | {"seen": plan.fingerprint}).status_code == 302


def test_community_pages_merge_and_split(page, community, neighbour_community, grids, worker):
    form = {"areas": [community.pk, neighbour_community.pk], "into": community.pk, "day": DAY.isoformat()}
    plan = page.post("/residents/areas/merge/", form).context["plan"]
    assert page.post("/residents/areas/merge/", form | {"seen": plan.fingerprint}).status_code == 302
    form = {"keeps": "1", "name_2": "西社区", "code_2": "990101001009", "day": DAY.isoformat()}
    form |= {f"grid_{grids[0].pk}": "0", f"grid_{grids[1].pk}": "1", f"user_{worker.pk}": "1"}
    url = f"/residents/areas/{community.pk}/split/"
    plan = page.post(url, form).context["plan"]
    assert page.post(url, form | {"seen": plan.fingerprint}).status_code == 302
    worker.refresh_from_db()
    assert worker.community.name == "西社区"


def test_area_list_shows_people_and_changes(page, register, grids, admin, django_assert_max_num_queries):
    register.resident(grids[0])
    merge(grids, admin)
    with django_assert_max_num_queries(10):
        text = page.get("/residents/areas/").content.decode()
    assert "大网格" in text
    assert "1 人" in text
    assert "网格合并" in text


def test_grid_is_made_and_renamed_on_pages(page, community):
    page.post(f"/residents/areas/{community.pk}/grids/new/", {"name": "新网格", "valid_from": "2026-01-01"})
    grid = Grid.objects.get(name="新网格")
    page.post(f"/residents/areas/grids/{grid.pk}/edit/", {"name": "改过的网格"})
    page.post(f"/residents/areas/{community.pk}/edit/", {"name": "改过的社区"})
    grid.refresh_from_db()
    assert (grid.name, grid.community.name) == ("改过的网格", "改过的社区")


def test_name_that_is_taken_is_an_error_of_the_form(page, grids, community, neighbour_community):
    answer = page.post(f"/residents/areas/grids/{grids[0].pk}/edit/", {"name": "第二网格"})
    assert "同名的网格" in answer.content.decode()
    answer = page.post(f"/residents/areas/{community.pk}/edit/", {"name": neighbour_community.name})
    assert "同名的社区" in answer.content.decode()


@pytest.mark.parametrize("url", ["areas/{0}/edit/", "areas/{0}/split/", "areas/{0}/merge/", "areas/{0}/grids/new/"])
def test_community_of_another_street_is_not_found(page, foreign_community, url):
    assert page.get("/residents/" + url.format(foreign_community.pk)).status_code == 404


def test_foreign_areas_cannot_be_chosen(page, community, foreign_community):
    form = {"areas": [community.pk, foreign_community.pk], "into": community.pk, "day": DAY.isoformat()}
    answer = page.post("/residents/areas/merge/", form)
    assert "areas" in answer.context["form"].errors
    assert foreign_community.name not in answer.content.decode()
