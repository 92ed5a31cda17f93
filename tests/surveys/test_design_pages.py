"""The editor's pages: what its buttons do, two people at once, and whose questionnaire may be changed."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys.designing import make_seen
from surveys.editing import put_question
from surveys.forms.design_questions import digest
from surveys.models import Survey
from surveys.questionnaire import Condition, Question
from tests.surveys.conftest import make_questionnaire


@pytest.fixture
def own(worker) -> Survey:
    """A draft of the worker's community."""
    return Survey.objects.create(
        community=worker.community, title="反馈", draft=make_questionnaire().to_json(), created_by=worker
    )


@pytest.fixture
def page(client: Client, worker) -> Client:
    client.force_login(worker)
    return client


def url(name: str, survey: Survey, *rest: str) -> str:
    return reverse(f"surveys:{name}", args=[survey.pk, *rest])


def order(survey: Survey) -> list[str]:
    survey.refresh_from_db()
    return [question.code for question in survey.questionnaire.questions]


def fields(survey: Survey, **changes: str) -> dict[str, str]:
    plain = {"kind": "long", "text": "还想说的", "section": "thoughts", "is_opinion": "on"}
    return {**plain, "seen": make_seen(survey), **changes}


def test_editor_shows_every_question_with_its_options(page, own):
    text = page.get(url("design", own)).content.decode()
    assert all(question.text in text for question in own.questionnaire.questions)
    assert "很不满意 / 不满意 / 一般 / 满意 / 很满意" in text


def test_editor_tells_what_is_wrong_and_where(page, own):
    page.post(url("section-add", own), {"title": "空的", "seen": make_seen(own)})
    text = page.get(url("design", own)).content.decode()
    assert "“空的”里还没有问题" in text
    assert 'href="#at-part1"' in text


def test_new_question_is_saved_at_the_end_of_its_section(page, own):
    answer = page.post(url("question-add", own), fields(own, kind="text", text="新问题", section="about"))
    assert answer.url.endswith("#at-q1")
    assert order(own) == ["sex", "joined", "q1", "overall", "places", "years", "wish"]


def test_question_is_changed_and_moved_to_another_section(page, own):
    page.post(url("question", own, "wish"), fields(own, text="改了", section="about"))
    assert order(own)[:3] == ["sex", "joined", "wish"]
    assert own.questionnaire.by_code["wish"].text == "改了"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("question-copy", {}, ["overall", "q1", "places", "years", "wish"]),
        ("question-delete", {}, ["places", "years", "wish"]),
        ("question-move", {"direction": "down"}, ["places", "overall", "years", "wish"]),
        ("question-move", {"direction": "sideways"}, ["overall", "places", "years", "wish"]),
    ],
)
def test_buttons_of_a_question_do_what_they_say(page, own, name, data, expected):
    page.post(url(name, own, "overall"), {"seen": make_seen(own), **data})
    assert order(own) == ["sex", "joined", *expected]


def test_question_moves_to_another_section_by_its_menu(page, own):
    page.post(url("question-move", own, "wish"), {"section": "about", "seen": make_seen(own)})
    assert order(own)[2] == "wish"


def test_sections_move_and_go(page, own):
    page.post(url("section-move", own, "about"), {"direction": "down", "seen": make_seen(own)})
    assert order(own)[0] == "overall"
    own.refresh_from_db()
    page.post(url("section-delete", own, "about"), {"seen": make_seen(own)})
    assert order(own) == ["overall", "places", "years", "wish"]


def test_section_gets_another_title(page, own):
    page.post(url("section", own, "about"), {"title": "您", "seen": make_seen(own)})
    own.refresh_from_db()
    assert own.questionnaire.sections[0].title == "您"


def test_questions_of_the_bank_are_added_once(page, own):
    for _time in range(2):
        page.post(url("bank-take", own), {"questions": ["taken_part", "overall"], "section": "thoughts"})
    assert order(own)[-2:] == ["wish", "taken_part"]


def test_taking_nothing_from_the_bank_is_told(page, own):
    assert "请至少选一道题" in page.post(url("bank-take", own), {"section": "about"}).content.decode()


def test_deleting_a_question_that_another_asks_about_names_the_other(page, own):
    late = Question("late", "text", "为什么没参加", conditions=(Condition("joined", ("none",)),))
    own.draft = put_question(own.questionnaire, late, section="thoughts").to_json()
    own.save()
    answer = page.post(url("question-delete", own, "joined"), {"seen": make_seen(own)}, follow=True)
    assert "“为什么没参加”的显示条件用到了这里" in answer.content.decode()
    assert "joined" in order(own)


# --- Nothing typed is lost


def test_refused_question_shows_all_that_was_typed(page, own):
    data = fields(own, kind="single", text="", hint="说明文字") | {"option-0-label": "只有一个", "option-0-code": ""}
    text = page.post(url("question-add", own), data).content.decode()
    assert "说明文字" in text
    assert 'value="只有一个"' in text
    assert order(own)[-1] == "wish"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_button_of_the_form_saves_nothing_and_keeps_what_was_typed(page, own, headers):
    data = fields(own, kind="single", text="想问", deed="option-more") | {"option-0-label": "甲", "option-0-code": ""}
    answer = page.post(url("question-add", own), data, headers=headers)
    assert 'value="甲"' in answer.content.decode()
    assert ("<html" in answer.content.decode()) != bool(headers)
    assert "q1" not in order(own)


