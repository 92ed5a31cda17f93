"""Skip logic and limits in the language of XLSForm (XPath), written and read back. Knows no sheets.

Read are: selected(${q}, 'a'), ${q} = 'a', ${q} != 'a', joined by and, or, not() and brackets, as far as they say "any
of these options of one question" or "none of them", once or several times; limits . >= 0 and . <= 100.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from surveys.questionnaire import Condition

LONGEST = 5_000  # characters; a longer one is no condition that anybody wrote
DEEPEST = 50  # brackets within brackets: before Python gives up
QUOTED = r"""(?:'([^']*)'|"([^"]*)")"""
REFERENCE = r"\$\{\s*([^\s{}]+)\s*\}"
SELECTED = re.compile(rf"selected\s*\(\s*{REFERENCE}\s*,\s*{QUOTED}\s*\)")
COMPARED = re.compile(rf"{REFERENCE}\s*(!?=)\s*(?:{QUOTED}|(\d+))")
LIMIT = re.compile(r"\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)")
ALONE = re.compile(
    r"not\s*\(\s*selected\s*\(\s*\.\s*,\s*'([^']*)'\s*\)\s*and\s*count-selected\s*\(\s*\.\s*\)\s*>\s*1\s*\)"
)
AND = re.compile(r"\s+and\s+")


class ExpressionError(ValueError):
    """An expression that is not read; the text is for the user."""


class FollowOnError(ExpressionError):
    """An expression that would be read but for a fault elsewhere, which is told there."""


# --- Writing


def write_condition(condition: Condition) -> str:
    """Return one condition."""
    asked = " or ".join(f"selected(${{{condition.question}}}, '{option}')" for option in condition.options)
    if condition.is_negated:
        return f"not({asked})"
    return f"({asked})" if len(condition.options) > 1 else asked


def write_conditions(conditions: Sequence[Condition]) -> str:
    """Return what stands in the column "relevant"."""
    return " and ".join(map(write_condition, conditions))


def write_limits(lowest: float | None, highest: float | None) -> str:
    """Return the constraint of a number; plain digits, for XPath knows no exponents."""
    sides = ((">=", lowest), ("<=", highest))
    return " and ".join(f". {sign} {Decimal(str(value)):f}" for sign, value in sides if value is not None)


def write_alone(options: Sequence[str]) -> str:
    """Return the constraint of options that stand alone."""
    return " and ".join(f"not(selected(., '{option}') and count-selected(.) > 1)" for option in options)


# --- Reading


def read_limits(text: str) -> tuple[float | None, float | None]:
    """Return the lowest and highest number; raises ExpressionError."""
    found: dict[str, float] = {}
    for part in AND.split(text.strip()):
        match = LIMIT.fullmatch(part.strip())
        if match is None or match[1] in found:
            raise ExpressionError(_("数字的范围请写成：. >= 0 and . <= 100。"))
        number = Decimal(match[2])
        found[match[1]] = int(number) if number == int(number) else float(number)
    return found.get(">="), found.get("<=")


def read_alone(text: str) -> list[str]:
    """Return the names of the options that stand alone; raises ExpressionError."""
    if AND.sub("", ALONE.sub("", f" {text} ")).strip():
        raise ExpressionError(
            _("多选题的限制只认“不能与其他同选”：not(selected(., 'none') and count-selected(.) > 1)。")
        )
    return ALONE.findall(text)


def read_conditions(text: str) -> list[Condition]:
    """Return the conditions that all have to hold; names are those of the file. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(_("这个条件太长，没有读。"))
    return Reader(text).read()


class Reader:
    """Reads one expression from left to right; "and" binds closer than "or"."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth = text, 0, 0

    def read(self) -> list[Condition]:
        """Return the conditions of the whole expression."""
        found = self.read_either()
        if self.peek():
            raise self.refuse()
        return found

    def peek(self) -> str:
        """Return what is left."""
        self.place += len(self.text[self.place :]) - len(self.text[self.place :].lstrip())
        return self.text[self.place :]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the match at this place and go behind it; None when it does not match."""
        self.peek()
        match = pattern.match(self.text, self.place)
        self.place = match.end() if match else self.place
        return match

    def refuse(self) -> ExpressionError:
        """Return the error that names the place that was not understood."""
        rest = self.peek()[:20]
        if not rest:
            return ExpressionError(_("这个条件没有写完。"))
        return ExpressionError(
            _("条件从“%(rest)s”起读不懂。只认 selected(${q1}, 'a')、and、or、not()。") % {"rest": rest}
        )

    def take_word(self, word: str) -> bool:
        """Tell whether this word comes next, and go behind it."""
        return self.take(re.compile(rf"{word}\b")) is not None

    def read_either(self) -> list[Condition]:
        """Read what is joined by "or"."""
        found = [self.read_both()]
        while self.take_word("or"):
            found.append(self.read_both())
        return found[0] if len(found) == 1 else [join(found)]

    def read_both(self) -> list[Condition]:
        """Read what is joined by "and"."""
        found = self.read_one()
        while self.take_word("and"):
            found = [*found, *self.read_one()]
        return found

    def read_one(self) -> list[Condition]:
        """Read a bracket, a negation or a single comparison."""
        if match := self.take(SELECTED):
            return [Condition(match[1], (match[2] if match[2] is not None else match[3],))]
        if match := self.take(COMPARED):
            value = next(part for part in match.groups()[2:] if part is not None)
            return [Condition(match[1], (value,), is_negated=match[2] == "!=")]
        is_negated = self.take(re.compile(r"not\s*\(")) is not None
        if not is_negated and not self.take(re.compile(r"\(")):
            raise self.refuse()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse()
        found = self.read_either()
        if not self.take(re.compile(r"\)")):
            raise self.refuse()
        self.depth -= 1
        return [negate(found)] if is_negated else found


def join(found: Sequence[Sequence[Condition]]) -> Condition:
    """Return "any of these options" of one question; raises ExpressionError for any other alternative."""
    parts = [part for conditions in found for part in conditions]
    questions = {part.question for part in parts}
    if len(parts) > len(found) or len(questions) > 1 or any(part.is_negated for part in parts):
        raise ExpressionError(_("“or”只能连接同一道题的选项。不同题之间请用 and，或者拆成两道题。"))
    return Condition(questions.pop(), tuple(option for part in parts for option in part.options))


def negate(found: Sequence[Condition]) -> Condition:
    """Return the opposite of one condition; raises ExpressionError when there are several."""
    if len(found) != 1:
        raise ExpressionError(_("not() 里面只能是同一道题的选项，用 or 连接。"))
    return Condition(found[0].question, found[0].options, not found[0].is_negated)
