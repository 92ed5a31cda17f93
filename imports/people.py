"""What pages show of people: staged rows and residents, masked, and old values beside new ones. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grids.codes import EDUCATION, ETHNIC_GROUPS, OCCUPATIONS
from grids.masking import mask_id_number, mask_name, mask_phone
from grids.models import Grid, GroupMembership, PopulationGroup, Residence, Resident
from imports.models import ResidentImport, StagedRow

# The fields of imports.matching.CHANGES, as users call them.
FIELDS = {
    "name": gettext_lazy("姓名"),
    "id_number": gettext_lazy("身份证号"),
    "phone": gettext_lazy("手机号"),
    "grid": gettext_lazy("网格"),
    "door": gettext_lazy("住址"),
    "groups": gettext_lazy("人群类别"),
    "education": gettext_lazy("学历"),
    "ethnic_group": gettext_lazy("民族"),
    "occupation": gettext_lazy("从业状况"),
}
MASKED = ("name", "id_number", "phone")
CODES = {"education": EDUCATION, "ethnic_group": ETHNIC_GROUPS, "occupation": OCCUPATIONS}


@dataclass(frozen=True)
class Person:
    """A masked person: of the register (`pk` set) or of a row."""

    pk: int | None
    name: str
    id_number: str
    phone: str
    sex: str
    age: int
    grid: str
    door: str
    since: date | None


@dataclass(frozen=True)
class Change:
    """A field that a row changes. `is_hidden_part` says that old and new differ only where they are masked."""

    label: str
    old: str
    new: str
    is_hidden_part: bool


@dataclass(frozen=True)
class ChangedRow:
    """A staged row that would change a resident."""

    place: str
    name: str
    changes: list[Change]


class Names:
    """The names behind the keys that the staged rows of some imports hold."""

    def __init__(self, rows: Iterable[StagedRow]) -> None:
        grids = {row.grid_id for row in rows if row.grid_id}
        self.grids = Grid.objects.select_related("community").in_bulk(grids)
        self.groups = dict(PopulationGroup.objects.values_list("pk", "name"))

    def grid(self, key: int | None) -> str:
        """Return 多福社区 · 第一网格."""
        return name_grid(self.grids.get(key))

    def list_groups(self, keys: Iterable[int]) -> str:
        """Return the groups' names in a fixed order."""
        wanted = set(keys)
        return _("、").join(name for key, name in self.groups.items() if key in wanted)


def with_home(residents: QuerySet[Resident]) -> QuerySet[Resident]:
    """Fetch what a Person shows: open spell with its grid, door, open memberships."""
    spells = Residence.objects.filter(until=None).select_related("grid__community")
    memberships = GroupMembership.objects.filter(until=None)
    return residents.select_related("household__building").prefetch_related(
        Prefetch("spells", spells, to_attr="open_spells"), Prefetch("memberships", memberships, to_attr="open_groups")
    )


def find_residents(keys: Iterable[int | None], user: User) -> dict[int, Resident]:
    """Return key -> resident of those whom the user may meet (rule R9): others do not appear."""
    return with_home(Resident.objects.visible_to(user)).in_bulk({key for key in keys if key})


def open_spell(resident: Resident) -> Residence | None:
    """Return the spell of somebody fetched by with_home() that is not closed."""
    return resident.open_spells[0] if resident.open_spells else None  # type: ignore[attr-defined]


def describe_resident(resident: Resident) -> Person:
    """Return a resident of the register, masked; who lives nowhere now has no grid and no door."""
    spell = open_spell(resident)
    return Person(
        pk=resident.pk,
        name=resident.masked_name,
        id_number=resident.masked_id_number,
        phone=resident.masked_phone,
        sex=resident.get_sex_display(),
        age=resident.age,
        grid=name_grid(spell.grid if spell else None),
        door=str(resident.household) if spell and resident.household else "",
        since=spell.since if spell else None,
    )


def describe_row(row: StagedRow, names: Names) -> Person:
    """Return the person that a staged row tells of, masked like a resident."""
    unsaved = Resident(sex=row.sex or 0, birth_date=row.birth_date)  # type: ignore[misc]  # accepted rows have one
    return Person(
        pk=None,
        name=mask_name(row.name),
        id_number=mask_id_number(row.id_kept),
        phone=mask_phone(row.phone_kept),
        sex=unsaved.get_sex_display(),
        age=unsaved.age,
        grid=names.grid(row.grid_id),
        door=name_door(row),
        since=row.since,
    )


def name_grid(grid: Grid | None) -> str:
    """Return 多福社区 · 第一网格, "" for none."""
    return f"{grid.community} · {grid}" if grid else ""


def name_door(row: StagedRow) -> str:
    """Return the door of a row; a door needs a room."""
    return " ".join(part for part in (row.building, row.unit, row.room) if part) if row.room else ""


def name_place(sheet: str, row: int, column: str = "") -> str:
    """Return where in the file something stands: 居民!C12, 居民 第 12 行; a text file has no sheet."""
    if column:
        return f"{sheet}!{column}{row}" if sheet else f"{column}{row}"
    line = _("第 %(row)s 行") % {"row": row}
    return f"{sheet} {line}" if sheet else line


def describe_changes(rows: Sequence[StagedRow], user: User) -> list[ChangedRow]:
    """Return old and new values of the rows, masked; the register's values only where the user may see the person."""
    names = Names(rows)
    residents = find_residents((row.resident_id for row in rows), user)
    return [
        ChangedRow(
            place=name_place(row.sheet, row.row),
            name=mask_name(residents[row.resident_id].name if row.resident_id in residents else row.name),
            changes=[
                describe_change(field, row, residents.get(row.resident_id), names)  # type: ignore[arg-type]
                for field in row.changes or ()
            ],
        )
        for row in rows
    ]


def describe_change(field: str, row: StagedRow, resident: Resident | None, names: Names) -> Change:
    """Return one changed field."""
    old, new = old_value(field, resident, names) if resident else _("不是本单位的登记"), new_value(field, row, names)
    return Change(str(FIELDS[field]), old, new, is_hidden_part=field in MASKED and old == new)


def old_value(field: str, resident: Resident, names: Names) -> str:
    """Return what the register holds."""
    person = describe_resident(resident)
    if field == "groups":
        return names.list_groups(membership.group_id for membership in resident.open_groups)  # type: ignore[attr-defined]
    if field in CODES:
        return CODES[field].get(getattr(resident, field), "")
    return str(getattr(person, field))


def new_value(field: str, row: StagedRow, names: Names) -> str:
    """Return what the row says."""
    if field == "groups":
        return names.list_groups(row.groups or ())
    if field in CODES:
        return CODES[field].get(getattr(row, field), "")
    return str(getattr(describe_row(row, names), field))


def list_changed_rows(job: ResidentImport, field: str = "") -> QuerySet[StagedRow]:
    """Return the staged rows that change a resident, or this field of one."""
    rows = job.rows.filter(outcome="update")
    return rows.filter(changes__contains=[field]) if field else rows
