"""Whole pages, finished but for the places of what belongs to one request: its token, account, messages, freshness.

Whatever else a whole page shows is the same for all readers for whom it is kept (kept.py).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex

PLACES = ("token", "account", "messages", "freshness", "version")


@dataclass(frozen=True)
class Finished:
    """A page's text, and names of places, in turn: it begins and ends with text."""

    pieces: tuple[bytes, ...]

    def fill(self, words: Mapping[str, str]) -> bytes:
        """Return the page with these words, markup already, in its places."""
        known = {name.encode(): text.encode() for name, text in words.items()}
        return b"".join(known[piece] if number % 2 else piece for number, piece in enumerate(self.pieces))


def finish(draw: Callable[[Mapping[str, str]], str]) -> Finished:
    """Return the page that `draw` makes of the marks of its places.

    The marks cannot be foreseen, so nothing that anybody has typed can pass for one.
    """
    secret = token_hex(8)
    markup = draw({name: f"{secret}-{name}" for name in PLACES})
    return Finished(tuple(piece.encode() for piece in re.split(rf"{secret}-({'|'.join(PLACES)})", markup)))
