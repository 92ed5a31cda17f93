"""Cells of residents' lists: what is read, what is remarked on, and what is refused with which code."""

import ast
import re
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids import cleaning
from grids.cleaning import CellRefused, PartialDate, Remark
from grids.reasons import CELL_REASONS, CELL_REMARKS, describe

TODAY = date(2026, 11, 22)
ROOT = Path(cleaning.__file__).parent.parent


def refusal(check, *args, **options) -> str:
    """Return the code with which the check refuses."""
    with pytest.raises(CellRefused) as refused:
        check(*args, **options)
    return refused.value.code


def widen(text: str) -> str:
    """Return the text in full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


# The module


def test_cleaning_needs_nothing_but_the_standard_library():
    subprocess.run([sys.executable, "-S", "-c", "import grids.cleaning, grids.codes"], cwd=ROOT, check=True)


def test_every_code_has_words_and_every_word_a_code():
    literals = {
        node.value for node in ast.walk(ast.parse(Path(cleaning.__file__).read_text())) if hasattr(node, "value")
    }
    given_here = {text for text in literals if isinstance(text, str) and re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text)}
    decided_by_the_caller = {"id_missing"}
    assert given_here | decided_by_the_caller == CELL_REASONS.keys() | CELL_REMARKS.keys()
    assert CELL_REASONS.keys() & CELL_REMARKS.keys() == set()


def test_words_take_the_detail():
    assert describe("phone_first_of_several", "2") == "这一格有 2 个号码，只登记了第一个手机号"
    assert describe("text_too_long", "30") == "内容超过 30 个字，请检查是否填错了列"


# Text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        ("abc", "abc"),
        ("ＡＢＣ１２３", "ABC123"),
        ("\u3000第一网格\xa0", "第一网格"),
        ("\ufeff第\u200b一\u200f网\xad格", "第一网格"),
        ("\u202d13800138000\u202c", "13800138000"),
        ("'001", "001"),
        ("’001", "001"),
        (" `001", "001"),
        ("＇ 001", "001"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (1e17, "100000000000000000"),
        (float("inf"), "inf"),
        (True, "True"),
        (date(1980, 5, 1), "1980-05-01"),
        (datetime(1980, 5, 1), "1980-05-01"),
        (datetime(1980, 5, 1, 8, 30), "1980-05-01 08:30:00"),
        (time(8, 30), "08:30:00"),
        ("a\x00b", "ab"),
        ("#5", "#5"),
    ],
)
def test_text_of_a_cell(cell, text):
    assert cleaning.clean_text(cell) == text


def test_short_text_has_a_limit():
    assert cleaning.clean_short_text("一" * 30, 30) == "一" * 30
    assert refusal(cleaning.clean_short_text, "一" * 31, 30) == "text_too_long"


@pytest.mark.parametrize(
    "cell", ["#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "＃N/A", "#######"]
)
@pytest.mark.parametrize(
    ("check", "arguments"),
    [
        (cleaning.clean_text, ()),
        (cleaning.clean_name, ()),
        (cleaning.clean_id_number, (TODAY,)),
        (cleaning.clean_date, (TODAY,)),
        (cleaning.clean_sex, ()),
        (cleaning.clean_phone, ()),
        (cleaning.clean_education, ()),
        (cleaning.clean_building, ()),
        (cleaning.clean_unit, ()),
        (cleaning.clean_room, ()),
        (cleaning.split_address, ()),
        (cleaning.split_groups, ()),
    ],
)
def test_error_of_a_formula_is_refused_everywhere(check, arguments, cell):
    if check == cleaning.clean_name and cell == "＃N/A":
        cell = "#N/A"  # names are not folded
    assert refusal(check, cell, *arguments) == "cell_error"


# Names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张三", "张三"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("\u3000张\u3000三 ", "张三"),
        ("张 三", "张三"),
        ("'张三", "张三"),
        ("\u200b张三\ufeff", "张三"),
        ("张三\u3000\n", "张三"),
        ("刘〇一", "刘〇一"),
        ("𠮷田", "𠮷田"),
        ("李\U0002ebf0", "李\U0002ebf0"),  # extension I, unknown to Python 3.11
        ("李\U00031350", "李\U00031350"),  # extension H
        ("李\ufa10", "李\ufa10"),  # NFKC would make another character of it
        ("⽂⽅", "文方"),  # radicals, as PDF text has them
        ("葛\U000e0100城", "葛城"),  # a variation selector
        ("John Smith", "John Smith"),
        ("Ｊｏｈｎ\u3000Ｓｍｉｔｈ", "John Smith"),
        ("John  F. Smith", "John F. Smith"),
        ("John Smith Jr.", "John Smith Jr."),
        ("Anne-Marie O'Brien", "Anne-Marie O'Brien"),
        ("Jose\u0301 García", "José García"),
        ("Mary Jane 王", "Mary Jane王"),
        ("王 Mary Jane", "王Mary Jane"),
        ("김 철수", "김 철수"),
        ("张" * 60, "张" * 60),
        ("Ａｎｚ\u3000Ｚａ", "Anz Za"),
        ("⼀⿕", "一龠"),
    ],
)
def test_name_is_read(written, name):
    assert cleaning.clean_name(written) == name


@pytest.mark.parametrize("separator", ["·", "•", "‧", "・", "．", ".", "﹒", "･", "●", " · ", "··", " . "])
def test_separator_of_a_transliterated_name_becomes_the_middle_dot(separator):
    assert cleaning.clean_name(f"阿依古丽{separator}买买提") == "阿依古丽·买买提"


def test_middle_dot_of_a_latin_name_stays():
    assert cleaning.clean_name("Ana•Maria") == "Ana·Maria"


@pytest.mark.parametrize(
    "written",
    [
        "张三（户主）",
        "张三(已迁)",
        "张 三 （户主）",
        "张三【租户】",
        "张三[租户]",
        "张三〔租户〕",
        "张三（户主",
        "张三（户主）（2号楼）",
        "张三(?)",
    ],
)
def test_remark_behind_a_name_is_dropped_and_said(written):
    assert cleaning.clean_name(written) == Remark("张三", "name_remark_dropped")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "name_missing"),
        (None, "name_missing"),
        (" \u3000", "name_missing"),
        ("张" * 61, "name_too_long"),
        ("张", "name_too_short"),
        ("张（户主）", "name_too_short"),
        ("A", "name_too_short"),
        ("张3", "name_invalid"),
        ("张①", "name_invalid"),
        ("张*三", "name_invalid"),
        ("张三、李四", "name_invalid"),
        ("张三（户主）李四", "name_invalid"),
        ("（户主）", "name_invalid"),
        ("张三.", "name_invalid"),
        ("·张三", "name_invalid"),
        ("张-三", "name_invalid"),
        ("O''Brien", "name_invalid"),
        (13800138000.0, "name_invalid"),
        (date(1980, 5, 1), "name_invalid"),
        ("张\ue000", "name_private_use"),
        ("张\uf123", "name_private_use"),
        ("张\U000f0001", "name_private_use"),
        ("张\U00100001", "name_private_use"),
        ("张?", "name_damaged"),
        ("张？三", "name_damaged"),
        ("?", "name_damaged"),
        ("张\ufffd", "name_damaged"),
        ("张□", "name_damaged"),
        ("张〓", "name_damaged"),
        ("张三〕", "name_invalid"),
        ("张三)（户主）", "name_invalid"),
    ],
)
def test_name_refused_with_its_reason(written, code):
    assert refusal(cleaning.clean_name, written) == code


@pytest.mark.parametrize(
    "written",
    [
        "无",
        "无名",
        "未知",
        "不详",
        "空户",
        "null",
        "None",
        "空房",
        "测试",
        "合计",
        "合 计",
        "小计",
        "总计",
        "总数",
        "共计",
        "總計",
        "无（空）",
    ],
)
def test_placeholder_and_total_are_no_names(written):
    assert refusal(cleaning.clean_name, written) == "name_placeholder"


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=20))
def test_chinese_name_survives_spaces_between_its_characters(name):
    if name not in cleaning.NAME_PLACEHOLDERS:
        assert cleaning.clean_name(name) == name
        assert cleaning.clean_name("\u3000".join(name) + " ") == name


@given(st.text(max_size=80))
def test_name_is_clean_or_refused_and_clean_names_stay(written):
    try:
        name = cleaning.clean_name(written)
    except CellRefused as refused:
        assert refused.code in CELL_REASONS  # noqa: PT017  either outcome is right
        return
    name = name.value if isinstance(name, Remark) else name
    assert cleaning.clean_name(name) == name


# ID numbers

VALID = "11010519491231002X"


def make_id(born: date, sequence: int, division: str = "990101") -> str:
    digits = f"{division}{born:%Y%m%d}{sequence:03}"
    return digits + cleaning.id_check_character(digits)


valid_ids = st.builds(
    make_id,
    st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
    st.integers(0, 999),
    st.sampled_from(["110105", "440524", "650102", "810000", "820000", "830000", "990101"]),
)


@pytest.mark.parametrize("number", [VALID, "440524188001010014"])
def test_id_number_of_the_standard_passes(number):
    assert cleaning.clean_id_number(number, TODAY) == number


@given(valid_ids)
def test_check_character_keeps_the_congruence_of_iso_7064(number):
    values = [10 if character == "X" else int(character) for character in number]
    assert sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1


@given(valid_ids)
def test_valid_id_number_stays_itself_however_it_is_decorated(number):
    decorated = [
        number.lower(),
        widen(number),
        f" {number}\u3000",
        f"'{number}",
        f"‘{number}",
        f"\ufeff{number}\u200b",
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}—{number[14:]}",
        "\xa0".join(number),
        number.replace("X", "×"),
        number.replace("X", "Х"),  # Cyrillic
    ]
    assert {cleaning.clean_id_number(written, TODAY) for written in decorated} == {number}


@given(valid_ids, st.integers(0, 17), st.integers(1, 9))
def test_id_number_with_one_wrong_digit_is_refused(number, place, shift):
    right = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((right + shift) % 10) + number[place + 1 :]
    assert refusal(cleaning.clean_id_number, wrong, TODAY) in {"id_birth_date", "id_checksum", "id_damaged"}


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_old_id_number_is_converted_and_said(born, sequence):
    number = make_id(born, sequence)
    old = number[:6] + number[8:17]
    for written in (old, int(old), float(old), f" {old[:6]} {old[6:]}", widen(old)):
        assert cleaning.clean_id_number(written, TODAY) == Remark(number, "id_converted")


@pytest.mark.parametrize("cell", ["", None, " ", "无", "不详", "-", "——", "/", "N/A", 0, "暂无"])
def test_blank_id_number_is_left_to_the_caller(cell):
    assert cleaning.clean_id_number(cell, TODAY) == ""


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (1.1010519491231e17, "id_damaged"),
        (110105194912310021, "id_damaged"),
        (1101051949123100.0, "id_damaged"),
        ("1.10105E+17", "id_damaged"),
        ("4.4E+17", "id_damaged"),
        ("4e17", "id_damaged"),
        ("110105194912310000", "id_damaged"),
        (12345, "id_length"),
        (11010549123100.0, "id_length"),
        ("1101051949123100", "id_length"),
        ("1101054912310X2", "id_length"),
        ("11010519491231OO2X", "id_characters"),
        ("110105X94912310021", "id_characters"),
        ("E12345678", "id_characters"),
        ("护照", "id_characters"),
        (1.5, "id_characters"),
        (True, "id_characters"),
        ("1101************34", "id_masked"),
        ("１１０１＊＊＊＊＊＊＊＊＊＊＊＊３４", "id_masked"),
        ("110105XXXXXXXX0021", "id_masked"),
        ("110105194913310021", "id_birth_date"),
        ("110105209912310022", "id_birth_date"),
        ("110105184912310022", "id_birth_date"),
        ("110105491331002", "id_birth_date"),
        ("110105194912310021", "id_checksum"),
    ],
)
def test_id_number_refused_with_its_reason(written, code):
    assert refusal(cleaning.clean_id_number, written, TODAY) == code


def test_id_length_names_the_length_only():
    with pytest.raises(CellRefused) as refused:
        cleaning.clean_id_number("1101051949123", TODAY)
    assert refused.value.detail == "13"


def test_id_number_that_really_ends_in_zeros_passes():
    number = next(number for n in range(1000) if (number := make_id(date(1950, 1, 1) + timedelta(n), 0))[-3:] == "000")
    assert cleaning.clean_id_number(number, TODAY) == number


@pytest.mark.parametrize("born", [date(1850, 1, 1), TODAY])
def test_id_number_born_on_the_first_or_last_day_passes(born):
    assert cleaning.clean_id_number(make_id(born, 1), TODAY) == make_id(born, 1)


@pytest.mark.parametrize("born", [date(1849, 12, 31), TODAY + timedelta(1)])
def test_id_number_born_outside_is_refused(born):
    assert refusal(cleaning.clean_id_number, make_id(born, 1), TODAY) == "id_birth_date"


def test_id_number_tells_birth_date_and_sex():
    assert cleaning.birth_date_of(VALID) == date(1949, 12, 31)
    assert (cleaning.sex_of(VALID), cleaning.sex_of(make_id(TODAY, 1))) == (2, 1)


# Sex


@pytest.mark.parametrize(
    ("cell", "sex"),
    [(cell, 1) for cell in ("男", "男性", "男士", "先生", "M", "m", "Male", "ＭＡＬＥ", "1", 1, 1.0, " 男 ")]
    + [(cell, 2) for cell in ("女", "女性", "女士", "F", "f", "FEMALE", "2", 2.0)]
    + [(cell, None) for cell in ("", None, "0", 0, "9", 9.0, "n/a", "——", "未知", "未说明", "未說明")],
)
def test_sex_is_read(cell, sex):
    assert cleaning.clean_sex(cell) == sex


@pytest.mark.parametrize("cell", ["3", "男女", "公", "T", True])
def test_unknown_sex_is_refused(cell):
    assert refusal(cleaning.clean_sex, cell) == "sex_unknown"


def test_sex_is_held_against_the_id_number():
    assert refusal(cleaning.check_sex, "男", VALID) == "sex_contradicts_id"
    for agreeing in ("女", "", "未知"):
        cleaning.check_sex(agreeing, VALID)


# Dates

NUMERALS = "〇一二三四五六七八九"


def in_numerals(number: int) -> str:
    """Return 1 to 31 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("", "十", "二十", "三十")[tens] + (NUMERALS[ones] if ones else "")


