"""A score by SpamAssassin, when one is installed (`SPAMD_URL`): asked over its own protocol (spamd, `CHECK`)."""

import re
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenant_apps.mailroom.models import Incoming

log = structlog.get_logger("portico.mail")

_SECONDS, _LARGEST, _MOST_ANSWER = 5, 512 * 1024, 8_192
_SCORE = re.compile(rb"^Spam:[^;\r\n]{0,20};\s*(-?\d{1,4}(?:\.\d{1,4})?)", re.MULTILINE)


def score_of(mail: Incoming, said: Mapping[str, Any], raw: bytes) -> float | None:
    """The score, as whoever brought the mail says, or as our own scanner does; None when nobody can say."""
    told = mail.told.get("spam_score")
    if isinstance(told, int | float):
        return float(told)
    if not settings.SPAMD_URL or len(raw) > _LARGEST:
        return None
    try:
        return _asked(raw)
    except (OSError, ValueError) as trouble:  # away: a mail is not held back for that
        log.warning("spam.away", trouble=type(trouble).__name__)
        return None


def _asked(raw: bytes) -> float:
    address = urlsplit(settings.SPAMD_URL)
    if address.scheme != "spamd" or not address.hostname:
        raise ImproperlyConfigured("SPAMD_URL must look like spamd://host:783.")
    with socket.create_connection((address.hostname, address.port or 783), _SECONDS) as line:
        line.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while len(answer) < _MOST_ANSWER and (piece := line.recv(4096)):
            answer += piece
    found = _SCORE.search(answer)
    if not answer.startswith(b"SPAMD/") or not found:
        raise ValueError
    return float(found[1])
