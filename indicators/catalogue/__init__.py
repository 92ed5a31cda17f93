"""Every indicator that is computed, by topic. Ids are those of the seed reports; what nothing yields yet is absent."""

from indicators.catalogue import (
    activities,
    party,
    quality,
    reach,
    reported,
    rhythm,
    staffing,
    surveys,
    visits,
    volunteers,
)
from indicators.indicator import CATALOGUE

__all__ = [
    "CATALOGUE",
    "activities",
    "party",
    "quality",
    "reach",
    "reported",
    "rhythm",
    "staffing",
    "surveys",
    "visits",
    "volunteers",
]
