"""The ticket index says what the tickets say, whatever happens."""

import random
import threading
from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from portico.database import company_scope
from portico.errors import Refused
from portico.ids import uuid7
from shared_apps.console import index, verify
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import actions, workflow
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket
from tenants.owner import owner_connection


def _open(inside, company, by, subject="website"):
    with inside(company):
        return actions.open_ticket(subject=subject, sub_subject="contact", description="Secret words", by=by)


def test_a_new_ticket_has_its_row_at_once(inside, outside, acme, ada):
    ticket = _open(inside, acme, ada)

    with outside():
        row = TicketIndex.objects.get()
        assert (row.company_id, row.schema, row.ticket_id, row.number) == (1, acme.schema, ticket.pk, ticket.number)
        assert (row.subject, row.status, row.priority, row.requester_name) == ("website", "new", "P3", "Ada Lind")
        assert row.pk == ticket.index_id


def test_the_row_follows_every_change(inside, outside, acme, ada, lin):
    ticket = _open(inside, acme, ada)
    with inside(acme):
        actions.reply(ticket, "On it.", by=lin)
        actions.assign(ticket, Assignee(lin.id, lin.label), by=lin)
        actions.change_status(ticket, "solved", by=lin)

    with outside():
        row = TicketIndex.objects.get()
        assert (row.status, row.category, row.assignee_name, row.unread, row.version) == (
            "solved",
            "solved",
            "Lin Haas",
            False,
            4,
        )


def test_the_row_shares_the_fate_of_the_ticket(inside, outside, acme, ada):
    with pytest.raises(ZeroDivisionError), inside(acme):
        actions.open_ticket(subject="website", description="?", by=ada)
        raise ZeroDivisionError
    with outside():
        assert not TicketIndex.objects.exists()


def test_an_older_state_never_overwrites_a_newer_one(inside, outside, acme, ada, lin):
    old = _open(inside, acme, ada)
    with inside(acme):
        actions.change_status(old, "triaged", by=lin)
        index.write(old)

    with outside():
        assert TicketIndex.objects.get().status == "triaged"


def test_no_message_text_is_in_the_index(inside, outside, acme, ada):
    _open(inside, acme, ada)
    with outside():
        assert "Secret" not in str(list(TicketIndex.objects.values()))


def test_a_company_sees_and_writes_only_its_own_rows(inside, acme, borealis, ada):
    ticket = _open(inside, acme, ada)
    with inside(borealis):
        assert not TicketIndex.objects.exists()
        assert not TicketIndex.objects.filter(ticket_id=ticket.pk).update(status="closed")


def _columns(cursor, table):
    cursor.execute(
        """
        SELECT (SELECT array_agg(pg_get_indexdef(x.indexrelid, place, true) ORDER BY place)
                FROM generate_series(1, x.indnatts) place)
        FROM pg_index x WHERE x.indrelid = %s::regclass
        """,
        [table],
    )
    return {tuple(row[0]) for row in cursor.fetchall()}


def test_the_database_has_the_indexes_of_the_contract(inside, outside, acme):
    with outside(), connection.cursor() as cursor:
        rows = _columns(cursor, "console_ticketindex")
        coverage = _columns(cursor, "staff_ticketcoverage")
    with inside(acme), connection.cursor() as cursor:
        tickets, messages = _columns(cursor, "tickets_ticket"), _columns(cursor, "tickets_message")

    assert any(columns[:2] == ("company_id", "status") for columns in rows)
    assert {("subject", "last_activity_at", "id"), ("last_activity_at", "id")} <= rows
    assert {("assignee_id", "last_activity_at", "id"), ("status", "last_activity_at", "id")} <= rows
    assert ("platform_admin_id", "subject") in coverage
    assert {("desk", "last_activity_at", "id"), ("status", "last_activity_at", "id")} <= tickets
    assert ("ticket_id", "created_at") in messages


