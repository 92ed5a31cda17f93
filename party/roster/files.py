"""Workbooks of rosters that go out: the empty list to fill in, and refused rows to be corrected."""

import io
import tempfile
from collections import defaultdict

from django.utils.translation import gettext as _

from communities.spreadsheets import SafeWorkbook
from imports.reader import ECHO_CHILD, read_file
from imports.report import Returning
from imports.workbooks import GUIDE_HEADINGS
from party.roster.columns import COLUMNS
from party.roster.planning import Outcome, Plan
from party.roster.reading import RosterFile, make_brief, recognise_roster
from party.roster.reasons import REFUSE

# What each column takes, in the language of its heading; a line names one heading only, so that no guide is a list.
GUIDE = {
    "name": ("必填", "真实姓名，要和底册一致。"),
    "id_number": ("应填", "18 位号码；单元格要设为“文本”，否则 Excel 会把后几位变成 0。按它认人。"),
    "phone": ("没有身份证号时必填", "11 位手机号。没有身份证号时，按姓名和手机号认人。"),
    "community": ("可空", "几个社区有同名的党支部时要填。"),
    "branch": ("可空", "党支部名称，要和门户里的一致。上传时选定一个党支部的，可以留空。"),
    "party_group": ("可空", "党小组名称。留空不改。"),
    "standing": ("可空", "正式党员、预备党员。新登记的留空，按正式党员登记。"),
    "joined_on": ("可空", "如 1985-07-01。"),
    "full_on": ("可空", "如 1986-07-01。"),
    "member_since": ("可空", "组织关系转入这个党支部的日期，如 2018-03-05。留空的，从上传时填的那天起算。"),
    "exemption": ("可空", "年老体弱或行动不便、长期外出、外派或学习、照护家人、支部同意的其他情况。不免修的留空。"),
}
WIDE = (1, 4)  # ID number and branch


def write_template() -> bytes:
    """Return the list to fill in, with a second sheet that says what each column takes. All cells are text."""
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"num_format": "@", "bold": True})
        sheet = workbook.add_worksheet("党员名册")
        sheet.set_column(0, len(COLUMNS) - 1, 14, text)
        for place in WIDE:
            sheet.set_column(place, place, 22, text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.heading for column in COLUMNS], bold)
        guide = workbook.add_worksheet("说明")
        guide.set_column(0, 1, 20, text)
        guide.set_column(2, 2, 80, text)
        guide.write_row(0, 0, GUIDE_HEADINGS, bold)
        for number, column in enumerate(COLUMNS, start=1):
            guide.write_row(number, 0, (column.heading, *GUIDE[column.key]), text)
    return target.getvalue()


def write_refused_rows(content: bytes, file: RosterFile, plan: Plan) -> bytes:
    """Return an .xlsx with the refused rows as they stand in the file, each with its reasons; cells meant are red."""
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    marked = set()
    for entry in plan.entries:
        for found in entry.findings if entry.outcome == Outcome.REFUSED else ():
            if found.severity == REFUSE:
                words = f"{found.heading}{_('：')}{found.text}" if found.heading else found.text
                reasons[found.sheet, found.row].append(words)
                marked.add((found.sheet, found.row, found.column))
    headings = {sheet.name: list(sheet.rows) for sheet in file.sheets}
    wanted = {sheet: [*headings[sheet]] for sheet, _row in reasons}
    for sheet, row in reasons:
        wanted[sheet].append(row)
    said = {place: _("；").join(texts) for place, texts in reasons.items()}
    with tempfile.TemporaryFile() as target:
        with SafeWorkbook(target, {"in_memory": True}) as workbook:
            writer = Returning(workbook, headings, said, marked)
            brief = make_brief(recognise_roster(content)) | {"rows": wanted}
            for _what, (sheet, row, cells) in read_file(content, brief, ECHO_CHILD) if wanted else ():
                writer.write(sheet, row, cells)
        target.seek(0)
        return target.read()
