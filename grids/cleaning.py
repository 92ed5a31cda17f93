"""Turning one cell of a residents' list into one value: small named rules.

A cleaner returns the clean value; Remark(value, code) when the value is usable but the user should be told; or raises
CellRefused(code). The words for the codes stand in grids/reasons.py. A cell is what a workbook or CSV gives: text, a
number, bool, date, date and time, time, or "" and None for a blank. No Django: the child that reads files imports this.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import mul

from grids import codes

NAME_LENGTH = 60
BUILDING_LENGTH, UNIT_LENGTH, ROOM_LENGTH = 30, 10, 10
EARLIEST = date(1850, 1, 1)
MALE, FEMALE = 1, 2  # GB/T 2261.1


class CellRefused(Exception):
    """A cell cannot be used: the reason's code, and a detail that never holds personal data."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, str(detail)


@dataclass(frozen=True, slots=True)
class Remark:
    """A value that is used, and what the user should be told about it; `detail` never holds personal data."""

    value: object
    code: str
    detail: str = ""


# Text

# Zero-width, soft hyphen, direction marks (phones copied from address books), variation selectors, control characters.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
APOSTROPHES = "'’‘`"  # Excel's mark of "this is text", typed into the cell by other programs
CELL_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|#+)")  # ### is a too narrow column in a CSV
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
BLANKS = frozenset(
    {"", "0", "无", "無", "没有", "沒有", "暂无", "暫無", "不详", "不詳", "未知", "空", "N/A", "NA", "NULL", "NONE"}
)
SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d+)", re.ASCII)


def clean_text(cell: object) -> str:
    """Return the cell as text, full-width folded and trimmed; whole numbers without ".0", dates as 1980-05-01."""
    if isinstance(cell, str):
        if cell.isalnum() and cell.isascii():  # most cells of most workbooks: nothing to fold
            return cell
    else:
        cell = write_out(cell)
    return trim(unicodedata.normalize("NFKC", cell))


def clean_short_text(cell: object, limit: int) -> str:
    """Return the cell as text of at most `limit` characters."""
    text = clean_text(cell)
    if len(text) > limit:
        raise CellRefused("text_too_long", limit)
    return text


def write_out(cell: object) -> str:
    """Return a cell as text, as it stands."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return str(cell.date())
    return str(cell)


def trim(text: str) -> str:
    """Return the text without invisible characters, outer white space and Excel's apostrophe; refuse Excel's errors."""
    text = INVISIBLE.sub("", text).strip().lstrip(APOSTROPHES).lstrip()
    if text.startswith("#") and CELL_ERROR.fullmatch(text.upper()):
        raise CellRefused("cell_error")
    return text


def means_blank(text: str) -> bool:
    """Say whether a clean text only says that there is nothing: 无, 不详, 0, -, N/A."""
    return text.upper().translate(DASHES).strip("-/\\") in BLANKS


# Names

HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f"  # extensions A to J, compatibility ideographs
HAN_CHARACTER = re.compile(f"[{HAN}]")
is_common_name = re.compile("[\u4e00-\u9fff]{2,15}").fullmatch
SPACE_BY_HAN = re.compile(f"(?<=[{HAN}]) | (?=[{HAN}])")
DOT_BY_HAN = re.compile(rf"(?<=[{HAN}])\.|\.(?=[{HAN}])")
MIDDLE_DOTS = re.compile(r" *·[· ]*")
# Full-width letters and the radicals that PDF text has in place of characters. No NFKC for names: it would exchange
# compatibility ideographs, which are the right characters of some names.
NAME_FOLDING = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), *range(0x2F00, 0x2FD6))
} | dict.fromkeys(map(ord, "•‧・﹒･●∙⋅"), "·")
NAME_FOLDING[ord("．")] = "."
REMARKED_NAME = re.compile(r"([^()（）【】\[\]〔〕]+)(?:[(（【\[〔][^()（）【】\[\]〔〕]*(?:[)）】\]〕] ?)?)+")
LOST_CHARACTER = re.compile("[?？\ufffd□〓]")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
NAME_PARTS = re.compile(r"[ ·]")
LATIN_NAME_PARTS = re.compile(r"\. ?|[ ·'’-]")
NO_NAMES = (
    "无名 無名 无名氏 無名氏 无人 無人 空户 空戶 空房 空置 空置房 测试 測試 示例 样例 "
    "合计 合計 小计 小計 总计 總計 总数 總數 共计 共計"
)
NAME_PLACEHOLDERS = BLANKS.union(NO_NAMES.split())


def clean_name(cell: object) -> str | Remark:
    """Return a name of letters: · between the parts of transliterated names, spaces only between Latin words."""
    if type(cell) is str and is_common_name(cell) and cell not in NAME_PLACEHOLDERS:
        return cell
    text = trim(write_out(cell).translate(NAME_FOLDING))
    remarked = REMARKED_NAME.fullmatch(text)
    name = join_name(remarked[1] if remarked else text)
    check_name(name)
    return Remark(name, "name_remark_dropped") if remarked else name


def join_name(text: str) -> str:
    """Return the name with one kind of separator, and without the spaces that Chinese names are aligned with."""
    text = SPACE_BY_HAN.sub("", " ".join(text.split()))
    text = MIDDLE_DOTS.sub("·", DOT_BY_HAN.sub("·", text))
    return text if HAN_CHARACTER.search(text) else unicodedata.normalize("NFC", text)


def check_name(name: str) -> None:
    """Refuse what is not the whole name of a person."""
    if not name:
        raise CellRefused("name_missing")
    if LOST_CHARACTER.search(name):
        raise CellRefused("name_damaged")
    if PRIVATE_USE.search(name):
        raise CellRefused("name_private_use")
    if len(name) > NAME_LENGTH:
        raise CellRefused("name_too_long", NAME_LENGTH)
    if name.upper() in NAME_PLACEHOLDERS:
        raise CellRefused("name_placeholder")
    if not is_made_of_letters(name):
        raise CellRefused("name_invalid")
    if len(name) < 2:
        raise CellRefused("name_too_short")


def is_made_of_letters(name: str) -> bool:
    """Say whether every part of the name is letters; O'Brien, Anne-Marie and John F. Smith have parts, too."""
    shape = HAN_CHARACTER.sub("字", name)  # Python does not know the newest characters as letters, nor 〇
    parts = NAME_PARTS.split(shape) if "字" in shape else LATIN_NAME_PARTS.split(shape.removesuffix("."))
    return all(map(str.isalpha, parts))


