"""What a program names by an id, found as far as it exists for whoever asks. Foreign and missing are the same."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, QuerySet

from portico.actor import Actor
from portico.database.kept import Kept
from portico.errors import Invalid, Missing
from tenant_apps.people import contacts
from tenant_apps.people.models import Contact, Team
from tenant_apps.tickets import access
from tenant_apps.tickets.actions import Assignee, Requester
from tenant_apps.tickets.models import Message, Ticket

HOME = Ticket.Desk.COMPANY


def ticket(actor: Actor, id: UUID) -> Ticket:
    """A ticket of the company's desk; Missing when this actor has no such ticket."""
    access.require(actor, "see", HOME)
    found: Ticket | None = _SEEN.first(actor.shape, me=actor.id, ticket=id)
    if found is None:
        raise Missing
    return found


def _seen(shape: Actor, *, me: UUID, ticket: UUID) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(shape.who(me), HOME).filter(pk=ticket)


_SEEN = Kept(_seen, is_steady=True)


def ticket_named(actor: Actor, id: UUID, field: str) -> Ticket:
    """The same for one that a body names: Invalid names the field."""
    found: Ticket | None = _SEEN.first(actor.shape, me=actor.id, ticket=id)
    if found is None:
        raise Invalid({field: ["There is no such ticket."]})
    return found


def message(actor: Actor, thing: Ticket, id: UUID) -> Message:
    """A message of this ticket that the actor is told; Invalid otherwise."""
    found = Message.objects.of(thing).told_to(actor).filter(pk=id).select_related("ticket").first()
    if found is None:
        raise Invalid({"message": ["There is no such message in this ticket."]})
    return found


def said(actor: Actor, id: UUID) -> Message:
    """A message of the company's desk that the actor is told, wherever it stands; Missing otherwise."""
    access.require(actor, "see", HOME)
    seen = Ticket.objects.visible_to(actor, HOME)
    found = with_contact(Message.objects.filter(ticket__in=seen, pk=id).told_to(actor)).select_related("ticket").first()
    if found is None:
        raise Missing
    one: Message = found
    return one


def accounts() -> QuerySet[Any]:
    """The company's accounts that may sign in."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager.filter(is_active=True)


def assignee(actor: Actor, id: UUID | None) -> Assignee | None:
    """Somebody who answers on this desk; None for nobody. Who may not assign is told so before anybody is looked up."""
    access.require(actor, "assign", HOME)
    if id is None:
        return None
    if id == actor.id or not access.may(actor, "assign_others", HOME):
        # The action refuses whoever is not the actor; the name of a colleague is not needed for that.
        return Assignee(id, actor.label)
    found = accounts().filter(pk=id, role__in=access.COMPANY).first()
    if found is None:
        raise Invalid({"assigned_to": ["Nobody who answers on this desk has this id."]})
    return Assignee(found.pk, found.name)


def people(ids: Iterable[UUID], field: str) -> list[UUID]:
    """These accounts of the company, each once and in their order; Invalid when one of them is not there."""
    wanted = list(dict.fromkeys(ids))
    known = set(accounts().filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    if set(wanted) - known:
        raise Invalid({field: ["Nobody in this company has this id."]})
    return wanted


def team(id: UUID | None) -> Team | None:
    """A team that works today, or None for none."""
    if id is None:
        return None
    found = Team.objects.filter(pk=id, is_active=True).first()
    if found is None:
        raise Invalid({"team": ["There is no such team."]})
    return found


def requester(actor: Actor, given: dict[str, Any]) -> Requester | None:
    """For whom a ticket is opened: an account or a contact, by id or by address; None for the actor themselves."""
    user, contact, email = (given.get(name) for name in ("user", "contact", "requester_email"))
    if (user is None or user == actor.id) and contact is None and email is None:
        return None
    access.require(actor, "open_for_others", HOME)
    if user is not None:
        return _account(user)
    if contact is not None:
        found = Contact.objects.filter(pk=contact).first()
        if found is None:
            raise Invalid({"contact": ["There is no such contact."]})
        return _contact(found)
    known = accounts().filter(email=email).first()
    return (
        _of(known) if known else _contact(contacts.contact_for(str(email), given.get("requester_name") or "", by=actor))
    )


def with_contact(rows: Any) -> Any:
    """Messages with the contact of their ticket beside them, so that its words are known for a contact's."""
    return rows.annotate(contact=F("ticket__contact_id"))


def _account(id: UUID) -> Requester:
    found = accounts().filter(pk=id).first()
    if found is None:
        raise Invalid({"user": ["Nobody in this company has this id."]})
    return _of(found)


def _of(account: Any) -> Requester:
    return Requester(account.pk, account.name, account.email)


def _contact(found: Contact) -> Requester:
    account = accounts().filter(pk=found.user_id).first() if found.user_id else None
    return _of(account) if account else Requester(found.pk, found.name, found.email, is_contact=True)
