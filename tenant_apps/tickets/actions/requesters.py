"""Whose a ticket is."""

from uuid import UUID

from django.db import transaction

from portico.actor import Actor
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import keep, tell
from tenant_apps.tickets.actions.opening import Requester
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Message, Ticket


@transaction.atomic
def hand_over(contact_id: UUID, account: Requester, *, by: Actor) -> int:
    """Make an account the requester of everything that a contact asked, with what they said; how many tickets it was.

    The caller answers for it that both are one person. What was deleted goes along: it may be brought back.
    """
    access.require(by, "work_on_all", access.COMPANY_DESK)
    # The requester's column has an index, that of the contact has none; of a contact both are the same.
    theirs = Ticket.objects.filter(requester_id=contact_id, contact_id=contact_id, desk=Ticket.Desk.COMPANY)
    tickets = list(theirs.order_by("pk").select_for_update(no_key=True))
    with writing():
        for ticket in tickets:
            ticket.requester_id, ticket.contact_id = account.id, None
            ticket.requester_name, ticket.requester_email = account.name, account.email
            keep(ticket, is_news=False)
            tell("ticket.requester", ticket, by=by, account=str(account.id), contact=str(contact_id), name=account.name)
        said = Message.objects.filter(ticket__in=[one.pk for one in tickets], sender_user_id=contact_id)
        said.update(sender_user_id=account.id)
    return len(tickets)
