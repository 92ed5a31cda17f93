"""The resident import: rows of a workbook -> checked people -> plan -> set-based write. See docs/imports.md.

A rehearsal and a write run the same steps: `make_plan` (file only), `compare` (against the register), and
only the write goes on to `write_people`. So both report the same messages.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from grids import cleaning
from grids.cleaning import CellRefused
from grids.encryption import blind_index, encrypt
from grids.headings import HEADING_SEARCH_ROWS, Layout, find_forbidden_term, find_layout
from grids.models import Grid, PopulationGroup
from grids.sheets import FileRefused, Sheet, read_sheets

PROGRESS_EVERY = 1000  # rows between two signs of life
BUILDING_LENGTH, UNIT_LENGTH, ROOM_LENGTH = 30, 10, 10


@dataclass(frozen=True, slots=True)
class Message:
    """Why a row (or the file) is refused, and where: sheet, row and column as the user sees them, reason code."""

    code: str
    detail: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    heading: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the message for ResidentImport.messages."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Person:
    """One accepted row. `outcome` and `resident_id` are set by compare(); None in `groups` means a blank cell."""

    sheet: str
    row: int
    name: str
    id_number: str
    id_hash: bytes
    sex: int
    birth_date: date
    phone: str
    phone_hash: bytes | None
    grid_id: int
    community_id: int
    building: str
    unit: str
    room: str
    groups: tuple[int, ...] | None
    since: date | None
    outcome: str = "create"
    resident_id: int | None = None


@dataclass
class Plan:
    """What an import would do: people by outcome, located messages, and what was made of the headings."""

    people: list[Person] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)
    recognised: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome: create, update, unchanged, refuse."""
        counts = Counter(person.outcome for person in self.people)
        return {
            "create": counts["create"],
            "update": counts["update"],
            "unchanged": counts["unchanged"],
            "refuse": len(self.refused),
        }

    @property
    def reasons(self) -> dict[str, int]:
        """Messages by reason code, most frequent first."""
        return dict(Counter(message.code for message in self.messages).most_common())

    def refuse(self, message: Message) -> None:
        """Note a refused row; a row refused for several reasons counts once."""
        self.messages.append(message)
        self.refused.add((message.sheet, message.row))


Progress = Callable[[int, int], None]


class Directory:
    """The grids and groups that an import may name, loaded once. Imports never create either."""

    def __init__(self, communities: Any) -> None:
        self.communities = {c.name: c.id for c in communities} | {c.code: c.id for c in communities}
        self.by_code: dict[str, tuple[int, int]] = {}
        self.by_name: dict[str, list[tuple[int, int]]] = {}
        for grid in Grid.objects.current().filter(community__in=communities):
            place = (grid.id, grid.community_id)
            self.by_code[grid.code] = place
            self.by_name.setdefault(grid.name, []).append(place)
        self.groups = dict(PopulationGroup.objects.values_list("name", "id"))
        self.found_grids: dict[tuple[object, object], tuple[int, int]] = {}
        self.found_groups: dict[object, tuple[int, ...] | None] = {}

    def find_grid(self, cell: object, community_cell: object) -> tuple[int, int]:
        """Return (grid id, community id) for a grid's code or name; the community cell settles equal names."""
        if (cell, community_cell) not in self.found_grids:
            self.found_grids[cell, community_cell] = self._find_grid(cell, community_cell)
        return self.found_grids[cell, community_cell]

    def find_groups(self, cell: object) -> tuple[int, ...] | None:
        """Return the ids of the named groups, sorted; None for a blank cell, which changes nothing."""
        if cell not in self.found_groups:
            self.found_groups[cell] = self._find_groups(cell)
        return self.found_groups[cell]

    def _find_grid(self, cell: object, community_cell: object) -> tuple[int, int]:
        text = cleaning.clean_text(cell)
        if not text:
            raise CellRefused("grid_missing")
        places = [self.by_code[text]] if text in self.by_code else self.by_name.get(text, [])
        community = cleaning.clean_text(community_cell)
        if community:
            if community not in self.communities:
                raise CellRefused("community_unknown", show_name(community))
            places = [place for place in places if place[1] == self.communities[community]]
        if not places:
            raise CellRefused("grid_unknown", show_name(text))
        if len(places) > 1:
            raise CellRefused("grid_ambiguous", show_name(text))
        return places[0]

    def _find_groups(self, cell: object) -> tuple[int, ...] | None:
        names = cleaning.split_groups(cell)
        for name in names:
            if forbidden := find_forbidden_term(name):
                raise CellRefused("group_forbidden", forbidden)
            if name not in self.groups:
                raise CellRefused("group_unknown", show_name(name))
        return tuple(sorted(self.groups[name] for name in names)) if names else None


