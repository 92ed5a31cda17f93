"""The round on which cards are brought to people who were drawn: in walking order, with masked names.

Which card somebody takes, and whether it is used, is known to nobody; what became of all cards is kept as counts.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from grids.doors import by_number
from grids.models import Resident
from surveys.asked import Person, members_of
from surveys.frames import frame_of_community
from surveys.models import DeliveryReport, Sample, WaveLink
from surveys.results.rates import REPORTED, count_issued
from surveys.strata import cell_of


@dataclass(frozen=True)
class Stop:
    """Somebody to whom a card is brought. `pile`: from which cards one draws, where cards carry a stratum."""

    resident: Resident
    pile: str

    @property
    def place(self) -> str:
        """The grid and building, for the headings of the list."""
        household = self.resident.household
        return f"{self.resident.grid} · {household.building}" if household else ""


def list_stops(link: WaveLink, *, by: User) -> list[Stop]:
    """Return whom to bring a card in this community, as one walks; that the list was read is written down."""
    sample = Sample.objects.filter(wave=link.wave_id).first()
    if sample is None:
        return []
    drawn = Resident.objects.visible_to(by).filter(
        community=link.community_id, pk__in=sample.residents.values("resident")
    )
    people = list(drawn.select_related("grid", "household__building__grid"))
    piles = find_piles(sample, link, people) if link.wave.keeps_strata else {}
    record("survey_sample.read", by=by, target=link, area_code=link.community.code, people=len(people))
    return [Stop(person, piles.get(person.pk, "")) for person in sorted(people, key=walking_order)]


def walking_order(person: Resident) -> list[Any]:
    """Return the key that sorts people as one walks; those without a door come last."""
    household = person.household
    if household is None:
        return [True, person.grid.code, [], 0, [], [], person.pk]
    building = household.building
    door = [by_number(household.unit), by_number(household.room)]
    return [False, building.grid.code, by_number(building.name), building.pk, *door, person.pk]


def find_piles(sample: Sample, link: WaveLink, people: list[Resident]) -> dict[int, str]:
    """Return resident -> the stratum in which the resident was drawn; nowhere is that kept."""
    groups = members_of(sample.groups, [link.community], sample.drawn_on)
    codes = {cell: one.code for one in frame_of_community(sample, link.community) for cell in one.cells}
    cells = {one.pk: cell_of(Person(one.pk, one.grid_id, one.community_id), groups) for one in people}
    return {key: codes.get(cell, "") for key, cell in cells.items()}


@transaction.atomic
def report_delivery(link: WaveLink, *, counts: dict[str, int], by: User) -> DeliveryReport:
    """Keep what became of the cards of a community; raises ValidationError when it is more than there were."""
    issued = count_issued(link.wave, link.community)
    if sum(counts.values()) > issued:
        raise ValidationError(_("合计超过了印出的 %(issued)s 张卡，请核对。") % {"issued": issued})
    fields = {name: counts[name] for name in REPORTED} | {"reported_by": by, "reported_at": timezone.now()}
    report, _new = DeliveryReport.objects.update_or_create(link=link, defaults=fields)
    record("survey_delivery.report", by=by, target=link, area_code=link.community.code)
    return report
