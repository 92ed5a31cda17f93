"""One variable at a time: categories, shares and means, and what of that must be withheld."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, sqrt

from surveys.questionnaire import Condition, Kind, Questionnaire, Variable
from surveys.results.columns import GIVEN
from surveys.results.disclosure import coarsen, cut_into_bins, is_safe_share, is_small
from surveys.results.gathering import Counts, sum_cells
from surveys.results.shapes import WORST_ERROR, Distribution, Share

START = "start"  # code of the lowest bin of a number; the others are called by where they begin
LEAST_FOR_PLACES = 30  # from here on a mean place, rounded to a tenth, does not tell how many gave which place


def describe(
    variable: Variable, questionnaire: Questionnaire, counts: Counts, earlier: Mapping[str, Distribution], k: int
) -> Distribution:
    """Return the distribution of a variable; `earlier` are those that stand before it in the questionnaire."""
    made = Distribution(variable.code, variable.name, None)
    raw = count_raw(variable, counts)
    n = raw[GIVEN] if variable.is_multiple else sum(raw.values())
    if n < k:
        return replace(made, withheld="few")
    if tells_gate(variable, questionnaire, counts, earlier, k):
        return replace(made, withheld="asked")
    shares = describe_options(variable, counts, n, k) if variable.is_multiple else describe_groups(variable, raw, k)
    if not shares or tells_place(shares, counts, n, k):
        return replace(made, withheld="alike")
    made = replace(made, n=n, shares=shares)
    if variable.question.kind == Kind.RANKING:
        return replace(made, shares=add_places(variable, shares, counts, n, k))
    return add_mean(variable, made, raw, k)


def tells_place(shares: Sequence[Share], counts: Counts, n: int, k: int) -> bool:
    """Tell whether all gave one answer, so that the few of some community are known to have given it too."""
    return any(share.count == n for share in shares) and any(is_small(some, k) for some in counts.by_community.values())


def describe_texts(variable: Variable, counts: Counts, k: int) -> Distribution:
    """Return that there is a question for words: what was written is read elsewhere, under rules of its own."""
    return Distribution(variable.code, variable.name, None, withheld="words")


def count_raw(variable: Variable, counts: Counts) -> Counter[str]:
    """Return how often each raw category was given; what is no option of the question counts as blank."""
    raw = sum_cells(counts.values.get(variable.code, {}))
    if variable.is_multiple or not variable.question.options:
        return raw
    return Counter({code: raw[code] for code in variable.question.option_codes if raw[code]})


def count_options(variable: Variable, counts: Counts) -> tuple[Counter[str], int]:
    """Return option -> how many gave it (a ranking: first), and of how many."""
    raw = count_raw(variable, counts)
    if variable.is_multiple:
        return sum_cells(counts.chosen.get(variable.code, {})), raw[GIVEN]
    return raw, sum(raw.values())


def tells_gate(
    variable: Variable, questionnaire: Questionnaire, counts: Counts, earlier: Mapping[str, Distribution], k: int
) -> bool:
    """Tell whether the number of those who were asked would give away answers to the questions before."""
    question = variable.question
    if not question.conditions:
        return False
    asked = sum(counts.asked[question.code].values())
    held = counts.held[question.code]
    if not is_safe_share(asked, counts.answers, k) or any(is_small(some - asked, k) for some in held):
        return True
    return any(
        is_gate_finer(condition, questionnaire, counts, earlier, some, k)
        for condition, some in zip(question.conditions, held, strict=True)
    )


def is_gate_finer(
    condition: Condition,
    questionnaire: Questionnaire,
    counts: Counts,
    earlier: Mapping[str, Distribution],
    held: int,
    k: int,
) -> bool:
    """Tell whether a condition parts options of its question that are published together, or not at all."""
    gate, wanted = earlier[condition.question], set(condition.options)
    touched = [share for share in gate.shares if wanted & set(share.codes)]
    if {code for share in touched for code in share.codes} != wanted or any(share.count is None for share in touched):
        return True
    if questionnaire.by_code[condition.question].kind != Kind.MULTIPLE or len(wanted) == 1:
        return False
    some = counts.answers - held if condition.is_negated else held
    return any(is_small(some - (share.count or 0), k) for share in touched)


def describe_options(variable: Variable, counts: Counts, n: int, k: int) -> tuple[Share, ...]:
    """Return the options of a question with several answers, each for itself; () when nothing may be shown."""
    chosen = sum_cells(counts.chosen.get(variable.code, {}))
    if n < 3 * k and max(chosen.values(), default=0) == n:
        return ()
    shares = tuple(
        Share(
            (option.code,),
            option.label,
            chosen[option.code] if is_safe_share(chosen[option.code], n, k) else None,
            is_multiple=True,
        )
        for option in variable.question.options
    )
    return shares if any(share.count for share in shares) else ()


def describe_groups(variable: Variable, raw: Counter[str], k: int) -> tuple[Share, ...]:
    """Return the categories of a question with one answer; () when nothing may be shown."""
    kind = variable.question.kind
    if kind == Kind.NUMBER:
        return describe_bins(raw, k)
    if kind == Kind.DATE:
        keys = sorted(raw)
        labels = {key: key for key in keys}
    else:
        keys = list(variable.question.option_codes)
        labels = variable.question.labels
    is_ordered = kind in (Kind.DATE, Kind.RATING) or variable.question.is_ordered
    groups = coarsen([raw[key] for key in keys], k=k, is_ordered=is_ordered)
    if groups is None:
        return ()
    return tuple(
        Share(
            tuple(keys[i] for i in group),
            name_group([labels[keys[i]] for i in group], kind, is_ordered),
            sum(raw[keys[i]] for i in group),
        )
        for group in groups
    )


def name_group(labels: Sequence[str], kind: str, is_ordered: bool) -> str:
    """Return the label of a category; "" for the rest of options without order, which is named when it is read."""
    if len(labels) == 1:
        return labels[0]
    if kind == Kind.DATE:
        return f"{labels[0]} – {labels[-1]}"
    return "、".join(labels) if is_ordered else ""


def describe_bins(raw: Counter[str], k: int) -> tuple[Share, ...]:
    """Return numbers in bins of k at least. No bin says how low the lowest or how high the highest number is."""
    values = sorted(Counter({float(key): count for key, count in raw.items()}).items())
    cuts = cut_into_bins(values, k=k)
    if not cuts:
        return ()
    edges = [None, *cuts, None]
    return tuple(
        Share(
            (START if low is None else f"{low:.12g}",),
            f"< {high:.12g}" if low is None else f"≥ {low:.12g}" if high is None else f"{low:.12g} – < {high:.12g}",
            sum(count for value, count in values if (low is None or value >= low) and (high is None or value < high)),
        )
        for low, high in pairwise(edges)
    )


def add_mean(variable: Variable, distribution: Distribution, raw: Counter[str], k: int) -> Distribution:
    """Return the distribution with its mean, and the standard deviation where each answer stands alone.

    The mean of a scale is made from what is published: options that were put together count with the middle of their
    scores, so that it tells nothing new, and `mean_error` says by how much it can be wrong.
    """
    if not variable.has_scores:
        return distribution
    n = sum(raw.values())
    is_number = variable.question.kind == Kind.NUMBER
    if is_number and n < 3 * k:
        return distribution
    if not is_number and any(len(share.codes) > 1 for share in distribution.shares):
        error = sum((share.count or 0) * share.spread for share in distribution.shares) / (2 * n)
        if error > WORST_ERROR:
            return distribution
        mean = sum((share.count or 0) * share.middle for share in distribution.shares) / n
        return replace(distribution, mean=round(mean, 2), mean_error=ceil(error * 100) / 100)
    mean = sum(float(code) * count for code, count in raw.items()) / n
    squares = sum((float(code) - mean) ** 2 * count for code, count in raw.items())
    digits = 1 if is_number else 2
    return replace(
        distribution, mean=round(mean, digits), deviation=round(sqrt(squares / (n - 1)), digits) if n > 1 else None
    )


def add_places(variable: Variable, shares: tuple[Share, ...], counts: Counts, n: int, k: int) -> tuple[Share, ...]:
    """Return the first places of a ranking with the mean place of each option that stands alone."""
    found = counts.places.get(variable.code, {})
    made = []
    for share in shares:
        placed, places = found.get(share.codes[0], (0, 0))
        is_open = len(share.codes) == 1 and placed >= max(3 * k, LEAST_FOR_PLACES) and is_safe_share(placed, n, k)
        made.append(replace(share, mean_place=round(places / placed, 1) if is_open else None))
    return tuple(made)
