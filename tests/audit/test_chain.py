"""The chain: whatever is done to what was sealed is found, and writers wait for nobody."""

import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from psycopg.types.json import Jsonb

from portico import clock, jobs, sealing
from portico.events import record
from tenant_apps.journal import chain
from tenant_apps.journal.models import Event, Seal
from tenant_apps.tickets import actions

MANY = 100_000


def look(inside, acme):
    with inside(acme):
        return sealing.verify(Event, Seal)


def seal_all(inside, acme):
    with inside(acme):
        return list(chain.seal())


# What a hand with the owner's rights can do to row 51 of 100 or around it; what is found first, counted from 1.
KEY = "(SELECT id FROM {0}.journal_event ORDER BY id OFFSET %s LIMIT 1)"
TAMPERING = {
    "an edited fact": ('UPDATE {0}.journal_event SET facts = facts || \'{{"words": "x"}}\' WHERE id = ' + KEY, 50, 51),
    "another name": ("UPDATE {0}.journal_event SET actor_label = 'Ben Ode' WHERE id = " + KEY, 0, 1),
    "another minute": ("UPDATE {0}.journal_event SET at = at + interval '1 microsecond' WHERE id = " + KEY, 99, 100),
    "a deleted row": ("DELETE FROM {0}.journal_event WHERE id = " + KEY, 50, 51),
    "the last row deleted": ("DELETE FROM {0}.journal_event WHERE id = " + KEY, 99, 100),
    "everything after a row": ("DELETE FROM {0}.journal_event WHERE id > " + KEY, 69, 71),
    "an emptied table": ("TRUNCATE {0}.journal_event", None, 1),
}
SWAPPED = (
    "UPDATE {0}.journal_seal SET keys[10] = keys[11], keys[11] = keys[10] WHERE number = 1",
    "UPDATE {0}.journal_seal SET hashes[11] = repeat('0', 64) WHERE number = 1",
)


@pytest.fixture
def keys(many_events, inside, acme):
    many_events(100)
    with inside(acme):
        sealing.seal(Event, Seal, batch=30)
        return list(Event.objects.order_by("id").values_list("pk", flat=True))


@pytest.mark.parametrize("how", TAMPERING)
def test_any_hand_is_found_and_the_first_bad_row_is_named(database, inside, acme, keys, how):
    assert look(inside, acme).broken is None
    statement, offset, first = TAMPERING[how]

    database.connection.execute(statement.format(acme.schema), None if offset is None else [offset])

    assert look(inside, acme).broken.key == str(keys[first - 1])


@pytest.mark.parametrize(("statement", "first"), [(SWAPPED[0], 10), (SWAPPED[1], 11)])
def test_a_chain_that_was_put_in_another_order_is_found(database, inside, acme, keys, statement, first):
    database.connection.execute(statement.format(acme.schema))
    broken = look(inside, acme).broken
    assert broken.key in {str(keys[first - 1]), str(keys[first])}


def test_a_seal_that_is_gone_is_found(database, inside, acme, keys):
    database.connection.execute(f"DELETE FROM {acme.schema}.journal_seal WHERE number = 2")
    assert look(inside, acme).broken.key == "seal 2"


def test_a_row_that_was_slipped_in_long_ago_is_found(database, inside, acme, keys):
    database.connection.execute(
        f"INSERT INTO {acme.schema}.journal_event"
        " (id, at, verb, actor_kind, actor_label, acting_for, request_id, facts) VALUES"
        " ('01900000-0000-7000-8000-000000000000', now(), 'x', 'system', 'X', '', '', '{}')"
    )
    broken = look(inside, acme).broken
    assert (broken.key, broken.words) == ("01900000-0000-7000-8000-000000000000", "was slipped in behind the chain")


def test_a_row_that_came_late_joins_the_next_seal(inside, acme, ada):
    """Its key is older than those that were sealed before it: its transaction took longer."""
    with inside(acme):
        late = Event(verb="team.late", actor_kind="company", actor_label="Ada Lind", facts={})
        record("team.early", None, by=ada)
    assert len(seal_all(inside, acme)) == 1
    with inside(acme):
        late.save(force_insert=True)
    assert look(inside, acme).waiting == 1
    ((seal, _),) = seal_all(inside, acme)
    report = look(inside, acme)
    assert (seal.keys, report.broken, report.waiting, report.seals) == ([late.pk], None, 0, 2)


def test_what_waits_is_counted_and_sealed_within_a_minute(inside, acme, ada, monkeypatch):
    from portico import tasks
    from tenants.models import Due

    with inside(acme):
        event = record("team.early", None, by=ada)
    report = look(inside, acme)
    assert (report.waiting, report.waits_since, report.rows) == (1, event.at, 1)
    tasks.react(acme.id, acme.generation, str(event.pk))
    with inside(acme):
        due = Due.objects.get(job="seal")
        assert 50 < (due.due_at - event.at).total_seconds() < 65
    tasks.seal(acme.id, acme.generation, due.key)
    assert look(inside, acme).waiting == 0


