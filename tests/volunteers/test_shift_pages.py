"""Staff's pages of shifts and hours: planning, needs, calling off, what is shown to whom, and queries."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import ActivityKind
from tests.volunteers.shift_help import make_helper, make_record, make_service_day, make_shift
from volunteers.models import ServiceRecord, Shift, ShiftSignUp, Skill
from volunteers.shifts import change_shift


@pytest.fixture
def client(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def shift(community, worker):
    return make_shift(community, worker, number=2)


def describe(needs=((None, 2),), **fields) -> dict:
    begin = timezone.localtime() + timedelta(days=2)
    rows = {"needs-TOTAL_FORMS": len(needs), "needs-INITIAL_FORMS": 0}
    for place, (skill, number) in enumerate(needs):
        rows |= {f"needs-{place}-skill": skill or "", f"needs-{place}-number": number}
    times = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "ends_at": f"{begin + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    return rows | times | {"title": "引导组", "place": "东门", "is_open": "on"} | fields


def describe_new(**fields) -> dict:
    kind = ActivityKind.objects.get(name="志愿服务")
    return describe(**fields) | {"kind": kind.pk, "token": "5f0c2c0e-0000-4000-8000-000000000001"}


def keep(shift, number) -> dict:
    """Return the fields of a shift as it is, with another number."""
    times = {n: f"{timezone.localtime(getattr(shift, n)):%Y-%m-%dT%H:%M:%S}" for n in ("starts_at", "ends_at")}
    return describe([(None, number)], title=shift.title, **times)


def test_new_shift_plans_and_publishes_an_activity_once(client):
    for _ in range(2):
        client.post(reverse("volunteers:shift-new"), describe_new())
    shift = Shift.objects.for_list().get()
    assert (shift.activity.status, shift.activity.title, shift.left) == ("published", "引导组", 2)


def test_first_row_left_as_it_came_is_one_volunteer(client):
    client.post(reverse("volunteers:shift-new"), describe_new(needs=[(None, 1)]))
    assert Shift.objects.get().needs.get().number == 1


@pytest.mark.parametrize(
    ("needs", "words"), [([(None, "")], "请至少写一行"), ([(None, 1), (None, 2)], "同一种技能只写一行")]
)
def test_needs_that_make_no_sense_are_refused_and_nothing_is_lost(client, needs, words):
    text = client.post(reverse("volunteers:shift-new"), describe_new(needs=needs)).content.decode()
    assert words in text
    assert 'value="引导组"' in text
    assert not Shift.objects.exists()


def test_shift_far_from_its_activity_is_refused(client, shift):
    text = client.post(reverse("volunteers:shift-add", args=[shift.activity_id]), describe()).content.decode()
    assert "12 小时以内" in text
    assert Shift.objects.count() == 1


def add_to(client, activity, **fields):
    begin = timezone.localtime(activity.starts_at)
    times = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "ends_at": f"{begin + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    return client.post(reverse("volunteers:shift-add", args=[activity.pk]), describe(**times, **fields))


def test_only_the_same_form_sent_again_is_dropped(client, shift):
    tokens = [str(uuid.uuid4()), str(uuid.uuid4())]
    for token in (tokens[0], tokens[0], tokens[1]):
        assert add_to(client, shift.activity, token=token).status_code == 302
    assert Shift.objects.exclude(pk=shift.pk).count() == 2


def test_new_shift_of_an_activity_whose_shift_is_gone_is_saved(client):
    client.post(reverse("volunteers:shift-new"), describe_new())
    Shift.objects.all().delete()
    client.post(reverse("volunteers:shift-new"), describe_new())
    assert Shift.objects.get().title == "引导组"


def test_change_leaves_what_a_colleague_changed_meanwhile(shift, coordinator):
    mine = Shift.objects.select_related("activity__community").get(pk=shift.pk)
    Shift.objects.filter(pk=shift.pk).update(place="西门")
    mine.title = "搬运二组"
    change_shift(mine, fields=["title"], needs={None: 2}, by=coordinator)
    shift.refresh_from_db()
    assert (shift.title, shift.place) == ("搬运二组", "西门")


def test_need_for_which_somebody_had_signed_up_is_kept(client, shift, community):
    wish = {"volunteer": make_helper(community), "cancelled_at": timezone.now()}
    ShiftSignUp.objects.create(need=shift.needs.get(), **wish)
    skill = Skill.objects.first().pk
    data = keep(shift, 1) | {"needs-0-skill": skill}
    url = reverse("volunteers:shift-edit", args=[shift.pk])
    assert "要留着备查" in client.post(url, data).content.decode()
    ShiftSignUp.objects.all().delete()
    assert client.post(url, data).status_code == 302
    assert shift.needs.get().skill_id == skill


def test_needs_never_fall_below_the_places_taken(client, shift, community):
    for name in ("赵一", "钱二"):
        ShiftSignUp.objects.create(need=shift.needs.get(), volunteer=make_helper(community, name))
    url = reverse("volunteers:shift-edit", args=[shift.pk])
    assert "已有 2 人报名" in client.post(url, keep(shift, 1)).content.decode()
    client.post(url, keep(shift, 3))
    assert shift.needs.get().number == 3
    assert shift.needs.get().sign_ups.count() == 2


def test_calling_off_keeps_the_list_and_says_why_in_the_audit(client, shift):
    client.post(reverse("volunteers:shift-cancel", args=[shift.pk]), {"reason": "weather"})
    assert Shift.objects.get().is_off
    assert AuditEvent.objects.get(action="shift.cancel").detail["reason"] == "weather"


def test_names_are_masked_and_the_outsider_finds_nothing(client, shift, community, outsider):
    ShiftSignUp.objects.create(need=shift.needs.get(), volunteer=make_helper(community))
    url = reverse("volunteers:shift", args=[shift.pk])
    text = client.get(url).content.decode()
    assert "王*明" in text
    assert "王小明" not in text
    client.force_login(outsider)
    assert client.get(url).status_code == 404


def test_confirming_shows_what_became_of_each(client, community, worker, coordinator):
    day, helper = make_service_day(community, worker), make_helper(community)
    own = make_record(helper, day, recorded_by=coordinator)
    theirs = make_record(helper, day, starts_at=day.starts_at + timedelta(hours=2), recorded_by=worker)
    data = {"records": [own.pk, theirs.pk]}
    text = client.post(reverse("volunteers:hours-confirm"), data, follow=True).content.decode()
    assert "已确认 1 条" in text
    assert "1 条是您记的" in text
    assert ServiceRecord.objects.confirmed().get() == theirs


def test_typed_hours_are_written_and_wait(client, community, worker):
    day, helper = make_service_day(community, worker), make_helper(community)
    begin = timezone.localtime(day.starts_at)
    times = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "ends_at": f"{begin + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    client.post(reverse("volunteers:hours-add"), times | {"activity": day.pk, "person": f"v{helper.pk}"})
    assert ServiceRecord.objects.unconfirmed().get().minutes == 60


@pytest.mark.parametrize("name", ["volunteers:shifts", "volunteers:hours"])
def test_queries_do_not_grow_with_the_rows(client, name, community, worker, django_assert_max_num_queries):
    day = make_service_day(community, worker)
    for number in range(5):
        make_shift(community, worker, title=f"班{number}")
        helper = make_helper(community, f"张小{'一二三四五'[number]}")
        make_record(helper, day, recorded_by=worker)
    with django_assert_max_num_queries(9):
        assert client.get(reverse(name)).status_code == 200