def _break(inside, outside, acme, ada):
    """One row missing, one wrong, one without a ticket."""
    lost, wrong = _open(inside, acme, ada), _open(inside, acme, ada)
    with outside():
        TicketIndex.objects.filter(ticket_id=lost.pk).delete()
        TicketIndex.objects.filter(ticket_id=wrong.pk).update(status="closed", version=99)
        stray = TicketIndex.objects.get(ticket_id=wrong.pk)
        stray.pk, stray.ticket_id = None, uuid7()
        stray.save()


def test_verification_finds_and_repairs_every_kind_of_drift(inside, outside, acme, ada, capsys):
    _break(inside, outside, acme, ada)

    with pytest.raises(SystemExit):
        call_command("verify_index", company="acme")
    assert {drift.kind for drift in verify.drift_of(acme)} == {"missing", "different", "surplus"}

    call_command("verify_index", repair=True)
    assert verify.drift_of(acme) == []
    assert "3 rows put right" in capsys.readouterr().out


def test_rows_of_no_company_are_found_and_dropped(inside, outside, acme, ada):
    _open(inside, acme, ada)
    with outside():
        TicketIndex.objects.update(schema="t_gone", company_id=999)

    assert [drift.kind for drift in verify.orphans()] == ["surplus"]
    call_command("verify_index", repair=True)
    assert verify.orphans() == verify.drift_of(acme) == []


def test_verification_refuses_a_company_that_is_not_there(fresh_rows):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="no company 'nobody'"):
        call_command("verify_index", company="nobody")


def _write_wildly(company, tickets, lin, ada, seed, failures):
    """Change tickets at random; now and then undo it all, or lose the connection before the commit."""
    dice = random.Random(seed)
    try:
        for turn in range(12):
            act = dice.choice([_reply_as(ada), _reply_as(lin), _take(lin), _move(lin, dice)])
            with suppress(OperationalError if turn % 4 == 1 else ()), company_scope(company), transaction.atomic():
                act(dice.choice(tickets))
                if turn % 4 == 1:
                    _kill_own_backend()
                transaction.set_rollback(turn % 4 == 3)
    except Exception as error:  # a thread's error would be lost otherwise
        failures.append(error)
    finally:
        connection.close()


def _kill_own_backend():
    with owner_connection() as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def _reply_as(person):
    return lambda ticket: actions.reply(ticket, "And another thing.", by=person)


def _take(person):
    return lambda ticket: actions.assign(ticket, Assignee(person.id, person.label), by=person)


def _move(person, dice):
    return lambda ticket: actions.change_status(ticket, dice.choice(workflow.KEYS[:-1]), by=person)


def test_writers_at_once_leave_no_drift(inside, acme, borealis, ada, bo, lin):
    failures, threads = [], []
    for company, person in [(acme, ada), (borealis, bo)]:
        tickets = [_open(inside, company, person) for _ in range(2)]
        for seed in range(3):
            task = (company, tickets, lin, person, seed, failures)
            threads.append(threading.Thread(target=_write_wildly, args=task))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert verify.drift_of(acme) == verify.drift_of(borealis) == []


def test_openers_at_once_never_share_a_number(inside, acme, ada):
    threads = [threading.Thread(target=_open_and_leave, args=(acme, ada, place)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with inside(acme):
        numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]
    assert verify.drift_of(acme) == []


def _open_and_leave(company, person, place):
    """Two of six think better of it."""
    try:
        with company_scope(company), transaction.atomic():
            actions.open_ticket(subject="website", description="?", by=person)
            transaction.set_rollback(place in {1, 4})
    finally:
        connection.close()


def test_a_refusal_leaves_the_row_as_it_was(inside, outside, acme, ada, lin):
    ticket = _open(inside, acme, ada)
    with inside(acme):
        actions.change_status(ticket, "closed", by=lin)
        with pytest.raises(Refused):
            actions.reply(ticket, "Too late", by=ada)

    with outside():
        assert TicketIndex.objects.get().version == 2
    assert verify.drift_of(acme) == []


def test_a_write_around_the_actions_is_what_verification_is_for(inside, acme, ada):
    ticket = _open(inside, acme, ada)
    with inside(acme), writing():
        Ticket.objects.filter(pk=ticket.pk).update(subject="email")

    assert [drift.kind for drift in verify.drift_of(acme)] == ["different"]
