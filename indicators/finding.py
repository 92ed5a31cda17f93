"""Finding indicators by words: id, names, numerator and denominator, in the reader's language or in English."""

import unicodedata

from indicators.catalogue import CATALOGUE
from indicators.indicator import Indicator


def fold(text: object) -> str:
    """Return a text as it is compared: width, case and white space left aside."""
    return "".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def find_indicators(text: str) -> list[Indicator]:
    """Return the indicators in which every word of the text occurs; all of them for no words."""
    words = [fold(word) for word in text.split()]
    return [indicator for indicator in CATALOGUE.values() if all(word in describe(indicator) for word in words)]


def describe(indicator: Indicator) -> str:
    """Return all words of an indicator that one may search for."""
    words = (
        indicator.id,
        indicator.name,
        indicator.name_en,
        indicator.numerator,
        indicator.denominator,
        indicator.source,
        indicator.topic,
    )
    return " ".join(fold(word) for word in words)
