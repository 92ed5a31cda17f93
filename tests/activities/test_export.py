"""The activity list as a file: the same rows as the page, no persons, no formulas, never short without saying so."""

import csv
import io

import openpyxl
import pytest

from accounts.models import AuditEvent
from activities import exports
from activities.models import Programme

URL = "/activities/export/"
FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def activity(register, community, worker, resident):
    """Named so that a careless spreadsheet would compute."""
    made = register.activity(community, worker, resident, title=FORMULA, unnamed_count=3)
    made.programmes.add(*Programme.objects.filter(name__in=["五进社区", "两邻节"]))
    return made


def read_xlsx(response):
    """Rows of the first sheet, without formulas being hidden."""
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)], sheet


def read_csv(response):
    """Rows of the file."""
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_workbook_holds_counts_as_numbers_and_text_as_text(page, activity):
    rows, sheet = read_xlsx(page.get(URL))
    line = dict(zip(rows[1], rows[2], strict=True))
    assert line["名称"] == FORMULA
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert (line["人次"], line["实名居民"], line["实名非本社区"], line["未登记姓名"]) == (4, 1, 0, 3)
    assert (line["实名率"], line["工作项目"], line["进展"]) == ("25.0%", "五进社区、两邻节", "待核验")


@pytest.mark.parametrize("title", [FORMULA, "+1", "-1", "@x", "＝1"])
def test_csv_never_holds_a_formula(page, register, community, worker, title):
    register.activity(community, worker, title=title)
    response = page.get(URL, {"format": "csv"})
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert read_csv(response)[2][3] == f"'{title}"


def test_file_holds_no_person(page, activity):
    for query in ({}, {"format": "csv"}):
        rows = read_csv(page.get(URL, query)) if query else read_xlsx(page.get(URL))[0]
        assert not [cell for row in rows for cell in row if "英" in str(cell) or "*" in str(cell)]


def test_file_obeys_the_filters_and_ends_with_its_count(page, activity, register, community, worker):
    register.activity(community, worker, title="网课", mode="online", unnamed_count=5)
    rows = read_csv(page.get(URL, {"mode": "online", "format": "csv"}))
    assert [row[3] for row in rows[2:-1]] == ["网课"]
    assert rows[-1][0] == "合计：共 1 场"
    assert rows[-1][13] == "5"


def test_file_is_named_after_report_area_and_period(page, activity):
    header = page.get(URL, {"since": "2026-01-01", "until": "2026-12-31"})["Content-Disposition"]
    assert header.startswith("attachment")
    assert "2026-01-01" in header
    assert "2026-12-31" in header
    assert "%E6%B4%BB%E5%8A%A8%E6%B8%85%E5%8D%95" in header  # 活动清单


def test_too_long_a_list_is_refused_whole_with_a_way_out(page, activity, register, community, worker, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    register.activity(community, worker)
    response = page.get(URL, {"category": "all"}, follow=True)
    assert response.redirect_chain == [("/activities/?category=all", 302)]
    assert "一次最多导出 1 场" in response.content.decode()


def test_bad_filter_makes_no_file(page, activity):
    assert page.get(URL, {"since": "昨天"}).status_code == 302


def test_export_is_audited_with_its_rows(page, activity, worker):
    page.get(URL)
    event = AuditEvent.objects.get(action="activity_list.export")
    assert (event.object_id, event.detail["rows"]) == (str(worker.pk), 1)


def test_list_of_another_street_is_empty(client, outsider, activity):
    client.force_login(outsider)
    assert len(read_xlsx(client.get(URL))[0]) == 3  # title, headings, total


def test_query_count_does_not_grow_with_rows(page, register, community, worker, django_assert_num_queries):
    def fill(number):
        for _number in range(number):
            register.activity(community, worker, responsible=worker).programmes.add(Programme.objects.first())

    fill(1)
    with django_assert_num_queries(EXPORT_QUERIES):
        page.get(URL)
    fill(6)
    with django_assert_num_queries(EXPORT_QUERIES):
        page.get(URL)


EXPORT_QUERIES = 5  # session, user with community; count, rows, audit
