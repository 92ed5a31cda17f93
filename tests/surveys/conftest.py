"""A survey, asked: what tests of surveys begin with."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from surveys.models import Survey, SurveyVersion, Wave, WaveLink
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section
from tests.activities.sign_up_help import use_own_counters
from tests.surveys.form_help import issue


def make_options(*labels: str, **traits: Any) -> tuple[Option, ...]:
    """Return options with the codes 1, 2, 3 …"""
    return tuple(Option(str(number), label, **traits) for number, label in enumerate(labels, 1))


def make_questionnaire() -> Questionnaire:
    """Return a questionnaire with one question of most kinds."""
    satisfied = make_options("很不满意", "不满意", "一般", "满意", "很满意")
    kinds = (*make_options("讲座", "文娱活动", "体育健身"), Option("none", "都没参加过", is_exclusive=True))
    about = Section(
        "about",
        "关于您",
        (
            Question("sex", Kind.SINGLE, "您的性别", options=make_options("男", "女"), background="sex"),
            Question("joined", Kind.MULTIPLE, "您参加过哪些活动", options=kinds, is_required=True),
        ),
    )
    thoughts = Section(
        "thoughts",
        "您的看法",
        (
            Question("overall", Kind.RATING, "总体满意程度", options=satisfied, is_required=True, is_ordered=True),
            Question(
                "places",
                Kind.MATRIX,
                "对下列场地满意吗",
                options=satisfied,
                rows=(Option("room", "活动室"), Option("square", "广场")),
                is_ordered=True,
            ),
            Question("years", Kind.NUMBER, "住了几年", lowest=0, highest=100, is_opinion=False),
            Question("wish", Kind.LONG, "还想说的"),
        ),
    )
    return Questionnaire((about, thoughts))


@pytest.fixture
def questionnaire() -> Questionnaire:
    return make_questionnaire()


@pytest.fixture
def survey(street_officer: User, questionnaire: Questionnaire) -> Survey:
    """A survey of the street, published once."""
    survey = Survey.objects.create(
        street=street_officer.street, title="邻里活动调查", draft=questionnaire.to_json(), created_by=street_officer
    )
    SurveyVersion.objects.create(survey=survey, number=1, definition=survey.draft, published_by=street_officer)
    return survey


@pytest.fixture
def make_wave(survey: Survey, street_officer: User, community: Community) -> Callable[..., Wave]:
    """Return a function that makes a wave which is open today; `communities` are asked, by default the only one."""

    def make(*, communities: list[Community] | None = None, **fields: Any) -> Wave:
        today = timezone.localdate()
        days = {"opens_on": today - timedelta(days=7), "closes_on": today + timedelta(days=7)}
        version = fields.pop("version", None) or survey.latest
        wave = Wave.objects.create(
            **{"name": "第一轮", "version": version, "created_by": street_officer, **days, **fields}
        )
        for asked in communities or [community]:
            WaveLink.objects.create(wave=wave, community=asked)
        return wave

    return make


@pytest.fixture
def wave(make_wave: Callable[..., Wave]) -> Wave:
    return make_wave()


@pytest.fixture
def link(wave: Wave) -> WaveLink:
    return wave.links.get()


@pytest.fixture
def code_link(make_wave: Callable[..., Wave]) -> WaveLink:
    """A link of a confidential wave, answered with the codes of cards."""
    return make_wave(needs_code=True, mode="confidential").links.get()


@pytest.fixture
def code(code_link: WaveLink) -> str:
    return issue(code_link)


@pytest.fixture
def own_counters(settings: Any) -> None:
    """Limits on sending count for this test alone."""
    use_own_counters(settings)


def close(wave: Wave) -> None:
    """Let the wave be over since yesterday."""
    wave.closed_at = timezone.now() - timedelta(days=1)
    wave.save()
