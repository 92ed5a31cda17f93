"""The pool: one answer for a code or form, batches of k, nothing lost."""

import hypothesis
import pytest
from django.db import DatabaseError, transaction
from hypothesis import strategies as st

from surveys.mixing import mix_waiting
from surveys.models import Response, SealedAnswer, SpentKey
from surveys.pool import AlreadyAnsweredError, find_size, key_of_form, mix, seal, wrap
from surveys.questionnaire import MAX_LONG, MAX_SHORT, OTHER, WRITTEN, Kind
from tests.surveys.conftest import close
from tests.surveys.questionnaires import questionnaires


def fill(link, count, start=0):
    for number in range(start, start + count):
        seal(link, {"overall": "4", "years": number}, key=key_of_form(link, f"form-{number}"))


def test_a_form_sent_twice_is_one_answer(link):
    fill(link, 1)
    with pytest.raises(AlreadyAnsweredError):
        fill(link, 1)
    assert SealedAnswer.objects.count() == 1


def test_a_form_sent_again_after_mixing_is_refused(link):
    fill(link, 3)
    close(link.wave)
    mix(link.wave)
    with pytest.raises(AlreadyAnsweredError):
        fill(link, 1)
    assert Response.objects.count() == 3
    assert not SealedAnswer.objects.exists()


def test_open_wave_mixes_k_at_least_and_keeps_k_back(link):
    fill(link, 19)
    assert mix(link.wave) == 0
    fill(link, 4, start=19)
    assert mix(link.wave) == 13
    assert SealedAnswer.objects.count() == 10
    assert SpentKey.objects.count() == 13


def test_closed_wave_mixes_all_once(link):
    fill(link, 12)
    close(link.wave)
    mix_waiting()
    assert sorted(response.answers["years"] for response in Response.objects.all()) == list(range(12))
    assert Response.objects.count() == SpentKey.objects.count() == 12


def test_waiting_answer_is_unreadable(link):
    seal(link, {"wish": "多些长椅"}, key=key_of_form(link, "x"))
    assert "长椅".encode() not in bytes(SealedAnswer.objects.get().sealed)


def test_mode_is_frozen_at_the_first_answer(link):
    link.wave.k = 12
    link.wave.save()
    fill(link, 1)
    link.wave.k = 5
    with pytest.raises(DatabaseError, match="keeps mode"), transaction.atomic():
        link.wave.save()


def test_anonymous_answer_cannot_hold_a_stratum(link):
    row = Response(wave=link.wave, community=link.community, day="2026-01-01", stratum="第一网格", answers={})
    with pytest.raises(DatabaseError, match="does not allow"), transaction.atomic():
        row.save()


def test_named_wave_seals_nothing(make_wave):
    link = make_wave(mode="named").links.get()
    with pytest.raises(ValueError, match="keep_named"):
        fill(link, 1)


def test_no_answer_is_told_by_its_length(link):
    longest = {"sex": "1", "joined": ["1", "2", "3"], "overall": "5", "years": 99.5, "wish": '\n"' * 250 + "😀" * 500}
    for number, answers in enumerate([{"years": 1}, {"overall": "4", "wish": "长椅"}, longest]):
        seal(link, answers, key=key_of_form(link, str(number)))
    assert len({len(bytes(row.sealed)) for row in SealedAnswer.objects.all()}) == 1


@hypothesis.given(questionnaires(), st.randoms(use_true_random=False))
def test_size_holds_the_longest_answer(questionnaire, chance):
    answers = {}
    for variable in questionnaire.variables:
        question = variable.question
        if question.kind in WRITTEN:
            answers[variable.code] = "😀" * (MAX_LONG if question.kind == Kind.LONG else MAX_SHORT)
        elif question.kind in (Kind.MULTIPLE, Kind.RANKING):
            answers[variable.code] = list(question.option_codes)
        elif question.options:
            answers[variable.code] = max(question.option_codes, key=len)
        else:
            answers[variable.code] = chance.choice(["2026-11-22", -123456789012.345])
        if question.other:
            answers[variable.code + OTHER] = "😀" * MAX_SHORT
    bare = len(wrap({}, ""))
    assert len(wrap(answers, "层" * 60)) - bare <= find_size(questionnaire)