def show_name(text: str) -> str:
    """Return a name for a message; long digits are masked, for a shifted column may hold ID numbers and phones."""
    return re.sub(r"\d{6,}[Xx]?", "***", text[:30])


def column_letter(index: int) -> str:
    """Return the spreadsheet's letters for a column index: 0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def make_plan(content: bytes, communities: Any, *, today: date, progress: Progress) -> Plan:
    """Read and check a workbook (bytes of an .xlsx) for the given communities; nothing of the register is looked at.

    `progress(done, total)` is called every PROGRESS_EVERY rows. Raises FileRefused when the file as a whole is no use.
    """
    sheets = read_sheets(content)
    layouts = [(sheet, layout) for sheet in sheets if (layout := lay_out(sheet))]
    if not layouts:
        raise FileRefused("columns_missing", "姓名、身份证号、网格", sheet=sheets[0].name)
    plan = Plan()
    total = sum(len(sheet.rows) - layout.heading_row for sheet, layout in layouts)
    if total > settings.IMPORT_MAX_ROWS:
        raise FileRefused("too_many_rows", str(settings.IMPORT_MAX_ROWS))
    directory = Directory(communities)
    seen: dict[str, str] = {}
    done = 0
    for sheet, layout in layouts:
        plan.recognised |= {key: layout.headings[key] for key in layout.columns}
        plan.ignored += [heading for heading in layout.ignored if heading not in plan.ignored]
        for number, row in enumerate(sheet.rows[layout.heading_row :], start=layout.heading_row + 1):
            read_row(plan, Row(sheet.name, number, row, layout), directory, seen, today)
            done += 1
            if done % PROGRESS_EVERY == 0:
                progress(done, total)
    progress(done, total)
    if not plan.people and not plan.messages:
        raise FileRefused("empty")
    return plan


def lay_out(sheet: Sheet) -> Layout | None:
    """Return the sheet's layout; a refusal learns the sheet's name."""
    try:
        return find_layout(sheet.rows[:HEADING_SEARCH_ROWS])
    except FileRefused as refusal:
        refusal.sheet = sheet.name
        raise


@dataclass(slots=True)
class Row:
    """A row that knows where it stands; collects the refusals of its cells."""

    sheet: str
    number: int
    cells: list[object]
    layout: Layout
    messages: list[Message] = field(default_factory=list)

    def cell(self, key: str) -> object:
        """Return the cell of a column, "" where the sheet has no such column."""
        index = self.layout.columns.get(key)
        return self.cells[index] if index is not None and index < len(self.cells) else ""

    def clean(self, key: str, check: Callable[..., Any], *args: Any) -> Any:
        """Return check(cell, *args), or None after noting why the cell is refused."""
        try:
            return check(self.cell(key), *args)
        except CellRefused as refusal:
            self.refuse(key, refusal.code, refusal.detail)
            return None

    def refuse(self, key: str, code: str, detail: str = "") -> None:
        """Note a refusal at the column of this key."""
        index = self.layout.columns.get(key)
        letter = "" if index is None else column_letter(index)
        self.messages.append(Message(code, detail, self.sheet, self.number, letter, self.layout.headings.get(key, "")))


def read_row(plan: Plan, row: Row, directory: Directory, seen: dict[str, str], today: date) -> None:
    """Add the row's person to the plan, or the reasons why not. Rows without any content are passed over."""
    if not any(cell not in ("", None) for cell in row.cells):
        return
    person = read_person(row, directory, today)
    if person and not row.messages and person.id_number in seen:
        row.refuse("id_number", "id_repeated", seen[person.id_number])
    if row.messages or person is None:
        for message in row.messages:
            plan.refuse(message)
        return
    seen[person.id_number] = str(row.number)
    plan.people.append(person)


def read_person(row: Row, directory: Directory, today: date) -> Person | None:
    """Return the row's person; None, with the reasons noted on the row, when a needed cell is refused."""
    name = row.clean("name", cleaning.clean_name)
    id_number = row.clean("id_number", cleaning.clean_id_number, today)
    place = row.clean("grid", directory.find_grid, row.cell("community"))
    phone = row.clean("phone", cleaning.clean_phone)
    groups = row.clean("groups", directory.find_groups)
    since = row.clean("since", cleaning.clean_date, today)
    building = row.clean("building", cleaning.clean_short_text, BUILDING_LENGTH)
    unit = row.clean("unit", cleaning.clean_short_text, UNIT_LENGTH)
    room = row.clean("room", cleaning.clean_short_text, ROOM_LENGTH)
    if id_number:
        row.clean("sex", cleaning.check_sex, id_number)
        row.clean("birth_date", cleaning.check_birth_date, id_number, today)
    if row.messages:
        return None
    return Person(
        sheet=row.sheet,
        row=row.number,
        name=name,
        id_number=id_number,
        id_hash=blind_index(id_number, purpose="id_number"),
        sex=int(cleaning.sex_of(id_number)),
        birth_date=cleaning.birth_date_of(id_number),
        phone=phone,
        phone_hash=blind_index(phone, purpose="phone") if phone else None,
        grid_id=place[0],
        community_id=place[1],
        building=building,
        unit=unit,
        room=room,
        groups=groups,
        since=since,
    )


