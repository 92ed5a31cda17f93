"""Which gaps there are: the groupings they are looked for in, their names, and one gap by its codes."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.links import link
from grids.groupings import AGE_BANDS
from grids.models import PopulationGroup
from indicators.areas import AreaRef, get_area_or_404
from indicators.choosing import get_period_or_404
from indicators.models import AreaLevel
from indicators.periods import Period

GROUPS, AGES, BOTH = "groups", "ages", "all"
FAMILIES: dict[str, str | Promise] = {GROUPS: _("服务人群"), AGES: _("年龄段"), BOTH: _("都看")}
Names = dict[str, str | Promise]


def name_groupings(family: str = BOTH) -> Names:
    """Return code -> name of the groupings of a family, in their order. Groupings overlap: gaps are never summed."""
    groups = dict(PopulationGroup.objects.values_list("code", "name")) if family != AGES else {}
    bands: Names = {band.code: band.name for band in AGE_BANDS} if family != GROUPS else {}
    return {**groups, **bands}


@dataclass(frozen=True)
class Gap:
    """The people of a grouping, in a grid and period, whom nothing has reached."""

    grid: AreaRef
    grouping: str
    name: str | Promise
    period: Period

    @property
    def url(self) -> str:
        """The address of its page."""
        return link(self.grid.code, "gap", self.period, grouping=self.grouping)


def get_gap_or_404(user: User, code: str, grouping: str, period: str) -> Gap:
    """Return the gap of these codes in a grid of the user's own area; 404 for foreign ones and nonsense alike."""
    grid = get_area_or_404(user, code, grids=True)
    names = name_groupings()
    if grid.level != AreaLevel.GRID or grouping not in names:
        raise Http404
    return Gap(grid, grouping, names[grouping], get_period_or_404(period))
