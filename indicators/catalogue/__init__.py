"""Every indicator that is computed, by topic. Ids are those of the seed reports; what nothing yields yet is absent."""

from indicators.catalogue import activities, quality, reach, reported, rhythm, staffing, surveys, visits
from indicators.indicator import CATALOGUE

__all__ = ["CATALOGUE", "activities", "quality", "reach", "reported", "rhythm", "staffing", "surveys", "visits"]
