"""Encrypting and hashing personal data: AES-GCM for what must be read again, HMAC-SHA256 for what is only matched.

Keys come from the settings FIELD_KEY and HASH_KEY (32 bytes each). While keys are exchanged (accounts/key_rotation.py)
the former ones stand in FIELD_KEY_OLD and HASH_KEY_OLD: what they sealed is still read, and what they hashed is still
found. Ciphertexts are randomised: compare hashes or plain columns, never ciphertexts.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

UNNAMED = b"\x01"  # first byte of what was sealed before keys had numbers: any of the keys may open it
INDEX_BYTES = 16  # 128 bits of the HMAC: no two of a billion residents meet, and indexes stay small
NONCE_BYTES = 12  # NIST SP 800-38D: 96-bit nonce


@cache
def get_cipher(key: bytes) -> AESGCM:
    """Return the cipher of this key; building one costs more than using it."""
    return AESGCM(key)


@cache
def number_of(key: bytes) -> bytes:
    """Return the byte, 2 to 255, that begins all this key seals: it tells two keys apart and says nothing of them."""
    return bytes([2 + int.from_bytes(hashlib.sha256(b"number of key " + key).digest()[:4], "big") % 254])


def field_keys() -> list[bytes]:
    """Return the key that seals, and the former one while keys are exchanged."""
    return [key for key in (settings.FIELD_KEY, settings.FIELD_KEY_OLD) if key]


def hash_keys() -> list[bytes]:
    """Return the key of new hashes, and the former one while keys are exchanged."""
    return [key for key in (settings.HASH_KEY, settings.HASH_KEY_OLD) if key]


def encrypt(text: str, *, purpose: str) -> bytes:
    """Return key number, nonce and ciphertext of the text, bound to `purpose` (the column): it cannot be moved."""
    return encrypt_bytes(text.encode(), purpose=purpose)


def decrypt(data: bytes | memoryview, *, purpose: str) -> str:
    """Return the text; raises cryptography's InvalidTag when data, key or purpose do not belong together."""
    return decrypt_bytes(data, purpose=purpose).decode()


def encrypt_bytes(data: bytes, *, purpose: str) -> bytes:
    """Like encrypt(), for bytes such as a kept import file."""
    nonce, number = os.urandom(NONCE_BYTES), number_of(settings.FIELD_KEY)
    return number + nonce + get_cipher(settings.FIELD_KEY).encrypt(nonce, data, number + purpose.encode())


def encrypt_many(texts: Iterable[str], *, purpose: str) -> list[bytes | None]:
    """Like encrypt() for many texts; None for an empty one."""
    texts, number = list(texts), number_of(settings.FIELD_KEY)
    seal, bound = get_cipher(settings.FIELD_KEY).encrypt, number + purpose.encode()
    chance = os.urandom(NONCE_BYTES * len(texts))
    nonces = (chance[place : place + NONCE_BYTES] for place in range(0, len(chance), NONCE_BYTES))
    return [
        number + nonce + seal(nonce, text.encode(), bound) if text else None
        for nonce, text in zip(nonces, texts, strict=True)
    ]


def decrypt_bytes(data: bytes | memoryview, *, purpose: str) -> bytes:
    """Like decrypt(), for bytes."""
    data = bytes(data)
    number, nonce, sealed = data[:1], data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    for key in field_keys():
        if number in (UNNAMED, number_of(key)) and len(nonce) == NONCE_BYTES:
            try:
                return get_cipher(key).decrypt(nonce, sealed, number + purpose.encode())
            except InvalidTag:
                continue
    raise InvalidTag


def blind_index(text: str, *, purpose: str) -> bytes:
    """Return the keyed hash, INDEX_BYTES long, that is kept of a text; to find one, ask for blind_indexes()."""
    return hash_with(settings.HASH_KEY, text, purpose)


def blind_indexes(text: str, *, purpose: str) -> list[bytes]:
    """Return the hashes under which equal texts of one purpose are found again: today's, and the former key's."""
    return [hash_with(key, text, purpose) for key in hash_keys()]


def hash_with(key: bytes, text: str, purpose: str) -> bytes:
    """Return the hash of a text under one key."""
    return hmac.digest(key, f"{purpose}:{text}".encode(), hashlib.sha256)[:INDEX_BYTES]


def tail_index(text: str) -> int:
    """Return the keyed hash, a signed 32-bit integer, that is kept of an ID number's last four characters.

    Ten thousand tails are soon tried out by who has the key, but a copy of the database alone does not give them away.
    """
    return tail_indexes(text)[0]


def tail_indexes(text: str) -> list[int]:
    """Return the numbers under which such a tail is found again: today's, and the former key's."""
    hashes = blind_indexes(text[-4:].upper(), purpose="id_tail")
    return [int.from_bytes(hashed[:4], "big", signed=True) for hashed in hashes]


def blind_index_many(texts: Iterable[str], *, purpose: str) -> list[bytes | None]:
    """Like blind_index() for many texts; None for an empty one."""
    key, prefix = settings.HASH_KEY, f"{purpose}:".encode()
    return [hmac.digest(key, prefix + text.encode(), "sha256")[:INDEX_BYTES] if text else None for text in texts]


def find_aliases(texts: Iterable[str], *, purpose: str) -> dict[bytes, bytes]:
    """Return today's hash of each text under every hash that may be kept of it."""
    aliases: dict[bytes, bytes] = {}
    for text in filter(None, texts):
        today, *former = blind_indexes(text, purpose=purpose)
        aliases |= dict.fromkeys((today, *former), today)
    return aliases