def spell(day: date) -> list[object]:
    """Return the day in every spelling that lists use."""
    year, month, number = day.year, day.month, day.day
    year_in_numerals = "".join(NUMERALS[int(digit)] for digit in str(year))
    return [
        day,
        datetime(year, month, number, 13, 45),
        f"{day:%Y-%m-%d}",
        f"{year}-{month}-{number}",
        f"{year}.{month}.{number}",
        f"{day:%Y.%m.%d}",
        f"{year}/{month}/{number}",
        f"{year}年{month}月{number}日",
        f"{year} 年 {month} 月 {number} 日",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        float(f"{day:%Y%m%d}"),
        widen(f"{day:%Y-%m-%d}"),
        widen(f"{day:%Y%m%d}"),
        f"'{day:%Y-%m-%d} ",
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day:%Y-%m-%d}T08:30:00",
        f"{day:%Y-%m-%d} 08:30:00.500",
        f"{year}/{month}/{number} 8:30",
        f"{year}年{month}月{number}日 8:30",
        f"{year_in_numerals}年{in_numerals(month)}月{in_numerals(number)}日",
        f"{year_in_numerals.replace('〇', '○')}年{in_numerals(month)}月{in_numerals(number)}号",
        f"{year_in_numerals.replace('〇', 'O')}年{in_numerals(month)}月{in_numerals(number)}日",
        f"{year}年{in_numerals(month)}月{in_numerals(number)}日",
    ]


