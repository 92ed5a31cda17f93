"""Ratings: what is counted, what may be read of it, and that nothing leads back to whoever tapped."""

import threading
import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from activities import feedback
from activities.feedback import rate_activity, read_result
from activities.models import Feedback
from tests.activities.sign_up_help import describe_open, strip_tokens, use_own_counters

GOOD = {"useful": "yes", "well_run": "yes", "wish": "same"}
BAD = {"useful": "no", "well_run": "no", "wish": "law"}


@pytest.fixture(autouse=True)
def own_counters(settings):
    use_own_counters(settings)


@pytest.fixture
def activity(register, community, worker):
    """One that has begun."""
    return register.activity(community, worker, **describe_open(starts_at=timezone.now() - timedelta(hours=1)))


def address(activity, name="rate"):
    return reverse(f"activities:{name}", args=[activity.public_id])


def rate_times(activity, times, answers=GOOD):
    for _time in range(times):
        rate_activity(activity, answers)


def read_page(client, activity):
    text = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    return text[text.index("居民评价") : text.index("打印评价二维码")]


def test_four_ratings_show_nothing(client, worker, activity):
    client.force_login(worker)
    page = read_page(client, activity)
    rate_times(activity, 4)
    assert read_result(activity) is None
    assert read_page(client, activity) == page


def test_fifth_rating_shows_all_five(activity):
    rate_times(activity, 3)
    rate_times(activity, 2, BAD)
    result = read_result(activity)
    counts = [[answer.count for answer in answers] for _question, answers in result.questions]
    assert result.raters == 5
    assert counts == [[3, 0, 2], [3, 0, 2], [3, 0, 0, 0, 2, 0]]
    assert [answer.percent for answer in result.questions[0][1]] == [60, 0, 40]


def test_sixth_to_ninth_rating_change_nothing_that_is_shown(client, worker, activity):
    client.force_login(worker)
    rate_times(activity, 5)
    page = read_page(client, activity)
    for _rating in range(4):
        rate_activity(activity, BAD)
        assert read_page(client, activity) == page
    rate_activity(activity, BAD)
    assert "10 人评价" in read_page(client, activity)
    assert read_page(client, activity) != page


def test_page_shows_counts_in_words(client, street_officer, activity):
    rate_times(activity, 5)
    client.force_login(street_officer)
    text = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    assert "5 人评价" in text
    assert "5 人 · 100%" in text


def test_database_has_no_place_for_a_rater():
    linked = [
        field.model.__name__
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is Feedback
    ]
    kinds = {field.name: field.get_internal_type() for field in Feedback._meta.fields}
    assert linked == []
    assert kinds == {
        "activity": "OneToOneField",
        "raters": "PositiveIntegerField",
        "tally": "JSONField",
        "shown_raters": "PositiveIntegerField",
        "shown": "JSONField",
    }


def test_order_of_ratings_leaves_no_trace(register, community, worker):
    rows = []
    for order in ([GOOD, BAD, BAD, GOOD, BAD, GOOD], [BAD, BAD, GOOD, GOOD, GOOD, BAD]):
        activity = register.activity(community, worker)
        for answers in order:
            rate_activity(activity, answers)
        rows.append(Feedback.objects.values("raters", "tally").get(activity=activity))
    assert rows[0] == rows[1]


def test_rating_writes_to_no_other_table(client, activity):
    with connection.cursor() as cursor:
        cursor.execute("select sum(n_tup_ins) from pg_stat_xact_user_tables where relname <> 'activities_feedback'")
        before = cursor.fetchone()
        client.post(address(activity), GOOD)
        cursor.execute("select sum(n_tup_ins) from pg_stat_xact_user_tables where relname <> 'activities_feedback'")
        assert cursor.fetchone() == before
    assert Feedback.objects.get().raters == 1


