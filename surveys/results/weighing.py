"""Weights of a wave: from its answers and the register to weighted shares. The formulas: weighting.py."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from surveys.models import Wave
from surveys.questionnaire import Kind, Questionnaire
from surveys.results.axes import make_axis
from surveys.results.columns import GIVEN
from surveys.results.gathering import Cell, Counts
from surveys.results.margins import Dimension, NoAnswersError, list_dimensions
from surveys.results.shapes import Distribution, Margin, Share, Weighting
from surveys.results.weighting import Categories, choose_rounding, design_effect, rake, round_to


@dataclass(frozen=True)
class Weighing:
    """The weights of a wave's answers by cell, or why there are none."""

    weights: dict[Cell, float] = field(default_factory=dict)
    dimensions: tuple[Dimension, ...] = ()
    refused: str = ""

    def weigh(self, distribution: Distribution, questionnaire: Questionnaire, counts: Counts) -> Distribution:
        """Return the distribution with weighted shares beside its counts, rounded so that they tell nobody's answer.

        The weighted mean is made of the rounded shares and so tells nothing more.
        """
        if not self.weights:
            return distribution
        variable = questionnaire.variable_by_code[distribution.variable]
        axis = make_axis(variable, distribution)
        base = {
            cell: raw[GIVEN] if axis.is_multiple else sum(raw.values())
            for cell, raw in counts.values[variable.code].items()
        }
        total = sum(self.weights[cell] * count for cell, count in base.items())
        spread = [self.weights[cell] for cell, count in base.items() if count]
        rounding = choose_rounding(max(spread) - min(spread), total)
        if rounding is None:
            return distribution
        source = counts.chosen if axis.is_multiple else counts.values
        sums: Counter[int] = Counter()
        for cell, raw in source[variable.code].items():
            for value, count in raw.items():
                sums[axis.find_value(value)] += self.weights[cell] * count  # type: ignore[assignment]
        shares = tuple(
            replace(share, weighted=None if share.count is None else round_to(sums[place] / total, rounding))
            for place, share in enumerate(distribution.shares)
        )
        return replace(
            distribution, shares=shares, weighted_mean=find_mean(distribution, shares, variable.question.kind)
        )

    def report(self, counts: Counts, is_used: bool) -> Weighting:
        """Return how it was weighted, for the page; a reason where it was not."""
        if self.refused or not is_used:
            return Weighting(refused=self.refused or "weights_telling")
        pairs = [(count, self.weights[cell]) for cell, count in counts.cells.items()]
        effect = round(design_effect(pairs), 1)
        margins = [margin for dimension in self.dimensions for margin in self.list_margins(dimension, counts)]
        return Weighting(tuple(margins), effective_n=round(counts.answers / effect), design_effect=effect)

    def list_margins(self, dimension: Dimension, counts: Counts) -> list[Margin]:
        """Return the margins of one dimension."""
        answers: Counter[str] = Counter()
        weighted: dict[str, float] = dict.fromkeys(dimension.people, 0.0)
        for cell, count in counts.cells.items():
            category = dimension.place(cell)
            if category:
                answers[category] += count
                weighted[category] += count * self.weights[cell]
        found, whole = sum(answers.values()), sum(weighted.values())
        return [
            Margin(
                dimension.name,
                dimension.labels[category],
                target,
                answers[category] / found if dimension.is_open else None,
                weighted[category] / whole,
            )
            for category, target in dimension.targets.items()
        ]


def find_mean(distribution: Distribution, shares: tuple[Share, ...], kind: str) -> float | None:
    """Return the mean of the rounded weighted shares, for scales of which the plain mean is shown."""
    if distribution.mean is None or kind == Kind.NUMBER:
        return None
    whole = sum(share.weighted or 0 for share in shares)
    return round(sum(share.middle * (share.weighted or 0) for share in shares) / whole, 2)


def weigh(wave: Wave, questionnaire: Questionnaire, counts: Counts, published: Mapping[str, Distribution]) -> Weighing:
    """Return the weights of a wave, by the margins of the register on its last day."""
    if counts.answers < 3 * wave.k:
        return Weighing(refused="weights_few")
    try:
        dimensions = list_dimensions(wave, questionnaire, counts, published)
    except NoAnswersError as error:
        return Weighing(refused=str(error))
    if not dimensions:
        return Weighing(refused="weights_background")
    places: dict[Cell, Categories] = {
        cell: tuple(dimension.place(cell) for dimension in dimensions) for cell in counts.cells
    }
    cells: Counter[Categories] = Counter()
    for cell, categories in places.items():
        cells[categories] += counts.cells[cell]
    weights = rake(cells, [dimension.targets for dimension in dimensions])
    if weights is None:
        return Weighing(refused="weights_unsettled")
    return Weighing({cell: weights[categories] for cell, categories in places.items()}, tuple(dimensions))
