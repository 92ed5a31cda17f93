"""Feeding PostgreSQL's COPY in text format from a generator."""

from collections.abc import Iterator

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
READ_SIZE = 65_536


def copy_text(value: object) -> str:
    """Return a value in COPY's text format; NUL, which PostgreSQL cannot hold, is left out."""
    if value is None:
        return r"\N"
    return str(value).replace("\0", "").translate(ESCAPES)


class Lines:
    """A file-like reader over lines, so that COPY streams them."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, size: int = READ_SIZE) -> str:
        """Return about `size` characters: whole lines, "" at the end."""
        parts: list[str] = []
        length = 0
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if 0 <= size <= length:
                break
        return "".join(parts)
