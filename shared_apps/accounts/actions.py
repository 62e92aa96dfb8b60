"""What can be done with accounts."""

from django.contrib.auth.hashers import make_password

from portico.actor import NOBODY
from portico.events import record
from portico.throttle import allow
from shared_apps.accounts.models import User

# From one place, and from all places together: one stranger alone cannot keep a person out.
_TRIES, _TRIES_FROM_EVERYWHERE, _WINDOW = 10, 50, 300


def check_password(email: str, password: str, place: str = "") -> User | None:
    """The active account with this address and password in this scope, or None.

    Takes as long for an unknown address as for a known one. TooMany after ten tries in five minutes for one address
    from one place, or fifty from everywhere.
    """
    email = email.strip().lower()
    allow("sign-in", f"{email} {place}", _TRIES, _WINDOW)
    allow("sign-in-to", email, _TRIES_FROM_EVERYWHERE, _WINDOW)
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        make_password(password)
        return None
    return user if user.check_password(password) else None


def note_refused(email: str, place: str) -> None:
    """Somebody was not let in. An address that nobody has here is not kept: people type passwords into that field."""
    user = User.objects.filter(email=email.strip().lower()).first()
    record("session.refused", user, by=NOBODY, place=place, name=user.name if user else None)
