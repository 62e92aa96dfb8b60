"""Nobody writes tickets or messages around the actions, and nobody rewrites the journal."""

import pytest

from tenant_apps.journal.models import Event, RewrittenHistory
from tenant_apps.tickets.guard import UnrecordedWrite
from tenant_apps.tickets.models import Message, Ticket

WAYS = {
    "save": lambda ticket: ticket.save(),
    "save a field": lambda ticket: ticket.save(update_fields=["status"]),
    "update": lambda ticket: Ticket.objects.update(status="closed"),
    "bulk_update": lambda ticket: Ticket.objects.bulk_update([ticket], ["status"]),
    "bulk_create": lambda ticket: Ticket.objects.bulk_create([Ticket(number="X")]),
    "create": lambda ticket: Ticket.objects.create(number="X"),
    "get_or_create": lambda ticket: Ticket.objects.get_or_create(number="X"),
    "delete": lambda ticket: ticket.delete(),
    "delete all": lambda ticket: Ticket.objects.all().delete(),
    "base manager": lambda ticket: Ticket._base_manager.update(status="closed"),
    "raw delete": lambda ticket: Ticket.objects.all()._raw_delete("default"),
    "message": lambda ticket: ticket.messages.create(body="x", sender_type="system", sender_name="x"),
    "edit a message": lambda ticket: ticket.messages.update(body="x"),
    "delete messages": lambda ticket: Message.objects.all().delete(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_write_around_the_actions_raises(inside, acme, asked, way):
    with inside(acme), pytest.raises(UnrecordedWrite, match="actions"):
        WAYS[way](asked)


def test_what_has_happened_stays(inside, acme, asked):
    with inside(acme):
        with pytest.raises(RewrittenHistory):
            Event.objects.update(verb="nothing")
        with pytest.raises(RewrittenHistory):
            Event.objects.all().delete()
