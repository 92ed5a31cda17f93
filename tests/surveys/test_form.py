"""The public form: its states, what it takes in and what not, and sending twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys import pool
from surveys.models import Response, SealedAnswer, Wave
from tests.surveys.conftest import close
from tests.surveys.form_help import address, fill, opened, post, read

pytestmark = pytest.mark.usefixtures("own_counters")


# --- States


def test_open_form_says_who_asks_and_what_is_kept(client, link):
    page = read(client.get(address(link)))
    assert all(words in page for words in ("邻里活动调查", "两邻街道", "匿名。", "大约 1 分钟", "总体满意程度"))


def test_wave_to_come_says_when(client, make_wave):
    day = timezone.localdate() + timedelta(days=1)
    page = read(client.get(address(make_wave(opens_on=day).links.get())))
    assert f"还没有开始，{day:%Y-%m-%d}" in page
    assert "总体满意程度" not in page


def test_closed_wave_takes_nothing_and_shows_what_was_typed(client, wave, link):
    close(wave)
    response = post(client, link)
    assert "没有收下" in read(response)
    assert all(words in read(response) for words in ("多一点长椅", "讲座", "满意"))
    assert not SealedAnswer.objects.exists()


def test_closed_wave_offers_published_results_only(client, wave, link):
    close(wave)
    assert "看看大家怎么说" not in read(client.get(address(link)))
    Wave.objects.update(results_public_at=timezone.now())
    assert reverse("answer:results", args=[link.public_id]) in read(client.get(address(link)))
    assert "看看大家怎么说" in read(client.get(address(link)))


def test_dissolved_community_is_told(client, link):
    link.community.valid_to = timezone.localdate()
    link.community.save()
    assert "已经撤并" in read(post(client, link))
    assert not SealedAnswer.objects.exists()


@pytest.mark.parametrize("public_id", ["x" * 12, "0" * 12, "\x00", "²", "a", "问"])
def test_unknown_link_is_not_found(client, db, public_id):
    assert client.get(reverse("answer:form", args=[public_id])).status_code == 404
    assert client.get(reverse("answer:kiosk", args=[public_id])).status_code == 404


# --- Sending


def test_good_form_is_sealed_and_thanked_for(client, link):
    assert post(client, link).url == address(link, "thanks")
    assert opened() == [[{"joined": ["1", "3"], "overall": "4", "wish": "多一点长椅"}, ""]]


def test_problems_stand_at_their_questions_and_nothing_is_lost(client, link):
    page = read(post(client, link, overall="", wish="好" * 1001, years="七"))
    assert "这道题要选一下。" in page
    assert "最多 1000 字，现在 1001 字" in page
    assert "好" * 1001 in page
    assert 'value="七"' in page
    assert page.count('href="#q-') == 3
    assert not SealedAnswer.objects.exists()


def test_empty_form_is_no_answer(client, make_wave, survey):
    survey.versions.create(number=2, definition={"sections": [OPTIONAL]}, published_by=survey.created_by)
    link = make_wave().links.get()
    assert "还没有回答任何问题" in read(client.post(address(link), {"sender-token": str(uuid4())}))


OPTIONAL = {
    "code": "s",
    "title": "一",
    "note": "",
    "questions": [
        {"code": "a", "kind": "text", "text": "问", "options": [], "rows": [], "conditions": []},
    ],
}


def test_markup_of_residents_is_text(client, link):
    page = read(post(client, link, overall="", wish="<script>alert(1)</script>"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_same_form_twice_is_one_answer_and_the_same_page(client, link):
    form = fill()
    first, second = client.post(address(link), form), client.post(address(link), form)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert SealedAnswer.objects.count() == 1


def test_same_form_after_mixing_is_one_answer(client, wave, link):
    form = fill()
    client.post(address(link), form)
    wave.closes_on = timezone.localdate() - timedelta(days=9)
    pool.mix(wave)
    assert client.post(address(link), form).url == address(link, "thanks")
    assert (SealedAnswer.objects.count(), Response.objects.count()) == (0, 1)


def test_two_forms_are_two_answers(client, link):
    post(client, link)
    post(client, link)
    assert SealedAnswer.objects.count() == 2


def test_thanks_page_is_the_same_for_everybody(client, link):
    before = client.get(address(link, "thanks")).content
    post(client, link)
    assert strip(client.get(address(link, "thanks")).content) == strip(before)


def strip(body: bytes) -> bytes:
    """Take the tokens against forged requests out of a page."""
    return b"".join(line for line in body.splitlines() if b"csrf" not in line.lower())


def test_options_keep_their_order_over_an_error(client, link, survey, make_wave):
    draft = survey.draft
    draft["sections"][0]["questions"][1]["is_shuffled"] = True
    survey.versions.create(number=2, definition=draft, published_by=survey.created_by)
    shuffled = make_wave().links.get()
    orders = [order_of(client, shuffled, token=f"{number:032x}") for number in range(12)]
    assert order_of(client, shuffled, token=f"{3:032x}") == orders[3]
    assert len({tuple(order) for order in orders}) > 1
    assert {order[-1] for order in orders} == {"none"}  # "none of them" keeps its place


def order_of(client, link, token: str) -> list[str]:
    response = client.post(address(link), {"sender-token": token})
    sections = response.context["sections"]
    return [option.code for option in sections[0].questions[1].options]


# --- Cost


def test_form_asks_the_database_the_same_however_long_it_is(client, link, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(address(link))
    with django_assert_num_queries(6):  # the link; in a transaction the row, the count of rows, the look at the marks
        post(client, link)
