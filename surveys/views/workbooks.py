"""Result workbooks of other tools: upload, what the columns are, rehearsal, taking in."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.small_files import SealedUpload, open_for, seal_for
from imports.formats import FileRefused
from imports.staging import column_letter
from surveys.forms.workbooks import BLANK, ColumnsForm, FileForm, TextsForm
from surveys.models import WaveLink
from surveys.questionnaire import Questionnaire
from surveys.sheets import EXTENSIONS, Fault, describe_refusal, read_sheets
from surveys.views.waves import find_link, make_trail_below
from surveys.workbooks.headings import name_heading
from surveys.workbooks.rehearsing import ColumnMapping, Rehearsal, rehearse
from surveys.workbooks.tables import Table, find_table
from surveys.workbooks.taking import recall, refuse_known, refuse_wave, take_in
from surveys.workbooks.targets import list_targets

SALT = "surveys.workbook"
ROWS_SHOWN = 20  # numbers of rows with the same fault
SAMPLES, SAMPLE_LENGTH = 3, 16


@dataclass(frozen=True)
class Column:
    """A column as the page shows it: its heading, some of its cells, and the field that says what it is."""

    letter: str
    samples: list[str]
    field: BoundField
    is_fixed: bool


@dataclass(frozen=True)
class FaultGroup:
    """The same fault in the same column: the first of its rows, and how many more there are."""

    letter: str
    message: str
    rows: list[int]
    rest: int


def group_faults(faults: Sequence[Fault]) -> list[FaultGroup]:
    """Return faults by column and message."""
    rows: dict[tuple[str, str], list[int]] = {}
    for fault in faults:
        rows.setdefault((fault.letter, fault.message), []).append(fault.row)
    return [
        FaultGroup(letter, message, found[:ROWS_SHOWN], len(found) - len(found[:ROWS_SHOWN]))
        for (letter, message), found in rows.items()
    ]


@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"))
def upload(request: StaffRequest, link: int) -> HttpResponse:
    """Take a workbook of answers given elsewhere."""
    found = find_link(request, link)
    is_sent = request.method == "POST"
    form = FileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    reason = explain(found)
    if is_sent and not reason and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            refuse_known(found.wave, read_table(content, found.wave.version.questionnaire))
        except FileRefused as refusal:
            form.add_error("file", describe_refusal(refusal))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            kept = SealedUpload()
            kept.save(content)
            address = reverse("surveys:workbook-check", args=[found.pk])
            return redirect(f"{address}?{urlencode({'sealed': seal(str(kept.name), found, request)})}")
    trail = make_trail_below(found.wave)
    context = {"form": form, "link": found, "reason": reason, "extensions": EXTENSIONS, "trail": trail}
    return render(request, "surveys/workbook_upload.html", context)


@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"), personal=True)
def check(request: StaffRequest, link: int) -> HttpResponse:
    """Show what each column is taken for and what would come in; changed choices are rehearsed again."""
    found = find_link(request, link)
    try:
        page = Page(request, found)
    except (signing.BadSignature, Http404, FileRefused):
        return tell_gone(request, found)
    return page.render()


@access(Permission.COLLECT_ANSWERS, methods=("POST",), personal=True)
def take(request: StaffRequest, link: int) -> HttpResponse:
    """Take the answers in, if the choices are those that were rehearsed last."""
    found = find_link(request, link)
    try:
        page = Page(request, found)
    except (signing.BadSignature, Http404, FileRefused):
        return tell_gone(request, found)
    if not page.is_valid or page.rehearsal.seen != request.POST.get("seen"):
        messages.warning(request, _("对应关系改过了，还没有导入。请看一下现在会导入什么，再确认。"))
        return page.render()
    if page.rehearsal.left_out and request.POST.get("leave_out") != "on":
        messages.warning(request, _("有几行不能导入，还没有写入。请改好文件再传，或者勾选“不要……行，导入其余的”。"))
        return page.render()
    try:
        count = take_in(found, page.rehearsal, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:workbook", found.pk)
    page.kept.remove()
    words = ngettext("已导入 %(count)s 份答卷。", "已导入 %(count)s 份答卷。", count) % {"count": count}
    messages.success(request, words + _("上传的文件已经删除。"))
    return redirect("surveys:wave", found.wave_id)


class Page:
    """The page of a rehearsal: the file, the choices about it, and what would come in.

    Raises BadSignature, Http404 or FileRefused when there is nothing to rehearse.
    """

    def __init__(self, request: StaffRequest, link: WaveLink) -> None:
        self.request, self.link = request, link
        given = request.POST if request.method == "POST" else request.GET
        self.sealed = given.get("sealed", "")
        self.kept = SealedUpload(name=open_seal(self.sealed, link, request))
        self.questionnaire = link.wave.version.questionnaire
        self.table = read_table(self.kept.read(), self.questionnaire)
        self.data = request.POST if request.method == "POST" else None
        remembered = recall(link.wave.version.survey, self.table) or ColumnMapping(self.table.guesses)
        targets = list_targets(self.questionnaire)
        initial = {f"column-{column}": value for column, value in remembered.columns.items()}
        self.columns = ColumnsForm(self.data, table=self.table, targets=targets, initial=initial)
        self.is_valid = self.data is None or self.columns.is_valid()
        mapping = remembered if self.data is None else ColumnMapping(self.columns.mapping)
        self.rehearsal = self.rehearse(mapping)

    def rehearse(self, mapping: ColumnMapping) -> Rehearsal:
        """Return what comes in with the columns, and with what was decided about texts."""
        found = rehearse(self.questionnaire, self.table, mapping)
        if self.data is None or not found.unknown:
            return found
        texts = TextsForm(self.data, unknown=found.unknown)
        self.is_valid = texts.is_valid() and self.is_valid
        return rehearse(self.questionnaire, self.table, texts.read(mapping))

    def render(self) -> HttpResponse:
        """Return the page."""
        found = self.rehearsal
        decided = found.mapping.texts
        initial = {
            one.key: decided[one.question.code][one.text] or BLANK
            for one in found.unknown
            if one.text in decided.get(one.question.code, {})
        }
        texts = TextsForm(None, unknown=found.unknown, initial=initial)
        context = {
            "link": self.link,
            "table": self.table,
            "found": found,
            "sealed": self.sealed,
            "columns_form": self.columns,
            "columns": [self.describe(column) for column in self.columns.columns],
            "traces": [(name_heading(self.table.headings[place]), why) for place, why in self.table.traces.items()],
            "texts": [(one, texts[one.key]) for one in texts.unknown],
            "rest_texts": len(found.unknown) - len(texts.unknown),
            "faults": group_faults(found.faults),
            "missing": self.list_missing(),
            "trail": make_trail_below(self.link.wave),
        }
        return render(self.request, "surveys/workbook_check.html", context)

    def describe(self, column: int) -> Column:
        """Return a column as the page shows it."""
        cells = dict.fromkeys(cell for row in self.table.rows if (cell := self.table.cell(row, column)))
        samples = [cell[:SAMPLE_LENGTH] + ("…" if len(cell) > SAMPLE_LENGTH else "") for cell in list(cells)[:SAMPLES]]
        field = self.columns[f"column-{column}"]
        return Column(column_letter(column), samples, field, field.is_hidden)

    def list_missing(self) -> list[str]:
        """Return the questions for which no column is taken."""
        codes = {target.value: target.question.code for target in list_targets(self.questionnaire)}
        taken = {codes.get(value) for value in self.rehearsal.mapping.columns.values()}
        return [question.text for question in self.questionnaire.questions if question.code not in taken]


def read_table(content: bytes, questionnaire: Questionnaire) -> Table:
    """Return the table of a file; raises FileRefused."""
    return find_table(read_sheets(content), list_targets(questionnaire))


def explain(link: WaveLink) -> str:
    """Return why the wave takes no workbooks; "" when it does."""
    try:
        refuse_wave(link.wave)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def tell_gone(request: StaffRequest, link: WaveLink) -> HttpResponse:
    """Lead back to the upload: the file is no longer there."""
    messages.info(request, _("这份文件已经导入，或者放得太久了。要再用，请重新上传。"))
    return redirect("surveys:workbook", link.pk)


def seal(name: str, link: WaveLink, request: StaffRequest) -> str:
    """Return a text that stands for the upload."""
    return seal_for(request.user, salt=SALT, name=name, link=link.pk)


def open_seal(sealed: str, link: WaveLink, request: StaffRequest) -> str:
    """Return the name of the upload; good for one user, one community and an hour."""
    data = open_for(request.user, sealed, salt=SALT)
    if data["link"] != link.pk:
        raise signing.BadSignature
    return data["name"]
