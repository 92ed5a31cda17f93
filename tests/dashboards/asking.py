"""Asks dashboard pages as a reader does, of figures that are up to date."""

from django.utils import timezone

from dashboards.asking import Ask
from indicators.areas import AreaRef
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.periods import Period


def refresh() -> None:
    """Bring the figures up to date."""
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)


def quarter() -> Period:
    """The running quarter."""
    return Period.containing(timezone.localdate(), "quarter")


def ask(reader, area, period=None, **filters) -> Ask:
    """A question to a page."""
    return Ask(AreaRef.to(area), period or quarter(), reader, filters)
