"""What is held of one person, in human words, and what would be deleted or kept if he or she asks for deletion.

Walks over the declarations of all apps (holdings.py), so that nothing is left out that an app keeps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.encryption import decrypt
from accounts.models import User
from communities.personal import Fate, Holding
from grids.masking import mask_name
from grids.models import Residence, Resident
from privacy.forgetting import FREELY_GIVEN, rows_of
from privacy.holdings import list_holdings, list_sealed
from privacy.processing import say_field
from privacy.retention import RULES_BY_CODE

PERSONS = ("grids.Resident", "volunteers.Volunteer", "party.Member")
NAMES = ("name", "guardian_name")
NUMBERS = {"id_number": "masked_id_number", "phone": "masked_phone"}
CODED = ("education", "ethnic_group", "occupation")
UNREADABLE = "—"
# What the names of some rows are made of: relation -> relation behind it.
BEHIND = {"household": "building", "need": "skill", "sample": "wave__version__survey"}


@dataclass(frozen=True)
class Section:
    """The rows of one kind that are about somebody: headings, cells, and why they are kept."""

    title: str
    headings: list[str]
    rows: list[list[str]]
    purpose: str | Promise

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows with each cell beside its heading: on phones a row is a card."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Part:
    """One kind of rows in the answer to who wants to be deleted."""

    title: str
    count: int
    reason: str | Promise


def list_sections(person: Resident, *, in_full: bool) -> Iterator[Section]:
    """Yield everything held of a person; numbers and names masked unless `in_full`. One query a kind of rows."""
    for holdings in group_by_model():
        fields = list_fields(holdings)
        names = [field.name for field in fields if isinstance(field, ForeignKey)]
        relations = [f"{name}__{BEHIND[name]}" if name in BEHIND else name for name in names]
        rows = rows_of(holdings[0], person.pk).select_related(*relations).distinct()
        lines = [[say_cell(row, field, in_full=in_full) for field in fields] for row in rows]
        if lines:
            title = str(apps.get_model(holdings[0].model)._meta.verbose_name)
            yield Section(title, [say_field(field) for field in fields], lines, holdings[0].purpose)


def group_by_model() -> list[list[Holding]]:
    """Return the holdings that lead to residents, those of one model together."""
    found: dict[str, list[Holding]] = {}
    for holding in list_holdings():
        if holding.paths:
            found.setdefault(holding.model, []).append(holding)
    return list(found.values())


def list_fields(holdings: Sequence[Holding]) -> list[Field]:
    """Return the fields of a model that mean something to people: declared ones, and what the row belongs to."""
    model = apps.get_model(holdings[0].model)
    declared = {name for holding in holdings for name in holding.names}
    return [
        field
        for field in model._meta.concrete_fields
        if say_field(field) and not field.primary_key and (is_place(field) or field.name in declared)
        if not (field.is_relation and is_person(field))
    ]


def is_place(field: Field) -> bool:
    """Tell whether a field says what a row belongs to: an activity, a grid, a team."""
    return field.is_relation and not is_person(field)


def is_person(field: Field) -> bool:
    """Tell whether a relation leads to the person asking, or to a member of staff, whose own data it would be."""
    return field.related_model is User or field.related_model._meta.label in PERSONS  # type: ignore[union-attr]


def say_cell(row: Model, field: Field, *, in_full: bool) -> str:
    """Return a value in words."""
    value = getattr(row, field.name)
    if value in (None, ""):
        return ""
    if field.name in NAMES and not in_full:
        return mask_name(value)
    if field.get_internal_type() == "BinaryField":
        return open_cell(row, field) if in_full else getattr(row, NUMBERS.get(field.name, ""), "") or "****"
    if field.name in CODED:
        return str(getattr(row, f"{field.name}_name", value))
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return say_value(value)


def say_value(value: Any) -> str:
    """Return a plain value in words; lists with commas, times as read on a clock here."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return _("、").join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def open_cell(row: Model, field: Field) -> str:
    """Return a sealed number in full; a document that its holder has on paper is only named."""
    sealed = next(s for s in list_sealed() if s.model == row._meta.label and s.field == field.name)
    if field.name == "content":
        return _("（加密保存，可重新出具）")
    try:
        return decrypt(getattr(row, field.name), purpose=sealed.purpose)
    except InvalidTag:
        return UNREADABLE


# --- Deleting


def lives_here(person: Resident) -> bool:
    """Tell whether somebody lives in the community today: then the register has a duty to keep the entry."""
    return Residence.objects.filter(resident=person, until=None).exists()


def list_going(person: Resident) -> list[Part]:
    """Return what would be deleted, with the number of rows."""
    return [Part(say_part(holding), count, holding.purpose) for holding, count in count_rows(person, going=True)]


def goes(holding: Holding, *, stays: bool) -> bool:
    """Tell whether a deletion takes these fields or rows out."""
    if not stays:
        return holding.fate != Fate.KEEP
    return holding.model in FREELY_GIVEN or holding.names[0] in ("phone", "education")


def list_kept(person: Resident) -> list[Part]:
    """Return what would stay, with the number of rows and the reason."""
    parts = []
    for holding, count in count_rows(person, going=False):
        rule = RULES_BY_CODE[holding.rule]
        parts.append(Part(say_part(holding), count, _("%(kept)s：%(why)s") % {"kept": rule.kept, "why": rule.why}))
    return parts


def count_rows(person: Resident, *, going: bool) -> Iterator[tuple[Holding, int]]:
    """Yield the holdings that a deletion takes out, or those that it leaves, with the rows of each if there are any."""
    stays = lives_here(person)
    for holding in list_holdings():
        if holding.paths and goes(holding, stays=stays) == going and (count := rows_of(holding, person.pk).count()):
            yield holding, count


def say_part(holding: Holding) -> str:
    """Return a model and, of a person's own row, which fields of it."""
    model = apps.get_model(holding.model)
    words = [word for name in holding.names if (word := say_field(model._meta.get_field(name)))]
    title = str(model._meta.verbose_name)
    whole = len([h for h in list_holdings() if h.model == holding.model]) == 1
    return title if whole else _("%(title)s（%(fields)s）") % {"title": title, "fields": _("、").join(words)}
