"""A server that takes mail for the companies here: SMTP for the outside, or LMTP behind a mail server of one's own.

A mail is answered for when it is committed, and with words that let the other side try again when it is not.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections
from django.db.utils import Error

from portico.errors import Refused
from tenant_apps.mailroom.actions.taking import MOST_BYTES
from tenant_apps.mailroom.intake import Nowhere, Rests, deliver, find

log = structlog.get_logger("portico.mail")
T = TypeVar("T")

MOST_RECIPIENTS, SECONDS = 100, 120.0
_LATER = "451 4.3.0 Please try again in a few minutes"


class Handler:
    """What the protocol asks us: whether somebody is here, and to take a mail."""

    def __init__(self, *, is_lmtp: bool) -> None:
        self._is_lmtp = is_lmtp

    async def handle_RCPT(  # noqa: N802 (the library calls it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients at once"
        answer = await asyncio.to_thread(_known, address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        answers = []
        for address in envelope.rcpt_tos:
            answers.append(await asyncio.to_thread(_taken, content, address, envelope.mail_from or ""))
        if self._is_lmtp:
            return "\r\n".join(answers)  # one for each (RFC 2033 §4.2)
        # One answer for all: whoever has it already takes it no second time.
        return next((one for one in answers if not one.startswith("250")), "250 OK")


def _known(address: str) -> str:
    def ask() -> str:
        find(address)
        return "250 OK"

    return _answer(ask)


def _taken(content: bytes, address: str, sender: str) -> str:
    def take() -> str:
        told: dict[str, Any] = {} if sender.strip("<> ") else {"null_sender": True}
        deliver(content, address, via="mail server", envelope_from=sender, **told)
        return "250 OK"

    return _answer(take)


def _answer(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Nowhere:
        return "550 5.1.1 There is nobody of that name here"
    except Rests:
        return "450 4.2.1 This desk rests just now"
    except Refused as no:
        return f"552 5.3.4 {no.message}"
    except (Error, OSError) as trouble:
        log.error("mail.not_taken", trouble=type(trouble).__name__)
        return _LATER
    finally:
        close_old_connections()


def serve(host: str, port: int, *, is_lmtp: bool, tls: ssl.SSLContext | None, ready: Callable[[int], None]) -> None:
    """Serve until the process ends; `ready` is told the port."""
    asyncio.run(_serve(host, port, is_lmtp, tls, ready))


async def _serve(host: str, port: int, is_lmtp: bool, tls: ssl.SSLContext | None, ready: Callable[[int], None]) -> None:
    made: type[SMTP] = LMTP if is_lmtp else SMTP
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        options: dict[str, Any] = {"tls_context": tls} if tls and not is_lmtp else {}
        handler = Handler(is_lmtp=is_lmtp)
        return made(
            handler,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            timeout=SECONDS,
            ident="Portico",
            loop=loop,
            **options,
        )

    server = await loop.create_server(protocol, host, port, backlog=100)
    ready(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()
