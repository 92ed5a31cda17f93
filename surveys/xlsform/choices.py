"""The lists of options of an XLSForm, and names made into codes."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.questionnaire import CODE, OPTION_CODE, RESERVED, Option
from surveys.sheets import Fault
from surveys.xlsform.tables import Line

LONGEST_CODE = 24


@dataclass
class OptionList:
    """Options by the order of the file, and their codes by the names that the file has for them."""

    options: list[Option] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)


def shorten(name: str, taken: Collection[str], fits: Callable[[str], bool], spare: str) -> str:
    """Return a code that is like the name: small letters, digits, underscores; `spare` begins one for others."""
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:LONGEST_CODE].rstrip("_")
    code = next((text for text in (name, plain, f"{spare}_{plain}"[:LONGEST_CODE].rstrip("_")) if fits(text)), spare)
    number = 2
    first = code
    while code in taken or not fits(code):
        code = f"{first[: LONGEST_CODE - 4]}_{number}"
        number += 1
    return code


def fits_question(text: str) -> bool:
    """Tell whether a text can be the code of a question."""
    return CODE.fullmatch(text) is not None and text not in RESERVED


def fits_option(text: str) -> bool:
    """Tell whether a text can be the code of an option."""
    return OPTION_CODE.fullmatch(text) is not None


def read_lists(lines: Sequence[Line]) -> tuple[dict[str, OptionList], list[Fault]]:
    """Return the lists by name, and what is wrong with their lines."""
    lists: dict[str, OptionList] = {}
    faults: list[Fault] = []
    for line in lines:
        name, list_name = line.get("name"), line.get("list_name")
        missing = next((column for column in ("list_name", "name", "label") if not line.get(column)), "")
        if missing:
            faults.append(line.fault(missing, _("这一行缺 %(column)s，请补上。") % {"column": missing}))
            continue
        found = lists.setdefault(list_name, OptionList())
        if name in found.codes:
            words = {"list": list_name, "name": name}
            faults.append(line.fault("name", _("选项表“%(list)s”里“%(name)s”有两次，请改一个。") % words))
            continue
        code = shorten(name, found.codes.values(), fits_option, "o")
        if code != name:
            words = {"name": name, "code": code}
            faults.append(line.fault("name", _("“%(name)s”的代号改作“%(code)s”。") % words, is_remark=True))
        found.codes[name] = code
        found.options.append(Option(code, line.get("label")))
    return lists, faults
