"""Somebody who was invited comes with a provider's word instead of a password of their own."""

from typing import Any

from django.db import IntegrityError, transaction

from portico import asks
from portico.actor import SYSTEM
from portico.errors import Invalid
from tenant_apps.people import actions as people
from tenant_apps.sso import arriving, reading
from tenant_apps.sso.models import Connection, Link
from tenant_apps.sso.trust import Claim, Untrusted, vouches


def join(connection: Connection, claim: Claim, mark: str) -> Any:
    """The account that the invitation makes, opened by the account there from now on; `mark` is the digest of its code.

    The invitation is used up only when all of it happens: else Untrusted, Missing or Refused, with words.
    """
    try:
        with transaction.atomic():
            return _join(connection, claim, mark)
    except IntegrityError:  # the account there opened another one here at the same moment
        raise _opens_another() from None
    except Invalid as no:  # somebody is here with this address by now
        raise Untrusted("here_already", " ".join(sum(no.fields.values(), []))) from None


def _join(connection: Connection, claim: Claim, mark: str) -> Any:
    invited, role = people.look_at_marked(mark)
    if not vouches(connection, claim, invited.email, asks.proven_domains()):
        raise Untrusted(
            "not_invited",
            f"{connection.name} does not vouch that {invited.email} is yours, and this address is invited. "
            "Open the link of your letter again, and come with the account of that address, or choose a password.",
        )
    only = reading.only_way(invited.email, role.base)
    if only not in (None, connection):
        raise Untrusted(
            "other_way", f"People with your address come in with {only}. Open the link of your letter again."
        )
    if Link.objects.filter(connection=connection, kind="person", subject=claim.subject).exists():
        raise _opens_another()
    name = invited.name or claim.name or claim.email.partition("@")[0]
    person = people.accept_elsewhere(mark, name)
    arriving.connect(connection, claim, person, by=SYSTEM)
    return person


def _opens_another() -> Untrusted:
    return Untrusted("linked_elsewhere", "This account is connected with somebody else here already.")
