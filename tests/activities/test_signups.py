"""Sign-ups in the hands of staff: the lists, telling people, calling them, entering callers, who came."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Outsider, Participation, SeatQuota, SignUp
from activities.sign_up_list import count_seats, find_seating, find_seatings, list_sign_ups
from activities.signups import add_sign_up, cancel_sign_up, unmask_contact
from grids.models import GroupMembership, PopulationGroup
from tests.activities.sign_up_help import describe_open


@pytest.fixture
def activity(register, community, worker):
    return register.activity(community, worker, **describe_open(capacity=2))


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def enter(activity, worker):
    """Enters somebody by name, with a phone of his own."""

    def run(name="司马南风", resident=None, phone=None):
        phone = f"1990000{SignUp.objects.count():04}" if phone is None else phone
        return add_sign_up(activity, resident=resident, name=name, phone=phone, source="phone", by=worker)

    return run


def address(name, row):
    return reverse(f"activities:{name}", args=[row.pk])


def names(wishes):
    return [wish.name for wish in wishes]


def test_waiting_list_moves_up_when_somebody_cancels(activity, enter, worker):
    first, *_others = [enter(name) for name in ("王一", "王二", "王三")]
    assert names(list_sign_ups(activity).waiting) == ["王三"]
    cancel_sign_up(first, by=worker)
    assert names(list_sign_ups(activity).to_call) == ["王二", "王三"]
    assert names(list_sign_ups(activity).cancelled) == ["王一"]


def test_waiting_list_moves_up_when_the_capacity_grows(activity, enter):
    for name in ("王一", "王二", "王三"):
        enter(name)
    activity.capacity = 3
    assert count_seats(activity).waiting == 0


def test_kept_seat_goes_to_a_member_of_the_group(activity, enter, register, grids):
    SeatQuota.objects.create(activity=activity, group=PopulationGroup.objects.get(code="youth"), seats=1)
    enter("王一"), enter("王二")
    young = enter(resident=register.resident(grids[0], name="诸葛孔明", groups=["youth"]))
    former = register.resident(grids[0], name="上官婉儿", groups=["youth"])
    GroupMembership.objects.filter(resident=former).update(until=timezone.localdate())
    enter(resident=former)
    assert [pk for pk in find_seating(activity).seated if pk == young.pk] == [young.pk]
    assert names(list_sign_ups(activity).waiting) == ["王二", "上官婉儿"]


def test_seats_of_several_activities_need_three_queries(register, community, worker, grids, django_assert_num_queries):
    group = PopulationGroup.objects.get(code="youth")
    young = register.resident(grids[0], groups=["youth"])
    activities = [register.activity(community, worker, **describe_open(capacity=1)) for _number in range(3)]
    for activity in activities:
        SeatQuota.objects.create(activity=activity, group=group, seats=1)
        add_sign_up(activity, resident=None, name="王一", phone="", source="phone", by=worker)
        add_sign_up(activity, resident=young, name="", phone="", source="phone", by=worker)
    with django_assert_num_queries(3):
        found = find_seatings(activities)
    assert [(len(found[a.pk].seated), len(found[a.pk].waiting)) for a in activities] == [(1, 1)] * 3
    assert all(SignUp.objects.get(pk=found[a.pk].seated[0]).resident == young for a in activities)


def test_lists_need_the_same_queries_for_one_and_for_many(
    page, activity, enter, register, grids, django_assert_num_queries
):
    SeatQuota.objects.create(activity=activity, group=PopulationGroup.objects.get(code="youth"), seats=1)
    for _round in range(2):
        enter(), enter(resident=register.resident(grids[0], name="诸葛孔明", groups=["youth"]))
        with django_assert_num_queries(7):
            page.get(address("sign-ups", activity))


def test_page_masks_names_and_phones(page, activity, enter, resident):
    enter("司马南风", phone="19900001111"), enter(resident=resident)
    text = page.get(address("sign-ups", activity)).content.decode()
    assert [words for words in ("司马南风", "19900001111", "欧阳秀英", "19912345678") if words in text] == []
    assert [words for words in ("司**风", "199****1111", "欧**英", "199****5678") if words not in text] == []


def test_told_moves_to_the_other_list_and_back(page, activity, enter):
    wish = enter()
    page.post(address("sign-up-told", wish))
    assert names(list_sign_ups(activity).told) == [wish.name]
    page.post(address("sign-up-told", wish), {"told": "no"})
    assert names(list_sign_ups(activity).to_call) == [wish.name]
    assert AuditEvent.objects.filter(action__in=["sign_up.tell", "sign_up.untell"]).count() == 2


def test_call_shows_name_and_phone_and_is_written_down(page, activity, enter):
    wish = enter("司马南风", phone="19900001111")
    response = page.post(address("sign-up-contact", wish))
    text = response.content.decode()
    assert "司马南风" in text
    assert "tel:19900001111" in text
    assert "no-store" in response.headers["Cache-Control"]
    event = AuditEvent.objects.get(action="sign_up.unmask")
    assert event.detail == {"activity": activity.pk, "purpose": "call"}


def test_call_of_a_resident_goes_by_the_register(page, enter, resident):
    text = page.post(address("sign-up-contact", enter(resident=resident))).content.decode()
    assert "tel:19912345678" in text
    events = AuditEvent.objects.filter(action="resident.unmask", object_id=str(resident.pk))
    assert sorted(event.detail["field"] for event in events) == ["name", "phone"]


def test_calls_have_a_daily_budget(worker, enter, settings):
    settings.RESIDENT_UNMASK_BUDGET = 1
    first, second = enter("王一"), enter("王二")
    unmask_contact(first, by=worker)
    unmask_contact(first, by=worker)
    with pytest.raises(ValidationError, match="每日上限"):
        unmask_contact(second, by=worker)
    assert AuditEvent.objects.filter(action="sign_up.unmask_refused", object_id=str(second.pk)).exists()


def test_who_moved_to_another_community_cannot_be_called_by_the_register(worker, enter, resident, foreign_grid):
    wish = enter(resident=resident)
    resident.community, resident.grid = foreign_grid.community, foreign_grid
    resident.save()
    with pytest.raises(ValidationError, match="已不在本社区"):
        unmask_contact(wish, by=worker)


@pytest.mark.parametrize("name", ["sign-up-contact", "sign-up-told", "sign-up-cancel"])
def test_sign_ups_of_another_street_are_not_found(client, outsider, enter, name):
    client.force_login(outsider)
    assert client.post(address(name, enter())).status_code == 404


def test_street_sees_counts_and_no_list(client, street_officer, activity, enter):
    enter("司马南风")
    client.force_login(street_officer)
    assert client.get(address("sign-ups", activity)).status_code == 403
    text = client.get(address("detail", activity)).content.decode()
    assert "1 / 2" in text
    assert "司**风" not in text


def test_caller_is_entered_by_name_or_from_the_register(page, activity, resident):
    page.post(address("sign-ups", activity), {"source": "phone", "resident": resident.pk})
    page.post(address("sign-ups", activity), {"source": "walk_in", "name": "司马南风"})
    found = list(SignUp.objects.order_by("pk").values_list("resident", "name", "source"))
    assert found == [(resident.pk, "欧阳秀英", "phone"), (None, "司马南风", "walk_in")]
    assert AuditEvent.objects.filter(action="sign_up.add").count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "二者选一"),
        ({"resident": "own"}, "二者选一"),
        ({"phone": "123"}, "请写 11 位手机号"),
        ({"source": "public"}, "选择一个有效的选项"),
        ({"name": "", "resident": "foreign"}, "选择一个有效的选项"),
    ],
)
def test_bad_entry_says_where_and_keeps_what_was_typed(
    page, activity, resident, register, foreign_grid, changes, words
):
    keys = {"own": resident.pk, "foreign": register.resident(foreign_grid).pk}
    data = {"source": "phone", "name": "司马南风", "phone": "19900001111"} | changes
    data["resident"] = keys.get(data.get("resident"), "")
    text = page.post(address("sign-ups", activity), data).content.decode()
    assert words in text
    assert data["phone"] in text
    assert not SignUp.objects.exists()


def test_same_person_is_not_entered_twice(page, activity, resident):
    answers = [page.post(address("sign-ups", activity), {"source": "phone", "resident": resident.pk}) for _ in range(2)]
    assert "已经在报名名单里" in answers[1].content.decode()
    assert SignUp.objects.count() == 1


def test_reported_activity_takes_no_more(page, register, community, worker):
    activity = register.activity(community, worker)
    text = page.post(address("sign-ups", activity), {"source": "phone", "name": "司马南风"}).content.decode()
    assert "不能再加报名" in text
    assert not SignUp.objects.exists()


def test_cancelled_twice_is_cancelled_once(page, enter):
    wish = enter()
    for _tap in range(2):
        page.post(address("sign-up-cancel", wish))
    assert AuditEvent.objects.filter(action="sign_up.cancel").count() == 1


def test_after_the_report_who_did_not_come_is_absent(activity, enter, worker, register, grids):
    came, absent = (register.resident(grids[0], name=name) for name in ("王一", "王二"))
    enter(resident=came), enter(resident=absent)
    enter("司马南风", phone="19900001111"), enter("司马南风", phone="19900002222")
    Participation.objects.create(activity=activity, resident=came, grid=grids[0])
    Outsider.objects.create(activity=activity, name="司马南风", tail="1111")
    activity.capacity, activity.status = 4, "held"
    activity.reported_at, activity.reported_by = timezone.now(), worker
    found = list_sign_ups(activity)
    assert [wish.resident or wish.masked_phone for wish in found.came] == [came, "199****1111"]
    assert [wish.resident or wish.masked_phone for wish in found.absent] == [absent, "199****2222"]


def test_who_came_from_the_waiting_list_came(activity, enter, worker, resident, grids):
    enter("王一"), enter("王二"), enter(resident=resident)
    Participation.objects.create(activity=activity, resident=resident, grid=grids[0])
    activity.reported_at = timezone.now()
    found = list_sign_ups(activity)
    assert (names(found.came), names(found.waiting)) == (["欧阳秀英"], [])
