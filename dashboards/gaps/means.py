"""The interval of a mean: how far a mean of few activities can be relied on. No database here."""

from math import sqrt

from indicators.statistics import Z_95 as Z

FEWEST = 5  # activities: of fewer, an interval is so wide that it says nothing


def find_t(freedom: int) -> float:
    """Return the two-sided 95 % quantile of Student's t with so many degrees of freedom, four or more.

    M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5, four terms: 0.001 off at four
    degrees (2.776), less above.
    """
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def find_interval(mean: float, deviation: float, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean of n counts with this sample deviation; None for fewer than FEWEST.

    Student's mean ± t·s/√n (B. R. Kirkwood, J. A. C. Sterne, "Essential Medical Statistics", 2nd ed. (2003), chapter
    6), cut off at nought, below which no count lies. Counts are skewed: where most activities had nobody, the true
    interval reaches a little further up.
    """
    if n < FEWEST:
        return None
    half = find_t(n - 1) * deviation / sqrt(n)
    return max(0.0, mean - half), mean + half