# ID numbers: GB 11643-1999, ISO 7064 MOD 11-2

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"
ID_WEIGHT_OF_ZEROS = ord("0") * sum(ID_WEIGHTS)
is_id_number = re.compile(r"[0-9]{17}[0-9X]").fullmatch
is_old_id_number = re.compile(r"[0-9]{15}").fullmatch
ID_SEPARATORS = re.compile(r"[\s-]+")
ID_CROSSES = str.maketrans(
    dict.fromkeys("×ХΧ", "X")
)  # the times sign, Cyrillic and Greek look like the check character
ID_LIKE = re.compile(r"[0-9X*●•]+")
ID_MASK = re.compile(r"[*●•]|XX")


def clean_id_number(cell: object, today: date) -> str | Remark:
    """Return 18 checked characters, "" for a blank cell. A 15-digit number of before 1999 is converted.

    Residence permits of Hong Kong, Macao and Taiwan residents (81, 82, 83) follow the same standard.
    """
    if type(cell) is str and is_id_number(cell):
        return check_id_number(cell, today)
    text = fold_id_number(cell)
    if not text:
        return ""
    if is_old_id_number(text):
        return Remark(check_id_number(convert_old_id_number(text), today), "id_converted")
    if len(text) != 18:
        raise CellRefused("id_length", len(text))
    if not is_id_number(text):
        raise CellRefused("id_characters")
    return check_id_number(text, today)


def fold_id_number(cell: object) -> str:
    """Return digits and X of any number, "" for none. Excel keeps 15 digits of a number and turns the rest into 0."""
    text = clean_text(cell).translate(DASHES).upper()
    if means_blank(text):
        return ""
    if SCIENTIFIC.fullmatch(text) or (isinstance(cell, int | float) and len(text) > 15):
        raise CellRefused("id_damaged")
    text = ID_SEPARATORS.sub("", text).translate(ID_CROSSES)
    if not ID_LIKE.fullmatch(text):
        raise CellRefused("id_characters")
    if ID_MASK.search(text):
        raise CellRefused("id_masked")
    return text


def check_id_number(number: str, today: date) -> str:
    """Return the 18 characters if the birth date is real and the check character right."""
    if read_birth_digits(number[6:14]) > today:
        raise CellRefused("id_birth_date")
    if id_check_character(number) != number[17]:
        raise CellRefused("id_damaged" if number.endswith("000") else "id_checksum")
    return number


