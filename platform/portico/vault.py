"""Secrets of others that have to be read again: kept encrypted, with a key that follows from SECRET_KEY.

Each is bound to a name (`what`), so that a copy in another row opens nothing. With another SECRET_KEY none can be read,
and is asked for anew.
"""

import base64
import os
from functools import lru_cache

from django.conf import settings

_NONCE = 12


def close(text: str, what: str) -> str:
    """The secret as it may be stored; nothing for nothing."""
    if not text:
        return ""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), what.encode())).decode()


def opened(stored: str, what: str) -> str:
    """The secret again; nothing when there is none, or when it was stored under another name or key."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.b64decode(stored, validate=True)
        return str(_cipher(settings.SECRET_KEY).decrypt(raw[:_NONCE], raw[_NONCE:], what.encode()).decode())
    except (ValueError, InvalidTag):
        return ""


@lru_cache(2)
def _cipher(key: str):  # type: ignore[no-untyped-def]  # the library is loaded when a secret is needed, not before
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, None, b"portico.vault").derive(key.encode()))