def test_options_survive_a_kind_without_any(page, own):
    data = fields(own, deed="kind") | {"option-0-label": "甲", "option-0-code": "7"}
    text = page.post(url("question-add", own), data, headers={"HX-Request": "true"}).content.decode()
    assert '<input type="hidden" name="option-0-label" value="甲">' in text


# --- Two people at once


def test_second_editor_is_told_and_writes_over_nothing(page, own):
    mine, theirs = fields(own, text="我写的"), fields(own, text="别人写的")
    page.post(url("question", own, "wish"), theirs)
    text = page.post(url("question", own, "wish"), mine).content.decode()
    assert "别人刚改过这份问卷" in text
    assert "<strong>别人写的</strong>" in text
    assert "我写的" in text
    own.refresh_from_db()
    assert own.questionnaire.by_code["wish"].text == "别人写的"


def test_second_editor_is_not_shown_a_question_that_nobody_else_changed(page, own):
    question = own.questionnaire.by_code["wish"]
    mine = fields(own, text="我写的", opened=digest(question))
    page.post(url("question", own, "years"), fields(own, kind="number", text="别的题"))
    text = page.post(url("question", own, "wish"), mine).content.decode()
    assert "别人刚改过这份问卷" in text
    assert "别人也改了这道题" not in text


def test_second_editor_saves_once_told(page, own):
    mine = fields(own, text="我写的")
    page.post(url("question", own, "wish"), fields(own, text="别人写的"))
    page.post(url("question", own, "wish"), mine)
    own.refresh_from_db()
    page.post(url("question", own, "wish"), {**mine, "seen": make_seen(own)})
    own.refresh_from_db()
    assert own.questionnaire.by_code["wish"].text == "我写的"


def test_question_deleted_meanwhile_can_be_added_anew(page, own):
    mine = fields(own, text="我写的")
    page.post(url("question-delete", own, "wish"), {"seen": make_seen(own)})
    assert "我写的" in page.post(url("question", own, "wish"), mine).content.decode()
    own.refresh_from_db()
    page.post(url("question", own, "wish"), {**mine, "seen": make_seen(own)})
    assert order(own)[-1] == "q1"


def test_button_pressed_on_an_old_page_moves_nothing(page, own):
    seen = make_seen(own)
    page.post(url("question-move", own, "wish"), {"direction": "up", "seen": seen})
    answer = page.post(url("question-move", own, "wish"), {"direction": "up", "seen": seen}, follow=True)
    assert "别人刚改过这份问卷" in answer.content.decode()
    assert order(own)[-2:] == ["wish", "years"]


def test_section_form_on_an_old_page_keeps_what_was_typed(page, own):
    seen = make_seen(own)
    page.post(url("section-add", own), {"title": "先", "seen": seen})
    text = page.post(url("section", own, "about"), {"title": "后来写的", "seen": seen}).content.decode()
    assert "别人刚改过" in text
    assert "后来写的" in text
    own.refresh_from_db()
    assert own.questionnaire.sections[0].title == "关于您"


# --- Whose it is

PAGES = ["design", "edit", "preview", "publish", "bank-take", "question-add", "section-add"]


@pytest.mark.parametrize("name", PAGES)
def test_survey_of_the_street_is_not_a_workers_to_change(page, survey, wave, name):
    assert page.get(url("detail", survey)).status_code == 200
    assert page.get(url(name, survey)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_survey_of_a_community_is_its_workers_to_change_only(client, own, street_officer, outsider, worker, name):
    for user, status in ((worker, 200), (street_officer, 404), (outsider, 404)):
        client.force_login(user)
        assert client.get(url(name, own)).status_code == status


def test_neighbour_community_sees_nothing(client, own, make_user, neighbour_community):
    client.force_login(make_user("neighbour", "worker", neighbour_community))
    assert client.get(url("detail", own)).status_code == 404
    assert client.post(url("copy", own), {"title": "抄来的"}).status_code == 404
    assert client.post(url("question-delete", own, "sex"), {"seen": make_seen(own)}).status_code == 404


@pytest.mark.parametrize("code", ["nothing", "q1", "0"])
def test_nonsense_in_the_address_is_not_found(page, own, code):
    assert page.get(url("question", own, code)).status_code == 404
    assert page.get(url("section", own, code)).status_code == 404


def test_pages_of_the_editor_take_few_queries(page, own, django_assert_num_queries):
    for name, rest in (("design", ()), ("question", ("wish",)), ("preview", ()), ("bank-take", ())):
        with django_assert_num_queries(3):  # session, account, survey
            page.get(url(name, own, *rest))


def test_preview_has_nothing_to_send(page, own):
    text = page.get(url("preview", own)).content.decode()
    assert "不会发送" in text
    assert 'type="submit" data-survey-send' not in text
    assert page.post(url("preview", own)).status_code == 405
