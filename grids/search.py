"""Finding residents (rule R3): by name, pinyin initials, tail or whole of a number, and by what narrows a list.

Always within one's communities.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import blind_indexes, tail_indexes
from accounts.models import User
from grids.groupings import TRAITS_BY_CODE
from grids.masking import keep_phone
from grids.models import GroupMembership, Residence, Resident, ResidentQuerySet

SEARCH_LENGTH = 2  # rule R3: a search needs two characters and answers at most fifty
SEARCH_LIMIT = 50
HERE, LEFT, ALL = "here", "left", "all"  # where somebody's spells stand; "" means HERE


def people_of(user: User) -> ResidentQuerySet:
    """Return the residents of the user's communities, with the communities' keys as a list.

    Given a subquery instead, PostgreSQL reads the whole table: of a million people 110-190 ms instead of 22 ms.
    """
    keys = list(user.communities().values_list("pk", flat=True))
    return Resident.objects.visible_to(user).filter(community_id__in=keys)


def with_places(people: ResidentQuerySet) -> ResidentQuerySet:
    """Fetch what a row shows: grid, door, and as `open_spells` whether the person lives here now."""
    current = Prefetch("spells", Residence.objects.filter(until=None), to_attr="open_spells")
    return people.select_related("grid__community", "household__building").prefetch_related(current)


def filter_residents(user: User, filters: Mapping[str, Any]) -> ResidentQuerySet:
    """Return the residents whom the cleaned filters of ResidentFilter keep, the search among them."""
    people, today = people_of(user), timezone.localdate()
    for name, lookup in AREA_FILTERS.items():
        if area := filters.get(name):
            people = people.filter(**{lookup: area})
    if band := filters.get("band"):
        people = people.filter(TRAITS_BY_CODE[band].on(today))
    if group := filters.get("group"):
        people = people.filter(Exists(GroupMembership.objects.on(today).filter(resident=OuterRef("pk"), group=group)))
    if text := filters.get("q"):
        people = people.filter(match(text))
    if filters.get("spell") == ALL:
        return people
    lives_here = Exists(Residence.objects.on(today).filter(resident=OuterRef("pk")))
    return people.filter(~lives_here if filters.get("spell") == LEFT else lives_here)


AREA_FILTERS = {"community": "community", "grid": "grid", "building": "household__building"}


def best_matches(found: ResidentQuerySet, text: str) -> tuple[list[Resident], bool]:
    """Return at most fifty of those who match the text, names that begin with it first, and whether there are more."""
    rows = found.order_by(Case(When(name__startswith=text, then=0), default=1), "pk")
    people = list(with_places(rows)[: SEARCH_LIMIT + 1])
    return people[:SEARCH_LIMIT], len(people) > SEARCH_LIMIT


def fold_text(text: str) -> str:
    """Return the text with full-width characters folded and without white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.replace("\0", "")))


def match(text: str) -> Q:
    """Return the condition that somebody answers to the folded text.

    Raises ValidationError, with advice, for a text that nobody can answer to.
    """
    if len(text) < SEARCH_LENGTH:
        raise ValidationError(_("请至少输入两个字。"), code="too_short")
    if not any(character.isdigit() for character in text):
        return match_name(text)
    if re.fullmatch(r"[0-9]{3}[0-9Xx]", text):
        return Q(id_tail__in=tail_indexes(text)) | Q(phone_kept__endswith=text)
    if re.fullmatch(r"[0-9]{17}[0-9Xx]", text):
        return Q(id_hash__in=blind_indexes(text.upper(), purpose="id_number"))
    if re.fullmatch(r"1[0-9]{10}", text):
        return Q(phone_kept=keep_phone(text), phone_hash__in=blind_indexes(text, purpose="phone"))
    raise ValidationError(_("查号码请输入后四位，或完整的 18 位身份证号、11 位手机号。"), code="number")


def match_name(text: str) -> Q:
    """Return the condition for a part of a name; letters may also be the initials in pinyin that a name begins with."""
    condition = Q(name__contains=text)
    if text.isascii() and text.isalpha():
        condition |= Q(initials__startswith=text.lower())
    return condition


def read_key(text: str) -> int:
    """Return the key that an address holds, 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
