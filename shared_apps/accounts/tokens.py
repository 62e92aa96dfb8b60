"""Bearer tokens: `pt_<company>_<generation>_<secret>`, where the platform's staff have `p` for the company."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portico.database import current_scope
from portico.database.kept import Kept
from shared_apps.accounts.models import Token, User

_SHAPE = re.compile(r"pt_(p|\d{1,18})_(\d{1,9})_([0-9A-Za-z_-]{43})")
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says of itself, before anybody checked it: company id (None = platform) and generation."""

    company_id: int | None
    generation: int


def claims(text: str) -> Claims | None:
    """What the token says of itself, or None when it is not shaped like one."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    return Claims(None if match[1] == "p" else int(match[1]), int(match[2]))


def _address() -> str:
    scope = current_scope()
    company = scope.company if scope else None
    return f"{company.id}_{company.generation}" if company else "p_1"


def issue(user: User, label: str, *, lifetime: timedelta | None = None) -> str:
    """A new token in plain text, for the one time it is shown. It belongs to the scope it was issued in."""
    text = f"pt_{_address()}_{secrets.token_urlsafe(32)}"
    expires_at = timezone.now() + lifetime if lifetime else None
    Token.objects.create(user=user, digest=_digest(text), label=label, expires_at=expires_at)
    return text


def find(text: str) -> User | None:
    """The active account behind a token of this scope, or None."""
    if not text.startswith(f"pt_{_address()}_") or claims(text) is None:
        return None
    token: Token | None = _NAMED.first(digest=_digest(text))
    now = timezone.now()
    if token is None or not token.user.is_active or (token.expires_at and token.expires_at <= now):
        return None
    if token.last_used_at is None or token.last_used_at < now - _SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def _named(digest: str) -> QuerySet[Token]:
    return Token.objects.select_related("user").filter(digest=digest, revoked_at=None)


_NAMED = Kept(_named)


def revoke_all(user: User, label: str = "") -> None:
    """End this person's tokens at once: those with this label, or all."""
    living = user.tokens.filter(revoked_at=None)
    (living.filter(label=label) if label else living).update(revoked_at=timezone.now())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