@given(st.dates(date(1900, 1, 1), TODAY))
def test_date_survives_every_spelling(day):
    assert {written: cleaning.clean_date(written, TODAY) for written in spell(day)} == dict.fromkeys(spell(day), day)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_month_survives_every_spelling(day):
    year, month = day.year, day.month
    written = [f"{year}年{month}月", f"{year}-{month:02}", f"{year}-{month}", f"{year}.{month}", f"{year}/{month}"]
    written += [f"{year}{month:02}", int(f"{year}{month:02}"), float(f"{year}{month:02}"), widen(f"{year}年{month}月")]
    for cell in written:
        assert cleaning.clean_partial_date(cell, TODAY) == PartialDate(year, month)
        assert cleaning.clean_date(cell, TODAY) == Remark(date(year, month, 1), "date_month_only")


@given(st.dates(date(1928, 1, 1), TODAY))
def test_serial_number_counts_from_1900(day):
    serial = (day - date(1928, 1, 1)).days + 10228  # what Excel shows for 1 January 1928
    for cell in (serial, float(serial), serial + 0.75, str(serial)):
        assert cleaning.clean_date(cell, TODAY) == day


@given(st.dates(date(1932, 1, 1), TODAY))
def test_serial_number_counts_from_1904_in_workbooks_that_say_so(day):
    serial = (day - date(1904, 1, 1)).days
    for cell in (serial, float(serial), str(serial)):
        assert cleaning.clean_date(cell, TODAY, epoch_1904=True) == day


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (29342, date(1980, 5, 1)),
        (10000, date(1927, 5, 18)),
        ("二oo五年五月一日", date(2005, 5, 1)),
        ("二〇二〇年十二月二十三日", date(2020, 12, 23)),
        ("一九八〇年五月一日", date(1980, 5, 1)),
        ("二零零五年十月十日", date(2005, 10, 10)),
        ("1980 5 1", date(1980, 5, 1)),
        ("1980–05–01", date(1980, 5, 1)),
        (TODAY, TODAY),
        ("1850-01-01", date(1850, 1, 1)),
    ],
)
def test_date_is_read(cell, day):
    assert cleaning.clean_date(cell, TODAY) == day


