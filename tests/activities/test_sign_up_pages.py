"""Signing up on the public page: what a resident reads, and what nobody can find out from it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import SeatQuota, SignUp
from activities.signups import add_sign_up, make_ticket
from grids.models import PopulationGroup
from tests.activities.sign_up_help import describe_open, strip_tokens, use_own_counters

WHO = {"name": "欧阳秀英", "phone": "19912345678"}


@pytest.fixture(autouse=True)
def own_counters(settings):
    use_own_counters(settings)


@pytest.fixture
def activity(register, community, worker):
    return register.activity(community, worker, **describe_open())


def url(activity, name="public", *args):
    return reverse(f"activities:{name}", args=[activity.public_id, *args])


def send(client, activity, **changes):
    return client.post(url(activity, "sign-up"), WHO | changes, follow=True)


def test_sign_up_is_kept_with_who_it_is(client, activity, resident):
    send(client, activity)
    wish = SignUp.objects.get()
    assert (wish.name, wish.masked_phone, wish.resident) == ("欧阳秀英", "199****5678", resident)


def test_phone_is_not_readable_in_the_database(client, activity):
    send(client, activity)
    with connection.cursor() as cursor:
        cursor.execute("select activities_signup::text from activities_signup")
        row = cursor.fetchone()[0]
    assert "5678" in row
    assert "12345678" not in row
    assert b"12345678".hex() not in row


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "欧阳秀"},
        {"phone": "19912345670"},
    ],
)
def test_somebody_else_is_no_resident(client, activity, resident, changes):
    send(client, activity, **changes)
    assert SignUp.objects.get().resident is None


def test_who_moved_away_or_lives_elsewhere_is_no_resident(client, activity, register, grids, foreign_grid):
    register.resident(grids[0], name="欧阳秀英", until=timezone.localdate())
    register.resident(foreign_grid, name="欧阳秀英")
    send(client, activity)
    assert SignUp.objects.get().resident is None


def test_two_of_one_name_and_phone_are_not_guessed_at(client, activity, register, grids):
    for _twin in range(2):
        register.resident(grids[0], name="欧阳秀英")
    send(client, activity)
    assert SignUp.objects.get().resident is None


def test_repeated_sign_up_changes_nothing(client, activity, resident):
    send(client, activity)
    before = list(SignUp.objects.values_list())
    send(client, activity, name=" 欧阳 秀英 ", phone="+86 199-1234-5678")
    assert list(SignUp.objects.values_list()) == before


def sign_up_in_other_cases(activity, register, grids, worker):
    """Yield what somebody sends in every case whose answer must not differ."""
    register.resident(grids[0], name="欧阳秀英", groups=["youth"])
    entered = register.resident(grids[0], name="诸葛孔明", phone="19900000002")
    SeatQuota.objects.create(activity=activity, group=PopulationGroup.objects.get(code="youth"), seats=1)
    add_sign_up(activity, resident=entered, name="", phone="", source="phone", by=worker)
    yield {"name": "司马南风", "phone": "19900000001"}  # a stranger, as the measure
    yield WHO  # registered, in a group with seats of its own
    yield WHO  # again
    yield {"name": "诸葛孔明", "phone": "19900000002"}  # signed up by staff
    yield {"name": "上官婉儿", "phone": "19900000003"}  # no seat is left


@pytest.mark.parametrize("capacity", [None, 2])
def test_answer_is_the_same_whoever_it_is(client, activity, register, grids, worker, capacity):
    activity.capacity = capacity
    activity.save()
    answers, pages, works = [], [], []
    for who in sign_up_in_other_cases(activity, register, grids, worker):
        with CaptureQueriesContext(connection) as queries:
            answers.append(client.post(url(activity, "sign-up"), who))
        works.append([query["sql"].split(" WHERE ")[0].split(" VALUES ")[0] for query in queries])
        pages.append(strip_tokens(client.get(answers[-1].url)))
    assert SignUp.objects.count() == 4
    assert len(set(pages)) == 1
    assert len({(answer.status_code, len(answer.url)) for answer in answers}) == 1
    assert all(work == works[0] for work in works)


def test_comparison_of_answers_would_notice_a_difference(client, activity):
    page = strip_tokens(client.get(url(activity, "signed-up", make_ticket(1))))
    activity.title = "另一次"
    activity.save()
    assert strip_tokens(client.get(url(activity, "signed-up", make_ticket(1)))) != page


def test_public_page_does_not_move_with_sign_ups(client, activity):
    activity.capacity = 1
    activity.save()
    pages = [strip_tokens(client.get(url(activity)))]
    for phone in ("19900000001", "19900000002"):
        send(client, activity, phone=phone)
        pages.append(strip_tokens(client.get(url(activity))))
    assert len(set(pages)) == 1


def test_ticket_cancels_once_and_a_new_sign_up_stands_at_the_end(client, activity):
    ticket_page = client.post(url(activity, "sign-up"), WHO).url
    send(client, activity, phone="19900000001")
    client.post(ticket_page)
    assert SignUp.objects.standing().count() == 1
    send(client, activity)
    assert SignUp.objects.standing().last().masked_phone == "199****5678"


def test_cancelling_answers_the_same_with_any_ticket(client, activity):
    real = client.post(url(activity, "sign-up"), WHO).url
    blank = client.post(url(activity, "sign-up"), WHO).url
    forged = url(activity, "signed-up", "x" * 64)
    pages = {strip_tokens(client.post(ticket, follow=True)) for ticket in (blank, forged, real, real)}
    assert len(pages) == 1
    assert not SignUp.objects.standing().exists()


@pytest.mark.parametrize("ticket", ["x", "x" * 64, "-" * 65, "blank"])
def test_ticket_for_nothing_cancels_nothing(client, activity, ticket):
    send(client, activity)
    client.post(url(activity, "signed-up", make_ticket(0) if ticket == "blank" else ticket))
    assert SignUp.objects.standing().count() == 1


def test_ticket_of_another_activity_cancels_nothing(client, activity, register, community, worker):
    send(client, activity)
    other = register.activity(community, worker, **describe_open())
    client.post(url(other, "signed-up", make_ticket(SignUp.objects.get().pk)))
    assert SignUp.objects.standing().count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请写上您的姓名"),
        ({"name": "123"}, "请写完整的姓名"),
        ({"name": "张\x00"}, "空字符"),
        ({"phone": ""}, "请写上手机号"),
        ({"phone": "1991234"}, "请写 11 位手机号"),
        ({"phone": "02412345678"}, "请写 11 位手机号"),
    ],
)
def test_bad_input_says_where_and_keeps_what_was_typed(client, activity, changes, words):
    text = send(client, activity, **changes).content.decode()
    assert words in text
    assert "欧阳秀英" in text or "19912345678" in text
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("limit", ["PUBLIC_PER_ADDRESS", "PUBLIC_PER_ACTIVITY"])
def test_too_many_sign_ups_are_asked_to_wait(client, activity, settings, limit):
    setattr(settings, limit, 1)
    send(client, activity, phone="19900000001")
    response = send(client, activity)
    assert response.status_code == 429
    assert "请等几分钟" in response.content.decode()
    assert "欧阳秀英" in response.content.decode()
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{"is_public": False}, {"status": "planned"}, {"status": "cancelled", "cancel_reason": "下雨"}]
)
def test_what_is_not_for_everybody_looks_like_nothing(client, register, community, worker, fields):
    activity = register.activity(community, worker, **describe_open(**fields))
    missing = client.get(reverse("activities:public", args=["nothing-here"]))
    hidden = client.get(url(activity))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert strip_tokens(hidden).replace(activity.public_id.encode(), b"nothing-here") == strip_tokens(missing)
    assert send(client, activity).status_code == 404


@pytest.mark.parametrize(
    ("opens", "closes", "words"), [(1, 2, "还没开始报名"), (-2, -1, "网上报名已经截止"), (None, None, "不用报名")]
)
def test_sign_up_outside_its_time_is_refused_with_the_reason(client, register, community, worker, opens, closes, words):
    now = timezone.now()
    times = {"sign_up_opens_at": opens, "sign_up_closes_at": closes}
    fields = {name: hours and now + timedelta(hours=hours) for name, hours in times.items()}
    activity = register.activity(community, worker, **describe_open(**fields))
    assert words in client.get(url(activity)).content.decode()
    assert "没有报上" in send(client, activity).content.decode()
    assert not SignUp.objects.exists()


def test_pages_work_without_an_account_and_remember_nothing(client, activity):
    page = client.get(url(activity))
    ticket = client.get(url(activity, "signed-up", make_ticket(0)))
    assert "我要报名" in page.content.decode()
    assert "no-store" in ticket.headers["Cache-Control"]
    assert set(client.cookies) <= {"csrftoken"}
