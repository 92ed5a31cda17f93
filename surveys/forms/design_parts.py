"""The options of a question, and the rows of a matrix, while they are being typed: one line each, in any order.

A line that is emptied goes away. Buttons of the form move lines; a text of many lines adds them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from surveys.questionnaire import MAX_OPTIONS, Option

LABEL_MAX = 100
BLANKS = 3  # empty lines below those that are filled
DEED = re.compile(r"(?P<part>option|row)-(?P<what>up|down|more)(-(?P<place>[0-9]{1,3}))?")
EMPTY = Option("", "")


@dataclass(frozen=True)
class Parts:
    """Lines under a prefix ("option" or "row") as they stand in the form; those without a label are blank."""

    prefix: str
    lines: tuple[Option, ...]

    @property
    def filled(self) -> tuple[Option, ...]:
        """The lines that say something."""
        return tuple(line for line in self.lines if line.label)

    def with_blanks(self, least: int = BLANKS) -> "Parts":
        """Return the filled lines with blank ones below."""
        return replace(self, lines=self.filled + (EMPTY,) * min(least, MAX_OPTIONS - len(self.filled)))


def read_parts(prefix: str, data: Mapping[str, str]) -> Parts:
    """Return the lines that a form sent."""
    lines = []
    for place in range(MAX_OPTIONS + BLANKS):
        name = f"{prefix}-{place}"
        if f"{name}-label" not in data:
            break
        lines.append(
            Option(
                data.get(f"{name}-code", "")[:LABEL_MAX],
                " ".join(data[f"{name}-label"].split()),
                is_exclusive=f"{name}-exclusive" in data,
                is_other=f"{name}-other" in data,
            )
        )
    return Parts(prefix, tuple(lines))


def paste(parts: Parts, text: str) -> Parts:
    """Return the lines with those of a text below."""
    labels = [" ".join(line.split()) for line in text.splitlines()]
    added = tuple(Option("", label) for label in labels if label)
    return replace(parts, lines=(*parts.filled, *added)) if added else parts


def do_deed(parts: Parts, deed: str) -> Parts:
    """Return the lines after a button was pressed that concerns them; other buttons change nothing."""
    found = DEED.fullmatch(deed)
    if found is None or found["part"] != parts.prefix:
        return parts
    if found["what"] == "more":
        return parts.with_blanks(2 * BLANKS)
    return swap(parts, int(found["place"] or 0), -1 if found["what"] == "up" else 1)


def find_focus(parts: Parts, deed: str) -> str:
    """Return what is to be focused after a button: the same button of the line that moved, or the first blank line."""
    found = DEED.fullmatch(deed)
    if found is None or found["part"] != parts.prefix or not parts.lines:
        return f"{parts.prefix}-{len(parts.filled)}-label" if deed == f"{parts.prefix}-paste" else ""
    if found["what"] == "more":
        return f"{parts.prefix}-{len(parts.filled)}-label"
    place = int(found["place"] or 0) + (-1 if found["what"] == "up" else 1)
    return f"{parts.prefix}-{found['what']}-{min(max(place, 0), len(parts.lines) - 1)}"


def swap(parts: Parts, place: int, step: int) -> Parts:
    """Return the lines with one changed for its neighbour, as far as there is one."""
    other = place + step
    if not (0 <= place < len(parts.lines) and 0 <= other < len(parts.lines)):
        return parts
    lines = list(parts.lines)
    lines[place], lines[other] = lines[other], lines[place]
    return replace(parts, lines=tuple(lines))
