"""Waves with answers in their final place, made for tests of results, and what everybody may see of them."""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from communities.models import Community
from surveys.models import Response, SurveyVersion, Wave
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section
from surveys.results.computing import compute

Answers = tuple[Community, dict[str, Any]]


def choose(code: str, *options: str, kind: str = Kind.SINGLE, **fields: Any) -> Question:
    """Return a question with these options."""
    return Question(code, kind, code, options=tuple(Option(option, option) for option in options), **fields)


def ask(make_wave: Callable[..., Wave], *questions: Question, **fields: Any) -> Wave:
    """Return a wave that asks just these questions."""
    version = SurveyVersion.objects.latest("pk")
    number = SurveyVersion.objects.filter(survey=version.survey).count() + 1
    definition = Questionnaire((Section("all", "all", questions),)).to_json()
    made = SurveyVersion.objects.create(
        survey=version.survey, number=number, definition=definition, published_by=version.published_by
    )
    return make_wave(version=made, **fields)


def answer(wave: Wave, given: Iterable[Answers]) -> None:
    """Put answers in their final place."""
    today = timezone.localdate()
    Response.objects.bulk_create(
        Response(wave=wave, community=community, day=today, answers=answers) for community, answers in given
    )


def finish(wave: Wave) -> None:
    """Let the wave be over and work out its results."""
    wave.closed_at = timezone.now() - timedelta(days=1)
    wave.save()
    compute(wave, is_over=True)


def repeat(community: Community, counts: Mapping[str, int], variable: str = "a") -> list[Answers]:
    """Return so many answers of each option to one question."""
    return [(community, {variable: option}) for option, count in counts.items() for _i in range(count)]


def make_rng(seed: int) -> random.Random:
    """Return a generator that draws the same again."""
    return random.Random(seed)