def rate_at_once(activity, number):
    """Let as many people rate at the same moment, each on a connection of its own."""
    gate = threading.Barrier(number)

    def run() -> None:
        try:
            gate.wait(timeout=20)
            rate_activity(activity, GOOD)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_counted_exactly(activity):
    rate_at_once(activity, 20)
    row = Feedback.objects.get(activity=activity)
    assert (row.raters, row.tally["wish"], row.shown_raters) == (20, {"same": 20}, 20)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_ratings_are_lost(activity, monkeypatch):
    def read_slowly(activity):
        row = Feedback.objects.get(activity=activity)
        time.sleep(0.2)
        return row

    Feedback.objects.create(activity=activity)
    monkeypatch.setattr(feedback, "lock_feedback", read_slowly)
    rate_at_once(activity, 5)
    assert Feedback.objects.get(activity=activity).raters < 5


def test_three_answers_are_counted_and_thanked_for(client, activity):
    response = client.post(address(activity), GOOD, follow=True)
    assert "谢谢您" in response.content.decode()
    assert Feedback.objects.get().tally == {"useful": {"yes": 1}, "well_run": {"yes": 1}, "wish": {"same": 1}}


def test_second_tap_counts_once_and_reads_the_same(client, activity):
    pages = [strip_tokens(client.post(address(activity), GOOD, follow=True)) for _tap in range(2)]
    assert pages[0] == pages[1]
    assert Feedback.objects.get().raters == 1


def test_neighbour_rates_on_the_same_phone(client, activity):
    client.post(address(activity), GOOD)
    form = client.get(address(activity), {"again": "1"}).context["form"]
    client.post(address(activity), GOOD | {"again": form["again"].value()})
    assert Feedback.objects.get().raters == 2


def test_cookie_says_nothing_but_that_the_activity_was_rated(client, activity):
    client.post(address(activity), BAD)
    cookie = client.cookies[f"rated-{activity.public_id}"]
    assert cookie.value.split(":")[0] == "rated"
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert set(client.cookies) <= {"csrftoken", f"rated-{activity.public_id}"}


@pytest.mark.parametrize("change", [{"wish": ""}, {"useful": "x"}, {"well_run": "same"}])
def test_answer_that_is_none_is_asked_for_again(client, activity, change):
    response = client.post(address(activity), GOOD | change)
    assert "请选一个" in response.content.decode()
    assert response.context["form"]["useful"].value() == (GOOD | change)["useful"]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(("days", "is_open"), [(1, False), (-1, True), (-13, True), (-15, False)])
def test_rating_is_open_from_the_start_for_two_weeks(client, register, community, worker, days, is_open):
    starts_at = timezone.now() + timedelta(days=days)
    activity = register.activity(community, worker, title="合唱", starts_at=starts_at)
    client.post(address(activity), GOOD)
    assert Feedback.objects.filter(activity=activity).exists() is is_open
    assert ("现在不能评价" in client.get(address(activity)).content.decode()) is not is_open


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_what_does_not_take_place_cannot_be_rated(client, register, community, worker, status):
    activity = register.activity(community, worker, status=status, cancel_reason="下雨")
    assert client.get(address(activity)).status_code == 404


def test_home_visit_cannot_be_rated(client, register, community, worker):
    visit = register.activity(community, worker, kind="定期探访")
    assert client.get(address(visit)).status_code == 404


@pytest.mark.parametrize("is_public", [True, False])
def test_name_of_what_is_not_for_everybody_is_not_told(client, activity, is_public):
    activity.is_public = is_public
    activity.save()
    text = client.get(address(activity)).content.decode()
    assert "点三下" in text
    assert ("插花课" in text) is is_public


def test_too_many_ratings_are_asked_to_wait(client, activity, settings):
    settings.PUBLIC_PER_ACTIVITY = 1
    client.post(address(activity), GOOD)
    response = client.post(address(activity), GOOD | {"again": "True"})
    assert response.status_code == 429
    assert "请等几分钟" in response.content.decode()
    assert Feedback.objects.get().raters == 1
