"""The questionnaires of property tests are such as could be published."""

from hypothesis import given

from surveys.checking import check
from surveys.questionnaire import Questionnaire
from tests.surveys.questionnaires import questionnaires


@given(questionnaires())
def test_drawn_questionnaire_can_be_published(drawn):
    assert check(drawn) == []


@given(questionnaires())
def test_json_gives_the_same_questionnaire(drawn):
    assert Questionnaire.from_json(drawn.to_json()) == drawn
