"""A signature for the company's own domain (DKIM, RFC 6376): receivers see that the mail is really from there.

What is signed is made ready by dkimpy. The number itself is computed by `cryptography`: in Python it takes twenty times
as long, which was more than everything else that a letter costs.
"""

import time
from base64 import b64encode
from email.message import Message
from functools import lru_cache
from hashlib import sha256
from typing import Any

from shared_apps.mail.senders import Signature

_SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references")
_ALSO = (b"mime-version", b"content-type", b"list-unsubscribe", b"list-unsubscribe-post")
_NAME, _WIDTH = b"DKIM-Signature", 72


def sign(made: Any, signature: Signature) -> Message:
    """The message with its signature above everything else. What is signed is what is sent, byte for byte."""
    value = _value(made.as_bytes(linesep="\r\n"), signature)
    made._headers.insert(0, (_NAME.decode(), value))
    signed: Message = made
    return signed


def _value(raw: bytes, signature: Signature) -> str:
    import dkim  # with what it needs, large; only workers sign
    from dkim.canonicalization import CanonicalizationPolicy

    how = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    fields, body = dkim.rfc822_parse(raw)
    names = [*_SIGNED, *_ALSO]
    said = {
        **{"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": signature.domain, "s": signature.selector},
        **{"t": str(int(time.time())), "h": ":".join(name.decode() for name in names)},
        **{"bh": b64encode(sha256(how.canonicalize_body(body)).digest()).decode(), "b": ""},
    }
    value = ";\n ".join(f"{tag}={text}" for tag, text in said.items())
    own = how.canonicalize_headers([(_NAME, b" " + value.replace("\n", "\r\n").encode())])[0]
    chosen = [*dkim.select_headers(how.canonicalize_headers(fields), names), (own[0], own[1].rstrip(b"\r\n"))]
    number = b64encode(_signed(signature.private_key, b"".join(name + b":" + text for name, text in chosen))).decode()
    return value + "\n ".join(number[start : start + _WIDTH] for start in range(0, len(number), _WIDTH))


def _signed(key: bytes, words: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    made: bytes = _opened(key).sign(words, PKCS1v15(), SHA256())
    return made


@lru_cache(maxsize=64)
def _opened(key: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # We have made it ourselves; proving that its primes are some takes as long as ten letters.
    return load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True)
