"""What can be done with accounts before anybody is signed in, and with their addresses."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portico.actor import NOBODY
from portico.events import record
from portico.throttle import allow
from shared_apps.accounts import asked, factors
from shared_apps.accounts.models import User

# From one place, and from all places together: one stranger alone cannot keep a person out. A browser that they signed
# in with before is counted by itself, so that many strangers cannot either.
_TRIES, _TRIES_FROM_EVERYWHERE, _WINDOW = 10, 50, 300
HISTORY = 4  # passwords of before that are not taken again, beside the one of now


def check_password(email: str, password: str, place: str = "", mark: str = "") -> User | None:
    """The active account with this address and password in this scope, or None.

    Takes as long for an unknown address as for a known one. TooMany after ten tries in five minutes for one address
    from one place, or fifty from everywhere; a browser that the account knows by its `mark` has ten of its own.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email, is_active=True).first()
    if mark and user is not None and mark in user.security.get("known", ()):
        allow("sign-in-known", f"{email} {mark}", _TRIES, _WINDOW)
    else:
        allow("sign-in", f"{email} {place}", _TRIES, _WINDOW)
        allow("sign-in-to", email, _TRIES_FROM_EVERYWHERE, _WINDOW)
    if user is None or not user.has_usable_password():
        make_password(password)
        return None
    return user if user.check_password(password) else None


def note_refused(email: str, place: str) -> None:
    """Somebody was not let in. An address that nobody has here is not kept: people type passwords into that field."""
    user = User.objects.filter(email=email.strip().lower()).first()
    record("session.refused", user, by=NOBODY, place=place, name=user.name if user else None)


def history_of(user: User) -> list[str]:
    """The hashes of the passwords before the one of now."""
    found: list[Any] = user.security.get("history", [])
    return found


@transaction.atomic
def ask_for_proof(user: User, email: str) -> None:
    """Send a link to this address: it becomes the account's when it is opened, if nobody else here has it by then."""
    asked.send_proof(factors.lock(user), email.strip().lower())
