"""An area of any level under one name, as cells and pages know it."""

from dataclasses import dataclass
from typing import Self

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from communities.models import Area, Community, District, Street
from grids.models import Grid
from indicators.models import AreaLevel, ReachCell
from indicators.periods import Period

MODELS: dict[str, type[Area]] = {
    AreaLevel.GRID: Grid,
    AreaLevel.COMMUNITY: Community,
    AreaLevel.STREET: Street,
    AreaLevel.DISTRICT: District,
}
LEVEL_OF_DIGITS = {6: AreaLevel.DISTRICT, 9: AreaLevel.STREET, 12: AreaLevel.COMMUNITY}
DIGITS_ABOVE = {AreaLevel.GRID: 12, AreaLevel.COMMUNITY: 9, AreaLevel.STREET: 6, AreaLevel.DISTRICT: 0}
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

    @property
    def parent_code(self) -> str:
        """The code of the area directly above; "" above a district."""
        return self.code[: DIGITS_ABOVE[AreaLevel(self.level)]]

    @property
    def row(self) -> Grid | Community | Street | District:
        """The area with nothing but its key: enough to filter by."""
        return MODELS[self.level](pk=self.id)  # type: ignore[misc, return-value]

    def parts(self, level: str, period: Period) -> "list[AreaRef]":
        """Return the areas of a level that lay inside this one on the period's reference day, by code.

        After a merge or split, earlier periods keep their areas. One established later counts too where late entries
        gave it people, so that the parts always add up to the whole.
        """
        areas = MODELS[level].objects.filter(code__startswith=self.code)
        existing = areas.existing_on(period.reference(timezone.localdate()))
        counted = ReachCell.objects.filter(level=level, area_id=OuterRef("pk"), period=period.code, grouping="all")
        rows = (existing | areas.filter(Exists(counted))).order_by("code")
        return [AreaRef(level, *row) for row in rows.values_list("pk", "code", "name")]


def get_area_or_404(user: User, code: str, *, grids: bool = False) -> AreaRef:
    """Return the area of this code if it is the user's own or lies in it; 404 for foreign and missing ones alike.

    Grids are found only where they are asked for: most pages are about larger areas.
    """
    if not (code.isascii() and code.isdecimal()):
        raise Http404
    level = LEVEL_OF_DIGITS.get(len(code), AreaLevel.GRID if grids else AreaLevel.COMMUNITY)
    model = MODELS[level]
    own = model.objects.filter(code__startswith=user.area_code) if user.area_code else model.objects.none()
    return AreaRef.to(get_object_or_404(own, code=code))


def list_areas_above(area: AreaRef) -> list[Area]:
    """Return the areas in which the area lies: district, street, community of a grid, from the top down."""
    models: list[type[Area]] = [District, Street, Community]
    above = [(model, digits) for model, digits in zip(models, LEVEL_OF_DIGITS, strict=True) if digits < len(area.code)]
    return [row for model, digits in above for row in model.objects.filter(code=area.code[:digits])]


def find_above(area: AreaRef, user: User) -> list[AreaRef]:
    """Return the areas in which the area lies and which the user may open, from the top down."""
    return [above for above in map(AreaRef.to, list_areas_above(area)) if above.code.startswith(user.area_code)]


def communities_in(area: AreaRef) -> list[int]:
    """Return the keys of the communities in an area, abolished ones too; of a grid, the one in which it lies."""
    code = area.code[:12]
    return list(Community.objects.filter(code__startswith=code).order_by("code").values_list("pk", flat=True))
