"""In whose name a mail speaks: the account behind its address, or a contact."""

from uuid import UUID

from django.db.models import QuerySet

from portico.actor import SYSTEM, Actor
from portico.database.kept import Kept
from shared_apps.accounts.actors import actor_of
from tenant_apps.mailroom import deciding
from tenant_apps.mailroom.deciding import Decision
from tenant_apps.mailroom.looking import Sender
from tenant_apps.people import contacts
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.models import Ticket


def speaker(ticket: Ticket, sender: Sender, decision: Decision) -> Actor:
    """Who says it: the account behind the address, or the contact. Whoever was let in as a copy follows from now on."""
    if sender.account and (decision.as_agent or sender.account.role in access.CUSTOMERS):
        actor = actor_of(sender.account)
        if ticket.requester_id not in sender.keys or ticket.requester_id == actor.id:
            return _following(ticket, actor, decision)
    contact = sender.contact or contacts.contact_for(sender.address, sender.name, by=SYSTEM)
    label = contact.name or sender.address
    return _following(ticket, Actor(kind="company", id=contact.pk, role="customer", label=label), decision)


def _following(ticket: Ticket, actor: Actor, decision: Decision) -> Actor:
    if actor.id and not _SEEN(actor.shape, ticket.desk, me=actor.id, ticket=ticket.pk):
        actions.watch(ticket, actor.id, True, by=SYSTEM)
    return actor


def _seen(shape: Actor, desk: str, *, me: UUID, ticket: UUID) -> QuerySet[Ticket, UUID]:
    return Ticket.objects.visible_to(shape.who(me), desk).filter(pk=ticket).values_list("pk", flat=True)


_SEEN = Kept(_seen)


def requester(sender: Sender, decision: Decision) -> actions.Requester:
    """An account only for somebody who is proven: its owner reads in the portal whatever is asked in its name."""
    account = sender.account
    if account and (decision.way in ("hand", "link") or decision.proof == deciding.DMARC):
        return actions.Requester(account.pk, account.name, account.email)
    contact = sender.contact or contacts.contact_for(sender.address, sender.name, by=SYSTEM)
    return actions.Requester(contact.pk, contact.name, contact.email, is_contact=True)
