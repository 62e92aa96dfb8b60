"""How mail leaves this installation: `EMAIL_URL` names a folder, a mail server, or a provider."""

import os
import re
import time
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

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
_WRONG = "EMAIL_URL must look like smtps://user:password@host, file:///folder or postmark://TOKEN@."


def connection(url: str = "") -> BaseEmailBackend:
    """A way out: by this address, or by the installation's own. ImproperlyConfigured when it leads nowhere."""
    address = urlsplit(url or settings.EMAIL_URL or f"file://{default_folder()}")
    if address.scheme == "file":
        return Folder(unquote(address.path))
    if address.scheme in {"smtp", "smtps"}:
        return _server(address)
    if address.scheme in PROVIDERS:
        return _provider(address)
    raise ImproperlyConfigured(_WRONG)


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
            file.write(message.message().as_bytes(linesep="\r\n"))
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
