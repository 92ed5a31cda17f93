"""Short ways to make residents, activities and workbooks in tests."""

import io
import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.utils import timezone
from PIL import Image

from accounts.encryption import blind_index, encrypt, tail_index
from accounts.models import User
from activities.models import Activity, ActivityKind, Participation
from communities.models import Community
from grids.cleaning import id_check_character
from grids.models import Grid, GroupMembership, PopulationGroup, Residence, Resident
from grids.pinyin import initials

LONG_AGO = date(2015, 1, 1)


def make_grids(community: Community, *names: str) -> list[Grid]:
    """Return new grids of the community, numbered on from those it has."""
    start = community.grids.count() + 1
    return [
        Grid.objects.create(code=f"{community.code}{number:03}", name=name, community=community)
        for number, name in enumerate(names, start=start)
    ]


def make_id_number(born: date = date(1980, 5, 1), sequence: int = 1) -> str:
    """Return a valid ID number of a division that does not exist; an odd sequence is male."""
    digits = f"990101{born:%Y%m%d}{sequence:03}"
    return digits + id_check_character(digits)


class Register:
    """Makes rows with just what a test says; everything else is unremarkable."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def resident(
        self,
        grid: Grid,
        *,
        name: str = "张建国",
        born: date = date(1980, 5, 1),
        since: date = LONG_AGO,
        until: date | None = None,
        groups: Iterable[str] = (),
        phone: str = "19912345678",
    ) -> Resident:
        """Return a resident with one spell and open memberships since then."""
        number = next(self.numbers)
        id_number = make_id_number(born, number)
        resident = Resident.objects.create(
            community=grid.community,
            grid=grid,
            name=name,
            initials=initials(name),
            sex=1,
            birth_date=born,
            id_number=encrypt(id_number, purpose="id_number"),
            id_hash=blind_index(id_number, purpose="id_number"),
            id_kept=id_number[:4] + id_number[-2:],
            id_tail=tail_index(id_number),
            phone=encrypt(phone, purpose="phone"),
            phone_hash=blind_index(phone, purpose="phone"),
            phone_kept=phone[:3] + phone[-4:],
        )
        Residence.objects.create(resident=resident, grid=grid, since=since, until=until)
        for code in groups:
            group = PopulationGroup.objects.get(code=code)
            GroupMembership.objects.create(resident=resident, group=group, since=since)
        return resident

    def activity(
        self, community: Community, by: User, *people: Resident, day: date | None = None, **fields: Any
    ) -> Activity:
        """Return a held and reported activity with these named participants, at ten in the morning of the day (today).

        Any field of Activity may be given; without `starts_at` it lasts as long as its kind usually does.
        """
        day = day or timezone.localdate()
        kind = ActivityKind.objects.get(name=fields.pop("kind", "健康讲座"))
        starts_at = fields.pop("starts_at", timezone.make_aware(datetime(day.year, day.month, day.day, 10)))
        held = fields.get("status", "held") == "held" and "reported_at" not in fields
        activity = Activity.objects.create(
            community=community,
            kind=kind,
            title=fields.pop("title", kind.name),
            **{
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=kind.usual_minutes),
                "recorded_by": by,
                **({"reported_at": timezone.now(), "reported_by": by} if held else {}),
                **fields,
            },
        )
        Participation.objects.bulk_create(
            Participation(activity=activity, resident=person, grid_id=person.grid_id) for person in people
        )
        return activity


def make_picture(width: int = 8, height: int = 6, kind: str = "PNG", **options: Any) -> bytes:
    """Return a plain picture; `options` go to the encoder (exif, …)."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 40)).save(target, kind, **options)
    return target.getvalue()


HEADINGS = (
    "姓名",
    "身份证号",
    "性别",
    "出生日期",
    "手机号",
    "网格",
    "楼栋",
    "单元",
    "房号",
    "人群类别",
    "入住日期",
)


def make_workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    """Return an .xlsx with the headings in row above + 1 and the rows below; numbers are written as numbers."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("居民")
        for row in range(above):
            sheet.write(row, 0, "居民花名册")
        sheet.write_row(above, 0, headings)
        for number, row in enumerate(rows, start=above + 1):
            for column, value in enumerate(row):
                if isinstance(value, float | int):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, value)
    return target.getvalue()


def make_row(name: str = "王秀英", id_number: str | None = None, grid: str = "第一网格", **cells: str) -> list[str]:
    """Return one row under HEADINGS; `cells` fills other columns by heading."""
    filled = {"姓名": name, "身份证号": id_number or make_id_number(), "网格": grid} | cells
    return [filled.get(heading, "") for heading in HEADINGS]
