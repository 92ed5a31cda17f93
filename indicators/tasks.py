"""Doorbells of the figures."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from communities.doorbell import REFRESH, send
from communities.models import District, Street
from indicators.engine.cells import refresh_all
from indicators.engine.repairs import drop_orphaned_cells, drop_orphaned_marks, has_lost_rings, settle
from indicators.engine.tallying import tally_all
from indicators.engine.verify import check_cells


@shared_task
def refresh_figures() -> None:
    """Recompute every community with waiting marks."""
    refresh_all(timezone.localdate())


@shared_task
def tally_figures() -> None:
    """Count visits, slots and posts for communities whose figures have moved since."""
    tally_all()


@shared_task
def sweep_marks() -> None:
    """Ring for marks that wait although beat rings every second; drop those that nobody will ever claim."""
    drop_orphaned_marks()
    if has_lost_rings(timezone.now()):
        send(REFRESH, ())


@shared_task
def verify_figures() -> None:
    """Hold a sample of the cells of every street and district against a second count, for the health page."""
    drop_orphaned_cells()
    settle()
    areas = [code for model in (Street, District) for code in model.objects.values_list("code", flat=True)]
    check_cells(areas, sample=settings.CHECKED_CELLS)
