"""The workbook for the national platform: registered volunteers, confirmed service, and how it was counted.

Nothing is kept: the file is the answer to the form itself, and what it held is audited before it is sent (rule R5).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.encryption import decrypt
from accounts.models import User
from accounts.roles import Permission
from communities.spreadsheets import SafeWorkbook
from grids.masking import mask_id_number, mask_name, mask_phone
from grids.models import Sex
from volunteers.certificates import number_of
from volunteers.hours import count_minutes
from volunteers.identities import ID_NUMBER, PHONE
from volunteers.looks import find_moved_away
from volunteers.models import ServiceRecord, Volunteer
from volunteers.records import bounds_of, cut

MOST_RECORDS = 20_000  # some seconds of work: a busy street in a year
# The record items of 《志愿服务信息系统基本规范》, in the platform's language.
PERSON = ("姓名", "证件类型", "证件号码", "性别", "手机", "志愿者编号", "注册日期", "社区")
VOLUNTEERS = (*PERSON, "服务总时长(小时)", "各次相加(小时)")
SERVICE = (
    *("姓名", "证件类型", "证件号码", "志愿者编号", "服务名称", "服务开始", "服务结束"),
    *("时长(小时)", "服务领域", "社区"),
)
WIDTH = 16


class Purpose(models.TextChoices):
    """Why the list is needed: a closed list, so that no free text about people arises (rule R29)."""

    PLATFORM = "platform", gettext_lazy("上报全国志愿服务平台")
    CHECK = "check", gettext_lazy("核对服务记录")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: days (both included), purpose, masked or in full."""

    first_day: date
    last_day: date
    purpose: Purpose
    is_masked: bool


@dataclass(frozen=True)
class Lists:
    """The two lists as texts, and the notes."""

    volunteers: Sequence[Sequence[str]]
    service: Sequence[Sequence[str]]
    notes: Sequence[Sequence[str]]


def is_permitted(wanted: Wanted, by: User) -> bool:
    """Tell whether somebody may have it now; full names and numbers need the permission for those too."""
    return by.may(Permission.EXPORT_VOLUNTEERS) and (wanted.is_masked or by.may(Permission.EXPORT_UNMASKED))


def make_export(wanted: Wanted, *, by: User) -> bytes:
    """Return the workbook of the volunteers of one's communities. That it was made is committed before this returns."""
    if not is_permitted(wanted, by):
        raise PermissionDenied
    with translation.override(settings.LANGUAGE_CODE):
        with transaction.atomic(durable=True):
            lists = read_lists(wanted, by)
            event = record(
                "volunteer_export.download",
                by=by,
                target=by,
                area_code=by.area_code,
                purpose=str(wanted.purpose),
                masked=wanted.is_masked,
                first_day=str(wanted.first_day),
                last_day=str(wanted.last_day),
                volunteers=len(lists.volunteers),
                records=len(lists.service),
            )
        return write_workbook(lists, write_watermark(wanted, by, event.pk))


def read_lists(wanted: Wanted, by: User) -> Lists:
    """Return the lists; a constant number of queries."""
    start, end = bounds_of(wanted.first_day, wanted.last_day)
    rows = ServiceRecord.objects.visible_to(by).confirmed().filter(starts_at__lt=end, ends_at__gt=start)
    if rows.count() > MOST_RECORDS:
        raise ValidationError(
            _("这段时间的服务记录超过 %(most)s 条，请缩短时间，分几次导出。") % {"most": MOST_RECORDS}
        )
    related = ("volunteer__resident", "volunteer__community", "activity__venue", "shift", "field")
    records = list(rows.select_related(*related).order_by("volunteer", "starts_at", "pk"))
    here = Volunteer.objects.filter(community__in=by.communities()).registered_on(wanted.last_day)
    people = list(here.select_related("resident", "community").order_by("community__code", "pk"))
    met = {person.pk: person for person in (*people, *(row.volunteer for row in records))}
    keys = met.keys()
    hidden = keys if wanted.is_masked else find_moved_away(met.values(), by)
    union, alone = count_minutes(keys, start, end), dict.fromkeys(keys, 0)
    service = []
    for row in records:
        served = cut(row, start, end)
        alone[row.volunteer_id] += served.minutes
        name, kind, number, *_rest = describe_person(row.volunteer, masked=row.volunteer_id in hidden)
        times = (f"{served.starts:%Y-%m-%d %H:%M}", f"{served.ends:%Y-%m-%d %H:%M}", to_hours(served.minutes))
        ids = (name, kind, number, number_of(row.volunteer))
        service.append((*ids, served.name, *times, served.field, row.volunteer.community.name))
    volunteers = [
        (
            *describe_person(person, masked=person.pk in hidden),
            to_hours(union.get(person.pk, 0)),
            to_hours(alone[person.pk]),
        )
        for person in people
    ]
    return Lists(volunteers, service, explain(wanted, sum(union.values()), sum(alone.values())))


