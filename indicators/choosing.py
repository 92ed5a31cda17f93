"""What addresses of pages about figures choose: the period. Areas: areas.py."""

from collections.abc import Collection

from django.conf import settings
from django.http import Http404
from django.utils import timezone

from indicators.periods import MONTHS_OF, Period, kept_periods, recent_periods

OFFERED = {"month": 13, "quarter": 9, "year": 3}  # periods offered, the running one included
USUAL = "quarter"


def get_period_or_404(code: str, kinds: Collection[str] = MONTHS_OF) -> Period:
    """Return the period of the address, the running quarter (or year) when it names none; 404 for nonsense."""
    if not code:
        return Period.containing(timezone.localdate(), USUAL if USUAL in kinds else list(kinds)[-1])
    try:
        period = Period.parse(code)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if period.kind not in kinds:
        raise Http404
    return period


def get_kept_period_or_404(code: str, kinds: Collection[str]) -> Period:
    """Return the period of the address, if figures of it are kept: neither to come nor long past."""
    period = get_period_or_404(code, kinds)
    if period not in kept_periods(timezone.localdate(), settings.CELL_MONTHS):
        raise Http404
    return period


def offer_periods(kind: str) -> list[Period]:
    """Return the latest periods of a kind, newest first."""
    return recent_periods(kind, timezone.localdate(), OFFERED[kind])
