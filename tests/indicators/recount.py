"""The second count (indicators/engine/recount.py) and the stored cells, both whole and in one form, to be compared."""

from datetime import date

from django.conf import settings

from indicators.areas import MODELS
from indicators.engine.recount import Cells, recount_held, recount_reach
from indicators.engine.verify import read_stored
from indicators.periods import kept_periods


def recount(today: date) -> Cells:
    """Return every reach and activity cell there should be."""
    periods = kept_periods(today, settings.CELL_MONTHS)
    found: Cells = {}
    for level, model in MODELS.items():
        areas = list(model.objects.values_list("pk", flat=True))
        found |= recount_reach(level, areas, periods, today) | recount_held(level, areas, periods, today)
    return found


def read_cells() -> Cells:
    """Return the reach and activity cells that are stored, in the form of recount()."""
    found: Cells = {}
    for level, model in MODELS.items():
        found |= read_stored(("reach", "activity"), level, model.objects.values_list("pk", flat=True), None)
    return found
