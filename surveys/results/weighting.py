"""Weights that let answers stand for the register: raking to margins, and what it costs. No database here.

W. E. Deming, F. F. Stephan, "On a least squares adjustment of a sampled frequency table when the expected marginal
totals are known", Annals of Mathematical Statistics 11 (1940), 427-444. Weights are not trimmed, so that the margins
hold exactly; instead nothing is weighted when an answer would count less than a tenth or more than ten times.
"""

from collections.abc import Iterable, Mapping, Sequence

TOLERANCE = 1e-9
MOST_ROUNDS = 1000
LEAST_WEIGHT, MOST_WEIGHT = 0.1, 10.0
ROUNDINGS = (0.01, 0.02, 0.05)  # shares are rounded to one of these steps

Categories = tuple[str, ...]  # of one cell, one for each dimension; "" where it is not known


def rake(cells: Mapping[Categories, int], targets: Sequence[Mapping[str, float]]) -> dict[Categories, float] | None:
    """Return a weight for the answers of each cell so that shares equal the targets in every dimension; None if none.

    `targets`: for each dimension category -> share, adding up to 1. Those of whom a category is not known are weighted
    by the other dimensions. Weights are 1 on average.
    """
    weights = dict.fromkeys(cells, 1.0)
    for _round in range(MOST_ROUNDS):
        worst = 0.0
        for dimension, target in enumerate(targets):
            sums = dict.fromkeys(target, 0.0)
            for cell, count in cells.items():
                if cell[dimension]:
                    sums[cell[dimension]] += count * weights[cell]
            whole = sum(sums.values())
            if not all(sums.values()):
                return None
            factors = {category: target[category] * whole / found for category, found in sums.items()}
            worst = max(worst, *(abs(factor - 1) for factor in factors.values()))
            weights = {cell: weight * factors.get(cell[dimension], 1.0) for cell, weight in weights.items()}
        if worst < TOLERANCE:
            return normalise(cells, weights)
    return None


def normalise(cells: Mapping[Categories, int], weights: Mapping[Categories, float]) -> dict[Categories, float] | None:
    """Return the weights with an average of 1; None when some are beyond all reason."""
    mean = sum(count * weights[cell] for cell, count in cells.items()) / sum(cells.values())
    made = {cell: weight / mean for cell, weight in weights.items()}
    return made if all(LEAST_WEIGHT <= weight <= MOST_WEIGHT for weight in made.values()) else None


def design_effect(answers: Iterable[tuple[int, float]]) -> float:
    """Return Kish's 1 + cv² of weights: by how much their spread widens the variance of a share.

    `answers`: how many carry which weight. L. Kish, "Survey Sampling" (1965), section 11.7.
    """
    pairs = list(answers)
    n = sum(count for count, _weight in pairs)
    total = sum(count * weight for count, weight in pairs)
    return n * sum(count * weight**2 for count, weight in pairs) / total**2


def choose_rounding(spread: float, total: float) -> float | None:
    """Return the step to which weighted shares are rounded, given largest less smallest weight and their sum.

    If somebody with another weight had given the answer, the share would move by spread / total at most. The step is
    twice that, so that a share never tells who gave it. None when it would have to be too coarse to be of use.
    """
    return next((step for step in ROUNDINGS if step * total >= 2 * spread), None)


def round_to(share: float, step: float) -> float:
    """Return the share rounded to whole steps."""
    return round(round(share / step) * step, 4)