# Compared with the register, in this order: grid, name, sex, birth date, phone, door, groups.
REGISTER_QUERY = """
    select r.id_hash, r.id, r.community_id, r.grid_id, r.name, r.phone_hash,
           b.name, h.unit, h.room, s.since,
           array(select m.group_id::int from grids_groupmembership m
                 where m.resident_id = r.id and m.until is null order by m.group_id)
    from grids_resident r
    left join grids_household h on h.id = r.household_id
    left join grids_building b on b.id = h.building_id
    left join grids_residence s on s.resident_id = r.id and s.until is null
    where r.id_hash = any(%s)
"""


def compare(plan: Plan, communities: Any, *, effective_date: date) -> None:
    """Set each person's outcome (create, update, unchanged) against the register, or refuse the row.

    Somebody registered outside `communities` is refused without saying where (rule R9).
    """
    own = set(communities.values_list("id", flat=True))
    register = fetch_register([person.id_hash for person in plan.people])
    kept = []
    for person in plan.people:
        found = register.get(person.id_hash)
        code = set_outcome(person, found, own, effective_date) if found else ""
        if code:
            plan.refuse(Message(code, "", person.sheet, person.row))
        else:
            kept.append(person)
    plan.people = kept


def fetch_register(hashes: list[bytes]) -> dict[bytes, tuple]:
    """Return ID hash -> the register's row (see REGISTER_QUERY) for those who are registered."""
    with connection.cursor() as cursor:
        cursor.execute(REGISTER_QUERY, [hashes])
        return {bytes(row[0]): row[1:] for row in cursor}


def set_outcome(person: Person, found: tuple, own: set[int], effective_date: date) -> str:
    """Set the outcome of a person who is registered; return a reason code when the row must be refused."""
    resident_id, community_id, grid_id, name, phone_hash, building, unit, room, since, groups = found
    if community_id not in own:
        return "registered_elsewhere"
    moves = since is None or grid_id != person.grid_id
    if moves and since and since > effective_date:
        return "moved_before_arrival"
    person.resident_id = resident_id
    changed = (
        moves
        or name != person.name
        or bool(person.phone_hash and person.phone_hash != (phone_hash and bytes(phone_hash)))
        or bool(person.room and (building, unit, room) != (person.building, person.unit, person.room))
        or (person.groups is not None and tuple(groups) != person.groups)
    )
    person.outcome = "update" if changed else "unchanged"
    return ""


