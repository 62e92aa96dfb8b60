"""Links and codes that prove an address: random, kept as a digest, good once and for a short time.

They stand with the account they are for, in its own schema: of another company's there is nothing to be found.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from portico.errors import Missing
from shared_apps.accounts.models import User

RESET, VERIFY = "reset", "verify"
LASTS = {RESET: timedelta(minutes=30), VERIFY: timedelta(days=1)}
CODE_LASTS, CODE_TRIES = timedelta(minutes=10), 5
OVER = "This link cannot be used any more. It was used already, is too old, or another one came after it."
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # none that make words, none that look like digits
_NOTHING = hashlib.sha256(b"").hexdigest()


class Proof(NamedTuple):
    """Whose link it is, and the address that it was sent to."""

    user: User
    email: str


def issue(user: User, purpose: str, email: str = "") -> str:
    """The secret of a new link for this person (a locked row); the one before for the same purpose ends."""
    secret = secrets.token_urlsafe(32)
    until = timezone.now() + LASTS[purpose]
    kept = {"digest": _digest(purpose, secret), "until": until.isoformat(), "email": email or user.email}
    user.security = user.security | {purpose: kept}
    user.save(update_fields=["security"])
    return f"{user.pk.hex}.{secret}"


def look_at(text: str, purpose: str) -> Proof:
    """Whose link this is, while it is good; Missing for any other."""
    return _standing(User.objects.all(), text, purpose)


def redeem(text: str, purpose: str) -> Proof:
    """Use the link up. Two who use it at once queue at the account, and the second finds nothing."""
    found = _standing(User.objects.select_for_update(no_key=True), text, purpose)
    forget(found.user, purpose)
    found.user.save(update_fields=["security"])
    return found


def forget(user: User, *purposes: str) -> None:
    """Links and codes for these purposes end with the next save."""
    user.security = {name: value for name, value in user.security.items() if name not in purposes}


def _standing(rows: Any, text: str, purpose: str) -> Proof:
    key, _, secret = text.partition(".")
    try:
        user = rows.filter(pk=UUID(hex=key), is_active=True).first()
    except ValueError:
        user = None
    kept = user.security.get(purpose, {}) if user else {}
    is_right = constant_time_compare(kept.get("digest", _NOTHING), _digest(purpose, secret))
    # A link to an address that is no longer the account's proves nothing about it, unless it was meant to become so.
    is_theirs = user is not None and (purpose == VERIFY or kept.get("email") == user.email)
    if not is_right or not is_theirs or _is_over(kept):
        raise Missing("link_over", OVER)
    return Proof(user, kept["email"])


def new_code(user: User, seat: str) -> str:
    """A code to type, for the browser of this `seat` alone (a locked row); the one before ends."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(8))
    until = timezone.now() + CODE_LASTS
    user.security = user.security | {"code": {"digest": _digest(seat, code), "until": until.isoformat(), "tries": 0}}
    user.save(update_fields=["security"])
    return f"{code[:4]}-{code[4:]}"


def use_code(email: str, seat: str, typed: str) -> User | None:
    """Whose code this is, once; None for a wrong one. After five wrong ones it is no code any more."""
    user = User.objects.select_for_update(no_key=True).filter(email=email, is_active=True).first()
    kept = user.security.get("code") if user else None
    code = "".join(one for one in typed.upper() if one.isalpha())
    is_right = constant_time_compare((kept or {}).get("digest", _NOTHING), _digest(seat, code))
    if user is None or kept is None:
        User.objects.filter(pk=UUID(int=0)).update(security={})  # nobody: what is known costs one as well
        return None
    is_good = is_right and kept["tries"] < CODE_TRIES and not _is_over(kept)
    forget(user, "code")
    if not is_good:
        user.security["code"] = kept | {"tries": kept["tries"] + 1}
    user.save(update_fields=["security"])
    return user if is_good else None


def _is_over(kept: dict[str, Any]) -> bool:
    until = parse_datetime(kept["until"])
    return until is None or until <= timezone.now()


def _digest(purpose: str, secret: str) -> str:
    return hashlib.sha256(f"{purpose}\n{secret}".encode()).hexdigest()
