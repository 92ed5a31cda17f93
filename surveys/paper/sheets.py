"""Paper questionnaires as they were typed: kept, typed a second time, compared, and taken into the pool.

Until then a sheet is encrypted, and known by the number that the clerk wrote on it. Of a card's code only the key is
kept by which the pool knows that it was used.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import decrypt, encrypt
from accounts.models import User
from surveys.codes import find_code
from surveys.models import PaperSheet, WaveLink
from surveys.pool import is_used, key_of_code, key_of_form, seal_many
from surveys.questionnaire import OTHER, Questionnaire

SHEET_PURPOSE = "survey_paper"
ROUNDS = (1, 2)


@dataclass(frozen=True)
class Sheet:
    """What a sheet holds: the lines as typed, the answers read from them, and of a code its key and stratum."""

    lines: dict[str, str]
    answers: dict[str, Any]
    key: str = ""  # hexadecimal
    stratum: str = ""


@dataclass(frozen=True)
class Difference:
    """One variable that was typed differently in the two rounds."""

    variable: str
    name: str
    first: str
    second: str


@dataclass(frozen=True)
class SheetState:
    """Where the sheet of a number stands."""

    number: int
    first: PaperSheet | None
    second: PaperSheet | None
    differences: Sequence[Difference]

    @property
    def rows(self) -> list[PaperSheet]:
        """The rounds there are."""
        return [row for row in (self.first, self.second) if row]

    @property
    def is_compared(self) -> bool:
        """Whether it was typed twice and reads the same."""
        return self.first is not None and self.second is not None and not self.differences


def pack(sheet: Sheet) -> bytes:
    """Return a sheet as it is kept."""
    packed = [sheet.lines, sheet.answers, sheet.key, sheet.stratum]
    return encrypt(json.dumps(packed, ensure_ascii=False), purpose=SHEET_PURPOSE)


def unpack(row: PaperSheet) -> Sheet:
    """Return what a row keeps."""
    return Sheet(*json.loads(decrypt(row.answers, purpose=SHEET_PURPOSE)))


def check_code(link: WaveLink, code: str, *, besides: int = 0) -> tuple[str, str]:
    """Return key and stratum of the code on a card, both "" in waves without codes; ValidationError says what to do.

    `besides` is the number of the sheet that is typed: its other round may hold the same code.
    """
    if not link.wave.needs_code:
        return "", ""
    found = find_code(link, code)
    if found is None:
        raise ValidationError(_("没有这个答题码。请对照卡片再看一遍；别的社区的卡不能用在这里。"))
    key = key_of_code(link, code)
    sheets = PaperSheet.objects.filter(link=link).exclude(number=besides)
    if is_used(key) or any(unpack(row).key == key.hex() for row in sheets):
        raise ValidationError(_("这个答题码已经用过：本人可能在网上答过，或者这张纸卷录入过了。"))
    return key.hex(), found.stratum


def save_sheet(link: WaveLink, *, number: int, round: int, sheet: Sheet, by: User) -> PaperSheet:
    """Keep a typed sheet; ValidationError when the wave is not open, or when the round has its number already."""
    if not link.wave.is_open:
        raise ValidationError(_("这一轮已经结束，不能再录入。"))
    fields = {"answers": pack(sheet), "entered_by": by}
    try:
        with transaction.atomic():
            return PaperSheet.objects.create(link=link, number=number, round=round, **fields)
    except IntegrityError as error:
        text = _("第 %(number)s 号纸卷已经录入过。要改它，请从下面的清单里打开；不是同一张，请换一个编号。")
        raise ValidationError({"number": text % {"number": number}}) from error


def change_sheet(row: PaperSheet, *, sheet: Sheet, by: User) -> PaperSheet:
    """Correct a typed sheet."""
    row.answers, row.entered_by = pack(sheet), by
    row.save(update_fields=["answers", "entered_by"])
    return row


def list_states(link: WaveLink, questionnaire: Questionnaire) -> list[SheetState]:
    """Return the sheets of a link that wait, by number; of those typed twice, what differs."""
    rounds = sort_rounds(link.sheets.select_related("entered_by").order_by("number", "round"))
    return [
        SheetState(number, found.get(1), found.get(2), compare(found, questionnaire))
        for number, found in rounds.items()
    ]


def sort_rounds(rows: Iterable[PaperSheet]) -> dict[int, dict[int, PaperSheet]]:
    """Return number -> round -> sheet, in the order of the rows."""
    rounds: dict[int, dict[int, PaperSheet]] = {}
    for row in rows:
        rounds.setdefault(row.number, {})[row.round] = row
    return rounds


def pick(sheet: Sheet, variable: str) -> dict[str, Any]:
    """Return what a sheet answers to a variable, with the words beside "other"."""
    return {code: sheet.answers[code] for code in (variable, variable + OTHER) if code in sheet.answers}


def compare(rounds: dict[int, PaperSheet], questionnaire: Questionnaire) -> list[Difference]:
    """Return what the two rounds of a sheet read differently; [] where there is only one."""
    if len(rounds) < len(ROUNDS):
        return []
    first, second = unpack(rounds[1]), unpack(rounds[2])
    differences = [
        Difference(
            variable.code, variable.name, first.lines.get(variable.code, ""), second.lines.get(variable.code, "")
        )
        for variable in questionnaire.variables
        if pick(first, variable.code) != pick(second, variable.code)
    ]
    if first.key != second.key:
        differences.append(Difference("", _("答题码"), _("第一遍"), _("第二遍不同")))
    return differences


@transaction.atomic
def settle(state: SheetState, chosen: Mapping[str, str], *, by: User) -> None:
    """Let both rounds of a sheet say the same: for each difference the reading of round "1" or "2"."""
    if not (state.first and state.second):
        return
    first, second = unpack(state.first), unpack(state.second)
    lines, answers = dict(first.lines), dict(first.answers)
    for variable in (name for name, choice in chosen.items() if choice == "2" and name):
        lines[variable] = second.lines.get(variable, "")
        for code in pick(first, variable):
            del answers[code]
        answers |= pick(second, variable)
    coded = second if chosen.get("") == "2" else first
    agreed = Sheet(lines, answers, coded.key, coded.stratum)
    for row in (state.first, state.second):
        change_sheet(row, sheet=agreed, by=by)


def agreement(states: Sequence[SheetState], questionnaire: Questionnaire) -> float | None:
    """Return the share of answers that both rounds read alike, 0 to 1; None while nothing was typed twice."""
    twice = [state for state in states if state.first and state.second]
    asked = len(twice) * len(questionnaire.variables)
    return 1 - sum(len(state.differences) for state in twice) / asked if asked else None


@transaction.atomic
def take_in(link: WaveLink, *, only_compared: bool, by: User) -> int:
    """Put the sheets that are ready into the pool and forget them; return how many. A second click finds none.

    Raises ValidationError, and takes in nothing, when the wave is over or a code has been used meanwhile.
    """
    if not link.wave.is_open:
        raise ValidationError(_("这一轮已经结束，不能再入库。"))
    rows = list(link.sheets.select_for_update().order_by("number", "round"))
    ready = choose_ready(rows, link.wave.version.questionnaire, only_compared=only_compared)
    if not ready:
        return 0
    sheets = [unpack(row) for row in ready]
    keys = [
        bytes.fromhex(sheet.key) if sheet.key else key_of_form(link, f"paper {row.pk}")
        for row, sheet in zip(ready, sheets, strict=True)
    ]
    refuse_used(ready, keys)
    seal_many(link, [sheet.answers for sheet in sheets], keys=keys, strata=[sheet.stratum for sheet in sheets])
    link.sheets.filter(number__in=[row.number for row in ready]).delete()
    record("survey_paper.take_in", by=by, target=link.wave, area_code=link.community.code, sheets=len(ready))
    return len(ready)


def choose_ready(rows: Sequence[PaperSheet], questionnaire: Questionnaire, *, only_compared: bool) -> list[PaperSheet]:
    """Return the first rounds of the sheets to take in: never one whose two rounds differ."""
    rounds = sort_rounds(rows)
    least = len(ROUNDS) if only_compared else 1
    found = [typed for typed in rounds.values() if len(typed) >= least and not compare(typed, questionnaire)]
    return [typed[min(typed)] for typed in found]


def refuse_used(rows: Sequence[PaperSheet], keys: Sequence[bytes]) -> None:
    """Raise when codes were used since they were typed, naming the sheets."""
    used = [str(row.number) for row, key in zip(rows, keys, strict=True) if is_used(key)]
    if used:
        text = _("这些纸卷的答题码已经在网上用过：%(numbers)s 号。请核对后删掉它们，再入库。")
        raise ValidationError(text % {"numbers": _("、").join(used)})
