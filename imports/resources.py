"""Small lists of residents on the administration site: the checks of the big import, the writes of the portal's forms.

Few rows, one transaction, an audit event per person. Lists of more rows, of people without ID numbers, or whose
findings need a decision go by the import (imports/actions.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.results import Result

from accounts.encryption import blind_index, blind_indexes, find_aliases
from accounts.models import User
from grids.actions import (
    Door,
    add_resident,
    edit_resident,
    join_group,
    leave_group,
    move_within,
    return_resident,
)
from grids.elsewhere import find_registered
from grids.models import Building, Grid, GroupMembership, PopulationGroup, Residence, Resident
from grids.resources import PlainDiff
from imports.directory import Directory
from imports.formats import FileRefused
from imports.headings import COLUMNS_BY_KEY, Layout, find_layout
from imports.reasons import describe
from imports.rows import Finding, SheetReader

CODES = ("education", "ethnic_group", "occupation")


@dataclass(frozen=True)
class Line:
    """A row of the file: its cleaned values by name, its ID hash, and what was found wrong with it."""

    values: Mapping[str, Any]
    id_hash: bytes
    findings: tuple[Finding, ...]

    @property
    def is_skipped(self) -> bool:
        """Whether it is no resident: a total, a repeated heading, a remark."""
        return any(finding.severity == "skip" for finding in self.findings)

    @property
    def refusals(self) -> list[str]:
        """Why it is refused, in words."""
        return [say(finding) for finding in self.findings if finding.severity == "refuse"]


def say(finding: Finding) -> str:
    """Return column and reason of a finding."""
    column = COLUMNS_BY_KEY.get(finding.key)
    words = describe(finding.code, finding.detail)
    return f"{column.heading}{_('：')}{words}" if column else words


class ResidentResource(ModelResource):
    """Residents, found by the ID number's hash within scope (rule R9)."""

    name = Field("masked_name", "姓名", readonly=True)
    id_number = Field("masked_id_number", "身份证号", readonly=True)
    phone = Field("masked_phone", "手机号", readonly=True)
    grid = Field("grid", "网格", readonly=True)
    household = Field("household", "住址", readonly=True)

    class Meta:
        model = Resident
        fields = ("name", "id_number", "phone", "grid", "household")

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        super().__init__()
        self.user = user
        self.lines: list[Line] = []
        self.line = Line({}, b"", ())

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return PlainDiff

    def get_queryset(self) -> QuerySet:
        return Resident.objects.visible_to(self.user).select_related("grid", "household__building")

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Check the whole file by columns, as the big import does, and load once whom and what its rows name."""
        self.today = timezone.localdate()
        self.grids = {g.pk: g for g in Grid.objects.visible_to(self.user).current().select_related("community")}
        self.groups = PopulationGroup.objects.in_bulk()
        self.lines = self.read_lines(dataset)
        hashes = find_aliases((line.values["id_number"] for line in self.lines), purpose="id_number")
        self.people = {
            hashes[bytes(person.id_hash or b"")]: person for person in self.get_queryset().filter(id_hash__in=hashes)
        }
        self.elsewhere = {hashes[id_hash] for id_hash in find_registered(hashes)} - self.people.keys()
        keys = [person.pk for person in self.people.values()]
        open_spells = Residence.objects.filter(resident__in=keys, until=None)
        self.lives_in = dict(open_spells.values_list("resident", "grid"))
        self.groups_of: dict[int, set[int]] = {}
        memberships = GroupMembership.objects.filter(resident__in=keys, until=None)
        for person, group in memberships.values_list("resident", "group"):
            self.groups_of.setdefault(person, set()).add(group)
        self.first_rows: dict[bytes, int] = {}

    def read_lines(self, dataset: tablib.Dataset) -> list[Line]:
        """Return the checked rows; raise ValidationError for headings that are forbidden, missing or repeated."""
        reader = SheetReader(
            self.read_layout(dataset.headers), self.make_directory(), today=self.today, epoch_1904=False, hidden=()
        )
        lines = []
        for chunk in reader.read((number, list(cells)) for number, cells in enumerate(dataset, start=2)):
            for place in range(len(chunk.numbers)):
                values = {key: column[place] for key, column in chunk.values.items()}
                number = values["id_number"]
                id_hash = blind_index(number, purpose="id_number") if number else b""
                lines.append(Line(values, id_hash, tuple(chunk.findings.get(place, ()))))
        return lines

    @staticmethod
    def read_layout(headings: list[str]) -> Layout:
        """Return where the columns are."""
        try:
            layout = find_layout("", [(1, headings)])
        except FileRefused as refusal:
            raise ValidationError(describe(refusal.code, refusal.detail)) from refusal
        if layout is None or layout.missing or "id_number" not in layout.columns:
            raise ValidationError(_("要有“姓名”“身份证号”“网格”这几列；没有身份证号的名单请用“导入”。"))
        if layout.repeated:
            words = _("“%(heading)s”这一列出现了两次，请只保留一列。")
            raise ValidationError(words % {"heading": COLUMNS_BY_KEY[layout.repeated[0]].heading})
        return layout

    def make_directory(self) -> Directory:
        """Return what cells may name: only what is in scope."""
        return Directory(
            communities=self.user.communities().current().values_list("code", "name", "id"),  # type: ignore[attr-defined]
            grids=[(grid.code, grid.name, grid.pk, grid.community_id) for grid in self.grids.values()],
            groups=[(group.name, group.pk) for group in self.groups.values()],
            buildings=Building.objects.filter(grid__in=self.grids).values_list("name", "grid_id"),
        )

    def before_import_row(self, row: Any, row_number: int = 1, **kwargs: Any) -> None:
        """Refuse the row with the codes and words of the big import."""
        self.line = line = self.lines[row_number - 1]
        if line.is_skipped:
            return
        if line.refusals:
            raise ValidationError(line.refusals)
        if not line.id_hash:
            raise ValidationError(describe("id_missing"))
        if line.id_hash in self.elsewhere:
            raise ValidationError(describe("registered_elsewhere"))
        first = self.first_rows.setdefault(line.id_hash, row_number)
        if first != row_number:
            raise ValidationError(describe("id_repeated", str(first + 1)))

    def get_instance(self, instance_loader: Any, row: Any) -> Resident | None:
        return self.people.get(self.line.id_hash)

    def import_instance(self, instance: Resident, row: Any, **kwargs: Any) -> None:
        """Leave the person as found: the actions write."""

    def skip_row(self, instance: Resident, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return self.line.is_skipped or (instance.pk is not None and not self.find_changes(instance))

    def validate_instance(self, instance: Resident, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """The row is checked already."""

    def find_changes(self, person: Resident) -> set[str]:
        """Return what the row changes about the person; blank cells change nothing."""
        values = self.line.values
        changes = {key for key in ("name", *CODES) if values[key] and values[key] != getattr(person, key)}
        phone = values["phone"]
        if phone and bytes(person.phone_hash or b"") not in blind_indexes(phone, purpose="phone"):
            changes.add("phone")
        if self.lives_in.get(person.pk) != values["grid_id"] or self.is_other_door(person):
            changes.add("door")
        if values["groups"] is not None and set(values["groups"]) != self.groups_of.get(person.pk, set()):
            changes.add("groups")
        return changes

    def is_other_door(self, person: Resident) -> bool:
        """Tell whether the row gives a whole door, and not the one we know."""
        door, home = self.door, person.household
        known = (home.building.name, home.unit, home.room) if home else None
        return bool(door.building and door.room) and known != (door.building, door.unit, door.room)

    @property
    def door(self) -> Door:
        """The door of the row."""
        values = self.line.values
        return Door(self.grids[values["grid_id"]], values["building"], values["unit"], values["room"])

    def save_instance(self, instance: Resident, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Write by the actions of the portal, which audit each deed."""
        saved = self.add() if is_create else self.change(instance)
        instance.__dict__.update(saved.__dict__)

    def add(self) -> Resident:
        """Register a newcomer, with a spell from the day given, or from today."""
        values = self.line.values
        return add_resident(
            name=values["name"],
            id_number=values["id_number"],
            phone=values["phone"] or "",
            door=self.door,
            since=self.since,
            groups=[self.groups[key] for key in values["groups"] or ()],
            by=self.user,
            **{code: values[code] or "" for code in CODES},  # type: ignore[arg-type]
        )

    def change(self, person: Resident) -> Resident:
        """Correct, move and regroup somebody we know."""
        values, changes, spell_grid = self.line.values, self.find_changes(person), self.lives_in.get(person.pk)
        if changes & {"name", "phone", *CODES}:
            codes = {code: values[code] for code in CODES if code in changes}
            edit_resident(person, by=self.user, name=values["name"], phone=values["phone"] or "", **codes)
        if "door" in changes and spell_grid is None:
            return_resident(person, door=self.door, since=self.since, by=self.user)
        elif "door" in changes:
            move_within(person, door=self.door, day=self.today, by=self.user)
        if "groups" in changes:
            self.regroup(person)
        return self.get_queryset().get(pk=person.pk)

    def regroup(self, person: Resident) -> None:
        """Join and leave groups: a group cell that is not blank is the whole truth."""
        wanted, had = set(self.line.values["groups"]), self.groups_of.get(person.pk, set())
        for key in sorted(wanted - had):
            join_group(person, group=self.groups[key], since=self.today, by=self.user)
        for key in sorted(had - wanted):
            leave_group(person, group=self.groups[key], until=self.today, by=self.user)

    @property
    def since(self) -> Any:
        """The day of moving in."""
        given = self.line.values["since"]
        return type(self.today).fromisoformat(given) if given else self.today

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        """Leave the sequences alone: see grids.resources.ScopedResource."""
