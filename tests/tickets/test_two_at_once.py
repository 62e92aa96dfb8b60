"""Two people do the same thing at once: one of them wins, the other is told, and nothing is done twice."""

import threading

import pytest
from django.db import connections, transaction

from portico.database import company_scope
from portico.errors import Refusal
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Message, Ticket


@pytest.fixture
def wish(inside, acme, cleo):
    def ask(subject="The lamp flickers"):
        with inside(acme):
            return actions.open_ticket(subject=subject, description="Since Monday.", desk="company", by=cleo)

    return ask


@pytest.fixture
def race(acme):
    """`race(one, other)` = both at once, each in a transaction; what they came back with, a refusal's code for a no."""

    def run(*doings):
        found, ready = [], threading.Barrier(len(doings))

        def do(doing):
            try:
                with company_scope(acme), transaction.atomic():
                    ready.wait(10)
                    doing()
                    found.append("done")
            except Refusal as no:
                found.append(no.code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=do, args=(doing,)) for doing in doings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(found)

    return run


def happened(verb):
    return Event.objects.filter(verb=verb).count()


def test_two_close_it(inside, acme, wish, race, ada, olga):
    ticket = wish()
    with inside(acme):
        seen = Ticket.objects.get(pk=ticket.pk).version
    outcome = race(
        *(lambda by=by: actions.change_status(ticket, "closed", by=by, seen_version=seen) for by in (ada, olga))
    )
    assert outcome == ["done", "done"]  # it is closed, which is what both wanted
    with inside(acme):
        assert happened("ticket.status.update") == 1


def test_two_windows_say_how_it_went(inside, acme, wish, race, ada, cleo):
    ticket = wish()
    with inside(acme):
        actions.change_status(ticket, "resolved", by=ada)
    assert race(*(lambda: actions.rate(ticket, "bad", "Slow.", by=cleo) for _ in range(2))) == ["done", "done"]
    with inside(acme):
        assert happened("ticket.rate") == 1


def test_one_closes_while_the_other_replies(inside, acme, wish, race, ada, cleo):
    ticket = wish()
    outcome = race(
        lambda: actions.change_status(ticket, "closed", by=ada), lambda: actions.reply(ticket, "Wait", by=cleo)
    )
    assert outcome in (["done", "done"], ["done", "ticket_closed"])
    with inside(acme):
        assert Ticket.objects.get().is_closed or outcome == ["done", "done"]
        assert Message.objects.count() == 1 + outcome.count("done") - 1


def test_two_agents_take_it(inside, acme, wish, race, ada, ben):
    ticket = wish()
    outcome = race(
        *(lambda by=by: actions.assign(ticket, Assignee(by.id, by.label), by=by, seen_version=1) for by in (ada, ben))
    )
    assert outcome.count("done") == 1
    assert set(outcome) <= {"done", "changed_meanwhile", "not_found"}
    with inside(acme):
        assert happened("ticket.assign") == 1


def test_two_merge_the_same_pair_either_way(inside, acme, wish, race, ada, olga):
    one, other = wish(), wish("The lamp again")
    outcome = race(lambda: actions.merge(one, other, by=ada), lambda: actions.merge(other, one, by=olga))
    assert sorted(outcome) == ["done", "merged"]
    with inside(acme):
        assert Ticket.objects.exclude(merged_into=None).count() == 1


def test_deleting_holds_nothing_while_it_waits_for_what_was_merged(inside, acme, wish, ada):
    merged, stays = wish(), wish("The lamp again")
    with inside(acme):
        actions.merge(merged, stays, by=ada)

    def delete():
        with company_scope(acme), transaction.atomic():
            actions.delete(stays, by=ada)
        connections.close_all()

    deleting = threading.Thread(target=delete)
    with inside(acme):  # as somebody who undoes the merge: first the one, then the other
        Ticket.objects.select_for_update().get(pk=merged.pk)
        deleting.start()
        deleting.join(0.5)
        Ticket.objects.select_for_update(nowait=True).get(pk=stays.pk)
    deleting.join(10)
    with inside(acme):
        assert not Ticket.objects.filter(deleted_at=None).exists()


def test_two_send_the_same_files_along(inside, acme, wish, race, cleo, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tenant_apps.tickets import attachments

    settings.STORAGE_URL = f"file://{tmp_path}"
    ticket = wish()
    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("a.txt", b"a"), by=cleo)
    outcome = race(*(lambda: actions.reply(ticket, "Here", by=cleo, files=[file.pk]),) * 2)
    assert outcome == ["done", "invalid"]
    with inside(acme):
        assert Message.objects.count() == 2