def convert_old_id_number(digits: str) -> str:
    """Return the 18 characters of a 15-digit number: the century before the year, the check character behind."""
    digits = f"{digits[:6]}19{digits[6:]}"
    return digits + id_check_character(digits)


def id_check_character(digits: str) -> str:
    """Return the check character of the first 17 digits."""
    return ID_CHECK_CHARACTERS[(sum(map(mul, digits.encode(), ID_WEIGHTS)) - ID_WEIGHT_OF_ZEROS) % 11]


def birth_date_of(id_number: str) -> date:
    """Return the birth date in digits 7 to 14."""
    return read_birth_digits(id_number[6:14])


@lru_cache(maxsize=65536)
def read_birth_digits(digits: str) -> date:
    """Return the date of eight digits; people of an ID number were not born before 1850."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise CellRefused("id_birth_date") from error
    if day < EARLIEST:
        raise CellRefused("id_birth_date")
    return day


def sex_of(id_number: str) -> int:
    """Return the sex in digit 17 (GB/T 2261.1): odd is male, 1; even is female, 2."""
    return MALE if int(id_number[16]) % 2 else FEMALE


# Sex: GB/T 2261.1

SEXES = (
    dict.fromkeys(("男", "男性", "男士", "先生", "m", "male", "1"), MALE)
    | dict.fromkeys(("女", "女性", "女士", "f", "female", "2"), FEMALE)
    | dict.fromkeys(("9", "未说明", "未說明", "未知的性别", "未说明的性别"))
)


def clean_sex(cell: object) -> int | None:
    """Return 1 for male, 2 for female, None for a blank cell or a sex that is not known."""
    text = clean_text(cell).lower()
    if means_blank(text):
        return None
    if text not in SEXES:
        raise CellRefused("sex_unknown")
    return SEXES[text]


def check_sex(cell: object, id_number: str) -> None:
    """Hold a given sex against the ID number; blank is fine."""
    sex = clean_sex(cell)
    if sex and sex != sex_of(id_number):
        raise CellRefused("sex_contradicts_id")


# Dates

NUMERALS = {"〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMERAL_RUN = re.compile(f"[{''.join(NUMERALS)}十]+")
TIME_OF_DAY = re.compile(r"(?:[ T]+|(?<=日)|(?<=号)) *\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$", re.ASCII)
DATE = re.compile(r"(\d{4}) *[-/.年 ] *(\d{1,2})(?: *[-/.月 ] *(\d{1,2}) *[日号]?| *月)?", re.ASCII)
DATE_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)|((?:18|19|20)\d\d)(\d\d)", re.ASCII)
AMBIGUOUS_DATE = re.compile(
    r"\d{1,2} *[-/.年] *\d{1,2} *[-/.月] *(?:\d{4}|\d{1,2}) *[日号]?|\d\d *年 *\d{1,2} *月|\d{6}", re.ASCII
)
AMBIGUOUS_NUMBER = re.compile(r"\d{4}\.1", re.ASCII)  # 1980.1 was typed as January, or as 1980.10
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
SERIALS = range(10_000, 80_001)  # 1927 to 2119; smaller numbers are ages, rooms and years
SERIAL_ZERO = date(1899, 12, 30)  # Excel counts a 29 February 1900, so day 1 is the 31st for all that comes later
DAYS_TO_1904 = 1462
DATE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date, or only its year and month."""

    year: int
    month: int
    day: int | None = None

    @property
    def first_day(self) -> date:
        """The date, or the first of the month. Raises ValueError where there is no such day."""
        return date(self.year, self.month, 1 if self.day is None else self.day)

    def covers(self, day: date) -> bool:
        """Say whether the day is this date or lies in this month."""
        return (self.year, self.month) == (day.year, day.month) and self.day in (None, day.day)


def clean_date(cell: object, today: date, *, epoch_1904: bool = False) -> date | Remark | None:
    """Return the date, None for a blank cell; the first of the month, with a remark, where no day is given."""
    found = clean_partial_date(cell, today, epoch_1904=epoch_1904)
    if found is None:
        return None
    return found.first_day if found.day else Remark(found.first_day, "date_month_only")


