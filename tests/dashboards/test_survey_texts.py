"""What people wrote: shown when it may be, without community, order or file, and harmless in every script."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dashboards.surveys import texts
from surveys.models import Wave
from surveys.results.shapes import Texts
from tests.dashboards.survey_results import keep, make_results


def open_texts(client: Client, user: User, wave: Wave):
    """Return the answer of the page."""
    client.force_login(user)
    return client.get(reverse("dashboards:survey-texts", args=[wave.pk]))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people have written what must not break the page."""
    words = ("多办讲座", "<script>alert(1)</script>", "\u202eهلا", "😀" * 1000)
    monkeypatch.setattr(texts, "read_texts", lambda wave, variable: Texts(words))


def test_words_are_shown_as_they_were_written_and_cut_off_from_each_other(
    client: Client, wave: Wave, street_officer: User, written: None
):
    keep(wave, make_results())

    page = open_texts(client, street_officer, wave).content.decode()

    assert "<bdi>多办讲座</bdi>" in page
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page
    assert page.count("<bdi>") == 4
    assert "download" not in page.partition("survey-words")[2]


def test_words_are_not_stored_by_browsers(client: Client, wave: Wave, street_officer: User, written: None):
    keep(wave, make_results())

    assert "no-store" in open_texts(client, street_officer, wave).headers["Cache-Control"]


def test_withheld_words_say_why(client: Client, wave: Wave, street_officer: User, monkeypatch: pytest.MonkeyPatch):
    keep(wave, make_results())
    monkeypatch.setattr(texts, "read_texts", lambda wave, variable: Texts(withheld="写的人太少。"))

    assert "写的人太少。" in open_texts(client, street_officer, wave).content.decode()


def test_words_wait_for_the_end(client: Client, wave: Wave, street_officer: User, written: None):
    page = open_texts(client, street_officer, wave).content.decode()

    assert "结束以后才有结果" in page
    assert "多办讲座" not in page


def test_words_to_a_single_community_stay_unread(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    assert "只问了一个社区的调查不显示文字回答" in open_texts(client, street_officer, wave).content.decode()


def test_words_of_another_street_are_not_found(client: Client, wave: Wave, outsider: User):
    assert open_texts(client, outsider, wave).status_code == 404


def test_many_words_come_in_pages(client: Client, wave: Wave, street_officer: User, monkeypatch: pytest.MonkeyPatch):
    keep(wave, make_results())
    many = tuple(f"第{number}句" for number in range(150))
    monkeypatch.setattr(texts, "read_texts", lambda wave, variable: Texts(many))
    address = reverse("dashboards:survey-texts", args=[wave.pk])

    first = open_texts(client, street_officer, wave).content.decode()
    second = client.get(address, {"question": "wish", "after": "100"}).content.decode()

    assert (first.count("<bdi>"), second.count("<bdi>")) == (100, 50)
    assert "?question=wish&amp;after=100" in first
    assert "看后面的" not in second


@pytest.mark.parametrize(
    "choices", [{"question": "sex"}, {"after": "x"}, {"after": "-1"}, {"after": "²"}, {"question": "\x00"}]
)
def test_nonsense_about_words_is_not_found(client: Client, wave: Wave, street_officer: User, choices: dict[str, str]):
    keep(wave, make_results())
    client.force_login(street_officer)

    assert client.get(reverse("dashboards:survey-texts", args=[wave.pk]), choices).status_code == 404


def test_words_of_k_or_more_stand_once_with_their_number():
    told = ["多办讲座", "修路灯", "多办讲座", "修路灯", "多办讲座"]

    assert [*texts.count_equal(told, 3)] == [("多办讲座", 3), ("修路灯", 1), ("修路灯", 1)]