@pytest.mark.parametrize("dash", "-‐‑‒–—―−－﹣")
def test_every_dash_is_a_dash(dash):
    assert cleaning.clean_date(f"1980{dash}05{dash}01", TODAY) == date(1980, 5, 1)
    assert cleaning.clean_phone(f"138{dash}0013{dash}8000") == "13800138000"
    assert cleaning.clean_id_number(f"110105{dash}19491231002X", TODAY) == VALID
    assert cleaning.clean_room(f"501{dash}1") == "501-1"
    assert cleaning.split_address(f"3{dash}2{dash}501") == ("3号楼", "2单元", "501")


@pytest.mark.parametrize("cell", ["", None, " ", "无", "不详", "-", 0, 0.0])
def test_blank_date_is_none(cell):
    assert cleaning.clean_date(cell, TODAY) is None
    assert cleaning.clean_partial_date(cell, TODAY) is None


@pytest.mark.parametrize(("cell", "month"), [(1980.5, 5), (1980.12, 12), (1980.11, 11), (1980.01, 1), ("1980.1", 1)])
def test_number_with_a_point_is_year_and_month(cell, month):
    assert cleaning.clean_partial_date(cell, TODAY) == PartialDate(1980, month)


def test_partial_date_counts_from_1900_unless_told_otherwise():
    assert cleaning.clean_partial_date(29342, TODAY) == PartialDate(1980, 5, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("不知道", "date_unreadable"),
        ("1980", "date_unreadable"),
        (1980, "date_unreadable"),
        (60, "date_unreadable"),
        (9999, "date_unreadable"),
        (80001, "date_unreadable"),
        (-29342, "date_unreadable"),
        (1980.15, "date_unreadable"),
        (1980.123, "date_unreadable"),
        ("1980-02-30", "date_unreadable"),
        ("1980-13-01", "date_unreadable"),
        ("1980-00", "date_unreadable"),
        ("1980-05-00", "date_unreadable"),
        ("198013", "date_unreadable"),
        ("0000-01-01", "date_unreadable"),
        ("一九八〇年十十月一日", "date_unreadable"),
        ("一九八〇年一一十月一日", "date_unreadable"),
        ("一九八〇年十一一月一日", "date_unreadable"),
        ("198O-05-01", "date_unreadable"),
        ("1980" + " " * 40 + "-05-01", "date_unreadable"),
        (True, "date_unreadable"),
        (time(8, 30), "date_unreadable"),
        ("80-5-1", "date_ambiguous"),
        ("80.5.1", "date_ambiguous"),
        ("80年5月1日", "date_ambiguous"),
        ("80年5月", "date_ambiguous"),
        ("01/05/1980", "date_ambiguous"),
        ("5/1/80", "date_ambiguous"),
        ("800501", "date_ambiguous"),
        (1980.1, "date_ambiguous"),
        ("2026-11-23", "date_future"),
        (date(2026, 11, 23), "date_future"),
        ("2026-12", "date_future"),
        (70000, "date_future"),
        ("1849-12-31", "date_too_old"),
        ("1080-05-01", "date_too_old"),
    ],
)
def test_date_refused_with_its_reason(cell, code):
    assert refusal(cleaning.clean_date, cell, TODAY) == code


