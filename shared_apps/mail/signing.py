"""A signature for the company's own domain (DKIM, RFC 6376): receivers see that the mail is really from there."""

from email.message import Message
from typing import Any

from shared_apps.mail.senders import Signature

_SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references")
_ALSO = (b"mime-version", b"content-type", b"list-unsubscribe", b"list-unsubscribe-post")


def sign(made: Any, signature: Signature) -> Message:
    """The message with its signature above everything else. What is signed is what is sent, byte for byte."""
    import dkim  # with what it needs, large; only workers sign

    line = dkim.sign(
        made.as_bytes(linesep="\r\n"),
        signature.selector.encode(),
        signature.domain.encode(),
        signature.private_key,
        include_headers=[*_SIGNED, *_ALSO],
        canonicalize=(b"relaxed", b"relaxed"),
    )
    name, _, value = line.decode().partition(":")
    made._headers.insert(0, (name, value.strip().replace("\r\n", "\n")))
    signed: Message = made
    return signed
