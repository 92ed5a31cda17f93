"""Writes on people: moving, leaving, correcting, groups, merging; each with what it says to who errs."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.encryption import decrypt
from accounts.models import AuditEvent
from activities.models import Participation
from grids import actions
from grids.actions import AlreadyRegistered, Door
from grids.merging import merge_residents, rehearse_merge
from grids.models import Appointment, GroupMembership, Household, PopulationGroup, Residence, Resident
from grids.repointing import free_days
from tests.register import make_id_number

START, MIDDLE, END = date(2020, 1, 1), date(2023, 6, 1), date(2026, 1, 1)
TOMORROW = timezone.localdate() + timedelta(days=1)


def add(grid, by, **details):
    """Register somebody of no special kind."""
    plain = {"name": "赵敏", "since": START, "sex": 2, "birth_date": date(1990, 1, 2)}
    return actions.add_resident(door=details.pop("door", Door(grid)), by=by, **plain | details)


def spells(person):
    """Return the spells as (grid, since, until, reason)."""
    rows = person.spells.order_by("since", "id").values_list("grid__name", "since", "until", "end_reason")
    return [("一" if name == "第一网格" else "二", *rest) for name, *rest in rows]


def last_event():
    return AuditEvent.objects.first()


# --- Registering and correcting who somebody is


def test_adding_seals_the_numbers_and_reads_the_id_number(grids, worker):
    number = make_id_number(date(1985, 3, 4), 7)
    person = add(grids[0], worker, id_number=number, phone="13912345678")
    assert (person.birth_date, person.sex, person.id_kept, person.initials) == (
        date(1985, 3, 4),
        1,
        "9901" + number[-2:],
        "zm",
    )
    assert decrypt(person.id_number, purpose="id_number") == number
    assert spells(person) == [("一", START, None, "")]
    assert (last_event().action, last_event().detail) == ("resident.add", {"day": "2020-01-01", "grid": grids[0].code})


def test_nobody_moves_in_before_being_born(grids, worker):
    with pytest.raises(ValidationError, match="不能早于出生日期"):
        add(grids[0], worker, since=date(2020, 1, 1), birth_date=date(2020, 1, 2))
    assert not Resident.objects.exists()


def test_adding_opens_a_new_door_once(grids, worker):
    door = Door(grids[0], "5号楼", "1单元", "301")
    first, second = add(grids[0], worker, door=door), add(grids[0], worker, door=door, name="钱进")
    assert first.household == second.household == Household.objects.get()


def test_adding_somebody_of_ones_own_offers_the_entry(grids, worker, resident):
    number = make_id_number(resident.birth_date, 1)
    with pytest.raises(AlreadyRegistered, match="请看已有的这一位") as refusal:
        add(grids[1], worker, id_number=number)
    assert refusal.value.resident == resident


def test_adding_somebody_registered_elsewhere_says_no_more_than_that(grids, worker, register, foreign_grid):
    stranger = register.resident(foreign_grid)
    with pytest.raises(AlreadyRegistered) as refusal:
        add(grids[0], worker, id_number=make_id_number(stranger.birth_date, 1))
    assert (refusal.value.messages, refusal.value.resident) == (["已在其他单位登记"], None)


def test_form_sent_twice_registers_one_person_without_id_number(grids, worker):
    add(grids[0], worker)
    with pytest.raises(AlreadyRegistered, match="已有同名、同出生日期"):
        add(grids[0], worker)
    assert Resident.objects.count() == 1


def test_adding_to_a_foreign_grid_is_refused(worker, foreign_grid):
    with pytest.raises(ValidationError, match="不在您负责的社区"):
        add(foreign_grid, worker)


def test_adding_on_a_day_to_come_is_refused(grids, worker):
    with pytest.raises(ValidationError, match="日期在将来"):
        add(grids[0], worker, since=TOMORROW)


def test_editing_is_audited_by_names_of_fields_only(worker, resident):
    actions.edit_resident(resident, by=worker, name="欧阳秀瑛", phone="13800000000", education="20")
    assert last_event().detail == {"fields": ["education", "name", "phone", "phone_hash", "phone_kept"]}


def test_editing_without_a_change_writes_nothing(worker, resident):
    actions.edit_resident(
        resident, by=worker, name="欧阳秀英", phone="19912345678", id_number=make_id_number(resident.birth_date, 1)
    )
    assert not AuditEvent.objects.exists()


def test_sex_and_birth_date_follow_the_id_number(worker, resident):
    actions.edit_resident(resident, by=worker, sex=2, birth_date=date(1990, 1, 1))
    resident.refresh_from_db()
    assert (resident.sex, resident.birth_date) == (1, date(1980, 5, 1))


def test_phone_is_forgotten_when_told_to(worker, resident):
    actions.edit_resident(resident, by=worker, forget_phone=True)
    resident.refresh_from_db()
    assert (resident.phone, resident.phone_hash, resident.phone_kept) == (None, None, "")


def test_outsider_edits_nobody(outsider, resident):
    with pytest.raises(ValidationError, match="不在您负责的社区"):
        actions.edit_resident(resident, by=outsider, name="甲乙")


# --- Moving and leaving


def test_move_closes_one_spell_and_opens_the_next(register, grids, worker):
    person = register.resident(grids[0], since=START)
    actions.move_within(person, door=Door(grids[1]), day=MIDDLE, by=worker)
    assert spells(person) == [("一", START, MIDDLE, "moved_within"), ("二", MIDDLE, None, "")]
    assert Resident.objects.get().grid == grids[1]
    assert last_event().detail == {"day": "2023-06-01", "before": grids[0].code, "after": grids[1].code}


def test_move_to_another_door_of_the_grid_opens_no_spell(register, grids, worker):
    person = register.resident(grids[0], since=START)
    actions.move_within(person, door=Door(grids[0], "5号楼", "", "301"), day=MIDDLE, by=worker)
    assert spells(person) == [("一", START, None, "")]
    assert str(Resident.objects.get().household) == "5号楼 301"


@pytest.mark.parametrize(("day", "words"), [(START, "要晚于这一天"), (date(2010, 1, 1), "要晚于"), (TOMORROW, "将来")])
def test_move_on_an_impossible_day_is_refused(register, grids, worker, day, words):
    person = register.resident(grids[0], since=START)
    with pytest.raises(ValidationError, match=words):
        actions.move_within(person, door=Door(grids[1]), day=day, by=worker)


def test_move_to_a_foreign_grid_is_refused(resident, worker, foreign_grid):
    with pytest.raises(ValidationError, match="不在您负责的社区"):
        actions.move_within(resident, door=Door(foreign_grid), day=MIDDLE, by=worker)


@pytest.mark.parametrize(("act", "reason"), [(actions.move_out, "moved_out"), (actions.record_death, "died")])
def test_departure_ends_the_spell_and_the_posts(register, grids, worker, act, reason):
    person = register.resident(grids[0], since=START)
    Appointment.objects.create(resident=person, grid=grids[0], post="building_head", since=START)
    act(person, day=END, by=worker)
    assert spells(person) == [("一", START, END, reason)]
    assert Appointment.objects.get(resident=person).until == END


@pytest.mark.parametrize(("day", "words"), [(date(2019, 12, 31), "早于开始日期 2020-01-01"), (TOMORROW, "将来")])
def test_departure_on_an_impossible_day_is_refused(register, grids, worker, day, words):
    with pytest.raises(ValidationError, match=words):
        actions.move_out(register.resident(grids[0], since=START), day=day, by=worker)


def test_who_has_left_cannot_leave_or_move_again(register, grids, worker):
    person = register.resident(grids[0], since=START, until=MIDDLE)
    for act in (lambda: actions.move_out(person, day=END, by=worker), lambda: actions.correct_entry(person, by=worker)):
        with pytest.raises(ValidationError, match="现在不住在这里"):
            act()


def test_return_opens_a_new_spell(register, grids, worker):
    person = register.resident(grids[0], since=START, until=MIDDLE)
    actions.return_resident(person, door=Door(grids[1]), since=END, by=worker)
    assert [spell[:3] for spell in spells(person)] == [("一", START, MIDDLE), ("二", END, None)]


def test_return_before_the_departure_is_refused(register, grids, worker):
    person = register.resident(grids[0], since=START, until=MIDDLE)
    with pytest.raises(ValidationError, match="早于此人上次离开的日期"):
        actions.return_resident(person, door=Door(grids[0]), since=MIDDLE - timedelta(days=1), by=worker)


def test_return_of_somebody_present_or_dead_is_refused(register, grids, worker):
    present, dead = register.resident(grids[0], since=START), register.resident(grids[0], since=START)
    actions.record_death(dead, day=MIDDLE, by=worker)
    for person, words in ((present, "现在就住在这里"), (dead, "登记为去世")):
        with pytest.raises(ValidationError, match=words):
            actions.return_resident(person, door=Door(grids[0]), since=END, by=worker)


def test_correction_ends_the_spell_on_its_first_day(register, grids, worker):
    person = register.resident(grids[0], since=START)
    actions.correct_entry(person, by=worker)
    assert spells(person) == [("一", START, START, "error")]


def test_correction_of_a_move_brings_the_person_back(register, grids, worker):
    person = register.resident(grids[0], since=START)
    actions.move_within(person, door=Door(grids[1]), day=MIDDLE, by=worker)
    actions.correct_entry(person, by=worker)
    assert spells(person) == [("一", START, None, ""), ("二", MIDDLE, MIDDLE, "error")]
    assert Resident.objects.get().grid == grids[0]


def test_correction_of_a_departure_lets_the_spell_go_on(register, grids, worker):
    person = register.resident(grids[0], since=START)
    actions.record_death(person, day=MIDDLE, by=worker)
    actions.undo_departure(person, by=worker)
    assert spells(person) == [("一", START, None, "")]
    with pytest.raises(ValidationError, match="没有可以撤销的"):
        actions.undo_departure(person, by=worker)


# --- Groups


def test_membership_is_dated_and_has_no_double(register, grids, worker):
    person, group = register.resident(grids[0], since=START), PopulationGroup.objects.get(code="retired")
    actions.join_group(person, group=group, since=START, by=worker)
    with pytest.raises(ValidationError, match="已经属于“离退休人员”"):
        actions.join_group(person, group=group, since=MIDDLE, by=worker)
    actions.leave_group(person, group=group, until=MIDDLE, by=worker)
    with pytest.raises(ValidationError, match="到 2023-06-01 为止"):
        actions.join_group(person, group=group, since=START, by=worker)
    with pytest.raises(ValidationError, match="现在不属于"):
        actions.leave_group(person, group=group, until=END, by=worker)


# --- Merging


@pytest.mark.parametrize(
    ("days", "taken", "free"),
    [
        ((START, None), [], [(START, None)]),
        ((START, END), [(START, END)], []),
        ((START, None), [(MIDDLE, END)], [(START, MIDDLE), (END, None)]),
        ((START, END), [(MIDDLE, None)], [(START, MIDDLE)]),
        ((MIDDLE, None), [(START, None)], []),
        ((START, END), [(MIDDLE, MIDDLE)], [(START, END)]),
        ((START, START), [], []),
    ],
)
def test_free_days_are_those_that_no_spell_covers(days, taken, free):
    assert list(free_days(days, taken)) == free


@pytest.fixture
def pair(register, grids):
    """Two entries of one person: the kept one lived here first."""
    kept = register.resident(grids[0], since=START, until=MIDDLE, groups=["retired"])
    other = register.resident(
        grids[1], name="张健国", since=date(2022, 1, 1), groups=["retired", "youth"], phone="13800000000"
    )
    return kept, other


def test_merging_takes_spells_only_on_free_days(pair, admin):
    kept, other = pair
    merge_residents(kept, other, take=(), by=admin)
    assert [row[:3] for row in spells(kept)] == [("一", START, MIDDLE), ("二", MIDDLE, None)]
    kept.refresh_from_db()
    assert kept.grid.name == "第二网格"
    assert not Resident.objects.filter(pk=other.pk).exists()


def test_merging_takes_memberships_and_drops_their_doubles(pair, admin):
    kept, other = pair
    outcome = merge_residents(kept, other, take=(), by=admin)
    assert sorted(kept.memberships.values_list("group__code", "until")) == [("retired", None), ("youth", None)]
    assert outcome.moved[GroupMembership] + outcome.dropped[GroupMembership] == 2


def test_merging_keeps_participations_unique(pair, admin, worker, register, community):
    kept, other = pair
    both = register.activity(community, worker, kept, other)
    one = register.activity(community, worker, other)
    outcome = merge_residents(kept, other, take=(), by=admin)
    assert sorted(Participation.objects.values_list("activity", "resident")) == [(both.pk, kept.pk), (one.pk, kept.pk)]
    assert (outcome.moved[Participation], outcome.dropped[Participation]) == (1, 1)


def test_merging_takes_chosen_fields_and_those_that_only_the_other_has(pair, admin):
    kept, other = pair
    number = make_id_number(other.birth_date, 2)
    Resident.objects.filter(pk=other.pk).update(education="20")
    merge_residents(kept, other, take=["name", "id_number"], by=admin)
    kept.refresh_from_db()
    assert (kept.name, kept.initials, kept.education, kept.phone_kept) == ("张健国", "zjg", "20", "1995678")
    assert decrypt(kept.id_number, purpose="id_number") == number


def test_merging_is_audited_with_both_keys(pair, admin):
    kept, other = pair
    merge_residents(kept, other, take=["phone"], by=admin)
    event = last_event()
    assert (event.action, event.object_id, event.detail["merged"], event.detail["fields"]) == (
        "resident.merge",
        str(kept.pk),
        other.pk,
        ["phone"],
    )


def test_rehearsal_of_a_merge_changes_nothing_and_says_the_same(pair, admin, worker, register, community):
    kept, other = pair
    register.activity(community, worker, kept, other)
    rehearsed = rehearse_merge(kept, other, by=admin)
    assert (spells(other), AuditEvent.objects.count()) == ([("二", date(2022, 1, 1), None, "")], 0)
    assert merge_residents(kept, other, take=(), by=admin).lines == rehearsed.lines


def test_merging_moves_posts(pair, admin, grids):
    kept, other = pair
    Appointment.objects.create(resident=other, grid=grids[1], post="unit_head", since=START)
    merge_residents(kept, other, take=(), by=admin)
    assert Appointment.objects.get(post="unit_head").resident == kept


@pytest.mark.parametrize("own", [True, False])
def test_merging_with_oneself_or_a_stranger_is_refused(pair, admin, register, foreign_grid, own):
    kept, other = pair[0], pair[0] if own else register.resident(foreign_grid)
    with pytest.raises(ValidationError, match="另一位" if own else "不在您负责的社区"):
        merge_residents(kept, other, take=(), by=admin)


def test_merge_page_compares_and_merges(client, pair, admin):
    kept, other = pair
    client.force_login(admin)
    choose = client.get(f"/residents/{kept.pk}/merge/", {"q": "zjg"}).content.decode()
    assert f"/residents/{kept.pk}/merge/{other.pk}/" in choose
    page = client.get(f"/residents/{kept.pk}/merge/{other.pk}/").content.decode()
    for words in ("身份证号不同", "居住时段", "人群归属", "138****0000"):
        assert words in page
    data = {"name": "other", "phone": "other", "id_number": "kept"}
    assert client.post(f"/residents/{kept.pk}/merge/{other.pk}/", data).url == f"/residents/{kept.pk}/"
    assert Resident.objects.get().phone_kept == "1380000"
    assert Residence.objects.count() == 2


def test_merge_page_of_a_stranger_is_missing(client, pair, admin, register, foreign_grid):
    client.force_login(admin)
    stranger = register.resident(foreign_grid)
    assert client.get(f"/residents/{pair[0].pk}/merge/{stranger.pk}/").status_code == 404