def clean_birth_date(cell: object, today: date, *, epoch_1904: bool = False) -> date:
    """Return the birth date of a person without ID number, which must be there to the day."""
    found = clean_partial_date(cell, today, epoch_1904=epoch_1904)
    if found is None:
        raise CellRefused("birth_date_missing")
    if found.day is None:
        raise CellRefused("birth_date_incomplete")
    return found.first_day


def check_birth_date(cell: object, id_number: str, today: date, *, epoch_1904: bool = False) -> None:
    """Hold a given birth date, to the day or the month, against the ID number; blank is fine."""
    found = clean_partial_date(cell, today, epoch_1904=epoch_1904)
    if found and not found.covers(birth_date_of(id_number)):
        raise CellRefused("birth_date_contradicts_id")


def clean_partial_date(cell: object, today: date, *, epoch_1904: bool = False) -> PartialDate | None:
    """Return the date or month of a date cell, a text such as 1980年5月1日 or 198005, or a serial number of Excel.

    Serial numbers count from 1900, or from 1904 in workbooks of old Macs. None for a blank cell.
    """
    text = fold_date(cell)
    if means_blank(text):
        return None
    if isinstance(cell, float) and AMBIGUOUS_NUMBER.fullmatch(text):
        raise CellRefused("date_ambiguous")
    found = read_serial(text, epoch_1904=epoch_1904) or read_date(text)
    try:
        first_day = found.first_day
    except ValueError as error:
        raise CellRefused("date_unreadable") from error
    if first_day < EARLIEST:
        raise CellRefused("date_too_old")
    if first_day > today:
        raise CellRefused("date_future")
    return found


def fold_date(cell: object) -> str:
    """Return a date's text without the time of day, Chinese numerals as digits."""
    text = clean_text(cell).translate(DASHES)
    if len(text) > DATE_LENGTH:
        raise CellRefused("date_unreadable")
    text = TIME_OF_DAY.sub("", text)
    return fold_numerals(text.upper().replace("O", "〇")) if "年" in text else text


def fold_numerals(text: str) -> str:
    """Return the text with Chinese numerals as digits: 一九八〇 is 1980, 二十三 is 23."""
    return NUMERAL_RUN.sub(read_numeral, text)


def read_numeral(run: re.Match[str]) -> str:
    """Return a run of numerals as digits; as it stands where it is no number."""
    if "十" not in run[0]:
        return "".join(str(NUMERALS[character]) for character in run[0])
    tens, ones = run[0].split("十", 1)
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return run[0]
    return str(NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0))


def read_serial(text: str, *, epoch_1904: bool) -> PartialDate | None:
    """Return the date of one of Excel's serial numbers; None if the text is none."""
    match = SERIAL.fullmatch(text)
    if not match or int(match[1]) not in SERIALS:
        return None
    day = SERIAL_ZERO + timedelta(int(match[1]) + (DAYS_TO_1904 if epoch_1904 else 0))
    return PartialDate(day.year, day.month, day.day)


def read_date(text: str) -> PartialDate:
    """Return the date of a text, year first; the day may be missing."""
    match = DATE.fullmatch(text) or DATE_DIGITS.fullmatch(text)
    if not match:
        raise CellRefused("date_ambiguous" if AMBIGUOUS_DATE.fullmatch(text) else "date_unreadable")
    return PartialDate(*(int(group) for group in match.groups() if group))


# Phones

is_mobile = re.compile(r"1[3-9][0-9]{9}").fullmatch
# Up to two separators between digits; +86, 0086, 86 or the long-distance 0 before.
MOBILE = re.compile(
    r"(?<!\d)(?:\(?(?:\+ ?|00)?86[\s.()-]{0,3}|0)?1[3-9](?:[\s.()-]{0,2}\d){9}(?!\d)",
    re.ASCII,
)
MASKED_PHONE = re.compile(r"\d[\d\s()-]{0,9}[*X×•●]{2,8}[\s-]?\d{0,5}", re.ASCII)
LANDLINE = re.compile(
    r"(?<!\d)(?:(?:\(?0\d{2,3}\)?|(?:\+|00)86[\s-]?\(?\d{2,3}\)?)[\s-]{0,3}[1-9]|[2-8])\d{2,3}[\s-]?\d{4}"
    r"(?: ?(?:-|转|轉|EXT\.?) ?\d{1,5})?(?!\d)",
    re.ASCII,
)
BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|【[^【】]*】?")
PHONE_SEPARATORS = re.compile(r"[\s/\\、,;|:.()+-]+")
HAN_WORDS = re.compile(f"[{HAN}]*")
PHONE_LENGTH = 200


