"""Cells of resident workbooks: what is read, and what is refused with which code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids import cleaning
from grids.cleaning import CellRefused
from grids.models import Sex

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_id_number_of_the_standard_passes(number):
    assert cleaning.clean_id_number(number, TODAY) == number


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        " 11010519491231002X ",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_id_number_is_folded(written):
    assert cleaning.clean_id_number(written, TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "id_missing"),
        (1.1010519491231e17, "id_damaged"),
        ("1.10105E+17", "id_damaged"),
        ("1101051949123100", "id_length"),
        ("11010519491231OO2X", "id_characters"),
        ("110105194913310021", "id_birth_date"),
        ("110105209912310022", "id_birth_date"),
        ("110105194912310021", "id_checksum"),
    ],
)
def test_id_number_refused_with_its_reason(written, code):
    with pytest.raises(CellRefused) as refusal:
        cleaning.clean_id_number(written, TODAY)
    assert refusal.value.code == code


@given(
    born=st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
    sequence=st.integers(0, 999),
    place=st.integers(0, 17),
    digit=st.sampled_from("0123456789"),
)
def test_id_number_with_one_wrong_digit_is_refused(born, sequence, place, digit):
    digits = f"990101{born:%Y%m%d}{sequence:03}"
    number = digits + cleaning.id_check_character(digits)
    assert cleaning.clean_id_number(number, TODAY) == number
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        with pytest.raises(CellRefused):
            cleaning.clean_id_number(wrong, TODAY)


@pytest.mark.parametrize(
    "written", ["1980-05-01", "1980.5.1", "1980/5/1", "1980年5月1日", "1980-05-01 00:00:00", " 1980-5-01 "]
)
def test_date_spellings_are_read(written):
    assert cleaning.clean_date(written, TODAY) == date(1980, 5, 1)


@pytest.mark.parametrize(
    ("written", "code"),
    [("80-5-1", "date_unreadable"), ("1980-02-30", "date_unreadable"), ("2999-01-01", "date_future")],
)
def test_date_refused_with_its_reason(written, code):
    with pytest.raises(CellRefused) as refusal:
        cleaning.clean_date(written, TODAY)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "written", ["13800138000", "+86 138-0013-8000", "8613800138000", 13800138000.0, "１３８００１３８０００"]
)
def test_phone_spellings_are_read(written):
    assert cleaning.clean_phone(written) == "13800138000"


@pytest.mark.parametrize(("written", "code"), [("24567890", "phone_invalid"), (1.5, "phone_damaged")])
def test_phone_refused_with_its_reason(written, code):
    with pytest.raises(CellRefused) as refusal:
        cleaning.clean_phone(written)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["张三", "阿依古丽·买买提", "𠮷田", "John Smith"])
def test_name_of_letters_passes(name):
    assert cleaning.clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"), [("", "name_missing"), ("张3", "name_invalid"), ("张" * 61, "name_too_long")]
)
def test_name_refused_with_its_reason(name, code):
    with pytest.raises(CellRefused) as refusal:
        cleaning.clean_name(name)
    assert refusal.value.code == code


def test_sex_is_held_against_the_id_number():
    assert cleaning.sex_of("11010519491231002X") == Sex.FEMALE
    with pytest.raises(CellRefused) as refusal:
        cleaning.check_sex("男", "11010519491231002X")
    assert refusal.value.code == "sex_contradicts_id"


def test_groups_are_split_and_not_repeated():
    assert cleaning.split_groups("青少年、居民党员，青少年/拆迁户") == ["青少年", "居民党员", "拆迁户"]
