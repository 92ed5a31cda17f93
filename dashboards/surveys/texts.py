"""What people wrote, question by question, as surveys/results/texts.py lets it be read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.words import say_waiting
from surveys.questionnaire import OTHER, WRITTEN, Questionnaire
from surveys.results.shapes import Texts
from surveys.results.texts import read_texts

PAGE_SIZE = 100


@dataclass(frozen=True)
class Written:
    """A question with a page of texts, each with how many wrote it; `next_url` leads to the next, "" on the last."""

    name: str
    found: Texts
    shown: tuple[tuple[str, int], ...]
    next_url: str


@dataclass(frozen=True)
class AllWritten:
    """All questions answered in words; `waiting` says why they cannot be read yet, and when they can."""

    questions: list[Written]
    waiting: tuple[str, str] = ("", "")


def read_written(ask: WaveAsk) -> AllWritten:
    """Return what was written in a wave, as an answer or beside "other": of all questions the first page, or of one."""
    if not ask.is_final:
        return AllWritten([], say_waiting(ask.wave))
    asked = dict(list_asked(ask.questionnaire))
    chosen = [ask.choose("question", list(asked))] if ask.choices else list(asked)
    start = read_start(ask.choices.get("after", "0"))
    found = [(code, read_texts(ask.wave, code)) for code in chosen if asked]
    return AllWritten([cut(code, asked[code], texts, start, ask.wave.k) for code, texts in found])


def read_start(after: str) -> int:
    """Return after how many texts a page begins; 404 for what no page links to."""
    if not (after.isascii() and after.isdecimal() and len(after) < 9):
        raise Http404
    return int(after)


def cut(code: str, name: str, found: Texts, start: int, k: int) -> Written:
    """Return a page of what was written."""
    texts = [*count_equal(found.texts, k)]
    end = start + PAGE_SIZE
    more = urlencode({"question": code, "after": end}) if len(texts) > end else ""
    return Written(name, found, tuple(texts[start:end]), more and f"?{more}")


def count_equal(texts: Sequence[str], k: int) -> Iterator[tuple[str, int]]:
    """Yield the texts; what k or more wrote in the same words stands once, with their number."""
    counts = Counter(texts)
    told: set[str] = set()
    for text in texts:
        if text not in told:
            yield text, counts[text] if counts[text] >= k else 1
        if counts[text] >= k:
            told.add(text)


def list_asked(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Return codes and names of what was to be answered in words."""
    asked = [(one.code, one.text) for one in questionnaire.questions if one.kind in WRITTEN]
    others = [(one, one.other.label) for one in questionnaire.questions if one.other]
    name = _("%(question)s（%(option)s）")
    return asked + [(f"{one.code}{OTHER}", name % {"question": one.text, "option": label}) for one, label in others]
