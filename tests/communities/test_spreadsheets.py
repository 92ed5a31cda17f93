"""No cell that leaves the portal is a formula, whatever it begins with (rule R28)."""

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.spreadsheets import FormulaRefusedError, SafeCsv, SafeWorkbook, defuse

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\x00=", "＝", "＋", "－", "＠", " =", "\u3000=", "\ufeff=", "\u200b+"]
TEXTS = st.text(max_size=40) | st.tuples(st.sampled_from(STARTS), st.text(max_size=20)).map("".join)
BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write_book(cells, write="write_string", options=None):
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True, **(options or {})}) as book:
        sheet = book.add_worksheet()
        for row, cell in enumerate(cells):
            getattr(sheet, write)(row, 0, cell)
    return target.getvalue()


@pytest.mark.parametrize("start", STARTS)
def test_cell_that_begins_a_formula_is_defused(start):
    assert defuse(f"{start}1+1").startswith("'")


def test_control_characters_are_removed():
    assert (defuse("a\x00b"), defuse("\x00=1")) == ("ab", "'=1")


@pytest.mark.parametrize("cell", ["第一网格", "5号楼", "301", "1980-05-01", "1101************34", "", "a=b"])
def test_ordinary_cell_stays_as_it_is(cell):
    assert defuse(cell) == cell


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_no_cell_of_a_csv_begins_a_formula(cells):
    file = io.StringIO(newline="")
    SafeCsv(file).write(cells)
    (line,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert [cell for cell in line if cell.lstrip("\ufeff\u200b \u3000").startswith(BEGINS_FORMULA)] == []


@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(["write_string", "write"]))
def test_every_cell_of_a_workbook_is_text(cells, write):
    book = write_book(cells, write, options={"strings_to_formulas": True, "strings_to_urls": True})
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    types = {cell.data_type for (cell,) in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows() if cell.value}
    assert types <= {"s"}


@pytest.mark.parametrize(
    ("write", "cell"),
    [
        ("write_formula", "=1+1"),
        ("write_array_formula", "{=1+1}"),
        ("write_dynamic_array_formula", "=1+1"),
        ("write_url", "https://elsewhere.example"),
    ],
)
def test_program_cannot_write_formulas_and_links(write, cell):
    place = ("A1:A2", cell) if "array" in write else (0, 0, cell)
    with pytest.raises(FormulaRefusedError), SafeWorkbook(io.BytesIO(), {"in_memory": True}) as book:
        getattr(book.add_worksheet(), write)(*place)


def test_numbers_of_a_csv_stay_numbers():
    file = io.StringIO(newline="")
    SafeCsv(file).write([-1, 2.5, None, "-1"])
    assert file.getvalue() == "-1,2.5,,'-1\r\n"
