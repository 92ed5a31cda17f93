"""Merging two entries of one person: one is kept and takes over what the other has, field by field and day by day."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import User
from grids.models import GroupMembership, Residence, Resident
from grids.repointing import Outcome, free_days, list_relations, take_rows

MOVED_WITHIN = Residence.EndReason.MOVED_WITHIN


@dataclass(frozen=True)
class Choice:
    """Columns that are taken together from one of the two; the first tells whether there is a value at all."""

    code: str
    label: Any
    columns: tuple[str, ...]


NUMBER = Choice(
    "id_number",
    gettext_lazy("身份证号"),
    ("id_hash", "id_number", "id_kept", "id_tail", "sex", "birth_date"),
)
BIRTH = Choice("birth", gettext_lazy("性别和出生日期"), ("birth_date", "sex"))
CHOICES = (
    Choice("name", gettext_lazy("姓名"), ("name", "initials")),
    NUMBER,
    BIRTH,
    Choice("phone", gettext_lazy("手机号"), ("phone_hash", "phone", "phone_kept")),
    Choice("education", gettext_lazy("学历"), ("education",)),
    Choice("ethnic_group", gettext_lazy("民族"), ("ethnic_group",)),
    Choice("occupation", gettext_lazy("从业状况"), ("occupation",)),
)


def differences(kept: Resident, other: Resident) -> list[Choice]:
    """Return what the two have differently. Sex and birth date go with an ID number where there is one."""
    numbers = kept.id_hash is not None or other.id_hash is not None
    choices = [choice for choice in CHOICES if choice is not (BIRTH if numbers else NUMBER)]
    return [choice for choice in choices if read(kept, choice.columns[0]) != read(other, choice.columns[0])]


def is_blank(person: Resident, choice: Choice) -> bool:
    """Tell whether the person has nothing there."""
    return read(person, choice.columns[0]) in (None, "", b"")


def read(person: Resident, column: str) -> Any:
    """Return a column; a binary one as bytes."""
    value = getattr(person, column)
    return bytes(value) if isinstance(value, memoryview) else value


def rehearse_merge(kept: Resident, other: Resident, *, by: User) -> Outcome:
    """Return what a merge would do. The very same steps are done and taken back."""
    with transaction.atomic():
        outcome = merge_residents(kept, other, take=(), by=by)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def merge_residents(kept: Resident, other: Resident, *, take: Collection[str], by: User) -> Outcome:
    """Make one person of two: the kept entry takes over the other's rows and the fields in `take`; the other goes.

    `take` holds codes of CHOICES. What only the other has is taken in any case. Spells and memberships count on days
    on which the kept entry has none. Raises ValidationError when one of the two is not (any more) in reach.
    """
    kept, other = lock_pair(kept, other, by)
    outcome = Outcome()
    fields = [c for c in differences(kept, other) if is_blank(kept, c) or (c.code in take and not is_blank(other, c))]
    values = {column: getattr(other, column) for choice in fields for column in choice.columns}
    take_spells(kept, other, outcome)
    take_memberships(kept, other, outcome)
    for relation in list_relations(Resident):
        take_rows(relation, kept, other, outcome)
    place = find_place(kept, other)
    about = {"merged": other.pk, "fields": sorted(choice.code for choice in fields)}
    other.delete()
    for column, value in {**values, **place}.items():
        setattr(kept, column, value)
    kept.save()
    about |= {"moved": outcome.as_dict(outcome.moved), "dropped": outcome.as_dict(outcome.dropped)}
    record("resident.merge", by=by, target=kept, area_code=kept.community.code, **about)
    return outcome


def lock_pair(kept: Resident, other: Resident, by: User) -> tuple[Resident, Resident]:
    """Return both, locked in the order of their keys, so that two merges at once do not wait for each other."""
    if kept.pk == other.pk:
        raise ValidationError(_("请选择另一位居民。"))
    people = Resident.objects.visible_to(by).select_for_update(of=("self",)).order_by("pk")
    found = {person.pk: person for person in people.filter(pk__in=[kept.pk, other.pk])}
    if len(found) < 2:
        raise ValidationError(_("其中一位已不在您负责的社区，请刷新后再看。"))
    return found[kept.pk], found[other.pk]


def find_place(kept: Resident, other: Resident) -> dict[str, Any]:
    """Return where the merged person lives: where the open spell is, with the door of whoever lived there."""
    last = kept.spells.exclude(end_reason=Residence.EndReason.ERROR).order_by("-since", "-id").first()
    if last is None:
        return {}
    owners = [person for person in (kept, other) if person.grid_id == last.grid_id]
    door = next((person.household_id for person in owners if person.household_id), None)
    return {"grid_id": last.grid_id, "community_id": last.grid.community_id, "household_id": door}


# --- Days


def take_spells(kept: Resident, other: Resident, outcome: Outcome) -> None:
    """Give the kept person the other's days of residence, where there are none."""
    taken = list(kept.spells.values_list("since", "until"))
    for spell in other.spells.order_by("since", "id"):
        pieces = list(free_days((spell.since, spell.until), taken))
        if not pieces:
            spell.delete()
            outcome.dropped[Residence] += 1
            continue
        # An entry in error covers no day, but its first day would be in the way of a spell that begins then.
        kept.spells.filter(since=models.F("until"), since__in=[since for since, _until in pieces]).delete()
        end, reason = spell.until, spell.end_reason
        for number, (since, until) in enumerate(pieces):
            spell.pk = None if number else spell.pk
            spell.resident, spell.since, spell.until = kept, since, until
            spell.end_reason = reason if until == end else MOVED_WITHIN
            spell.save()
        outcome.moved[Residence] += 1


def take_memberships(kept: Resident, other: Resident, outcome: Outcome) -> None:
    """Give the kept person the other's days in each group, where there are none."""
    for membership in other.memberships.order_by("since", "id"):
        same = kept.memberships.filter(group=membership.group_id)
        pieces = list(free_days((membership.since, membership.until), list(same.values_list("since", "until"))))
        for number, (since, until) in enumerate(pieces):
            membership.pk = None if number else membership.pk
            membership.resident, membership.since, membership.until = kept, since, until
            membership.save()
        if not pieces:
            membership.delete()
        (outcome.moved if pieces else outcome.dropped)[GroupMembership] += 1
