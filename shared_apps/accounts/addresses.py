"""Whether an address is proven to be an account's (allauth's table `EmailAddress`), and changing it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from portico.database import current_scope
from portico.errors import Refused
from portico.events import record
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User

TAKEN = "Somebody else here has this address."


def is_proven(user: User) -> bool:
    """Whether the account's own address is proven."""
    return _rows().filter(user_id=user.pk, email=user.email, verified=True).exists()


@transaction.atomic
def prove(user: User, email: str = "") -> None:
    """This address is the account's from now on, and proven (a locked row). Refused when somebody else has it."""
    email = email or user.email
    if email != user.email:
        _move(user, email)
    known = _rows().filter(user_id=user.pk, primary=True)
    if known.filter(email=email, verified=True).exists():
        return
    _rows().filter(email=email).exclude(user_id=user.pk).delete()  # of an account that had it before
    if not known.update(email=email, verified=True):
        _rows().create(user_id=user.pk, email=email, verified=True, primary=True)
    record("account.address", user, by=actor_of(user), desk="company", email=email)
    scope = current_scope()
    if scope is not None and scope.company is not None:
        from portico import asks  # it knows all apps, and they know this one

        asks.address_proven(user)


def _move(user: User, email: str) -> None:
    if is_taken(email, user):
        raise Refused("address_taken", TAKEN)
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise Refused("address_taken", TAKEN) from None


def is_taken(email: str, user: User) -> bool:
    """Whether another account here has this address."""
    others = User.objects.exclude(pk=user.pk).alias(lower=Lower("email"))
    return others.filter(lower=email.lower()).exists()


def _rows() -> Any:
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.all()
