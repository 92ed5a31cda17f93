"""The answers with which surveys are measured: the same every time, and such as the questionnaire allows."""

import pytest

from demo.scale.answers import load_answers, make_questionnaire
from surveys.checking import check
from surveys.models import Response, Wave
from tests.surveys.files_help import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(survey, make_wave) -> Wave:
    return make_wave(version=publish(survey, make_questionnaire()))


def test_questionnaire_has_twenty_questions_and_no_problems():
    questionnaire = make_questionnaire()

    assert len(questionnaire.questions) == 20
    assert not check(questionnaire)


def test_the_same_wave_and_seed_give_the_same_answers(large):
    contents = []
    for seed in (1, 1, 2):
        Response.objects.all().delete()
        load_answers(large, 200, seed=seed)
        contents.append(list(Response.objects.order_by("pk").values_list("pk", "community", "answers")))

    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_answers_fit_their_questionnaire(large):
    load_answers(large, 300)

    assert large.responses.count() == 300
    for answers in large.responses.values_list("answers", flat=True):
        for code, value in answers.items():
            question = large.version.questionnaire.variable_by_code[code].question
            given = value if isinstance(value, list) else [value]
            assert not question.options or set(given) <= set(question.option_codes)
