"""Results of waves as surveys/results/ keeps them, made by hand: what tests of results pages begin with."""

from dataclasses import asdict, replace
from typing import Any

from django.utils import timezone

from communities.models import Community
from surveys.models import Wave, WaveResults
from surveys.results.shapes import (
    Breakdown,
    CommunityRow,
    Distribution,
    Margin,
    Rate,
    Results,
    Share,
    Weighting,
)
from tests.surveys.conftest import close

SATISFIED = ("很不满意", "不满意", "一般", "满意", "很满意")
OVERALL = (20, 40, 60, 130, 150)  # of 400


def make_shares(counts: tuple[int, ...], n: int, labels: tuple[str, ...] = SATISFIED) -> tuple[Share, ...]:
    """Return shares with the codes 1, 2, 3 …; the weighted ones are a little larger."""
    pairs = zip(counts, labels, strict=True)
    return tuple(
        Share((str(number),), label, count, round(count / n + 0.01, 3))
        for number, (count, label) in enumerate(pairs, 1)
    )


def make_results(*communities: Community, **changes: Any) -> Results:
    """Return final results of 400 answers to the questionnaire of tests/surveys/conftest.py.

    Each community gave 200 of them; one question has a hidden option, one a merged one, and one is withheld.
    """
    several = ("讲座", "文娱活动", "体育健身", "都没参加过")
    joined = tuple(
        Share((code,), label, count, is_multiple=True)
        for code, label, count in zip(("1", "2", "3", "none"), several, (210, 180, None, 90), strict=True)
    )
    merged = (
        Share(("1", "2"), "很不满意、不满意", 30),
        Share(("3",), "一般", 70),
        *make_shares((0, 0, 0, 100, 180), 380)[3:],
    )
    distributions = (
        Distribution("sex", "您的性别", 390, make_shares((180, 210), 390, ("男", "女"))),
        Distribution("joined", "您参加过哪些活动", 395, joined),
        Distribution("overall", "总体满意程度", 400, make_shares(OVERALL, 400), 3.875, 1.161, 3.9),
        Distribution("places.room", "对下列场地满意吗：活动室", 380, merged),
        Distribution("places.square", "对下列场地满意吗：广场", None, withheld="回答的人太少，不公布。"),
        Distribution("years", "住了几年", 25, (Share((), "0–9", 12), Share((), "10 以上", 13)), 12.5, 4.0),
    )
    results = Results(400, True, distributions, make_breakdowns(communities), rate=Rate(380, 20, 1000, ineligible=200))
    weighting = Weighting((Margin("性别", "男", 0.5, 0.46, 0.5), Margin("性别", "女", 0.5, 0.54, 0.5)), 380.5, 1.051)
    return replace(results, **{"weighting": weighting, **changes})


def make_breakdowns(communities: tuple[Community, ...]) -> tuple[Breakdown, ...]:
    """Return overall satisfaction by community: the first is better than the second, further ones are hidden."""
    counts: list[tuple[int | None, ...]] = [(5, 15, 25, 65, 90), (15, 25, 35, 65, 60)]
    rows = [
        CommunityRow(
            community.pk, community.name, 200 if number < 2 else None, counts[number] if number < 2 else (None,) * 5
        )
        for number, community in enumerate(communities)
    ]
    shares = make_shares(OVERALL, 400)
    return (Breakdown("overall", "总体满意程度", shares, tuple(rows)),) if len(rows) > 1 else ()


def keep(wave: Wave, results: Results) -> WaveResults:
    """Keep results of a wave; final ones belong to a wave that is over."""
    if results.is_final:
        close(wave)
    fields = {"answers": results.answers, "content": asdict(results), "is_final": results.is_final}
    return WaveResults.objects.update_or_create(wave=wave, defaults=fields | {"computed_at": timezone.now()})[0]
