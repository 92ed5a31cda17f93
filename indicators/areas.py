"""An area of any level under one name, as cells and pages know it."""

from dataclasses import dataclass
from typing import Self

from django.shortcuts import get_object_or_404

from accounts.models import User
from communities.models import Area, Community, District, Street
from grids.models import Grid
from indicators.models import AreaLevel

MODELS: dict[str, type[Area]] = {
    AreaLevel.GRID: Grid,
    AreaLevel.COMMUNITY: Community,
    AreaLevel.STREET: Street,
    AreaLevel.DISTRICT: District,
}
LEVEL_OF_DIGITS = {6: AreaLevel.DISTRICT, 9: AreaLevel.STREET, 12: AreaLevel.COMMUNITY}
BELOW = {
    AreaLevel.DISTRICT: AreaLevel.STREET,
    AreaLevel.STREET: AreaLevel.COMMUNITY,
    AreaLevel.COMMUNITY: AreaLevel.GRID,
}


@dataclass(frozen=True)
class AreaRef:
    """A district, street, community or grid: level, key, division code and name."""

    level: str
    id: int
    code: str
    name: str

    @classmethod
    def to(cls, area: Area) -> Self:
        """Return the reference to an area."""
        level = next(level for level, model in MODELS.items() if type(area) is model)
        return cls(level, area.pk, area.code, area.name)

    def parts(self, level: str) -> "list[AreaRef]":
        """Return the current areas of a level that lie inside this one, by code."""
        rows = MODELS[level].objects.current().filter(code__startswith=self.code).order_by("code")
        return [AreaRef(level, *row) for row in rows.values_list("pk", "code", "name")]


def get_area_or_404(user: User, code: str) -> AreaRef:
    """Return the area of this code if it is the user's own or lies in it; 404 for foreign and missing ones alike."""
    model = MODELS[LEVEL_OF_DIGITS.get(len(code), AreaLevel.COMMUNITY)]
    own = model.objects.filter(code__startswith=user.area_code) if user.area_code else model.objects.none()
    return AreaRef.to(get_object_or_404(own, code=code))


def list_areas_above(area: AreaRef) -> list[Area]:
    """Return the district and the street in which the area lies, from the top down."""
    above = [*District.objects.filter(code=area.code[:6]), *Street.objects.filter(code=area.code[:9])]
    return [row for row in above if row.code != area.code]