@pytest.mark.parametrize("cell", ["1949-12-31", "1949-12", "194912", "1949年12月", "", None, 18263])
def test_birth_date_that_agrees_with_the_id_number(cell):
    cleaning.check_birth_date(cell, VALID, TODAY)


@pytest.mark.parametrize("cell", ["1949-12-30", "1949-11", "1948-12", "1948-12-31", 18262])
def test_birth_date_that_contradicts_the_id_number(cell):
    assert refusal(cleaning.check_birth_date, cell, VALID, TODAY) == "birth_date_contradicts_id"


def test_birth_date_is_held_against_the_id_number_in_the_epoch_of_the_workbook():
    cleaning.check_birth_date(18263 - 1462, VALID, TODAY, epoch_1904=True)
    assert refusal(cleaning.check_birth_date, 18263, VALID, TODAY, epoch_1904=True) == "birth_date_contradicts_id"


def test_birth_date_without_id_number_is_needed_to_the_day():
    assert cleaning.clean_birth_date("1980年5月1日", TODAY) == date(1980, 5, 1)
    assert cleaning.clean_birth_date(29342, TODAY) == date(1980, 5, 1)
    assert cleaning.clean_birth_date(29342 - 1462, TODAY, epoch_1904=True) == date(1980, 5, 1)
    assert refusal(cleaning.clean_birth_date, "1980-05", TODAY) == "birth_date_incomplete"
    assert refusal(cleaning.clean_birth_date, "", TODAY) == "birth_date_missing"


