"""Nobody writes tickets or messages around the actions, and nobody rewrites the journal."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from psycopg import sql

from portico.database.guarded import _ASKED
from tenant_apps.journal.models import Event, RewrittenHistory
from tenant_apps.tickets.guard import GuardedModel, UnrecordedWrite, erasing, writing
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


STATEMENTS = {
    "update": "UPDATE tickets_ticket SET status = 'closed'",
    "in small letters": "update tickets_ticket set status = 'closed'",
    "in large letters": "UPDATE TICKETS_TICKET SET status = 'closed'",
    "quoted": 'UPDATE "tickets_ticket" SET "status" = \'closed\'',
    "with its schema": 'UPDATE ONLY "{schema}"."tickets_ticket" SET status = \'closed\'',
    "on two lines": "UPDATE -- all\n  tickets_ticket /* of them */ SET status = 'closed'",
    "delete": "DELETE FROM tickets_ticket",
    "delete messages": "DELETE FROM ONLY tickets_message",
    "insert": "INSERT INTO tickets_message (id) SELECT gen_random_uuid()",
    "after a comment": "/* now */ UPDATE tickets_message SET body = 'x'",
    "within a query": "WITH gone AS (DELETE FROM tickets_message RETURNING id) SELECT * FROM gone",
    "after a query": "SELECT 1; UPDATE tickets_ticket SET status = 'closed'",
    "explained": "EXPLAIN ANALYZE UPDATE tickets_ticket SET status = 'closed'",
    "merge": "MERGE INTO tickets_ticket t USING tickets_message m ON m.id = t.id WHEN MATCHED THEN DO NOTHING",
    "in a block": "DO $$ BEGIN UPDATE tickets_ticket SET status = 'closed'; END $$",
    "truncate": "TRUNCATE TABLE tickets_message",
    "copied in": "COPY tickets_message (id) FROM STDIN",
}
READS = (
    "SELECT id FROM tickets_ticket FOR NO KEY UPDATE OF tickets_ticket",
    "SELECT count(*) FROM tickets_ticket; SELECT 'a; b' FROM tickets_message",
    "WITH them AS (SELECT id FROM tickets_ticket) SELECT * FROM them",
    "(SELECT id FROM tickets_ticket) UNION (SELECT id FROM tickets_message)",
    "UPDATE tickets_tally SET number = number WHERE EXISTS (SELECT FROM tickets_ticket)",
    "INSERT INTO tickets_tally (id, key, number) SELECT id, number, 0 FROM tickets_ticket",
    "DELETE FROM tickets_tally USING tickets_ticket t WHERE t.number = key",
)


def _send(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("how", STATEMENTS)
def test_a_statement_written_by_hand_raises_too_and_never_leaves(inside, acme, asked, how):
    with inside(acme):
        with pytest.raises(UnrecordedWrite, match="actions"):
            _send(STATEMENTS[how].format(schema=acme.schema))
        with pytest.raises(UnrecordedWrite, match="actions"):
            _send(STATEMENTS[how].format(schema=acme.schema).encode())
        assert Ticket.objects.get(pk=asked.pk).status == asked.status


def test_neither_does_one_that_is_sent_many_times_or_around_django(inside, acme, asked):
    statement = "UPDATE tickets_ticket SET status = %s"
    with inside(acme), connection.cursor() as cursor:
        for send in (
            lambda: cursor.executemany(statement, [["closed"], ["open"]]),
            lambda: connection.connection.execute(sql.SQL(statement), ["closed"]),
            lambda: list(connection.connection.cursor().stream(f"{statement} RETURNING id", ["closed"])),
            lambda: cursor.copy("COPY tickets_ticket (id) FROM STDIN").__enter__(),
        ):
            with pytest.raises(UnrecordedWrite):
                send()
        assert Ticket.objects.get(pk=asked.pk).status == asked.status


def test_who_reads_them_or_writes_something_else_is_left_alone(inside, acme, asked):
    with inside(acme):
        for statement in READS:
            _send(statement)
        with connection.cursor() as cursor, cursor.copy("COPY tickets_ticket (id) TO STDOUT") as rows:
            assert list(rows)


def test_an_action_writes_as_it_likes_and_only_an_erasure_deletes(inside, acme, asked):
    with inside(acme), writing():
        _send("UPDATE tickets_ticket SET status = status")
        with pytest.raises(UnrecordedWrite):
            _send("DELETE FROM tickets_message")
        with erasing():
            _send("DELETE FROM tickets_message")


def test_every_guarded_model_is_kept():
    assert {model._meta.db_table for model in apps.get_models() if issubclass(model, GuardedModel)} == set(_ASKED)


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
