"""Passwords that stand in stolen lists: a short list that comes along (Django's), and a large one that is asked.

`BREACHED_PASSWORDS_URL` is asked by k-anonymity, as Have I Been Pwned answers: the first five signs of the password's
SHA-1 go out, and the ends of all that begin so come back. Off when it is not set, and no obstacle when it is away.
"""

import hashlib

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError

log = structlog.get_logger("portico.passwords")
WORDS = "This password stands in a list of stolen ones. Please choose another."
_SECONDS = 2.0


class BreachedValidator:
    """One of Django's `AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError when the list knows this password."""
        if settings.BREACHED_PASSWORDS_URL and is_known(password):
            raise ValidationError(WORDS, code="password_breached")

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return "Not one that stands in a list of stolen passwords."


def is_known(password: str) -> bool:
    """Whether the list knows it; False as well when the list does not answer."""
    import httpx

    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        answer = httpx.get(
            f"{settings.BREACHED_PASSWORDS_URL.rstrip('/')}/{digest[:5]}",
            timeout=_SECONDS,
            headers={"Add-Padding": "true", "User-Agent": "Portico"},
        )
        answer.raise_for_status()
    except httpx.HTTPError as trouble:
        log.warning("passwords.list_away", error=type(trouble).__name__)
        return False
    found = dict(line.strip().partition(":")[::2] for line in answer.text.splitlines())
    return int(found.get(digest[5:]) or 0) > 0
