"""How mail leaves this installation: `EMAIL_URL` names a folder, a mail server, or a provider."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.utils import make_msgid
from pathlib import Path
from smtplib import SMTPException
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

# scheme -> (module of anymail's backend, what the name before the @ is called there, what the host is called)
PROVIDERS = {
    "postmark": ("postmark", "server_token", ""),
    "resend": ("resend", "api_key", ""),
    "sendgrid": ("sendgrid", "api_key", ""),
    "brevo": ("brevo", "api_key", ""),
    "mailgun": ("mailgun", "api_key", "sender_domain"),
    "ses": ("amazon_ses", "", ""),
}
_SECONDS = 20
_kept: ContextVar[dict[str, BaseEmailBackend] | None] = ContextVar("mail_ways", default=None)
_WRONG = "EMAIL_URL must look like smtps://user:password@host, file:///folder or postmark://TOKEN@."


def connection(url: str = "") -> BaseEmailBackend:
    """A way out: by this address, or by the installation's own. ImproperlyConfigured when it leads nowhere.

    Within `kept_open` it is open, and the same one for every letter that goes by it.
    """
    kept = _kept.get()
    if kept is None:
        return _made(url)
    found = kept[url] = kept.get(url) or _made(url)
    if not _is_open(found):
        found.close()
        found.open()
    return found


@contextmanager
def kept_open() -> Iterator[None]:
    """Connections that are made inside serve for all letters: making one takes longer than a letter."""
    kept: dict[str, BaseEmailBackend] = {}
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for one in kept.values():
            with suppress(SMTPException, OSError):
                one.close()


def _is_open(way: Any) -> bool:
    """Whether it can be used: a mail server may have hung up since the last letter, a provider's way sees to itself."""
    if getattr(way, "session", None):
        return True
    line = getattr(way, "connection", None)
    if line is None:
        return False
    try:
        return bool(line.noop()[0] == 250)
    except (SMTPException, OSError):
        return False


def _made(url: str) -> BaseEmailBackend:
    address = urlsplit(url or settings.EMAIL_URL or f"file://{default_folder()}")
    if address.scheme == "file":
        return Folder(unquote(address.path))
    if address.scheme in {"smtp", "smtps"}:
        return _server(address)
    if address.scheme in PROVIDERS:
        return _provider(address)
    raise ImproperlyConfigured(_WRONG)


def url_of(provider: str, key: str, domain: str) -> str:
    """The address of a provider, for `connection`."""
    return f"{provider}://{quote(key, safe='')}@{quote(domain if PROVIDERS[provider][2] else '', safe='')}"


def default_folder() -> Path:
    """Where mail is put when nobody said where it goes."""
    return Path(settings.DATA_DIR) / "mail"


def sink() -> Path | None:
    """The folder that all mail ends in, when it does not leave this machine."""
    if not settings.EMAIL_URL:
        return default_folder()
    address = urlsplit(settings.EMAIL_URL)
    return Path(unquote(address.path)) if address.scheme == "file" else None


class Folder(BaseEmailBackend):
    """Puts each mail into a folder, as a file that is complete as soon as it can be seen. Newest last by name."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = Path(folder)

    def send_messages(self, messages: Any) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in messages:
            self._put(message)
        return len(messages)

    def _put(self, message: EmailMessage) -> None:
        known = re.sub(r"[^0-9a-z]", "", str(message.extra_headers.get("Message-ID", make_msgid())).partition("@")[0])
        name = f"{time.time_ns():020d}-{known[:32]}.eml"
        draft = self.folder / f".{name}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            made: Any = message.message()
            file.write(made.as_bytes(linesep="\r\n"))
        draft.rename(self.folder / name)


def _server(address: SplitResult) -> BaseEmailBackend:
    from django.core.mail.backends.smtp import EmailBackend

    is_secure = address.scheme == "smtps"
    options = dict(parse_qsl(address.query))
    return EmailBackend(
        host=address.hostname,
        port=address.port or (465 if is_secure else 25),
        username=unquote(address.username or ""),
        password=unquote(address.password or ""),
        use_ssl=is_secure,
        use_tls=not is_secure and options.get("starttls") == "1",
        timeout=_SECONDS,
    )


def _provider(address: SplitResult) -> BaseEmailBackend:
    from importlib import import_module  # anymail and what it needs are large; few processes send

    module, secret, place = PROVIDERS[address.scheme]
    options: dict[str, Any] = dict(parse_qsl(address.query))
    before, _, after = address.netloc.rpartition("@")
    if secret:
        options[secret] = unquote(before or after)
    if place:
        options[place] = unquote(after)
    made: BaseEmailBackend = import_module(f"anymail.backends.{module}").EmailBackend(**options)
    return made