def describe_person(volunteer: Volunteer, *, masked: bool) -> tuple[str, ...]:
    """Return the texts under PERSON. A masked row never opens what is sealed."""
    resident = volunteer.resident
    name = resident.name if resident else volunteer.name
    number = read_masked_number(volunteer) if masked else read_number(volunteer)
    phone = volunteer.masked_phone if masked else read_phone(volunteer)
    sex = resident.sex if resident else volunteer.sex
    return (
        mask_name(name) if masked else name,
        "居民身份证" if number else "",
        number,
        str(Sex(sex).label),
        phone,
        number_of(volunteer),
        str(volunteer.registered_on or ""),
        volunteer.community.name,
    )


def read_masked_number(volunteer: Volunteer) -> str:
    """Return 1101************34 of a resident; of others no part of the number is kept."""
    if volunteer.resident:
        return mask_id_number(volunteer.resident.id_kept)
    return "*" * 18 if volunteer.id_number else ""


def read_number(volunteer: Volunteer) -> str:
    """Return the ID number, "" when it is not known."""
    if resident := volunteer.resident:
        return decrypt(resident.id_number, purpose="id_number") if resident.id_number else ""
    return decrypt(volunteer.id_number, purpose=ID_NUMBER) if volunteer.id_number else ""


def read_phone(volunteer: Volunteer) -> str:
    """Return the phone, "" when it is not known."""
    if resident := volunteer.resident:
        return decrypt(resident.phone, purpose="phone") if resident.phone else mask_phone(resident.phone_kept)
    return decrypt(volunteer.phone, purpose=PHONE) if volunteer.phone else ""


def to_hours(minutes: int) -> str:
    """Return hours with two decimals: 90 minutes are 1.50."""
    return f"{minutes / 60:.2f}"


def explain(wanted: Wanted, union: int, alone: int) -> list[tuple[str, ...]]:
    """Return the sheet that says how hours are counted."""
    return [
        ("服务期间", f"{wanted.first_day} 至 {wanted.last_day}"),
        ("志愿者", f"{wanted.last_day} 当天在册的志愿者；暂停的也列出"),
        ("服务记录", "经另一位工作人员确认、没有撤回的记录；跨零点的只算期间以内的部分"),
        ("时长(小时)", "每条记录自己的时长，按分钟算，两位小数"),
        ("各次相加(小时)", f"各条记录的时长相加：{to_hours(alone)}"),
        ("服务总时长(小时)", f"同一时间的重叠只算一次：{to_hours(union)}；上报总时长请用这个数"),
        ("证件号码", "没有登记的留空；底册以外的志愿者要印在证明上时才登记"),
        ("迁出的居民", "底册已不在本街道的，姓名和号码只显示一部分"),
    ]


def write_watermark(wanted: Wanted, by: User, number: int) -> str:
    """Return who made the list, when and what for (rule R5)."""
    words = _("账号 %(username)s（%(name)s） · %(at)s · 审计编号 %(number)s · 用途：%(purpose)s · 含个人信息，用后删除")
    return words % {
        "username": by.username,
        "name": by.name,
        "at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "number": number,
        "purpose": wanted.purpose.label,
    }


def write_workbook(lists: Lists, watermark: str) -> bytes:
    """Return a workbook of text cells (rule R28), in memory: nothing of it touches a disk here."""
    target = io.BytesIO()
    sheets: list[tuple[str, Sequence[str], Sequence[Sequence[str]]]] = [
        ("志愿者", VOLUNTEERS, lists.volunteers),
        ("服务记录", SERVICE, lists.service),
        ("说明", ("项目", "说明"), lists.notes),
    ]
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        for title, headings, rows in sheets:
            sheet = workbook.add_worksheet(title)
            sheet.set_column(0, len(headings) - 1, WIDTH, text)
            sheet.freeze_panes(2, 1)
            for number, line in enumerate([(watermark,), headings, *rows]):
                for column, cell in enumerate(line):
                    if cell:
                        sheet.write_string(number, column, cell, text)
    return target.getvalue()