# Phones

valid_mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(valid_mobiles)
def test_mobile_number_survives_every_decoration(number):
    three, four, rest = number[:3], number[3:7], number[7:]
    decorated = [
        number,
        int(number),
        float(number),
        widen(number),
        f"'{number} ",
        f"\u202d{number}\u202c",
        f"+86{number}",
        f"+86 {number}",
        f"(+86){number}",
        f"（86）{number}",
        f"0086-{number}",
        f"86{number}",
        f"0{number}",
        f"{three} {four} {rest}",
        f"{three}-{four}-{rest}",
        f"{three}—{four}—{rest}",
        f"{three}.{four}.{rest}",
        f"({three}){four}{rest}",
        f"({three}) {four}-{rest}",
        f"+86 {three}\xa0{four}\u3000{rest}",
        f"{number[0]}.{number[1:]}E+10",
        f"{number};",
        f"-{number}-",
        f"({number})",
    ]
    assert {written: cleaning.clean_phone(written) for written in decorated} == dict.fromkeys(decorated, number)


@given(
    valid_mobiles,
    valid_mobiles,
    st.sampled_from([*"/、，,;；|\n ", " / ", "；\n", "和", "(", "（备用）"]),
)
def test_first_of_two_mobile_numbers_is_kept_and_said(first, second, separator):
    if first != second:
        written = f"{first[:3]}-{first[3:7]}-{first[7:]}{separator}{second}"
        assert cleaning.clean_phone(written) == Remark(first, "phone_first_of_several", "2")


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("13800138000 13900139000 13700137000", "3"),
        ("010-62345678/13800138000", "2"),
        ("13800138000（儿子 13900139000）", "2"),
        ("139****9000、13800138000", "2"),
    ],
)
def test_first_mobile_number_is_kept_among_other_numbers(written, count):
    assert cleaning.clean_phone(written) == Remark("13800138000", "phone_first_of_several", count)


def test_the_same_mobile_number_twice_is_one():
    assert cleaning.clean_phone("13800138000/138 0013 8000") == "13800138000"


@pytest.mark.parametrize(
    "written",
    [
        "13800138000（儿子）",
        "13800138000(微信同号)",
        "13800138000（住2号楼）",
        "13800138000【2号楼】",
        "13800138000[2号楼",
        "手机：13800138000",
        "13800138000 本人",
    ],
)
def test_remark_beside_a_mobile_number_is_dropped_and_said(written):
    assert cleaning.clean_phone(written) == Remark("13800138000", "phone_remark_dropped")


@pytest.mark.parametrize(
    "written",
    [
        "010-62345678",
        "0551-6234567",
        "(010)62345678",
        "010 6234 5678",
        "+86-10-62345678",
        "62345678",
        6234567.0,
        "010-62345678转801",
        "62345678-801",
        "６２３４５６７８",
        "010-62345678（家）",
        "0086-10-62345678",
        "010-62345678 转 801",
        "62345678 EXT. 801",
        "010-62345678/62345679",
    ],
)
def test_landline_is_left_out_and_said(written):
    assert cleaning.clean_phone(written) == Remark("", "phone_landline")


@pytest.mark.parametrize(
    "written", ["138****8000", "138＊＊＊＊8000", "138XXXX8000", "138xxxx8000", "138 **** 8000", "138●●●●8000"]
)
def test_masked_phone_is_left_out_and_said(written):
    assert cleaning.clean_phone(written) == Remark("", "phone_masked")