def test_two_that_seal_at_once_make_one_chain(inside, acme, keys, ada):
    """The second finds its number taken and gives up, so nothing is sealed twice."""
    from django.db import IntegrityError, transaction

    with inside(acme):
        record("team.early", None, by=ada)
        last = Seal.objects.order_by("number").last()
        sealing.seal(Event, Seal)
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.create(number=last.number + 1, keys=[], hashes=[], upto=last.upto, sealed_at=last.sealed_at)
    assert look(inside, acme).broken is None


def test_the_end_of_a_chain_cannot_be_cut_off(database, inside, acme, keys, capsys):
    """The platform's audit was told how far it went."""
    _tell(inside, acme)
    database.connection.execute(
        f"DELETE FROM {acme.schema}.journal_event WHERE id IN"
        f" (SELECT unnest(keys) FROM {acme.schema}.journal_seal WHERE number = 4);"
        f" DELETE FROM {acme.schema}.journal_seal WHERE number = 4"
    )
    assert look(inside, acme).broken is None  # within itself it looks whole

    with pytest.raises(SystemExit):
        call_command("audit_verify", company="acme")
    assert "acme: BROKEN: seal 4 is not the one" in capsys.readouterr().out


def _tell(inside, acme):
    """Have the platform told of the last seal, as the first one of an hour is."""
    from portico.actor import SYSTEM
    from shared_apps.audit import log

    with inside(acme):
        last = Seal.objects.order_by("number").last()
        told = Event(verb="journal.seal", actor_kind=SYSTEM.kind, actor_label=SYSTEM.label)
        told.facts = {"number": last.number, "head": last.hashes[-1], "generation": acme.generation}
        log.write(told, last)


def test_a_hundred_thousand_rows_are_looked_at_and_any_of_them_is_found(database, inside, acme, many_events, capsys):
    many_events(MANY)
    began = time.monotonic()
    seals = seal_all(inside, acme)
    sealed = time.monotonic() - began
    call_command("audit_verify", company="acme")
    told = capsys.readouterr().out
    assert f"acme: whole; {MANY} rows in {len(seals)} seals" in told
    _tell(inside, acme)
    call_command("audit_verify", company="acme")
    for how, key, found in _hands(database.connection, acme.schema):
        began = time.monotonic()
        with pytest.raises(SystemExit):
            call_command("audit_verify", company="acme")
        told += f"{how}: found in {time.monotonic() - began:.1f} s\n"
        assert f"BROKEN: {key} {found}" in capsys.readouterr().out, how
    call_command("audit_verify", company="acme")
    print(f"sealed in {sealed:.1f} s; {told}")  # noqa: T201 (a figure for who looks)


def _hands(owner, schema):
    """One after another what can be done to a row of many, undone before the next; what has to be found of it."""
    key, after = (row[0] for row in owner.execute(f"SELECT id FROM {schema}.journal_event ORDER BY id OFFSET 99998"))
    one, cut = f"WHERE id = '{key}'", "WHERE id IN (SELECT unnest(keys) FROM {0} WHERE number = 100)"
    cut = cut.format(f"{schema}.journal_seal")
    owner.execute(f"UPDATE {schema}.journal_event SET request_id = 'x' || request_id {one}")
    yield "an edit", key, "was changed"
    owner.execute(f"UPDATE {schema}.journal_event SET request_id = substr(request_id, 2) {one}")

    owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {schema}.journal_event {cut}")
    owner.execute(f"CREATE TEMP TABLE kept_seal AS SELECT * FROM {schema}.journal_seal WHERE number = 100")
    owner.execute(f"DELETE FROM {schema}.journal_event {one}")
    yield "a deletion", key, "is gone"
    owner.execute(f"INSERT INTO {schema}.journal_event SELECT * FROM kept {one}")

    swap = f"UPDATE {schema}.journal_seal SET keys[999] = keys[1000], keys[1000] = keys[999] WHERE number = 100"
    owner.execute(swap)
    yield "another order", after, "was changed, or does not stand where it stood"
    owner.execute(swap)

    owner.execute(f"DELETE FROM {schema}.journal_event {cut}; DELETE FROM {schema}.journal_seal WHERE number = 100")
    yield "a cut", "seal 100", "is not the one that was told of, or is gone"
    owner.execute(f"INSERT INTO {schema}.journal_seal SELECT * FROM kept_seal")
    owner.execute(f"INSERT INTO {schema}.journal_event SELECT * FROM kept; DROP TABLE kept, kept_seal")


def test_an_erased_request_takes_its_words_and_leaves_the_chain_whole(database, inside, acme, wish, ada):
    ticket, stays = wish(subject="My divorce"), wish(subject="Still here")
    seal_all(inside, acme)
    with inside(acme):
        actions.delete(ticket, by=ada)
        with clock.at(clock.now() + timedelta(days=31)):
            jobs.erase_tickets(ticket.pk.hex)
        created = Event.objects.about(ticket.pk).get(verb="ticket.create")
        assert "divorce" not in str(created.facts)
        kept = Event.objects.about(stays.pk).get(verb="ticket.create")
    assert look(inside, acme).broken is None
    seal_all(inside, acme)
    assert look(inside, acme).broken is None

    forged = "UPDATE {0}.journal_event SET facts = %s || facts WHERE id = %s"
    database.connection.execute(forged.format(acme.schema), [Jsonb({"sha256": "0" * 64}), kept.pk])
    assert look(inside, acme).broken.key == str(kept.pk)
