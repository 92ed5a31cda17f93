"""The register's figure beside the survey's, with the difference named; and nothing where areas do not fit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.beside import Beside, find_beside
from surveys.bank import BANK
from surveys.models import Survey, SurveyVersion, Wave, WaveLink
from surveys.questionnaire import Question, Questionnaire, Section
from surveys.results.shapes import Distribution, Share
from tests.dashboards.asking import refresh


@pytest.fixture
def asked(community: Community, worker: User) -> Wave:
    """A wave of the community that asks whether people took part, as the bank words it."""
    question = BANK["taken_part"].question
    definition = Questionnaire((Section("one", "一", (question,)),)).to_json()
    survey = Survey.objects.create(community=community, title="参加情况", draft=definition, created_by=worker)
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, published_by=worker)
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=2), "closes_on": today - timedelta(days=1)}
    wave = Wave.objects.create(version=version, name="第一轮", created_by=worker, **days)
    WaveLink.objects.create(wave=wave, community=community)
    return wave


def stand_beside(wave: Wave, reader: User, question: Question | None = None) -> Beside | None:
    """Return what stands beside the question (the wave's); a quarter of 80 never took part."""
    variable = (question or wave.version.questionnaire.questions[0]).variables[0]
    counts = dict.fromkeys(variable.question.option_codes, 30) | {"never": 20}
    shares = tuple(Share((code,), code, count) for code, count in counts.items())
    return find_beside(WaveAsk(wave, reader), variable, Distribution(variable.code, variable.name, 80, shares))


def test_register_stands_beside_the_survey_with_the_difference(register, grids, worker: User, asked: Wave):
    people = [register.resident(grids[0]) for _number in range(10)]
    register.activity(grids[0].community, worker, *people[:4])
    refresh()

    found = stand_beside(asked, worker)

    assert found is not None
    assert [row[1] for row in found.table.rows] == [25.0]
    assert found.table.rows[0][4:] == (6, 10)
    assert "自己记得" in found.differences[0]


def test_nothing_stands_beside_the_survey_of_an_area_out_of_reach(asked: Wave, outsider: User):
    assert stand_beside(asked, outsider) is None


def test_nothing_stands_beside_a_question_that_is_not_the_banks(asked: Wave, worker: User):
    variable = Questionnaire.from_json(asked.version.definition).variables[0]
    distribution = Distribution(variable.code, variable.name, 80, (Share(("often",), "经常", 80),))

    assert find_beside(WaveAsk(asked, worker), variable, distribution) is None


def test_nothing_stands_beside_a_question_with_other_options(asked: Wave, worker: User):
    question = BANK["taken_part"].question
    never, *others = question.options
    changed = replace(question, options=(replace(never, label="从来没有"), *others))

    assert stand_beside(asked, worker, question) is not None
    assert stand_beside(asked, worker, changed) is None


def test_nothing_stands_beside_a_wave_older_than_what_is_kept(asked: Wave, worker: User):
    assert stand_beside(asked, worker) is not None

    asked.opens_on = asked.closes_on = date(2019, 5, 6)

    assert stand_beside(asked, worker) is None
