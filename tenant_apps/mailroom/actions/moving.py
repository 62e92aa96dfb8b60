"""What is put right by hand about a mail that is in a request: moved to another one, undone, and who gets copies."""

from uuid import UUID

from django.db import transaction

from portico.actor import SYSTEM, Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenant_apps.mailroom.actions.taking import ingest_later
from tenant_apps.mailroom.models import Incoming
from tenant_apps.people import contacts
from tenant_apps.tickets import access
from tenant_apps.tickets import actions as ticket_actions
from tenant_apps.tickets.models import Message, Ticket


@transaction.atomic
def move(mail: Incoming, into: Ticket | None, *, by: Actor) -> Incoming:
    """Take a mail out of its request and into another one, or make a new one of it; `undo_move` takes that back.

    Where it stood its words are not told to anybody any more. The worker says them in the other place.
    """
    mail, message = _lock(mail, by)
    if into and into.pk == mail.ticket_id:
        raise Invalid({"into": ["It is in this request already."]})
    _require_another(message)
    ticket_actions.put_away(message, by=by)
    left = {"said": str(mail.said_id), "why": mail.why}
    mail.told = mail.told | {"forced": {"ticket": str(into.pk) if into else ""}, "left": left}
    mail.state = Incoming.State.WAITING
    mail.save(update_fields=["told", "state"])
    facts = {"message": str(message.pk), "into": into.number if into else ""}
    record("ticket.mail.move", message.ticket, by=by, desk="company", **facts)
    ingest_later(mail)
    return mail


@transaction.atomic
def undo_move(mail: Incoming, *, by: Actor) -> Incoming:
    """Put it back where it stood; a request that was made of it goes. Before the worker has moved it, it never does."""
    mail, message = _lock(mail, by, Incoming.State.FILED, Incoming.State.WAITING)
    left = mail.told.get("left")
    if not left:
        raise Refused("not_moved", "This mail was not moved.")
    before = Message.objects.filter(pk=UUID(left["said"])).select_related("ticket").first()
    if before is None:
        raise Missing
    if mail.state == Incoming.State.FILED:
        _take_out(mail, message, by)
    ticket_actions.put_back(before, by=by)
    mail.state, mail.ticket_id, mail.said_id, mail.why = Incoming.State.FILED, before.ticket_id, before.pk, left["why"]
    mail.told = {name: value for name, value in mail.told.items() if name not in ("left", "forced")}
    mail.save(update_fields=["state", "ticket_id", "said_id", "why", "told"])
    facts = {"message": str(before.pk), "into": before.ticket.number}
    record("ticket.mail.move", message.ticket, by=by, desk="company", **facts)
    return mail


def _take_out(mail: Incoming, message: Message, by: Actor) -> None:
    """The words go from where the mail was moved to, and so does a request that they are all of."""
    ticket = message.ticket
    others = Message.objects.of(ticket).filter(withdrawn_at=None).exclude(pk=message.pk)
    if mail.told["forced"]["ticket"] or others.exists():
        ticket_actions.put_away(message, by=by)
    else:
        ticket_actions.delete(ticket, by=SYSTEM)


@transaction.atomic
def let_in(mail: Incoming, email: str, *, by: Actor) -> Ticket:
    """Let somebody who got a copy of the mail follow its request: from now on they are told, and their word counts."""
    mail, message = _lock(mail, by)
    person = next((one for one in mail.why.get("people", []) if one["email"] == email), None)
    if person is None:
        raise Invalid({"email": ["This mail was not sent to them."]})
    ticket: Ticket = message.ticket.merged_into or message.ticket
    cc = [*({"name": one.get("name", ""), "email": one["email"]} for one in ticket.cc), person]
    ticket = ticket_actions.change(ticket, {"cc": cc}, by=by)
    contact = contacts.contact_for(email, person["name"], by=SYSTEM)
    return ticket_actions.watch(ticket, contact.user_id or contact.pk, True, by=SYSTEM)


def _require_another(message: Message) -> None:
    """The first words of a request are what it is about: moving those means merging the whole."""
    first = message.ticket.messages.order_by("created_at", "id").first()
    if first and first.pk == message.pk:
        raise Refused("first", "These words opened the request. Merge the whole request into the other one instead.")


def _lock(mail: Incoming, by: Actor, *states: str) -> tuple[Incoming, Message]:
    access.require(by, "work", access.COMPANY_DESK)
    known = Incoming.objects.select_for_update(of=("self",)).filter(pk=mail.pk)
    found = known.filter(state__in=states or [Incoming.State.FILED]).first()
    if found is None or found.said_id is None:
        raise Missing
    message = Message.objects.filter(pk=found.said_id).select_related("ticket").first()
    if message is None or not Ticket.objects.visible_to(by, Ticket.Desk.COMPANY).filter(pk=message.ticket_id).exists():
        raise Missing
    return found, message
