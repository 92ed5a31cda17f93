"""What the page of a wave shows of each community: cards, answers in steps of k, and the response rate."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from surveys.counting import count_by_community
from surveys.models import Sample, Wave, WaveLink
from surveys.results.shapes import Rate


@dataclass(frozen=True)
class LinkRow:
    """A community of a wave. `answers` in steps of k; `rate` in per cent, None without cards or answers."""

    link: WaveLink
    issued: int
    answers: int
    rate: float | None
    has_report: bool
    has_sample: bool


def list_links(wave: Wave, user: User) -> list[LinkRow]:
    """Return the wave's communities within the user's reach."""
    links = wave.links.filter(community__in=user.communities()).select_related("community", "delivery")
    links = links.annotate(issued=Coalesce(Sum("issues__count"), 0)).order_by("community__code")
    links = links.annotate(has_sample=Exists(Sample.objects.filter(wave=OuterRef("wave"))))
    answers = count_by_community(wave)
    return [make_row(wave, link, answers.get(link.community_id, 0)) for link in links]


def make_row(wave: Wave, link: WaveLink, answers: int) -> LinkRow:
    """Return what is shown of a community."""
    issued: int = link.issued  # type: ignore[attr-defined]
    report = getattr(link, "delivery", None)
    rate = None
    if wave.needs_code and answers:
        rate = Rate(answers, 0, issued, ineligible=report.ineligible if report else 0).rr2
    has_sample: bool = link.has_sample  # type: ignore[attr-defined]
    percent = None if rate is None else round(rate * 100, 1)
    return LinkRow(link, issued, answers, percent, report is not None, has_sample)
