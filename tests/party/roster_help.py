"""Short ways to make rosters, rehearse them and write them."""

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlparse

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from party.roster.planning import Plan, Terms, make_plan
from party.roster.reading import read_roster
from party.roster.writing import take_roster
from tests.register import make_id_number

HEADINGS = ("姓名", "身份证号", "手机号", "党支部", "党小组", "党员身份", "入党日期", "转正日期", "转入日期", "免修")
BORN = date(1980, 5, 1)


def make_roster(*rows: dict[str, Any], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """Return an .xlsx with these rows, given by heading."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("名册")
        for number, line in enumerate([headings, *([row.get(name, "") for name in headings] for row in rows)]):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, str(cell))
    return target.getvalue()


def make_line(sequence: int = 1, name: str = "欧阳秀英", **cells: Any) -> dict[str, Any]:
    """Return a row for the resident that tests.register.Register made as number `sequence`."""
    return {"姓名": name, "身份证号": make_id_number(BORN, sequence), **cells}


def rehearse(content: bytes, by: Any, branch: Any = None, since: date | None = None) -> Plan:
    """Return what a roster would do."""
    terms = Terms(branch, since or timezone.localdate())
    return make_plan(read_roster(content), terms, today=timezone.localdate(), by=by)


def take(content: bytes, by: Any, branch: Any = None, since: date | None = None) -> Plan:
    """Write a roster as it was rehearsed."""
    terms = Terms(branch, since or timezone.localdate())
    seen = rehearse(content, by, branch, since).fingerprint
    return take_roster(read_roster(content), terms, seen=seen, by=by)


def list_codes(plan: Plan) -> list[str]:
    """Return the codes of all that is said about rows."""
    return [finding.code for finding in plan.findings]


def send(client: Any, content: bytes, **fields: Any) -> Any:
    """Upload a roster by its page."""
    file = SimpleUploadedFile("roster.xlsx", content)
    fields = {"since": timezone.localdate(), **fields}
    return client.post(reverse("party:roster"), {"file": file, **fields})


def read_seal(answer: Any) -> str:
    """Return the seal in the address of the rehearsal."""
    return parse_qs(urlparse(answer.headers["Location"]).query)["sealed"][0]
