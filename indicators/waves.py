"""Waves of surveys in the place of periods: which of them answer a question of the bank, and for which areas.

Only waves with final results count. What was answered in them: survey_shares.py.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db.models import Q
from django.http import Http404

from indicators.areas import AreaRef
from indicators.models import AreaLevel
from indicators.periods import WAVE, Period
from surveys.bank import is_unchanged
from surveys.models import Wave
from surveys.models.asking import WaveQuerySet

OFFERED = 12  # waves to choose from, and in a trend: three years of quarterly ones


@dataclass(frozen=True)
class WavePeriod(Period):
    """A wave as a period, from the day it opened to the day after the last on which it took answers.

    Waves follow no calendar: parse(), containing() and previous() are of no use here.
    """

    wave_id: int
    name: str
    last_day: date

    @classmethod
    def to(cls, wave: Wave) -> Self:
        """Return the period of a wave that is over."""
        return cls(WAVE, wave.opens_on, wave.pk, str(wave), wave.last_day)

    @property
    def code(self) -> str:
        """W-12: the key in addresses."""
        return f"W-{self.wave_id}"

    @property
    def label(self) -> str:
        """Survey and wave, as whoever set them up named them."""
        return self.name

    @property
    def end(self) -> date:
        """The first day after the wave."""
        return self.last_day + timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A wave that asked a question of the bank: under which variable, on whose account, and in which communities."""

    wave: Wave
    variable: str
    owner_code: str
    communities: frozenset[int]

    @property
    def period(self) -> WavePeriod:
        """The wave as a period."""
        return WavePeriod.to(self.wave)

    def concerns(self, area: AreaRef) -> bool:
        """Tell whether the wave has an answer for the area: for its owner's, and for communities that were asked."""
        is_asked = area.level == AreaLevel.COMMUNITY and area.id in self.communities
        return is_asked or area.code == self.owner_code


def find_asked(bank: str, waves: WaveQuerySet, most: int | None = None) -> list[Asked]:
    """Return those of the waves that asked a question of the bank unchanged and have final results, the latest first.

    Two queries. A wave whose question was given other words or options asked something else.
    """
    holding = {"sections": [{"questions": [{"bank": bank}]}]}
    found = waves.filter(results__is_final=True, version__definition__contains=holding)
    asked = []
    for wave in found.with_survey().prefetch_related("links").order_by("-closes_on", "-pk"):
        variable = find_variable(wave, bank)
        if variable:
            communities = frozenset(link.community_id for link in wave.links.all())
            asked.append(Asked(wave, variable, wave.version.survey.area.code, communities))
        if len(asked) == most:
            break
    return asked


def find_variable(wave: Wave, bank: str) -> str:
    """Return the variable of a wave that answers the bank's question; "" where the question was changed."""
    questions = wave.version.questionnaire.questions
    return next((one.code for one in questions if one.bank == bank and is_unchanged(one)), "")


def list_asked(bank: str, area: AreaRef, most: int = OFFERED) -> list[Asked]:
    """Return the latest waves that can say something about an area: of a district, those of its streets."""
    owner = "version__survey__street__code"
    if area.level == AreaLevel.COMMUNITY:
        concerned = Q(pk__in=Wave.objects.filter(links__community=area.id).values("pk"))
    elif area.level == AreaLevel.STREET:
        concerned = Q(**{owner: area.code})
    else:
        concerned = Q(**{f"{owner}__startswith": area.code})
    return find_asked(bank, Wave.objects.filter(concerned), most)


def choose_wave_or_404(code: str, waves: list[Asked]) -> Asked | None:
    """Return the wave of the address among these, the latest when it names none; None when there are none."""
    if not code:
        return waves[0] if waves else None
    found = next((one for one in waves if one.period.code == code), None)
    if found is None:
        raise Http404
    return found
