"""Encrypting and hashing personal data: AES-GCM for what must be read again, HMAC-SHA256 for what is only matched.

Keys come from the settings FIELD_KEY and HASH_KEY (32 bytes each). Ciphertexts are randomised: compare hashes or
plain columns, never ciphertexts.
"""

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_VERSION = b"\x01"  # first byte of every ciphertext, so that a later key can be told from this one
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


def decrypt_bytes(data: bytes | memoryview, *, purpose: str) -> bytes:
    """Like decrypt(), for bytes."""
    data = bytes(data)
    nonce, sealed = data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    return get_cipher(settings.FIELD_KEY).decrypt(nonce, sealed, data[:1] + purpose.encode())


def blind_index(text: str, *, purpose: str) -> bytes:
    """Return the 32-byte keyed hash under which equal texts of one purpose are found again."""
    return hmac.digest(settings.HASH_KEY, f"{purpose}:{text}".encode(), hashlib.sha256)
