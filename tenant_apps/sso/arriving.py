"""Somebody comes with a provider's word: which account of the company that is, if it is any."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction

from portico import asks
from portico.actor import SYSTEM, Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts import seats
from tenant_apps.people import actions as people
from tenant_apps.sso import access, mapping
from tenant_apps.sso.models import Connection, Link
from tenant_apps.sso.trust import Claim, Untrusted, believes


def arrive(connection: Connection, claim: Claim) -> Any:
    """The account that this word opens. Untrusted with words for the person when it opens none.

    1. An account that is linked to this subject of this connection. The address does not matter then.
    2. When the address is believed (`trust.believes`): the account with it, which is linked from now on; never an
       owner's, and never one that another subject of the same connection opens already.
    3. Nobody has the address: a new account, as the open invitation of this address says, which is used up; else with
       the connection's usual role, when it makes any.

    The groups that the provider says they are in give them a role, where owners have said so (`mapping`).
    """
    for _ in range(2):  # somebody may come in twice at once: the second time the first one is there
        try:
            with transaction.atomic():
                return mapping.at_sign_in(connection, claim, _arrive(connection, claim))
        except (IntegrityError, _Faster):
            continue
    raise Untrusted("at_once", "You came in twice at once. Please try again.")


@transaction.atomic
def link(connection: Connection, claim: Claim, *, by: Actor) -> Link:
    """Let an account there open one's own account here, whatever its address: its person is signed in, and asked."""
    access.require(by, "link_oneself")
    person = _people().select_for_update(no_key=True).get(pk=by.id)
    taken = Link.objects.filter(connection=connection, kind="person", subject=claim.subject).first()
    if taken and taken.target == person.pk:
        return taken
    if taken:
        raise Untrusted("linked_elsewhere", "This account is connected with somebody else here already.")
    if Link.objects.filter(connection=connection, kind="person", target=person.pk).exists():
        raise Untrusted("linked_already", "You have connected another account of this provider. Take that away first.")
    return connect(connection, claim, person, by=by)


def connect(connection: Connection, claim: Claim, person: Any, *, by: Actor) -> Link:
    """The account there opens this one from now on. The caller answers for it that both are the same person's."""
    made = Link.objects.create(connection=connection, subject=claim.subject, target=person.pk)
    facts = {"connection": connection.name, "person": str(person.pk), "name": person.name}
    record("sso.link", made, by=by, desk="company", **facts)
    return made


@transaction.atomic
def unlink(link_id: UUID, *, by: Actor) -> Link:
    """Take one of one's own links away."""
    access.require(by, "link_oneself")
    found = Link.objects.select_for_update().of_person(by.id).select_related("connection").filter(pk=link_id).first()
    if found is None or found.connection is None:
        raise Missing
    record("sso.unlink", found, by=by, desk="company", connection=found.connection.name)
    found.delete()
    return found


def _arrive(connection: Connection, claim: Claim) -> Any:
    known = Link.objects.filter(connection=connection, kind="person", subject=claim.subject).first()
    if known:
        return _living(_people().filter(pk=known.target).first())
    if not believes(connection, claim, asks.proven_domains()):
        raise Untrusted("not_linked", _HOW_TO_LINK.format(name=connection.name))
    person = _people().select_for_update(no_key=True).filter(email=claim.email).first()
    if person is None:
        person = _join(connection, claim)
    elif _living(person).role == "owner":
        raise Untrusted("owner", f"An owner comes in with their password, and connects {connection.name} afterwards.")
    elif Link.objects.filter(connection=connection, kind="person", target=person.pk).exists():
        raise Untrusted("another_subject", "This address belonged to another account of the provider. Ask an owner.")
    connect(connection, claim, person, by=SYSTEM)
    asks.address_proven(person)
    return person


_HOW_TO_LINK = (
    "Your account at {name} is not connected with one here. Sign in another way, then connect it under "
    "“Connected accounts” in your account menu."
)


def _living(person: Any) -> Any:
    if person is None or not person.is_active:
        raise Untrusted("closed", "Your account here is closed. Ask whoever looks after this desk.")
    return person


def _join(connection: Connection, claim: Claim) -> Any:
    name = claim.name or claim.email.partition("@")[0]
    try:
        return people.accept_waiting(claim.email, name) or _join_uninvited(connection, claim, name)
    except Invalid:  # somebody came with this address while we waited for its invitation
        raise _Faster from None
    except Refused as no:
        raise Untrusted(no.code, no.message) from None


def _join_uninvited(connection: Connection, claim: Claim, name: str) -> Any:
    if _people().filter(email=claim.email).exists():
        raise _Faster
    if not connection.default_role:
        raise Untrusted(
            "not_here", "Nobody here has your address yet. Ask whoever looks after this desk to invite you."
        )
    if connection.default_role in seats.AGENTS:
        seats.require_room()
    person = _people().create_user(claim.email, None, name=name, role=connection.default_role)
    facts = {"name": name, "email": claim.email, "role": person.role, "connection": connection.name}
    record("sso.join", person, by=SYSTEM, desk="company", **facts)
    return person


class _Faster(Exception):
    """Somebody made this account at the same moment: it is looked for once more."""


def _people() -> Any:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager
