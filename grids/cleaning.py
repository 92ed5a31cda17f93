"""Turning one cell into one value: small named checks. Each raises CellRefused with a code of reasons.ROW_REASONS."""

import re
import unicodedata
from datetime import date

from grids.models import Sex

# GB 11643-1999, ISO 7064 MOD 11-2.
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"
ID_PATTERN = re.compile(r"\d{17}[\dX]")
PHONE_PATTERN = re.compile(r"1\d{10}")
DATE_PATTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
NAME_PATTERN = re.compile(r"[^\W\d_]+(?:[·•・. ][^\W\d_]+)*")
SEXES = {
    "男": Sex.MALE,
    "女": Sex.FEMALE,
    "男性": Sex.MALE,
    "女性": Sex.FEMALE,
    "1": Sex.MALE,
    "2": Sex.FEMALE,
}
NAME_LENGTH = 60


class CellRefused(Exception):
    """A cell cannot be used: the reason's code and its detail."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, str(detail)


def clean_text(cell: object) -> str:
    """Return the cell as text: full-width folded, apostrophe and outer white space gone; whole numbers without ".0"."""
    if isinstance(cell, str):
        if cell.isalnum() and cell.isascii():  # most cells of most workbooks: nothing to fold
            return cell
    elif isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'’").strip()


def clean_short_text(cell: object, limit: int) -> str:
    """Return the cell as text of at most `limit` characters."""
    text = clean_text(cell)
    if len(text) > limit:
        raise CellRefused("text_too_long", limit)
    return text


def clean_name(cell: object) -> str:
    """Return a name of letters, with · or a space between parts; inner spaces of Chinese names are removed."""
    text = clean_text(cell)
    if not text:
        raise CellRefused("name_missing")
    if not text.isascii():
        text = text.replace(" ", "")
    if len(text) > NAME_LENGTH:
        raise CellRefused("name_too_long", NAME_LENGTH)
    if not NAME_PATTERN.fullmatch(text):
        raise CellRefused("name_invalid")
    return text


def clean_id_number(cell: object, today: date) -> str:
    """Return 18 checked characters. A number cell is refused: Excel keeps 15 digits and turns the rest into 0."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        raise CellRefused("id_damaged")
    text = re.sub(r"\s", "", clean_text(cell)).upper()
    if not text:
        raise CellRefused("id_missing")
    if re.fullmatch(r"\d\.\d+E\+?\d+", text):
        raise CellRefused("id_damaged")
    if len(text) != 18:
        raise CellRefused("id_length", len(text))
    if not ID_PATTERN.fullmatch(text) or not text.isascii():
        raise CellRefused("id_characters")
    if not date(1850, 1, 1) < birth_date_of(text) <= today:
        raise CellRefused("id_birth_date")
    if id_check_character(text[:17]) != text[17]:
        raise CellRefused("id_checksum")
    return text


def id_check_character(digits: str) -> str:
    """Return the check character of the first 17 digits (GB 11643-1999)."""
    return ID_CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(digits, ID_WEIGHTS, strict=True)) % 11]


def birth_date_of(id_number: str) -> date:
    """Return the birth date in digits 7 to 14."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError as error:
        raise CellRefused("id_birth_date") from error


def sex_of(id_number: str) -> Sex:
    """Return the sex in digit 17: odd is male."""
    return Sex.MALE if int(id_number[16]) % 2 else Sex.FEMALE


def check_sex(cell: object, id_number: str) -> None:
    """Hold a given sex against the ID number; blank is fine."""
    text = clean_text(cell)
    if not text:
        return
    if text not in SEXES:
        raise CellRefused("sex_unknown")
    if SEXES[text] != sex_of(id_number):
        raise CellRefused("sex_contradicts_id")


def clean_date(cell: object, today: date) -> date | None:
    """Return the date, or None for a blank cell. Reads date cells, 1980-05-01, 1980.5.1, 1980/5/1, 1980年5月1日."""
    text = clean_text(cell)
    if not text:
        return None
    match = DATE_PATTERN.fullmatch(text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        raise CellRefused("date_unreadable")
    if day > today:
        raise CellRefused("date_future")
    return day


def check_birth_date(cell: object, id_number: str, today: date) -> None:
    """Hold a given birth date against the ID number; blank is fine."""
    day = clean_date(cell, today)
    if day and day != birth_date_of(id_number):
        raise CellRefused("birth_date_contradicts_id")


def clean_phone(cell: object) -> str:
    """Return 11 digits, or "" for a blank cell; +86, spaces and dashes are removed."""
    if isinstance(cell, float) and not cell.is_integer():
        raise CellRefused("phone_damaged")
    text = re.sub(r"[\s-]", "", clean_text(cell))
    text = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", text)
    if not text:
        return ""
    if not (PHONE_PATTERN.fullmatch(text) and text.isascii()):
        raise CellRefused("phone_invalid")
    return text


def split_groups(cell: object) -> list[str]:
    """Return the group names of a cell separated by 、，,;；/ or white space, without repetition, in order."""
    return list(dict.fromkeys(name for name in re.split(r"[、,;/\s]+", clean_text(cell)) if name))
