"""The secret word of a complaint within a kept receipt: readable with the caller's key and our secret key only.

A repeated post must return the first receipt, but the database holds secret words as hashes only. The word is
therefore kept encrypted with a one-time pad made of the caller's key, which is used once, and our SECRET_KEY.
"""

import hashlib
import hmac
import uuid

from django.conf import settings


def _pad(key: uuid.UUID, length: int) -> bytes:
    pad = hmac.new(settings.SECRET_KEY.encode(), b"complaint-secret:" + key.bytes, hashlib.sha256).digest()
    if length > len(pad):
        raise ValueError("too long to be sealed")
    return pad[:length]


def seal(secret: str, key: uuid.UUID) -> str:
    """Return the secret as hexadecimal text that says nothing without the key and our SECRET_KEY."""
    plain = secret.encode()
    return bytes(a ^ b for a, b in zip(plain, _pad(key, len(plain)), strict=True)).hex()


def unseal(text: str, key: uuid.UUID) -> str:
    """Return the secret of a sealed text; empty if our SECRET_KEY has changed since."""
    sealed = bytes.fromhex(text)
    plain = bytes(a ^ b for a, b in zip(sealed, _pad(key, len(sealed)), strict=True))
    return plain.decode() if plain.isascii() and plain.decode().isalnum() else ""
