"""The question bank: what it may ask, and what figures and the register rely on."""

import re
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from grids.groupings import AGE_BANDS, SEXES
from grids.models import PopulationGroup
from grids.validators import refuse_forbidden
from surveys.bank import BANK, GROUPS, BankQuestion, is_unchanged
from surveys.checking import check
from surveys.questionnaire import CODE, Background, Kind, Questionnaire, Section
from surveys.starting_sets import STARTS, Start

ENTRIES = list(BANK.values())
# What the reports of seed 000 and 001 ask people (design/indicators.csv, period "survey wave").
ASKED = {
    *("S0-01", "S0-02", *(f"S0-0{number}" for number in range(3, 8)), "S0-09", "S0-10"),
    *(f"S0-{number}" for number in range(11, 20)),
    *("S0-24", *(f"S0-{number}" for number in (*range(26, 31), *range(31, 35), 38)), "S1-44"),
}


def list_words(entry: BankQuestion) -> list[str]:
    question = entry.question
    return [question.text, question.hint, *(part.label for part in (*question.options, *question.rows))]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_question_of_the_bank_can_be_published(entry):
    assert check(Questionnaire((Section("s", "题库", (entry.question,)),))) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_question_of_the_bank_asks_nothing_that_the_portal_does_not_keep(entry):
    for words in list_words(entry):
        refuse_forbidden(words)


def test_forbidden_words_would_be_found():
    with pytest.raises(ValidationError):
        refuse_forbidden("宗教信仰")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_codes_of_the_bank_are_english_words_or_scores(entry):
    question = entry.question
    assert CODE.fullmatch(entry.code)
    assert question.bank == entry.code
    words = [part.code for part in (*question.options, *question.rows)]
    assert question.kind in (Kind.RATING, Kind.MATRIX) or all(re.fullmatch(r"[a-z][a-z0-9_]+", word) for word in words)


def test_no_question_of_the_bank_is_obligatory():
    assert [entry.code for entry in ENTRIES if entry.question.is_required] == []


def test_bank_feeds_every_survey_figure_of_the_reports_once():
    fed = [number for entry in ENTRIES for number in entry.indicators]
    assert sorted(fed) == sorted(ASKED)


def test_ages_of_the_bank_are_those_of_the_register():
    options = [(option.code, option.label) for option in BANK["age"].question.options]
    assert options == [(band.code, str(band.name)) for band in AGE_BANDS[1:]]


def test_sexes_of_the_bank_are_those_of_the_register():
    options = [(option.code, option.label) for option in BANK["sex"].question.options]
    assert options == [(sex.code, str(sex.name)) for sex in SEXES]


def test_groups_of_the_bank_are_those_of_the_register(district):
    known = dict(PopulationGroup.objects.filter(code__in=GROUPS).values_list("code", "name"))
    assert known == GROUPS


def test_background_of_the_bank_covers_every_kind_once():
    asked = [entry.question.background for entry in ENTRIES if entry.question.background]
    assert sorted(asked) == sorted(value for value in Background.values if value)


@pytest.mark.parametrize("start", Start.values)
def test_starting_set_can_be_published_once_it_has_questions(start):
    problems = check(STARTS[start]())
    assert bool(problems) == (start == Start.BLANK)


def test_satisfaction_set_feeds_every_figure_of_the_reports():
    questions = STARTS[Start.SATISFACTION]().questions
    assert {number for one in questions for number in BANK[one.bank].indicators} == ASKED
    assert all(is_unchanged(question) for question in questions)


@pytest.mark.parametrize("change", [{"text": "别的"}, {"options": ()}, {"kind": "text"}, {"bank": "sex"}, {"bank": ""}])
def test_question_with_other_words_is_none_of_the_bank(change):
    assert not is_unchanged(replace(BANK["overall"].question, **change))


@pytest.mark.parametrize("change", [{"hint": "别的"}, {"is_required": True}, {"is_opinion": False}])
def test_question_of_the_bank_may_be_obligatory_or_explained(change):
    assert is_unchanged(replace(BANK["overall"].question, **change))
