"""Kept results, read: what pages, indicators and files take their numbers from. Nothing is counted here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from surveys.models import Wave, WaveResults
from surveys.results.reasons import DIMENSIONS, REASONS, REST, RESTS
from surveys.results.shapes import (
    WORST_ERROR,
    Breakdown,
    CommunityRow,
    Distribution,
    Margin,
    Rate,
    Results,
    Share,
    Weighting,
)


def read_results(wave: Wave) -> Results | None:
    """Return what may be shown of a wave; None while nothing may."""
    return read_many([wave]).get(wave.pk)


def read_many(waves: Iterable[Wave]) -> dict[int, Results]:
    """Return what may be shown of waves, by the key of the wave: those are absent of which nothing may be shown."""
    kept = WaveResults.objects.filter(wave__in=[wave.pk for wave in waves])
    return {wave: restore(content) for wave, content in kept.values_list("wave", "content")}


def find_counts(
    results: Results, variable: str, community_id: int | None
) -> tuple[Sequence[Share], int | None, Sequence[int | None]]:
    """Return the categories of a variable, and the base and counts of a community (None: of all); empty without any."""
    if community_id is None:
        found = results.find(variable)
        return (found.shares, found.n, [share.count for share in found.shares]) if found else ((), None, ())
    breakdown = next((one for one in results.breakdowns if one.variable == variable), None)
    row = next((one for one in breakdown.rows if one.community_id == community_id), None) if breakdown else None
    return (breakdown.shares, row.n, row.counts) if breakdown and row else ((), None, ())


def find_share(
    results: Results, variable: str, codes: Sequence[str], community_id: int | None = None
) -> tuple[int, int] | None:
    """Return how many gave one of the options, and of how many; None where that is hidden or put together differently.

    Of a question with several answers one option can be asked for only: people who gave two count once in no sum.
    """
    shares, n, counts = find_counts(results, variable, community_id)
    wanted = set(codes)
    touched = [(share, count) for share, count in zip(shares, counts, strict=True) if wanted & set(share.codes)]
    is_whole = bool(touched) and wanted == {code for share, _count in touched for code in share.codes}
    overlaps = len(touched) > 1 and any(share.is_multiple for share, _count in touched)
    known = [count for _share, count in touched if count is not None]
    if n is None or not is_whole or overlaps or len(known) < len(touched):
        return None
    return sum(known), n


def restore(content: Mapping[str, Any]) -> Results:
    """Return results from their JSON, as dataclasses.asdict() wrote it. What the portal says is kept as keys."""
    rate = content["rate"]
    return Results(
        **{
            **content,
            "distributions": tuple(map(restore_distribution, content["distributions"])),
            "breakdowns": tuple(map(restore_breakdown, content["breakdowns"])),
            "weighting": restore_weighting(content["weighting"]),
            "rate": Rate(**rate) if rate else None,
        }
    )


def find_scores(results: Results, variable: str, community_id: int | None = None) -> tuple[int, int] | None:
    """Return the sum of the scores of a scale, rounded, and how many gave one; options put together by their middle.

    None where something is hidden, or where the mean could be wrong by more than WORST_ERROR.
    """
    shares, _n, counts = find_counts(results, variable, community_id)
    if not counts or None in counts:
        return None
    known = [(share, count or 0) for share, count in zip(shares, counts, strict=True)]
    n = sum(count for _share, count in known)
    if not n or sum(share.spread * count for share, count in known) / (2 * n) > WORST_ERROR:
        return None
    return round(sum(share.middle * count for share, count in known)), n


def say(key: str) -> str:
    """Return a reason in the reader's language; other texts as they are."""
    return str(REASONS.get(key, key))


def restore_distribution(one: Mapping[str, Any]) -> Distribution:
    """Return a distribution from its JSON."""
    return Distribution(**{**one, "shares": restore_shares(one["shares"]), "withheld": say(one["withheld"])})


def restore_breakdown(one: Mapping[str, Any]) -> Breakdown:
    """Return a breakdown from its JSON."""
    rows = tuple(CommunityRow(**{**row, "counts": tuple(row["counts"])}) for row in one["rows"])
    return Breakdown(**{**one, "shares": restore_shares(one["shares"]), "rows": rows, "withheld": say(one["withheld"])})


def restore_weighting(one: Mapping[str, Any]) -> Weighting:
    """Return from its JSON how answers were weighted."""
    margins = tuple(
        Margin(
            **{
                **margin,
                "dimension": str(DIMENSIONS.get(margin["dimension"], margin["dimension"])),
                "label": margin["label"] or str(RESTS.get(margin["dimension"], REST)),
            }
        )
        for margin in one["margins"]
    )
    return Weighting(**{**one, "margins": margins, "refused": say(one["refused"])})


def restore_shares(shares: Iterable[Mapping[str, Any]]) -> tuple[Share, ...]:
    """Return shares from their JSON."""
    return tuple(
        Share(**{**share, "codes": tuple(share["codes"]), "label": share["label"] or str(REST)}) for share in shares
    )
