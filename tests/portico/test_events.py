"""`record`: the row, what follows at once, and what is due afterwards."""

import pytest

from portico import wiring
from portico.actor import SYSTEM
from portico.context import request_id
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console.models import TicketIndex
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import SENTENCES, words
from tenant_apps.tickets import actions
from tenants.models import Due


@pytest.fixture
def asked(inside, acme, ada):
    with inside(acme):
        return actions.open_ticket(subject="website", description="?", by=ada)


def test_an_event_says_who_did_what_to_which_thing(inside, acme, ada, asked):
    token = request_id.set("r-1")
    try:
        with inside(acme):
            actions.reply(asked, "More.", by=ada)
            event = Event.objects.about(asked.pk).last()
    finally:
        request_id.reset(token)

    assert (event.verb, event.subject_id, event.request_id) == ("ticket.message.create", asked.pk, "r-1")
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("company", ada.id, "Ada Lind")
    assert event.facts.keys() == {"message", "sender_type"}


def test_who_acts_for_somebody_is_on_the_row(inside, acme, ada, asked):
    from dataclasses import replace

    with inside(acme):
        event = record("ticket.assign", asked, by=replace(ada, acting_for="Lin Haas"), assignee_id=None)
        event.refresh_from_db()
        assert (event.actor_label, event.acting_for) == ("Ada Lind", "Lin Haas")


def test_journal_and_audit_tell_of_the_same_happening(inside, outside, acme, asked):
    with inside(acme):
        event = Event.objects.get()
    with outside():
        row = PlatformAuditLog.objects.get(pk=event.pk)
        assert (row.verb, row.at, row.facts) == (event.verb, event.at, event.facts)


def test_what_follows_is_due_in_the_same_transaction(inside, outside, acme, ada, asked, monkeypatch):
    sent = []
    monkeypatch.setattr(wiring, "react_soon", lambda company, event: sent.append(event.verb))
    with pytest.raises(ZeroDivisionError), inside(acme):
        actions.reply(asked, "Never mind.", by=ada)
        raise ZeroDivisionError
    assert sent == []

    with inside(acme):
        actions.reply(asked, "Again.", by=ada)
        assert sent == []
    assert sent == ["ticket.message.create"]
    with outside():
        assert {due.job for due in Due.objects.filter(company_id=acme.id)} == {"react"}


def test_the_platform_has_an_audit_and_no_journal(outside, sam, lin):
    with outside():
        record("team.coverage.update", User.objects.get(pk=lin.id), by=sam, subjects=[], previous=[])
        assert PlatformAuditLog.objects.get().verb == "team.coverage.update"


def test_an_unwired_verb_is_only_written_down(inside, outside, acme, asked):
    with inside(acme):
        event = record("ticket.looked_at", asked, by=SYSTEM)
        assert Event.objects.filter(pk=event.pk).exists()
        assert words(event) == "Portico: ticket.looked_at"
    with outside():
        assert not PlatformAuditLog.objects.filter(pk=event.pk).exists()


def test_every_verb_of_the_platforms_desk_is_indexed_audited_and_has_a_sentence():
    verbs = {verb for verb in wiring.PROJECTIONS if verb.startswith("ticket.")}
    assert verbs <= set(SENTENCES)
    for verb in verbs:
        assert [f"{step.__module__}.{step.__name__}" for step in wiring.PROJECTIONS[verb]] == [
            "shared_apps.console.index.project",
            "portico.wiring.audit",
        ]


def test_every_verb_of_a_companys_own_desk_has_a_sentence_and_stays_there():
    assert set(wiring.AT_HOME) <= set(SENTENCES)
    assert not set(wiring.AT_HOME) & set(wiring.PROJECTIONS)
    assert set(wiring.AT_HOME) <= set(wiring.REACTIONS)


def test_nothing_of_a_companys_own_desk_reaches_the_platform(inside, outside, acme, cleo, ada):
    with inside(acme):
        ticket = actions.open_ticket(subject="The lamp", description="It flickers.", desk="company", by=cleo)
        actions.reply(ticket, "A note", by=ada, internal=True)
        actions.change_status(ticket, "closed", by=ada)
    with outside():
        assert not PlatformAuditLog.objects.exists()
        assert not TicketIndex.objects.exists()


def test_what_portico_is_rated_is_audited_without_its_words(inside, outside, acme, ada, sam):
    with inside(acme):
        ticket = actions.open_ticket(subject="website", sub_subject="contact", description="It hangs.", by=ada)
        actions.rate(actions.change_status(ticket, "closed", by=sam), "bad", "Your Sam was slow.", by=ada)
    with outside():
        (row,) = PlatformAuditLog.objects.filter(verb="ticket.rate")
    assert row.facts["rating"] == "bad"
    assert "comment" not in row.facts
    assert words(row).endswith("rated this not good")
