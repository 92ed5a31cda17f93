"""Blanks rare combinations of background, so that nobody's row can be told by who they are. Counts in, counts out.

A combination is a tuple of texts (sex, age, …), "" for blank. The rule, a greedy one:

1. A combination is rare when fewer than k rows share it. A blank is a value like any other.
2. Where rare combinations become common by one blank in the same place (together, or with rows that have that blank
   already), they are blanked there; of several ways the one that settles the most rows comes first.
3. Where that settles nothing, each rare combination is blanked in the place in which most rare rows meet; again from 2.
4. What is blank everywhere and still rare takes in the least common combination beside it.

It looks at the counts only, never at an order of rows: two files of the same answers have the same blanks, so that
nothing shows by laying one upon the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

Combination = tuple[str, ...]
BLANK = ""


def blank_rare(counts: Mapping[Combination, int], *, k: int) -> dict[Combination, Combination]:
    """Return for each combination what is to stand in its place, so that no fewer than k rows share anything.

    Where there are fewer than k rows in all, they become blank and stay rare: the caller does not let them out.
    """
    became = {combination: combination for combination in counts}
    while rare := find_rare(count(became, counts), k=k):
        moves = plan_moves(rare, count(became, counts), k=k)
        became = {old: moves.get(new, new) for old, new in became.items()}
    moves = fill_up(count(became, counts), k=k)
    return {old: moves.get(new, new) for old, new in became.items()}


def count(became: Mapping[Combination, Combination], counts: Mapping[Combination, int]) -> Counter[Combination]:
    """Return how many rows share what combinations became."""
    now: Counter[Combination] = Counter()
    for old, new in became.items():
        now[new] += counts[old]
    return now


def find_rare(now: Mapping[Combination, int], *, k: int) -> list[Combination]:
    """Return the combinations that fewer than k rows share and in which something can be blanked, in one order."""
    return sorted(combination for combination, rows in now.items() if rows < k and any(combination))


def blank(combination: Combination, place: int) -> Combination:
    """Return the combination with a blank in the place."""
    return (*combination[:place], BLANK, *combination[place + 1 :])


def plan_moves(rare: list[Combination], now: Mapping[Combination, int], *, k: int) -> dict[Combination, Combination]:
    """Return which rare combinations get one more blank, and where: steps 2 and 3."""
    meetings: dict[Combination, list[Combination]] = defaultdict(list)
    for combination in rare:
        for place in list_places(combination):
            meetings[blank(combination, place)].append(combination)
    arriving = {target: sum(now[one] for one in group) for target, group in meetings.items()}
    moves: dict[Combination, Combination] = {}
    for target in sorted(meetings, key=lambda target: (-arriving[target], target)):
        group = [one for one in meetings[target] if one not in moves]
        staying = now.get(target, 0) if target not in moves else 0
        if group and sum(now[one] for one in group) + staying >= k:
            moves.update(dict.fromkeys(group, target))
    if moves:
        return moves
    return {
        one: max(
            (blank(one, place) for place in list_places(one)),
            key=lambda target: (arriving[target] + now.get(target, 0), target),
        )
        for one in rare
    }


def list_places(combination: Combination) -> Iterator[int]:
    """Yield the places that can still be blanked."""
    return (place for place in range(len(combination)) if combination[place] != BLANK)


def fill_up(now: Mapping[Combination, int], *, k: int) -> dict[Combination, Combination]:
    """Return which combinations become blank everywhere, so that a few blank rows are not alone: step 4."""
    moves = {}
    for combination, rows in sorted(now.items()):
        if rows >= k or any(combination):
            continue
        beside = [one for one in now if one != combination]
        if beside:
            moves[min(beside, key=lambda one: (now[one], one))] = combination
    return moves
