"""Results that residents may read: when, what, and the same for everybody."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from communities.models import Community
from surveys.models import Wave
from surveys.publishing import publish_results, withdraw_results
from tests.dashboards.survey_results import keep, make_results


def read_public(client: Client, wave: Wave) -> str:
    """Return the page of residents."""
    return client.get(reverse("answer:results", args=[wave.links.get().public_id])).content.decode()


def test_results_are_not_public_by_themselves(client: Client, wave: Wave):
    keep(wave, make_results())

    page = read_public(client, wave)

    assert "结果还没有公开" in page
    assert "总体满意程度" not in page
    assert "400" not in page


def test_owner_publishes_with_what_is_to_be_done(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())
    client.force_login(street_officer)

    client.post(reverse("dashboards:survey-publish", args=[wave.pk]), {"note": "明年三月修好广场的灯。"})
    page = read_public(Client(), wave)

    assert "明年三月修好广场的灯。" in page
    assert "37.5%" in page
    assert "一共收到 400 份答卷" in page
    assert "回收率 50.0%" in page


def test_published_page_hides_what_staff_pages_hide(
    client: Client, wave: Wave, street_officer: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))
    publish_results(wave, note="", by=street_officer)

    page = read_public(client, wave)

    assert "回答的人太少，不公布。" in page
    assert "选的人少于 10 份的选项不显示" in page
    assert neighbour_community.name not in page


def test_published_page_is_the_same_for_visitors_and_staff(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())
    publish_results(wave, note="", by=street_officer)
    client.force_login(street_officer)

    page = read_public(client, wave)

    assert "一共收到 400 份答卷" in page
    assert street_officer.username not in page
    assert reverse("dashboards:own") not in page
    assert "退出登录" not in page


def test_withdrawn_results_vanish_and_keep_their_words(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())
    publish_results(wave, note="修灯。", by=street_officer)
    assert "37.5%" in read_public(client, wave)

    withdraw_results(wave, by=street_officer)

    wave.refresh_from_db()
    assert "结果还没有公开" in read_public(client, wave)
    assert wave.results_note == "修灯。"


def test_publishing_is_audited_once_and_dated_once(wave: Wave, street_officer: User):
    keep(wave, make_results())

    first = publish_results(wave, note="", by=street_officer).results_public_at
    again = publish_results(wave, note="改了", by=street_officer)
    withdraw_results(wave, by=street_officer)
    withdraw_results(wave, by=street_officer)

    assert (again.results_public_at, again.results_note) == (first, "改了")
    actions = AuditEvent.objects.filter(action__startswith="survey_results.").order_by("pk")
    assert [event.action.partition(".")[2] for event in actions] == ["publish", "publish", "withdraw"]


def test_results_that_may_still_change_are_not_published(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results(is_final=False))
    client.force_login(street_officer)

    with pytest.raises(ValidationError, match="最终结果还没有出来"):
        publish_results(wave, note="", by=street_officer)
    answer = client.post(reverse("dashboards:survey-publish", args=[wave.pk]), {"note": "x"}, follow=True)

    assert "最终结果还没有出来" in answer.content.decode()


def test_too_long_words_come_back(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())
    client.force_login(street_officer)

    answer = client.post(reverse("dashboards:survey-publish", args=[wave.pk]), {"note": "修" * 401})

    assert "修" * 401 in answer.content.decode()
    assert Wave.objects.get().results_public_at is None


def test_worker_cannot_publish_results_of_the_street(client: Client, wave: Wave, worker: User):
    keep(wave, make_results())
    client.force_login(worker)

    assert client.post(reverse("dashboards:survey-publish", args=[wave.pk]), {"note": ""}).status_code == 404
    assert client.post(reverse("dashboards:survey-withdraw", args=[wave.pk])).status_code == 404


def test_unknown_address_is_not_found(client: Client, db: None):
    assert client.get(reverse("answer:results", args=["nothing"])).status_code == 404


def test_published_page_asks_little(client: Client, wave: Wave, street_officer: User, django_assert_num_queries):
    keep(wave, make_results())
    publish_results(wave, note="", by=street_officer)
    address = reverse("answer:results", args=[wave.links.get().public_id])

    with django_assert_num_queries(3):
        client.get(address)
    with django_assert_num_queries(2):
        client.get(address)
