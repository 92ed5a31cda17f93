"""What a dashboard page is. The pages themselves: overview.py and its siblings; their list: pages.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.tables import Table
from indicators.models import AreaLevel

ABOVE_GRIDS = frozenset({AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY})
ALL_LEVELS = ABOVE_GRIDS | {AreaLevel.GRID}
HOUR = 3600


def no_tables(content: Any) -> Sequence[Table]:
    """Return the tables of a page without any."""
    return ()


@dataclass(frozen=True)
class Page:
    """A page about an area and period: `read` answers the question, templates/dashboards/pages/<code>.html shows it.

    What is read is kept until the edition changes (edition.py), at most `lifetime` seconds; so pages whose facts no
    edition covers name a short one. `filters` are the names of further parameters of the address.
    """

    code: str
    name: str | Promise
    icon: str
    read: Callable[[Ask], Any]
    tables: Callable[[Any], Sequence[Table]] = no_tables
    levels: frozenset[AreaLevel] = ABOVE_GRIDS
    filters: tuple[str, ...] = ()
    permission: Permission = Permission.VIEW_FIGURES
    lifetime: int = HOUR
    is_tab: bool = True
    has_period: bool = True

    @property
    def template(self) -> str:
        """The template of what changes with the figures."""
        return f"dashboards/pages/{self.code}.html"
