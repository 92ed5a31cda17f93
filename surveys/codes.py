"""One-time codes: made, shown once on a card, and afterwards known by a keyed hash only."""

import re
import secrets

from accounts.encryption import blind_index, blind_indexes
from surveys.models import AccessCode, WaveLink
from surveys.models.asking import ALPHABET

CODE_SIGNS = 10  # of 31: 49 bits; nobody tries them out within the weeks of a wave
CODE_PURPOSE = "survey_code"
SPENT_PURPOSE = "survey_spent"


def make_code() -> str:
    """Return a new code as it stands on a card: ABCDE-FGHJK, for signs that are read and typed by old eyes."""
    signs = "".join(secrets.choice(ALPHABET) for _i in range(CODE_SIGNS)).upper()
    return f"{signs[:5]}-{signs[5:]}"


def normalise(text: str) -> str:
    """Return a typed code without case, blanks and dashes; full-width signs as half-width."""
    half = "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text)
    return re.sub(r"[\s\-–—_.]", "", half).lower()


def hash_code(code: str) -> bytes:
    """Return the hash under which a code is known to exist."""
    return blind_index(normalise(code), purpose=CODE_PURPOSE)


def hash_codes(code: str) -> list[bytes]:
    """Return the hashes under which a code may be known: cards printed before keys were exchanged stay good."""
    return blind_indexes(normalise(code), purpose=CODE_PURPOSE)


def spend_keys(wave_id: int, what: str) -> list[bytes]:
    """Return the hashes under which a code, or the token of a form, may be known to be used up in a wave.

    It is not the hash of hash_code(): without the application's key neither leads to the other.
    """
    return blind_indexes(f"{wave_id}:{what}", purpose=SPENT_PURPOSE)


def find_code(link: WaveLink, code: str) -> AccessCode | None:
    """Return what is known of a code that was issued for this wave and community; None for any other text."""
    return AccessCode.objects.filter(link=link, code_hash__in=hash_codes(code)).first()
