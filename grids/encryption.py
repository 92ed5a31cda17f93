"""Encrypting and hashing personal data: AES-GCM for what must be read again, HMAC-SHA256 for what is only matched.

Keys come from the settings FIELD_KEY and HASH_KEY (32 bytes each). Ciphertexts are randomised: compare hashes or
plain columns, never ciphertexts.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_VERSION = b"\x01"  # first byte of every ciphertext, so that a later key can be told from this one
INDEX_BYTES = 16  # 128 bits of the HMAC: no two of a billion residents meet, and indexes stay small
NONCE_BYTES = 12  # NIST SP 800-38D: 96-bit nonce


@cache
def get_cipher(key: bytes) -> AESGCM:
    """Return the cipher of this key; building one costs more than using it."""
    return AESGCM(key)


def encrypt(text: str, *, purpose: str) -> bytes:
    """Return version, nonce and ciphertext of the text, bound to `purpose` (the column), so that it cannot be moved."""
    return encrypt_bytes(text.encode(), purpose=purpose)


def decrypt(data: bytes | memoryview, *, purpose: str) -> str:
    """Return the text; raises cryptography's InvalidTag when data, key or purpose do not belong together."""
    return decrypt_bytes(data, purpose=purpose).decode()


def encrypt_bytes(data: bytes, *, purpose: str) -> bytes:
    """Like encrypt(), for bytes such as a kept import file."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = get_cipher(settings.FIELD_KEY).encrypt(nonce, data, KEY_VERSION + purpose.encode())
    return KEY_VERSION + nonce + sealed


def encrypt_many(texts: Iterable[str], *, purpose: str) -> list[bytes | None]:
    """Like encrypt() for many texts; None for an empty one."""
    texts = list(texts)
    seal, bound = get_cipher(settings.FIELD_KEY).encrypt, KEY_VERSION + purpose.encode()
    chance = os.urandom(NONCE_BYTES * len(texts))
    nonces = (chance[place : place + NONCE_BYTES] for place in range(0, len(chance), NONCE_BYTES))
    return [
        KEY_VERSION + nonce + seal(nonce, text.encode(), bound) if text else None
        for nonce, text in zip(nonces, texts, strict=True)
    ]


def decrypt_bytes(data: bytes | memoryview, *, purpose: str) -> bytes:
    """Like decrypt(), for bytes."""
    data = bytes(data)
    nonce, sealed = data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    return get_cipher(settings.FIELD_KEY).decrypt(nonce, sealed, data[:1] + purpose.encode())


def blind_index(text: str, *, purpose: str) -> bytes:
    """Return the keyed hash, INDEX_BYTES long, under which equal texts of one purpose are found again."""
    return hmac.digest(settings.HASH_KEY, f"{purpose}:{text}".encode(), hashlib.sha256)[:INDEX_BYTES]


def tail_index(text: str) -> int:
    """Return the keyed hash, a signed 32-bit integer, under which an ID number's last four characters are searched.

    Ten thousand tails are soon tried out by who has the key, but a copy of the database alone does not give them away.
    """
    return int.from_bytes(blind_index(text[-4:].upper(), purpose="id_tail")[:4], "big", signed=True)


def blind_index_many(texts: Iterable[str], *, purpose: str) -> list[bytes | None]:
    """Like blind_index() for many texts; None for an empty one."""
    key, prefix = settings.HASH_KEY, f"{purpose}:".encode()
    return [hmac.digest(key, prefix + text.encode(), "sha256")[:INDEX_BYTES] if text else None for text in texts]
