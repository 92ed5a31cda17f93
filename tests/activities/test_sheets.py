"""Sign-in sheets: which are read, what they hold, and where a bad cell is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities import sheets
from activities.sheets import describe_refusal, read_sheet
from imports.formats import FileRefused
from tests.register import make_id_number, make_workbook

URL = "/activities/match/"


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def read(rows, headings, above=0):
    """Return the people and problems of a workbook."""
    return read_sheet(make_workbook(rows, headings, above))


def test_headings_are_known_as_in_the_register_import():
    number = make_id_number()
    headings = ["序号", "居民姓名", "联系电话", "身份证号码", "所属网格", "签名"]
    people, problems = read([["1", "张三", "19912345678", number, "第一网格", ""]], headings, above=1)
    (person,) = people
    assert (person.name, person.phone, person.id_number, person.grid) == ("张三", "19912345678", number, "第一网格")
    assert not problems


def test_sheet_with_names_only_is_enough():
    people, _problems = read([["1", "张三", ""], ["2", "李四", ""]], ["序号", "姓名", "签到"])
    assert [person.name for person in people] == ["张三", "李四"]


@pytest.mark.parametrize(("cell", "tail"), [("5678", "5678"), (78.0, "0078")])
def test_last_four_digits_in_place_of_a_phone(cell, tail):
    people, problems = read([["张三", cell]], ["姓名", "手机号"])
    assert [person.tail for person in people] == [tail]
    assert not problems


def test_rows_that_are_nobody_are_left_out():
    people, problems = read([["张三", "1"], ["合计", "1人"], ["", ""], ["备注：下雨", ""]], ["姓名", "签名"])
    assert [person.name for person in people] == ["张三"]
    assert not problems


def test_bad_cell_is_named_by_its_place_and_the_person_kept():
    people, problems = read([["张三", "12345"], ["李?", "19912345678"]], ["姓名", "手机号"])
    assert [person.name for person in people] == ["张三"]
    assert [problem.split("：")[0] for problem in problems] == ["居民!B2", "居民!A3"]


def test_text_file_of_excel_in_chinese_is_read():
    people, _problems = read_sheet("姓名,手机\n张三,19912345678\n".encode("gb18030"))
    assert people[0].phone == "19912345678"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "这不是表格文件"),
        (b"\x89PNG\r\n\x1a\n", "这不是表格文件"),
        (b"", "没有数据"),
        (b"PK\x03\x04 broken", "打不开"),
        ("甲,乙\n一,二\n".encode(), "没有找到“姓名”"),
        (b"x" * 100_000 + b"\n", "没有找到“姓名”|个字"),
        ("姓名,思想动态\n张三,好\n".encode(), "思想动态"),
    ],
)
def test_file_that_is_no_sheet_says_why(page, content, words):
    text = page.post(URL, {"sheet": SimpleUploadedFile("签到表.xlsx", content)}).content.decode()
    assert any(word in text for word in words.split("|"))
    assert "picker__row" not in text


def test_sheet_above_the_size_is_refused(settings):
    settings.SHEET_MAX_BYTES = 100
    with pytest.raises(FileRefused) as refused:
        read([["张三"]], ["姓名"])
    assert "超过" in describe_refusal(refused.value)


def test_sheet_longer_than_a_hall_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "LIST_LIMIT", 1)
    with pytest.raises(FileRefused) as refused:
        read([["张三"], ["李四"]], ["姓名"])
    assert "名单超过 1 人" in describe_refusal(refused.value)


def test_sheet_is_reviewed_like_a_pasted_list(page, resident):
    content = make_workbook([["欧阳秀英", "5678"], ["外地人", ""]], ["姓名", "手机号"])
    text = page.post(URL, {"sheet": SimpleUploadedFile("签到表.xlsx", content)}).content.decode()
    assert f'value="{resident.pk}" checked data-picker-preset' in text
    assert 'data-outsider-add="外地人|"' in text
