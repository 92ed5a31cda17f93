"""Reading pledges: how each stands, a branch's year by member, and what the public may read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils.translation import gettext_lazy as _

from party.models import Member, Organisation, Pledge, PledgeItem

SIGNER = Signer(salt="party.pledges", sep="~")


class Phase(models.TextChoices):
    """How a pledge stands: 起草 → 已签 → 公示、践诺 → 自评 → 评议 → 公布."""

    DRAFT = "draft", _("草稿")
    SIGNED = "signed", _("已签订")
    PUBLISHED = "published", _("践诺中")
    ASSESSED = "assessed", _("已自评")
    REVIEWED = "reviewed", _("已评议")
    CLOSED = "closed", _("结果已公布")


def find_phase(pledge: Pledge, items: Sequence[PledgeItem]) -> Phase:
    """Return how a pledge stands."""
    public = [item for item in items if item.is_public]
    if public and all(item.result_published_at for item in public):
        return Phase.CLOSED
    if items and all(item.outcome for item in items):
        return Phase.REVIEWED
    if items and all(item.midway for item in items):
        return Phase.ASSESSED
    if pledge.published_at:
        return Phase.PUBLISHED
    return Phase.SIGNED if pledge.signed_on else Phase.DRAFT


@dataclass(frozen=True)
class Standing:
    """A pledge with its items and how it stands."""

    pledge: Pledge
    items: tuple[PledgeItem, ...]
    phase: Phase


@dataclass(frozen=True)
class Pair:
    """What a member pledged for a year, and what the branch pledged the member; None where nothing is."""

    member: Member
    by_member: Standing | None
    by_branch: Standing | None


@dataclass(frozen=True)
class Year:
    """A branch's pledges of a year: its members of today first, then who has left since and pledged."""

    pairs: list[Pair]
    gone: list[Pair]

    @property
    def two_way(self) -> int:
        """How many of today's members have signed and were pledged to (双向承诺)."""
        return sum(is_signed(pair.by_member) and is_signed(pair.by_branch) for pair in self.pairs)

    @property
    def signed(self) -> int:
        """How many of today's members have signed."""
        return sum(is_signed(pair.by_member) for pair in self.pairs)

    @property
    def to_publish(self) -> int:
        """How many pledges can be published."""
        return sum(
            1
            for standing in self.list_all()
            if is_signed(standing)
            and not standing.pledge.published_at
            and any(item.is_public for item in standing.items)
        )

    @property
    def results_to_publish(self) -> int:
        """How many reviewed items can be published."""
        return sum(
            bool(item.is_public and item.reviewed_at and not item.result_published_at)
            for standing in self.list_all()
            if standing.pledge.published_at
            for item in standing.items
        )

    @property
    def to_review(self) -> int:
        """How many items of signed pledges nobody has reviewed."""
        return sum(not item.outcome for one in self.list_all() if is_signed(one) for item in one.items)

    def list_all(self) -> list[Standing]:
        """Return every pledge."""
        pairs = [*self.pairs, *self.gone]
        return [standing for pair in pairs for standing in (pair.by_member, pair.by_branch) if standing]


def is_signed(standing: Standing | None) -> bool:
    """Tell whether there is a signed pledge."""
    return bool(standing and standing.pledge.signed_on)


def read_year(organisation: Organisation, year: int, today: date) -> Year:
    """Return the pledges of a branch's year, with three queries."""
    people = list(Member.objects.in_on(organisation, today).for_list())
    pledges = Pledge.objects.filter(organisation=organisation, year=year).select_related("member__resident")
    found: dict[int, dict[str, Standing]] = defaultdict(dict)
    members = {member.pk: member for member in people}
    gone: dict[int, Member] = {}
    for standing in describe(pledges.order_by("member__resident__initials", "pk")):
        pledge = standing.pledge
        found[pledge.member_id][pledge.side] = standing
        if pledge.member_id not in members:
            gone[pledge.member_id] = pledge.member
    sides = Pledge.Side
    pairs = [
        [Pair(one, found[one.pk].get(sides.MEMBER), found[one.pk].get(sides.BRANCH)) for one in those]
        for those in (people, gone.values())
    ]
    return Year(*pairs)


def describe(pledges: models.QuerySet[Pledge]) -> list[Standing]:
    """Return pledges with their items and how they stand, with two queries."""
    standings = []
    for pledge in pledges.prefetch_related("items"):
        items = tuple(pledge.items.all())
        standings.append(Standing(pledge, items, find_phase(pledge, items)))
    return standings


# --- What the public may read


@dataclass(frozen=True)
class PublicPledge:
    """What may be read: the name only of a member who agreed to that, and the items agreed to, with published results.

    `people` is how many members the branch made the same pledge to; it is 0 for a member's own.
    """

    name: str
    items: tuple[tuple[str, str], ...]
    people: int = 0


def make_token(organisation: Organisation) -> str:
    """Return the part of the public address that nobody can guess (rule R27)."""
    return SIGNER.sign(str(organisation.pk))


def find_organisation(token: str) -> Organisation | None:
    """Return the organisation of a public address; None for one that was not given out, or that is no more."""
    try:
        key = int(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Organisation.objects.current().select_related("community").filter(pk=key).first()


def read_public(organisation: Organisation, year: int) -> tuple[list[PublicPledge], list[PublicPledge]]:
    """Return what the branch and what its members pledged for the year, as far as published; names last in order."""
    published = Pledge.objects.filter(organisation=organisation, year=year, published_at__isnull=False)
    standings = describe(published.select_related("member__resident").order_by("member__resident__initials", "pk"))
    branch: dict[tuple[tuple[str, str], ...], int] = defaultdict(int)
    members = []
    for standing in standings:
        items = tuple(show_item(item) for item in standing.items if item.is_public)
        if not items:
            continue
        if standing.pledge.side == Pledge.Side.BRANCH:
            branch[items] += 1
        else:
            name = standing.pledge.member.resident.name if standing.pledge.shows_name else ""
            members.append(PublicPledge(name, items))
    # The order of initials would tell where in it somebody stands who did not want to be named.
    members.sort(key=lambda pledge: (not pledge.name, pledge.items if not pledge.name else ()))
    return [PublicPledge("", items, people) for items, people in branch.items()], members


def show_item(item: PledgeItem) -> tuple[str, str]:
    """Return an item's text, and its result where that is published, else ""."""
    return item.text, str(item.get_outcome_display()) if item.result_published_at else ""


def list_public_years(organisation: Organisation) -> list[int]:
    """Return the years with anything published, latest first."""
    published = Pledge.objects.filter(organisation=organisation, published_at__isnull=False, items__is_public=True)
    return sorted(set(published.values_list("year", flat=True)), reverse=True)
