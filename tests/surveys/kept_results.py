"""Waves of questions of the bank with results as they are kept, given by hand: for tests of what reads results."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from communities.models import Community, Street
from surveys.bank import BANK
from surveys.models import Survey, SurveyVersion, Wave, WaveLink, WaveResults
from surveys.questionnaire import Kind, Question, Questionnaire, Section
from surveys.results.shapes import Breakdown, CommunityRow, Distribution, Rate, Results, Share

ENDED = date(2026, 10, 31)
Counts = Mapping[str, int | None]  # option -> how many chose it; absent: nobody


def ask_bank(by: Any, owner: Street | Community, *codes: str, change: Mapping[str, Any] | None = None) -> Survey:
    """Return a published survey of questions of the bank; `change` is what the owner changed in the first."""
    first, *others = (BANK[code].question for code in codes)
    questions = (replace(first, **change or {}), *others)
    draft = Questionnaire((Section("s", "问题", questions),)).to_json()
    whose = {type(owner).__name__.lower(): owner}
    survey = Survey.objects.create(title="满意度调查", draft=draft, created_by=by, **whose)
    SurveyVersion.objects.create(survey=survey, number=1, definition=draft, published_by=by)
    return survey


def hold_wave(survey: Survey, *communities: Community, name: str = "第一轮", ended: date = ENDED) -> Wave:
    """Return a wave that was asked in the communities and is over."""
    days = {"opens_on": ended - timedelta(days=14), "closes_on": ended}
    wave = Wave.objects.create(version=survey.latest, name=name, created_by=survey.created_by, **days)
    WaveLink.objects.bulk_create(WaveLink(wave=wave, community=community) for community in communities)
    return wave


def count(question: Question, counts: Counts) -> tuple[Share, ...]:
    """Return the shares of all options of a question."""
    is_multiple = question.kind == Kind.MULTIPLE
    return tuple(
        Share((option.code,), option.label, counts.get(option.code, 0), is_multiple=is_multiple)
        for option in question.options
    )


def keep_results(
    wave: Wave,
    code: str,
    n: int | None,
    counts: Counts,
    *,
    rows: Mapping[Community, tuple[int | None, Counts]] | None = None,
    is_final: bool = True,
    rate: Rate | None = None,
) -> WaveResults:
    """Keep the results of one question: of all, and of communities as (n, counts)."""
    question = BANK[code].question
    shares = count(question, counts)
    lines = tuple(
        CommunityRow(area.pk, area.name, base, tuple(share.count for share in count(question, own)))
        for area, (base, own) in (rows or {}).items()
    )
    results = Results(
        answers=n or 0,
        is_final=is_final,
        distributions=(Distribution(code, question.text, n, shares),),
        breakdowns=(Breakdown(code, question.text, shares, lines),) if lines else (),
        rate=rate,
    )
    return WaveResults.objects.create(wave=wave, answers=n or 0, content=asdict(results), is_final=is_final)
