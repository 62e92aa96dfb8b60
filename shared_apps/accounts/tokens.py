"""Bearer tokens: `pt_<company>_<generation>_<secret>`, where the platform's staff have `p` for the company."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db.models import Q, QuerySet
from django.utils import timezone

from portico.api.scopes import EVERYTHING
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


def secret(kind: str = "pt") -> str:
    """A new key in plain text, of the scope that holds now. Another kind is another thing than a key, made alike."""
    return f"{kind}_{_address()}_{secrets.token_urlsafe(32)}"


def is_of_here(text: str, kind: str = "pt") -> bool:
    """Whether this text says of itself that it is of this kind and was made in the scope that holds now."""
    return text.startswith(f"{kind}_{_address()}_")


def marks_of(text: str) -> dict[str, str]:
    """What is kept of a key's text: its digest, and the last four characters to tell it by."""
    return {"digest": _digest(text), "tail": text[-4:]}


def issue(user: User, label: str, *, lifetime: timedelta | None = None) -> str:
    """A token of the installation's own making, for everything, in plain text. It belongs to the scope it was issued
    in. What people ask for is made by `keys`."""
    text = secret()
    expires_at = timezone.now() + lifetime if lifetime else None
    Token.objects.create(user=user, label=label, expires_at=expires_at, scopes=[EVERYTHING], **marks_of(text))
    return text


def find(text: str, place: str = "") -> Token | None:
    """The living token of this scope with this text, used from this address; else None."""
    if not is_of_here(text) or claims(text) is None:
        return None
    digest = _digest(text)
    token: Token | None = _NAMED.first(digest=digest)
    if token is None or not _is_good(token, digest, place):
        return None
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - _SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now, used_from=place[:45])
    return token


def _is_good(token: Token, digest: str, place: str) -> bool:
    if not token.is_living or (token.user is not None and not token.user.is_active):
        return False
    return (digest == token.digest or token.has_former) and (not token.addresses or _is_in(place, token.addresses))


def _is_in(place: str, networks: list[str]) -> bool:
    try:
        address = ip_address(place)
    except ValueError:
        return False
    seen = getattr(address, "ipv4_mapped", None) or address
    return any(seen in ip_network(one) for one in networks)


def _named(digest: str) -> QuerySet[Token]:
    with_text = Q(digest=digest) | Q(former_digest=digest)
    return Token.objects.select_related("user").filter(with_text, revoked_at=None)


_NAMED = Kept(_named, is_steady=True)


def revoke_all(user: User, label: str = "") -> None:
    """End this person's tokens at once: those with this label, or all."""
    living = user.tokens.filter(revoked_at=None)
    (living.filter(label=label) if label else living).update(revoked_at=timezone.now())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
