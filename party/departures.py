"""Leaving a branch: what a member does there ends on the same day. The other writes on members: party/members.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from party.models import Exemption, Member, Membership, Office, PostClaim, ServiceLink
from party.spells import audit, lock_member

End = Membership.End
LEAVINGS = (End.TRANSFERRED_OUT, End.DIED, End.LEFT)  # the other ends are regrouping and withdrawing an entry


@dataclass(frozen=True)
class Duties:
    """What a member has that has not ended: posts in organisations, posts claimed, links, an exemption."""

    offices: tuple[Office, ...]
    claims: tuple[PostClaim, ...]
    links: tuple[ServiceLink, ...]
    exemptions: tuple[Exemption, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter((*self.offices, *self.claims, *self.links, *self.exemptions))

    @property
    def homes(self) -> int:
        """How many households are linked."""
        return sum(link.household_id is not None for link in self.links)

    @property
    def grids(self) -> list[Any]:
        """The grid that the member is with, if any."""
        return [link.grid for link in self.links if link.grid_id]


def find_duties(member: Member, day: date, *, is_locked: bool = False) -> Duties:
    """Return what the member has on the day or later, in four queries."""

    def read(rows: models.QuerySet, *related: str) -> tuple[Any, ...]:
        found = rows.filter(Q(until=None) | Q(until__gt=day), member=member).order_by("since", "pk")
        return tuple(found.select_for_update(of=("self",)) if is_locked else found.select_related(*related))

    return Duties(
        # What an account holds, who may be this member, ends by the street only: it is what opens the branch.
        read(Office.objects.filter(user=None), "organisation"),
        read(PostClaim.objects.all(), "post"),
        read(ServiceLink.objects.all(), "grid"),
        read(Exemption.objects.all()),
    )


def end_duties(member: Member, day: date) -> dict[str, int]:
    """End all that the member has on a day; what begins later covers no day. Return how many of each."""
    duties = find_duties(member, day, is_locked=True)
    for row in duties:
        row.until = max(day, row.since)
        if isinstance(row, PostClaim):
            row.end = PostClaim.End.LEFT
        row.save()
    return {
        "offices": len(duties.offices),
        "claims": len(duties.claims),
        "links": len(duties.links),
        "exemptions": len(duties.exemptions),
    }


@transaction.atomic
def transfer_out(member: Member, *, how: Membership.End, day: date, by: User, other_unit: str = "") -> Membership:
    """Let a member leave the branch; `day` is the first day no longer. Posts, claims and links end with it."""
    member, spell = lock_member(member)
    if day > timezone.localdate():
        raise ValidationError({"day": _("日期在将来，请核对。")})
    if day <= spell.since:
        words = _("日期要晚于这段组织关系开始的 %(day)s。如果是登记错了，请用“登记有误”。")
        raise ValidationError({"day": words % {"day": spell.since}})
    if how == End.TRANSFERRED_OUT and not other_unit:
        raise ValidationError({"other_unit": _("请写明转往哪个单位的党组织。")})
    spell.until, spell.end = day, how
    if how == End.TRANSFERRED_OUT:
        spell.other_unit = other_unit
    spell.save(update_fields=["until", "end", "other_unit"])
    ended = end_duties(member, day)
    audit(member, spell.organisation, "party_member.leave", by, how=how, day=day, **ended)
    return spell
