"""The template: filled in, it is imported without a question."""

import io

import pytest
from openpyxl import load_workbook

from imports.headings import COLUMNS
from imports.models import ResidentImport
from imports.workbooks import GUIDE, HEADINGS, write_template, write_workbook
from tests.register import make_id_number

pytestmark = pytest.mark.django_db


def fill_template(row: dict[str, str]) -> bytes:
    """Return the template with one row."""
    workbook = load_workbook(io.BytesIO(write_template()))
    workbook["居民"].append([row.get(heading, "") for heading in HEADINGS])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def test_guide_explains_every_column():
    assert set(GUIDE) == {column.key for column in COLUMNS}


def test_template_has_headings_and_guide():
    workbook = load_workbook(io.BytesIO(write_template()))
    assert [cell.value for cell in workbook["居民"][1]] == list(HEADINGS)
    assert [row[0].value for row in workbook["说明"]][1:] == list(HEADINGS)


def test_filled_template_is_read_without_a_question(rehearse):
    content = fill_template({"姓名": "王秀英", "身份证号": make_id_number(), "网格": "第一网格"})
    job = rehearse(content)
    assert (job.status, job.counts["create"], job.counts["refuse"]) == (ResidentImport.Status.REHEARSED, 1, 0)


def test_every_column_of_the_template_is_taken(rehearse):
    row = {
        "姓名": "王秀英", "身份证号": make_id_number(), "性别": "男", "出生日期": "1980-05-01", "手机号": "19912345678",
        "社区": "多福社区", "网格": "第一网格", "楼栋": "3号楼", "单元": "2单元", "房号": "501", "住址": "3-2-501",
        "人群类别": "居民党员", "入住日期": "2020-05-01", "民族": "汉族", "学历": "大学本科", "从业状况": "退休",
    }  # fmt: skip
    job = rehearse(fill_template(row))
    staged = job.rows.get()
    assert (staged.building, staged.unit, staged.room, len(staged.groups)) == ("3号楼", "2单元", "501", 1)
    assert all((staged.education, staged.ethnic_group, staged.occupation, staged.phone_kept, staged.since))


def test_list_in_the_layout_of_the_template_writes_text_only():
    sheet = load_workbook(io.BytesIO(write_workbook([["=1+1", "990101198005010010"]])))["居民"]
    assert [(cell.value, cell.data_type) for cell in sheet[2][:2]] == [("=1+1", "s"), ("990101198005010010", "s")]
