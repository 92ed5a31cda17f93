"""Formulas of statistics with their sources: intervals of shares, and rates on like for like. No database here."""

from collections.abc import Mapping
from math import sqrt

FEW = 30  # answers: below, figures are for orientation only (counting rule 8)
Z_95 = 1.959964  # of the standard normal distribution, two-sided 95 %


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share: (from, to), both between 0 and 1; (0, 1) of nobody: all is possible.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212. It holds for small n and shares near 0 and 1, where p ± z·se does not.
    """
    if not n:
        return 0.0, 1.0
    share, z2 = successes / n, Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """Return the 95 % interval of the first share less the second, each (successes, n) of a sample of its own.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
    methods", Statistics in Medicine 17 (1998), 873-890, method 10: made of both shares' score intervals. Where nought
    lies inside, the difference may be chance alone.
    """
    (low, high), (other_low, other_high) = wilson(*first), wilson(*second)
    if not (first[1] and second[1]):
        return -1.0, 1.0
    share, other = first[0] / first[1], second[0] / second[1]
    below = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return share - other - below, share - other + above


def standardise(rates: Mapping[str, float | None], weights: Mapping[str, int]) -> float | None:
    """Return the directly standardised rate: the strata's rates weighted with a standard population.

    Nothing can be said where a stratum that has weight has no rate: nobody of it lives there, or it is hidden.
    B. R. Kirkwood, J. A. C. Sterne, "Essential Medical Statistics", 2nd ed. (2003), chapter 25.
    """
    total = sum(weights.values())
    if not total:
        return None
    parts = []
    for stratum, weight in weights.items():
        rate = rates.get(stratum)
        if weight and rate is None:
            return None
        parts.append((rate or 0.0) * weight)
    return sum(parts) / total
