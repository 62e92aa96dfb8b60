"""Nobody writes tickets or messages around the actions, and nobody rewrites the journal."""

import pytest
from django.db.models import Model

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


def test_a_row_is_read_as_django_reads_it(inside, acme, asked):
    names = [field.attname for field in Ticket._meta.concrete_fields]
    with inside(acme):
        values = Ticket.objects.filter(pk=asked.pk).values_list(*names).get()
        for some in (len(names), 5):
            quick = Ticket.from_db("default", names[:some], values[:some])
            known = Model.from_db.__func__(Ticket, "default", names[:some], values[:some])
            states = [one.__dict__.pop("_state") for one in (quick, known)]

            assert quick.__dict__ == known.__dict__
            assert [(one.adding, one.db) for one in states] == [(False, "default")] * 2
