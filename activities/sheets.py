"""Sign-in sheets (.xlsx and its kin), read in a child process with little memory and time, like the register's."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.matching import LIST_LIMIT, Entry
from imports.formats import FileRefused, recognise
from imports.reader import read_file
from imports.reasons import FILE_REASONS, describe
from imports.staging import column_letter

CHILD = settings.BASE_DIR / "activities" / "sheet_child.py"


def read_sheet(content: bytes) -> tuple[list[Entry], list[str]]:
    """Return the people of a sign-in sheet, and what is wrong with single cells, in words with their place.

    Raises FileRefused; describe_refusal() has the words.
    """
    kind = recognise(content, max_bytes=settings.SHEET_MAX_BYTES, max_unpacked=settings.SHEET_MAX_UNPACKED_BYTES)
    entries: list[Entry] = []
    problems: list[str] = []
    for what, value in read_file(content, make_brief(kind), CHILD):
        if what == "person":
            entries.append(make_entry(value))
        else:
            problems.append(describe_cell(*value))
        if len(entries) > LIST_LIMIT:
            raise FileRefused("too_many_names", str(LIST_LIMIT))
    return list(dict.fromkeys(entries)), problems


def make_brief(kind: str) -> dict[str, Any]:
    """Return what the child may know: the limits, and the day."""
    return {
        "kind": kind,
        "today": timezone.localdate().isoformat(),
        "limits": {
            "rows": settings.SHEET_MAX_ROWS,
            "columns": settings.IMPORT_MAX_COLUMNS,
            "cell_length": settings.IMPORT_CELL_LENGTH,
            "unpacked": settings.SHEET_MAX_UNPACKED_BYTES,
        },
        "memory": settings.SHEET_PARSE_MEMORY,
        "seconds": settings.SHEET_PARSE_SECONDS,
    }


def make_entry(person: dict[str, Any]) -> Entry:
    """Return a row of the sheet as an entry; four characters in place of a number are its tail."""
    phone, id_number = person.get("phone", ""), person.get("id_number", "")
    tail = phone if len(phone) == 4 else id_number if len(id_number) == 4 else ""
    return Entry(
        name=person["name"],
        tail=tail,
        phone=phone if len(phone) > 4 else "",
        id_number=id_number if len(id_number) > 4 else "",
        grid=person.get("grid", ""),
    )


def describe_cell(sheet: str, row: int, column: int, code: str, detail: str) -> str:
    """Return what is wrong with a cell, with its place: 签到表!C5."""
    place = f"{sheet}!{column_letter(column)}{row}" if sheet else f"{column_letter(column)}{row}"
    return _("%(place)s：%(reason)s") % {"place": place, "reason": describe(code, detail)}


def describe_refusal(refusal: FileRefused) -> str:
    """Return why the whole file was refused, with the place where there is one."""
    words = {
        "no_names": _("表里没有找到“姓名”这一列。请在名单上面加一行表头，写上“姓名”，再上传。"),
        "too_slow": _("这份表读得太慢，已停止。请新建一个工作簿，只粘贴名单后再上传。"),
        "too_many_names": _("名单超过 %(limit)s 人，请拆成几次。") % {"limit": LIST_LIMIT},
    }
    text = words.get(refusal.code) or (describe(refusal.code, refusal.detail) if refusal.code in FILE_REASONS else "")
    if not refusal.row:
        return text
    column = column_letter(refusal.column) if refusal.column is not None else ""
    return _("%(place)s：%(reason)s") % {"place": f"{refusal.sheet}!{column}{refusal.row}".lstrip("!"), "reason": text}
