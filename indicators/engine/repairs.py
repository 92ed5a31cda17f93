"""Getting figures going again: what waits, what was parked, marks that nobody will claim. Computing: cells.py."""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community
from indicators.areas import MODELS as AREAS
from indicators.engine.cells import find_dirty_communities, try_refresh
from indicators.engine.tallying import tally_community
from indicators.models import ActivityCell, DirtyMark, Freshness, ReachCell, RefreshAttempt, TallyCell

logger = logging.getLogger(__name__)

LOST_RING_SECONDS = 10  # beat rings every second: a mark that is older has been missed by several rings


def settle(area_code: str = "") -> None:
    """Compute now what waits in an area, tallies too; what cannot be computed goes on waiting."""
    here = Community.objects.filter(code__startswith=area_code)
    keys = set(here.values_list("pk", flat=True))
    for community_id in find_dirty_communities(timezone.localdate()):
        if community_id in keys:
            try:
                try_refresh(community_id)
            except OperationalError as error:
                logger.warning("community %s was not refreshed: %s", community_id, error)
    late = Freshness.objects.untallied().filter(community__in=here)
    for community_id in late.order_by("pk").values_list("community_id", flat=True):
        try:
            tally_community(community_id)
        except Exception:
            logger.exception("the tallies of community %s could not be counted", community_id)


@transaction.atomic
def retry_community(community: Community, *, by: User) -> None:
    """Let a parked community be tried again: its marks are still there. Leaves an audit event."""
    parked = RefreshAttempt.objects.parked().filter(pk=community.pk)
    reasons = list(parked.select_for_update().values_list("reason", flat=True))
    if not reasons:
        raise ValidationError(_("这个社区没有停算，不用再算一次。"))
    parked.delete()
    record("figures.retry", by=by, target=community, area_code=community.code, reason=reasons[0])


def drop_orphaned_marks() -> int:
    """Delete the marks of communities that no longer exist; return how many there were."""
    deleted, _rows = DirtyMark.objects.exclude(community_id__in=Community.objects.values("pk")).delete()
    return deleted


def drop_orphaned_cells() -> int:
    """Delete the cells of areas that no longer exist, which no refresh meets any more; return how many there were."""
    dropped = 0
    for table in (ReachCell, ActivityCell, TallyCell):
        for level, model in AREAS.items():
            orphans = table.objects.filter(level=level).exclude(area_id__in=model.objects.values("pk"))
            dropped += orphans.delete()[0]
    return dropped


def has_lost_rings(now: datetime) -> bool:
    """Tell whether a mark has waited so long that its ring must have been lost; parked communities aside."""
    parked = RefreshAttempt.objects.parked().values("pk")
    waiting = DirtyMark.objects.exclude(community_id__in=parked)
    return waiting.filter(marked_at__lt=now - timedelta(seconds=LOST_RING_SECONDS)).exists()
