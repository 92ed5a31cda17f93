"""The files themselves, read back by programs that did not write them."""

import csv
import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.files.columns import list_columns
from surveys.files.spss import cut, write_sav
from surveys.files.texts import write_csv
from surveys.files.workbook import write_xlsx
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section
from tests.surveys.conftest import make_options
from tests.surveys.files_help import publish_all
from tests.surveys.questionnaires import questionnaires

LONG = "您对社区组织的各类邻里活动（包括文娱、体育、讲座、节庆等）的“总体”安排是否满意？" * 3
ABOUT = [("轮次", "=1+1"), ("导出人", "王立新")]


@pytest.fixture
def hard() -> Questionnaire:
    """A questionnaire with labels that programs stumble over."""
    faces = (Option("1", "😀 很好"), Option("2", "“还行”，=1+1"), Option("99", "不好说" * 40))
    return Questionnaire(
        (
            Section(
                "all",
                "全部",
                (
                    Question("mood", Kind.SINGLE, LONG, options=faces),
                    Question("a_b", Kind.RATING, "打分", options=make_options(*"甲乙丙丁戊"), is_ordered=True),
                    Question("a", Kind.MATRIX, "矩阵", options=faces, rows=(Option("b", "行"), Option("c", "列"))),
                    Question("tick", Kind.MULTIPLE, "多选", options=(Option("yes", "是"), Option("none", "都没有"))),
                    Question("rank", Kind.RANKING, "排序", options=(Option("x", "甲"), Option("y", "乙"))),
                    Question("years", Kind.NUMBER, "住了几年"),
                    Question("wish", Kind.LONG, "还想说的"),
                ),
            ),
        )
    )


@pytest.fixture
def columns(hard):
    return list_columns(hard, publish_all(hard))


@pytest.fixture
def rows(columns):
    answers = {"mood": "99", "a_b": "5", "a.b": "1", "tick": ["none"], "rank": ["y", "x"], "years": 4}
    return [[column.read(given.get(column.source)) for column in columns] for given in (answers, {}, {"mood": "1"})]


def test_columns_have_names_of_their_own(columns):
    names = [column.name for column in columns]

    assert names == ["mood", "a_b", "a_b_2", "a_c", "tick_yes", "tick_none", "rank", "years"]


def test_sav_read_back_equals_rows_and_labels(columns, rows, tmp_path):
    write_sav(tmp_path / "a.sav", columns, rows, title="邻里调查", notes=[f"{LONG}", "说明"])

    data, meta = pyreadstat.read_sav(tmp_path / "a.sav", output_format="dict")

    assert to_rows(data) == rows
    assert meta.column_names == [column.name for column in columns]
    assert meta.column_labels[1] == "打分"
    assert meta.column_labels[0] == cut(LONG, 255)
    assert meta.variable_value_labels["mood"] == {1: "😀 很好", 2: "“还行”，=1+1", 99: cut("不好说" * 40, 120)}
    assert meta.variable_value_labels["tick_none"] == {0: "未选", 1: "选了"}
    assert meta.variable_measure["a_b"] == "ordinal"
    assert meta.variable_measure["mood"] == "nominal"
    assert meta.file_label == "邻里调查"
    assert "".join(meta.notes).startswith(LONG[:20])


def to_rows(data: dict[str, Sequence[float | None]]) -> list[list[int | None]]:
    """Return the rows of columns; missing as None."""
    clean = [[None if cell is None or cell != cell else int(cell) for cell in cells] for cells in data.values()]
    return [list(row) for row in zip(*clean, strict=True)]


@settings(max_examples=25)
@given(questionnaires(), st.data())
def test_sav_read_back_equals_rows_of_any_questionnaire(tmp_path_factory, questionnaire, drawn):
    columns = list_columns(questionnaire, publish_all(questionnaire))
    if not columns:
        return
    cells = st.tuples(*(st.none() | st.sampled_from(sorted(column.values) or [1, 2]) for column in columns)).map(list)
    rows = drawn.draw(st.lists(cells, min_size=1, max_size=4))
    path = tmp_path_factory.mktemp("sav") / "a.sav"

    write_sav(path, columns, rows, title="x", notes=[])
    data, meta = pyreadstat.read_sav(path, output_format="dict")

    assert to_rows(data) == rows
    for column in columns:
        labels = {value: cut(label, 120) for value, label in column.values.items()}
        assert meta.variable_value_labels.get(column.name, {}) == labels


@given(st.text(min_size=1), st.integers(10, 60))
def test_cut_texts_fit_and_lose_no_half_sign(text, most):
    short, whole = cut(text, most), " ".join(text.split())

    assert len(short.encode()) <= most
    assert short == whole or whole.startswith(short.removesuffix("…"))


def test_xlsx_has_typed_cells_labels_codes_and_no_formula(columns, rows, tmp_path):
    written = write_xlsx(tmp_path / "a.xlsx", columns, rows, ABOUT)

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    assert written == 3
    assert book.sheetnames == ["数据", "代码", "变量", "说明"]
    assert [cell.value for cell in book["数据"][2]][:3] == ["不好说" * 40, "戊", "😀 很好"]
    assert [cell.value for cell in book["代码"][2]] == [99, 5, 1, None, 0, 1, 2, 2]
    assert book["说明"]["B1"].value == "=1+1"
    assert {cell.data_type for sheet in book for line in sheet for cell in line} <= {"s", "n"}


def test_xlsx_explains_every_value(columns, rows, tmp_path):
    write_xlsx(tmp_path / "a.xlsx", columns, rows, ABOUT)

    lines = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["变量"].iter_rows(values_only=True))

    assert ("mood", None, "1", "😀 很好", "1") in [tuple(cell or None for cell in line) for line in lines]
    assert {line[0] for line in lines[1:]} == {column.name for column in columns}


def test_csv_is_utf8_with_mark_and_defused(columns, rows, tmp_path):
    write_csv(tmp_path / "a.zip", columns, rows, ABOUT)

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        data, about = archive.read("数据.csv"), archive.read("说明.csv").decode("utf-8-sig")

    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert lines[1] == ["99", "5", "1", "", "0", "1", "2", "2"]
    assert lines[2] == [""] * 8
    assert "轮次,'=1+1" in about