@pytest.mark.parametrize("written", ["", None, " ", "无", "無", "没有", 0, "0", "-", "——", "/", "不详", "N/A", "n/a"])
def test_phone_that_says_none_is_blank(written):
    assert cleaning.clean_phone(written) == ""


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1380013800", "phone_invalid"),
        ("138001380001", "phone_invalid"),
        ("12800138000", "phone_invalid"),
        ("1380013800013900139000", "phone_invalid"),
        ("13800138000 139", "phone_invalid"),
        ("13800138000 3号楼", "phone_invalid"),
        ("13800138000@139.com", "phone_invalid"),
        ("abc", "phone_invalid"),
        ("儿子", "phone_invalid"),
        ("19800501", "phone_invalid"),
        ("12345", "phone_invalid"),
        (VALID, "phone_invalid"),
        (True, "phone_invalid"),
        ("13800138000" + "、" * 200, "phone_invalid"),
        (1.5, "phone_damaged"),
        (float("nan"), "phone_damaged"),
        ("1.38E+10", "phone_damaged"),
        ("1.38e+10", "phone_damaged"),
        ("1.38001E+10", "phone_damaged"),
        ("1E10", "phone_damaged"),
    ],
)
def test_phone_refused_with_its_reason(written, code):
    assert refusal(cleaning.clean_phone, written) == code


# National codes


@pytest.mark.parametrize(
    ("check", "cell", "code"),
    [
        (cleaning.clean_education, "本科", "20"),
        (cleaning.clean_education, 20.0, "20"),
        (cleaning.clean_ethnic_group, "漢", "01"),
        (cleaning.clean_ethnic_group, 1.0, "01"),
        (cleaning.clean_occupation, "退休", "80"),
        (cleaning.clean_occupation, 24, "24"),
    ],
)
def test_national_code_is_read(check, cell, code):
    assert check(cell) == code


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (cleaning.clean_education, "education_unknown"),
        (cleaning.clean_ethnic_group, "ethnic_group_unknown"),
        (cleaning.clean_occupation, "occupation_unknown"),
    ],
)
def test_unknown_word_leaves_the_field_empty_and_is_said(check, code):
    assert check("说不清") == check("不详") == Remark("", code)
    assert {check(blank) for blank in ("", None, " ", "-", "——", "/")} == {""}


# Doors


@pytest.mark.parametrize(
    "written",
    [
        "3",
        3,
        3.0,
        "3号",
        "3栋",
        "3幢",
        "3座",
        "3#",
        "3#楼",
        "3楼",
        "3号楼",
        "03",
        "第3栋",
        "三号楼",
        "三",
        "3 号 楼",
        "３号楼",
        "3棟",
        "3號樓",
        "03#",
        "第三幢",
        "3栋楼",
    ],
)
def test_building_has_one_spelling(written):
    assert cleaning.clean_building(written) == "3号楼"


