"""What a results page is asked for: a wave, the choices of the address, and for whose eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from communities.models import Community
from surveys.models import Wave, WaveResults
from surveys.questionnaire import Kind, Questionnaire, Variable
from surveys.results.reading import read_results
from surveys.results.shapes import Breakdown, CommunityRow, Results

COMPARED = (Kind.SINGLE, Kind.MULTIPLE, Kind.RATING, Kind.MATRIX)
LONGEST_CHOICE = 200  # characters of an address: two variables, or the options of one


@dataclass(frozen=True)
class WaveAsk:
    """A question to a results page. What it answers is kept for all readers of one role and area (dashboards/kept.py).

    So of the reader a page may use role and area, never the account.
    """

    wave: Wave
    reader: User
    choices: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def results(self) -> Results | None:
        """What may be shown of the wave now."""
        return read_results(self.wave)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What was asked."""
        return self.wave.version.questionnaire

    @cached_property
    def own_communities(self) -> frozenset[int]:
        """The communities of the reader's area."""
        return frozenset(self.reader.communities().values_list("pk", flat=True))

    @cached_property
    def asked_communities(self) -> list[Community]:
        """The communities in which the wave asks."""
        return [link.community for link in self.wave.links.select_related("community")]

    @property
    def sees_all(self) -> bool:
        """Whether all these are the reader's: who is one among them reads nothing about the others (R21, R30)."""
        return all(community.pk in self.own_communities for community in self.asked_communities)

    @property
    def is_final(self) -> bool:
        """Whether results are there that will not change any more."""
        return self.results is not None and self.results.is_final

    @property
    def shown_variables(self) -> list[Variable]:
        """The variables of which something is shown and whose options can be crossed and compared: no rankings."""
        shown = {one.variable for one in self.results.distributions if one.shares} if self.results else set()
        by_code = self.questionnaire.variable_by_code
        return [by_code[code] for code in by_code if code in shown and by_code[code].question.kind in COMPARED]

    def keep_rows(self, breakdown: Breakdown) -> list[CommunityRow]:
        """Return the rows that the reader may see: no community reads how its neighbours did (rules R21, R30)."""
        return [row for row in breakdown.rows if row.community_id in self.own_communities]

    def find_breakdown(self, variable: str) -> Breakdown | None:
        """Return the communities' answers to a variable."""
        found = self.results.breakdowns if self.results else ()
        return next((one for one in found if one.variable == variable), None)

    def choose(self, name: str, codes: list[str], *, default: int = 0) -> str:
        """Return the choice of a name: one of the codes, the default when the address names none; 404 for nonsense."""
        chosen = self.choices.get(name, "") or (codes[default] if codes else "")
        if codes and chosen not in codes:
            raise Http404
        return chosen


def get_wave_or_404(reader: User, pk: int) -> Wave:
    """Return a wave that the reader may see; foreign and missing ones alike are not found."""
    return get_object_or_404(Wave.objects.visible_to(reader).with_survey(), pk=pk)


def name_edition(wave: Wave) -> str:
    """Return a text that changes with whatever the results pages of a wave show. One query."""
    others = WaveResults.objects.filter(wave__version__survey=wave.version.survey_id).order_by("wave")
    facts = ("wave", "computed_at", "wave__name", "wave__opens_on", "wave__results_public_at", "wave__results_note")
    dates = (wave.name, wave.opens_on, wave.closes_on, wave.closed_at, wave.version.survey.title)
    return repr((dates, list(others.values_list(*facts))))