def clean_phone(cell: object) -> str | Remark:
    """Return the 11 digits of the cell's first mobile number, "" for a blank cell and for what is no mobile."""
    if type(cell) is str and is_mobile(cell):
        return cell
    text = fold_phone(cell)
    if means_blank(text):
        return ""
    mobiles = list(dict.fromkeys(re.sub(r"\D", "", found)[-11:] for found in MOBILE.findall(text)))
    rest, masked = MASKED_PHONE.subn(" ", MOBILE.sub(" ", text))
    rest, landlines = LANDLINE.subn(" ", rest)
    numbers = len(mobiles) + masked + landlines
    if not numbers or not is_remark_of_phone(rest):
        raise CellRefused("phone_invalid")
    if not mobiles:
        return Remark("", "phone_masked" if masked else "phone_landline")
    if numbers > 1:
        return Remark(mobiles[0], "phone_first_of_several", str(numbers))
    return Remark(mobiles[0], "phone_remark_dropped") if re.search(r"\w", rest) else mobiles[0]


def fold_phone(cell: object) -> str:
    """Return a phone cell as text; refuse numbers whose last digits Excel has dropped."""
    if isinstance(cell, float) and not cell.is_integer():
        raise CellRefused("phone_damaged")
    text = clean_text(cell).translate(DASHES).upper()
    if len(text) > PHONE_LENGTH:
        raise CellRefused("phone_invalid")
    scientific = SCIENTIFIC.fullmatch(text)
    if not scientific:
        return text
    first, decimals, exponent = scientific.groups()
    if len(decimals or "") != int(exponent):
        raise CellRefused("phone_damaged")
    return first + decimals


def is_remark_of_phone(rest: str) -> bool:
    """Say whether what stands beside the numbers is only separators, words in brackets and Chinese words."""
    return bool(HAN_WORDS.fullmatch(PHONE_SEPARATORS.sub("", BRACKETED.sub("", rest))))


# National codes: an unknown word leaves the optional field empty, the row is kept.


def clean_education(cell: object) -> str | Remark:
    """Return the main class of GB/T 4658 ("20"), "" for a blank cell."""
    return clean_code(cell, codes.find_education, "education_unknown")


def clean_ethnic_group(cell: object) -> str | Remark:
    """Return the two digits of GB/T 3304 ("01"), "" for a blank cell."""
    return clean_code(cell, codes.find_ethnic_group, "ethnic_group_unknown")


def clean_occupation(cell: object) -> str | Remark:
    """Return the code of GB/T 2261.4 ("24"), "" for a blank cell."""
    return clean_code(cell, codes.find_occupation, "occupation_unknown")


def clean_code(cell: object, find: Callable[[str], str], unknown: str) -> str | Remark:
    """Return the code that `find` knows for the cell's text; 无 and 不详 are words to be told about, a dash is not."""
    text = clean_text(cell).translate(DASHES).strip("-/")
    return find(text) or (Remark("", unknown) if text else "")


# Doors: one door is written one way, whatever the dialect.

# What tells one building or unit from the next: 3, 3A, A3, 三.
DOOR_NUMBER = "(?:[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,3}|[一二三四五六七八九十]{1,3})"
BUILDING = re.compile(rf"第?({DOOR_NUMBER})[号楼栋幢座#]{{0,3}}", re.IGNORECASE)
UNIT = re.compile(rf"第?({DOOR_NUMBER})(?:单元|门|号|#)?", re.IGNORECASE)
ROOM = re.compile(
    r"(?:第?(?P<floor>[0-9]{1,2})[楼层])?#?(?P<room>[A-Z]?[0-9]{1,5}[A-Z]?(?:-[0-9]{1,3}[A-Z]?)?|[〇零一二三四五六七八九]{2,5})"
    r"(?:室|号|户|房|房间|号房|#)?",
    re.IGNORECASE,
)
DOOR_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?")
DOOR_TRADITIONAL = str.maketrans("號樓棟單門層戶間", "号楼栋单门层户间")
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
ADDRESS = re.compile(
    rf"(?P<place>.*?)(?<![0-9A-Z〇零一二三四五六七八九十百])第?(?P<building>{DOOR_NUMBER})"
    r"(?P<kind>号楼|号栋|号幢|号座|#楼|[栋幢座楼号#])-?"
    rf"(?:第?(?P<unit>{DOOR_NUMBER})(?:单元|门)-?|(?P<dashed>[0-9]{{1,2}})-)?"
    r"(?:第?(?P<floor>[0-9]{1,2})[楼层])?"
    r"(?P<room>[0-9]{2,5}[A-Z]?(?:-[0-9]{1,2})?)(?:室|号|户|房)?",
    re.IGNORECASE,
)
ADDRESS_NUMBERS = re.compile(
    r"(?P<building>[0-9]{1,3}[A-Z]?|[A-Z])-(?P<unit>[0-9]{1,2})-(?P<room>[0-9]{2,5}[A-Z]?)室?", re.IGNORECASE
)
ADDRESS_LENGTH = 200