@pytest.mark.parametrize(
    ("written", "building"),
    [
        ("A栋", "A号楼"),
        ("a座", "A号楼"),
        ("B2", "B2号楼"),
        ("3A栋", "3A号楼"),
        ("十二号楼", "12号楼"),
        ("003", "3号楼"),
        ("100号楼", "100号楼"),
        ("综合楼", "综合楼"),
        ("幸福里东楼", "幸福里东楼"),
        ("幸福里3号楼", "幸福里3号楼"),
        ("無", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_building_is_read(written, building):
    assert cleaning.clean_building(written) == building


@pytest.mark.parametrize(
    ("written", "unit"),
    [(written, "2单元") for written in ("2", 2.0, "02", "2单元", "二单元", "第2单元", "2門", "2门", "２單元")]
    + [("A", "A单元"), ("东单元", "东单元"), ("-", ""), ("", "")],
)
def test_unit_is_read(written, unit):
    assert cleaning.clean_unit(written) == unit


@pytest.mark.parametrize(
    ("written", "room"),
    [
        (written, "501")
        for written in (
            "501",
            501.0,
            "501室",
            "501号",
            "501户",
            "501房",
            "501房间",
            "501号房",
            "501#",
            "５０１",
            "五〇一",
            "五零一室",
        )
    ]
    + [
        ("5楼501", "501"),
        ("第5层501室", "501"),
        ("5樓501號", "501"),
        ("5楼0501", "0501"),
        ("一〇二", "102"),
        ("九八七六", "9876"),
        ("五四三零", "5430"),
        ("5楼01", "5楼01"),
        ("0501", "0501"),
        ("501—1", "501-1"),
    ]
    + [
        ("501-1", "501-1"),
        ("501-12a", "501-12A"),
        ("501a", "501A"),
        ("东户", "东户"),
        ("地下室", "地下室"),
        ("/", ""),
        ("", ""),
    ],
)
def test_room_is_read(written, room):
    assert cleaning.clean_room(written) == room


@pytest.mark.parametrize(
    ("check", "limit"), [(cleaning.clean_building, 30), (cleaning.clean_unit, 10), (cleaning.clean_room, 10)]
)
def test_door_has_a_limit_and_is_no_date(check, limit):
    assert check("东" * limit) == "东" * limit
    assert refusal(check, "东" * (limit + 1)) == "text_too_long"
    for made_by_excel in (
        date(2026, 3, 2),
        datetime(2026, 3, 2),
        time(3, 2),
        "3月2日",
        "2026/3/2",
        "2026-3-2",
        "2026年3月2日",
    ):
        assert refusal(check, made_by_excel) == "door_is_date"


@given(st.one_of(st.integers(1, 99).map(str), st.sampled_from(["A座", "三号楼", "12A", "东楼"])))
def test_clean_doors_stay_as_they_are(written):
    for check in (cleaning.clean_building, cleaning.clean_unit, cleaning.clean_room):
        assert check(check(written)) == check(written)


@pytest.mark.parametrize(
    "written",
    [
        "3号楼2单元501",
        "3号楼2单元501室",
        "３号楼２单元５０１室",
        "3號樓2單元501戶",
        "幸福小区3号楼2单元501室",
        "北京市朝阳区建设路12号幸福小区3号楼2单元501",
        "建设路12号院3号楼2单元501",
        "3 号楼 2 单元 501",
        "03栋02单元501",
        "三号楼二单元501",
        "3-2-501",
        "3—2—501室",
        "3#2-501",
        "3#-2-501",
        "3号楼2-501",
        "3幢2单元5楼501室",
        "3号楼-2单元-501",
        "第3栋第2单元501",
    ],
)
def test_address_is_split(written):
    assert cleaning.split_address(written) == ("3号楼", "2单元", "501")


@pytest.mark.parametrize(
    ("written", "door"),
    [
        ("3栋501室", ("3号楼", "", "501")),
        ("3号楼501", ("3号楼", "", "501")),
        ("12弄3号501室", ("3号楼", "", "501")),
        ("a座1203", ("A号楼", "", "1203")),
        ("现代城B座1203b", ("B号楼", "", "1203B")),
        ("13号楼0501", ("13号楼", "", "0501")),
        ("3号楼501-1", ("3号楼", "", "501-1")),
        ("3楼501", ("3号楼", "", "501")),
        ("3楼2单元301", ("3号楼", "2单元", "301")),
        ("3号楼301", ("3号楼", "", "301")),
        ("幸福小区第3栋501", ("3号楼", "", "501")),
        ("三十七号楼501", ("37号楼", "", "501")),
        ("3-2-501b", ("3号楼", "2单元", "501B")),
        ("3号楼501-12", ("3号楼", "", "501-12")),
        ("建设路3号楼501", ("3号楼", "", "501")),
        ("A-2-501", ("A号楼", "2单元", "501")),
        ("", ("", "", "")),
        (None, ("", "", "")),
        ("无", ("", "", "")),
    ],
)
def test_address_without_unit_is_split(written, door):
    assert cleaning.split_address(written) == door


@pytest.mark.parametrize(
    "written",
    [
        "建设路12号",
        "建设路12号501室",
        "幸福小区",
        "3号楼",
        "3号楼2单元",
        "2单元501",
        "3-501",
        "3楼301",
        "3幢2单元5楼01室",
        "12345号楼501",
        "ABC3号楼501",
        "一百三十七号楼501",
        "一百零三号楼501",
        "2026-03-12",
        date(2026, 3, 2),
        501,
        "幸福小区" * 50 + "3号楼2单元501",
    ],
)
def test_address_that_is_not_clear_is_left_out_and_said(written):
    assert cleaning.split_address(written) == Remark(("", "", ""), "address_unclear")


@given(st.integers(1, 999), st.integers(1, 12), st.integers(101, 3304))
def test_split_door_is_the_door_of_three_columns(building, unit, room):
    door = (f"{building}号楼", f"{unit}单元", str(room))
    assert cleaning.split_address("".join(door)) == door
    assert cleaning.split_address(f"{building}-{unit}-{room}") == door
    checks = (cleaning.clean_building, cleaning.clean_unit, cleaning.clean_room)
    assert tuple(check(cell) for check, cell in zip(checks, (building, unit, room), strict=True)) == door


# Groups


@pytest.mark.parametrize("separator", ["、", "，", ",", "；", ";", "/", "｜", "|", " ", "\n", "\r\n", "、 "])
def test_groups_are_split_and_not_repeated(separator):
    assert cleaning.split_groups(separator.join(["青少年", "居民党员", "青少年"])) == ["青少年", "居民党员"]


def test_blank_groups_are_none():
    assert cleaning.split_groups("") == cleaning.split_groups("、") == cleaning.split_groups(None) == []
