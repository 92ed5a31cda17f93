"""Small spreadsheets of the administration site: guarded reading, safe writing, and where an upload waits meanwhile.

Big lists of residents go another way (imports/reader.py): this runs in the web process.
"""

import csv
import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import tablib
from django.conf import settings
from django.core import signing
from django.http import Http404
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import BaseStorage

from accounts.encryption import decrypt_bytes, encrypt_bytes
from accounts.models import User
from communities.spreadsheets import SafeCsv, SafeWorkbook

UPLOAD_PURPOSE = "admin_upload"
UPLOAD_NAME = re.compile(r"[0-9a-f]{32}")
UPLOAD_SECONDS = 3600  # a rehearsal that nobody confirmed within the hour is forgotten
COLUMNS = 50


class FileUnfitError(Exception):
    """A file that is not read; the text is for the user."""


def make_dataset(rows: list[list[Any]]) -> tablib.Dataset:
    """Return the first row as headings and the rest below, blank rows left out; refuse more rows than are small."""
    filled = [["" if cell is None else cell for cell in row] for row in rows]
    filled = [row for row in filled if any(str(cell).strip() for cell in row)]
    if not filled:
        raise FileUnfitError(_("文件里没有数据。"))
    if len(filled) - 1 > settings.ADMIN_IMPORT_MAX_ROWS:
        raise FileUnfitError(_("超过 %(rows)s 行，请改用“导入”。") % {"rows": settings.ADMIN_IMPORT_MAX_ROWS})
    headings = [str(cell).strip() for cell in filled[0]]
    while headings and not headings[-1]:
        headings.pop()
    dataset = tablib.Dataset(headers=headings)
    for row in filled[1:]:
        dataset.append((row + [""] * len(headings))[: len(headings)])
    return dataset


def check_size(size: int) -> None:
    """Refuse a file of more bytes than are small."""
    if size > settings.ADMIN_IMPORT_MAX_BYTES:
        limit = settings.ADMIN_IMPORT_MAX_BYTES // 2**20
        raise FileUnfitError(_("文件超过 %(limit)s MB，请改用“导入”。") % {"limit": limit})


class SmallWorkbook(XLSX):
    """Workbooks: read after a look at their declared size and only as far as is small; text cells only are written."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Return the first sheet."""
        check_size(len(in_stream))
        try:
            with zipfile.ZipFile(io.BytesIO(in_stream)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile as error:
            raise FileUnfitError(_("这不是 .xlsx 工作簿。")) from error
        if unpacked > settings.ADMIN_IMPORT_MAX_UNPACKED_BYTES:
            raise FileUnfitError(_("文件解压后过大，不像是普通的表格。"))
        try:
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            last = settings.ADMIN_IMPORT_MAX_ROWS + 2
            rows = [list(row) for row in sheet.iter_rows(max_row=last, max_col=COLUMNS, values_only=True)]
        except Exception as error:
            raise FileUnfitError(_("文件打不开，可能已损坏。")) from error
        return make_dataset(rows)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """Return a workbook of text cells (rule R28)."""
        target = io.BytesIO()
        with SafeWorkbook(target, {"in_memory": True}) as workbook:
            text = workbook.add_format({"num_format": "@"})
            sheet = workbook.add_worksheet()
            for number, row in enumerate([dataset.headers, *dataset]):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, str(cell or ""), text)
        return target.getvalue()


class SmallText(CSV):
    """CSV, in UTF-8 or as Excel in Chinese saves it; formulas are defused on the way out."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Return the table."""
        check_size(len(in_stream))
        return make_dataset(list(csv.reader(io.StringIO(decode(in_stream).replace("\0", "")))))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """Return UTF-8 with a byte order mark."""
        target = io.StringIO()
        SafeCsv(target).write_all([str(cell or "") for cell in row] for row in [dataset.headers, *dataset])
        return target.getvalue().encode("utf-8-sig")


def decode(content: bytes) -> str:
    """Return the text of UTF-8 or GB 18030 bytes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnfitError(_("文件的文字编码认不出来，请另存为 UTF-8 后再上传。"))


class SealedUpload(BaseStorage):
    """Keeps an upload encrypted between rehearsal and confirmation, for an hour at most."""

    @property
    def path(self) -> Path:
        """Where the file is; a name that is not one of ours is not found."""
        if not UPLOAD_NAME.fullmatch(self.name or ""):
            raise Http404
        return settings.DATA_DIR / "uploads" / self.name

    def save(self, data: bytes) -> None:
        """Write a new file, and forget old ones."""
        self.name = uuid4().hex
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self.path.parent.iterdir():
            if old.stat().st_mtime < time.time() - UPLOAD_SECONDS:
                old.unlink(missing_ok=True)
        self.path.write_bytes(encrypt_bytes(data, purpose=UPLOAD_PURPOSE))

    def read(self) -> bytes:
        """Return the file."""
        try:
            return decrypt_bytes(self.path.read_bytes(), purpose=UPLOAD_PURPOSE)
        except FileNotFoundError as error:
            raise Http404 from error

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


def seal_for(user: User, *, salt: str, **data: Any) -> str:
    """Return a text that stands for an upload and what its rehearsal showed: plain values, for this user."""
    return signing.dumps({**data, "user": user.pk}, salt=salt)


def open_for(user: User, sealed: str, *, salt: str) -> dict[str, Any]:
    """Return what was sealed; BadSignature for other users, after an hour, and for anything not sealed with `salt`."""
    data: dict[str, Any] = signing.loads(sealed, salt=salt, max_age=UPLOAD_SECONDS)
    if data["user"] != user.pk:
        raise signing.BadSignature
    return data
