"""Tables as files: typed, named, complete, harmless, and hiding what the page hides."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from dashboards import files
from dashboards.files import TableFile, make_csv, make_xlsx
from dashboards.tables import Column, Sort, Table
from indicators.areas import AreaRef
from indicators.engine.cells import refresh_community
from indicators.periods import Period

FORMULA = '=HYPERLINK("http://x","y")'
AREA = AreaRef("community", 1, "990101001001", "多福社区")
COLUMNS = [
    Column("区域"),
    Column("还没触达", Sort.COUNT, "人"),
    Column("触达率", Sort.PERCENT),
    Column("人均次数", Sort.NUMBER, "次/人"),
]


def make_file(*rows, hides=True, **said):
    table = Table("gaps", "各区域", COLUMNS, rows, **said)
    as_of = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    return TableFile(table, AREA, Period.parse("2026-Q4"), as_of, hides=hides)


def open_xlsx(content):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def page(client, register, grids, community, worker):
    """The community's worker before a brief with somebody missed."""
    for number in range(12):
        register.resident(grids[0], groups=["retired"] if number < 8 else ["youth"] if number < 10 else [])
    refresh_community(community.pk)
    client.force_login(worker)
    return client


def address(area, table="gaps", kind="csv", page="brief"):
    return reverse("dashboards:file", args=[area.code, page, table, kind])


def test_workbook_types_its_cells():
    sheet = open_xlsx(make_xlsx(make_file(["和平新村", 1204, 46.0, 0.83])))
    count, percent, number = sheet["B3"], sheet["C3"], sheet["D3"]
    assert (count.value, percent.value, number.value) == (1204, 0.46, 0.83)
    assert (count.number_format, percent.number_format, number.number_format) == ("#,##0", "0.0%", "#,##0.00")
    assert sheet.freeze_panes == "B3"


def test_numbers_that_pages_hold_in_words_are_numbers_in_files():
    sheet = open_xlsx(make_xlsx(make_file(["和平新村", "1,204", "46.5%", "—"])))
    assert [cell.value for cell in sheet[3]] == ["和平新村", 1204, 0.465, None]


@pytest.mark.parametrize("words", [FORMULA, "+1", "-1", "@x", "＝1"])
def test_text_is_never_a_formula(words):
    file = make_file([words, 1, None, None])
    assert open_xlsx(make_xlsx(file))["A3"].data_type == "s"
    assert read_csv(make_csv(file))[2][0] == f"'{words}"


def test_csv_keeps_negative_numbers_numbers_and_names_units():
    content = make_csv(make_file(["和平新村", 5, None, -2.3]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content)[1:] == [
        ["区域", "还没触达（人）", "触达率（%）", "人均次数（次/人）"],
        ["和平新村", "5", "", "-2.3"],
        ["合计：共 1 行"],
    ]


def test_first_line_says_what_where_when_how_fresh_and_why_cells_are_empty():
    line = read_csv(make_csv(make_file(note="不能相加。")))[0][0]
    assert line.startswith(
        "各区域 · 多福社区 · 2026 年第 4 季度 · 单位：人、%、次/人 · 数据截至 2026-11-20 10:30 · 不能相加。"
    )
    assert "人数太少（1–4 人）而不显示" in line
    assert "太少" not in make_file(hides=False).headline


def test_file_name_holds_period_and_unit_and_nothing_that_windows_refuses():
    assert make_file(unit="人").name == "各区域-多福社区-2026年第4季度-人"
    table = Table("x", "A/B：网格 x 人群?", [], [])
    assert TableFile(table, AREA, None, None, hides=False).name.startswith("A_B：网格_x_人群_-多福社区-20")


def test_columns_are_wide_enough_for_chinese():
    assert files.find_widths(make_file(["和平新村第一社区", 1, None, None]))[:2] == [18, 16]


def test_file_that_lost_a_row_is_refused():
    with pytest.raises(RuntimeError, match="0 of 1"):
        files.check_rows(0, make_file(["和平新村", 1, 1.0, 1.0]))


def test_file_holds_the_rows_of_the_page_and_is_audited(page, community, worker):
    response = page.get(address(community))
    rows = read_csv(response.content)
    assert [row[1:3] for row in rows[2:-1]] == [["离退休人员", "8"], ["青少年", "2"]]
    event = AuditEvent.objects.get(action="figures.export")
    assert (event.area_code, event.detail["rows"], event.detail["table"]) == (community.code, len(rows) - 3, "gaps")


def test_file_hides_from_the_street_what_the_page_hides(page, community, street_officer):
    own = len(read_csv(page.get(address(community)).content))
    page.force_login(street_officer)
    assert len(read_csv(page.get(address(community)).content)) < own


def test_file_is_named_in_chinese_with_its_period(page, community):
    header = page.get(address(community, kind="xlsx"), {"period": "2026-Q3"})["Content-Disposition"]
    assert header.startswith("attachment")
    assert "2026%E5%B9%B4%E7%AC%AC3%E5%AD%A3%E5%BA%A6" in header


@pytest.mark.parametrize(
    "said",
    [{"table": "x"}, {"kind": "pdf"}, {"page": "x"}],
)
def test_nonsense_is_not_found(page, community, said):
    assert page.get(address(community, **said)).status_code == 404


@pytest.mark.parametrize("period", ["2099-Q1", "2001-Q1", "x"])
def test_period_without_figures_has_no_file(page, community, period):
    assert page.get(address(community), {"period": period}).status_code == 404


def test_foreign_area_has_no_file(page, foreign_community):
    assert page.get(address(foreign_community)).status_code == 404


def test_page_links_the_files_of_its_tables_with_its_period(page, community):
    period = Period.containing(timezone.localdate(), "quarter").code
    text = page.get(reverse("dashboards:page", args=[community.code, "brief"])).content.decode()
    assert f'href="{address(community, kind="xlsx")}?period={period}"' in text
