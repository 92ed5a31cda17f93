"""What residents read of results: every question of the whole wave in plain shares, the same for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.surveys.questions import list_notes, say_mean
from dashboards.surveys.summary import Headline, make_headline
from dashboards.surveys.words import find_percent, say_answers
from surveys.models import Wave
from surveys.questionnaire import WRITTEN, Variable
from surveys.results.reading import read_results
from surveys.results.shapes import Distribution


@dataclass(frozen=True)
class Bar:
    """An answer: how many gave it, as a percentage too; None where it is not shown."""

    label: str
    count: int | None
    percent: float | None


@dataclass(frozen=True)
class PublishedQuestion:
    """A question with its answers in the order of the questionnaire."""

    name: str
    n: str
    bars: Sequence[Bar]
    mean: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Published:
    """What is published of a wave."""

    headline: Headline
    questions: Sequence[PublishedQuestion]


def read_published(wave: Wave) -> Published | None:
    """Return what residents may read of a wave; None while its owner has not published it."""
    results = read_results(wave) if wave.results_public_at else None
    if results is None or not results.is_final:
        return None
    pairs = [(variable, results.find(variable.code)) for variable in wave.version.questionnaire.variables]
    shown = [describe(variable, found, wave.k) for variable, found in pairs if found and is_told(variable)]
    return Published(make_headline(results), shown)


def is_told(variable: Variable) -> bool:
    """Tell whether a variable has shares: what people wrote stays with the staff."""
    return variable.question.kind not in WRITTEN


def describe(variable: Variable, found: Distribution, k: int) -> PublishedQuestion:
    """Return the answers to a variable."""
    bars = [Bar(share.label, share.count, find_percent(share.count, found.n)) for share in found.shares]
    n = "" if found.n is None else say_answers(found.n)
    return PublishedQuestion(variable.name, n, bars, say_mean(variable, found), list_notes(variable, found, k))