def clean_building(cell: object) -> str:
    """Return the building: 3, 03, 3栋, 3幢, 3#, 3#楼, 第3栋 and 三号楼 are all 3号楼; other names stay as they are."""
    text = fold_door(cell)
    match = BUILDING.fullmatch(text.translate(DOOR_TRADITIONAL))
    return clean_short_text(f"{door_number(match[1])}号楼" if match else text, BUILDING_LENGTH)


def clean_unit(cell: object) -> str:
    """Return the unit: 2, 二单元 and 2门 are all 2单元; other names stay as they are."""
    text = fold_door(cell)
    match = UNIT.fullmatch(text.translate(DOOR_TRADITIONAL))
    return clean_short_text(f"{door_number(match[1])}单元" if match else text, UNIT_LENGTH)


def clean_room(cell: object) -> str:
    """Return the room: 501室, 501户, 5楼501 and 五〇一 are all 501; 0501 keeps its 0, other names stay as they are."""
    text = fold_door(cell)
    match = ROOM.fullmatch(text.translate(DOOR_TRADITIONAL))
    if match and is_on_floor(match):
        text = fold_numerals(match["room"]).upper()
    return clean_short_text(text, ROOM_LENGTH)


def split_address(cell: object) -> tuple[str, str, str] | Remark:
    """Return building, unit and room of 3号楼2单元501, 3-2-501 and the like; what stands before them is dropped.

    Three blanks for a blank cell, and with a remark where the door is not clear, as in 建设路12号.
    """
    text = "".join(clean_text(cell).split()).translate(DASHES).translate(DOOR_TRADITIONAL)
    if means_blank(text):
        return "", "", ""
    match = (ADDRESS_NUMBERS.fullmatch(text) or ADDRESS.fullmatch(text)) if len(text) <= ADDRESS_LENGTH else None
    if not match or not is_clear_address(match):
        return Remark(("", "", ""), "address_unclear")
    parts = match.groupdict()
    unit = parts["unit"] or parts.get("dashed")
    return (
        f"{door_number(parts['building'])}号楼",
        f"{door_number(unit)}单元" if unit else "",
        parts["room"].upper(),
    )


def fold_door(cell: object) -> str:
    """Return a door's text without spaces, "" for 无; refuse what Excel has made a date of, such as 3-2."""
    text = "".join(clean_text(cell).split()).translate(DASHES)
    if isinstance(cell, date | time) or DOOR_DATE.fullmatch(text):
        raise CellRefused("door_is_date")
    return "" if means_blank(text) else text


def door_number(text: str) -> str:
    """Return a building's or unit's number in one spelling: 03 is 3, 三 is 3, a is A."""
    return LEADING_ZEROS.sub("", fold_numerals(text)).upper()


def is_on_floor(match: re.Match[str]) -> bool:
    """Say whether the room's number begins with the floor's, where a floor is given: 5楼501, not 5楼01."""
    return match["room"].lstrip("0").startswith(match["floor"] or "")


def is_clear_address(match: re.Match[str]) -> bool:
    """Say whether the match names a building: not the house number of a road, nor the floor of a room (3楼301)."""
    parts = match.groupdict()
    if "kind" not in parts:
        return True
    of_road = parts["kind"] == "号" and parts["place"].endswith(tuple("路街道巷同条"))
    a_floor = parts["kind"] == "楼" and not parts["unit"] and parts["room"].startswith(parts["building"])
    return is_on_floor(match) and not of_road and not a_floor


# Groups


def split_groups(cell: object) -> list[str]:
    """Return the group names of a cell, parted by 、，;/| or white space: each once, in order; none for 无."""
    text = clean_text(cell)
    return [] if means_blank(text) else list(dict.fromkeys(name for name in re.split(r"[、,;/|\s]+", text) if name))