STAGING = """
    drop table if exists incoming, arrived;
    create temporary table incoming (
        position int, resident_id bigint, community_id bigint, grid_id bigint, name text, sex smallint,
        birth_date date, id_number bytea, id_hash bytea, id_kept text, phone bytea, phone_hash bytea,
        phone_kept text, building text, unit text, room text, groups int[], since date, household_id bigint
    ) on commit drop
"""
STAGED_COLUMNS = (
    "position, resident_id, community_id, grid_id, name, sex, birth_date, id_number, id_hash, id_kept, phone, "
    "phone_hash, phone_kept, building, unit, room, groups, since"
)
# Each statement does one thing to all rows; the order is that of their dependencies.
WRITES = (
    # A door needs a building and a room; who has neither keeps no household.
    """insert into grids_building (grid_id, name)
       select distinct grid_id, building from incoming where building <> '' and room <> ''
       on conflict do nothing""",
    """insert into grids_household (building_id, unit, room)
       select distinct b.id, i.unit, i.room
       from incoming i join grids_building b on b.grid_id = i.grid_id and b.name = i.building
       where i.room <> '' on conflict do nothing""",
    """update incoming i set household_id = h.id
       from grids_building b join grids_household h on h.building_id = b.id
       where b.grid_id = i.grid_id and b.name = i.building and h.unit = i.unit and h.room = i.room and i.room <> ''""",
    # Blank cells never wipe data; who moves to another grid without an address has no known door there.
    """update grids_resident r
       set name = i.name, community_id = i.community_id, grid_id = i.grid_id,
           household_id = case when i.household_id is not null then i.household_id
                               when r.grid_id = i.grid_id then r.household_id end,
           phone = coalesce(i.phone, r.phone), phone_hash = coalesce(i.phone_hash, r.phone_hash),
           phone_kept = case when i.phone_kept <> '' then i.phone_kept else r.phone_kept end
       from incoming i where r.id = i.resident_id""",
    """insert into grids_resident (community_id, grid_id, household_id, name, sex, birth_date,
                                   id_number, id_hash, id_kept, phone, phone_hash, phone_kept)
       select community_id, grid_id, household_id, name, sex, birth_date,
              id_number, id_hash, id_kept, phone, phone_hash, phone_kept
       from incoming where resident_id is null order by position""",
    """create temporary table arrived on commit drop as
       select i.position, r.id as resident_id from incoming i join grids_resident r on r.id_hash = i.id_hash
       where i.resident_id is null""",
    """update incoming i set resident_id = a.resident_id from arrived a where a.position = i.position""",
    # A spell that began on the very day of the change is corrected; an older one ends and a new one begins.
    """update grids_residence s set grid_id = i.grid_id
       from incoming i
       where s.resident_id = i.resident_id and s.until is null
         and s.grid_id <> i.grid_id and s.since = %(effective)s""",
    """update grids_residence s set until = %(effective)s
       from incoming i
       where s.resident_id = i.resident_id and s.until is null
         and s.grid_id <> i.grid_id and s.since < %(effective)s""",
    """insert into grids_residence (resident_id, grid_id, since)
       select i.resident_id, i.grid_id,
              case when a.resident_id is not null then coalesce(i.since, %(effective)s)
                   else greatest(%(effective)s, (select max(o.until) from grids_residence o
                                                 where o.resident_id = i.resident_id)) end
       from incoming i left join arrived a on a.position = i.position
       where not exists (select from grids_residence s where s.resident_id = i.resident_id and s.until is null)""",
    # A group cell that is not blank is the whole truth about the person's groups.
    """update grids_groupmembership m set until = greatest(%(effective)s, m.since)
       from incoming i
       where m.resident_id = i.resident_id and m.until is null
         and i.groups is not null and m.group_id <> all(i.groups)""",
    """insert into grids_groupmembership (resident_id, group_id, since)
       select i.resident_id, g.id, case when a.resident_id is not null then coalesce(i.since, %(effective)s)
                                        else %(effective)s end
       from incoming i cross join lateral unnest(i.groups) as g(id)
       left join arrived a on a.position = i.position
       where not exists (select from grids_groupmembership m
                         where m.resident_id = i.resident_id and m.group_id = g.id and m.until is null)""",
)


def write_people(plan: Plan, *, effective_date: date) -> None:
    """Write the people to be created or updated: COPY to a temporary table, then set-based statements.

    Runs inside the caller's transaction, after compare() in that same transaction and under its lock.
    """
    people = [person for person in plan.people if person.outcome != "unchanged"]
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        cursor.copy_expert(f"copy incoming ({STAGED_COLUMNS}) from stdin", Lines(stage(people)))
        cursor.execute("analyze incoming")
        for statement in WRITES:
            cursor.execute(statement, {"effective": effective_date})


def stage(people: list[Person]) -> Iterator[str]:
    """Yield the lines of COPY's text format, in the order of STAGED_COLUMNS."""
    for position, p in enumerate(people):
        values = (
            position,
            p.resident_id,
            p.community_id,
            p.grid_id,
            p.name,
            p.sex,
            p.birth_date,
            # Ciphertexts are made for new people only: an ID number never changes under its own hash.
            None if p.resident_id else encrypt(p.id_number, purpose="id_number"),
            p.id_hash,
            p.id_number[:4] + p.id_number[-2:],
            encrypt(p.phone, purpose="phone") if p.phone else None,
            p.phone_hash,
            p.phone[:3] + p.phone[-4:],
            p.building,
            p.unit,
            p.room,
            None if p.groups is None else "{" + ",".join(map(str, p.groups)) + "}",
            p.since,
        )
        yield "\t".join(map(copy_text, values)) + "\n"


COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_text(value: object) -> str:
    """Return a value in COPY's text format."""
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    return str(value).translate(COPY_ESCAPES)


class Lines:
    """A file-like reader over lines, so that COPY streams them."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, size: int = -1) -> str:
        """Return about `size` characters: whole lines, "" at the end."""
        parts: list[str] = []
        length = 0
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if 0 <= size <= length:
                break
        return "".join(parts)
