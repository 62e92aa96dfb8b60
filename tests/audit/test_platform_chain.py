"""The platform's own chain: what an erasure empties keeps its place, and nobody else may empty anything."""

import pytest
from django.core.management import call_command

from portico import platform_tasks
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import chains
from tenant_apps.journal import chain
from tenant_apps.tickets import actions
from tenants.life.erase import erase
from tenants.models import HOUSE_ID, Company


@pytest.fixture
def asked(inside, borealis, bo):
    with inside(borealis):
        return actions.open_ticket(subject="website", description="?", by=bo)


def test_an_edit_is_found_and_named(database, outside, asked, capsys):
    platform_tasks.seal_audit()
    report = chains.of_platform()
    assert (report.broken, report.waiting, report.rows, report.seals) == (None, 0, 1, 1)

    database.connection.execute("UPDATE public.audit_platformauditlog SET actor_label = 'Somebody else'")

    with outside():
        key = PlatformAuditLog.objects.get().pk
    with pytest.raises(SystemExit):
        call_command("audit_verify")
    assert f"platform: BROKEN: {key} was changed" in capsys.readouterr().out


def test_what_an_erasure_emptied_is_still_known_by_its_digest(outside, cobble, omar):
    company = cobble.company()
    platform_tasks.seal_audit()
    before = chains.of_platform()

    erase(company, by=omar, typed="cobble")
    platform_tasks.seal_audit()

    report = chains.of_platform()
    assert (before.broken, report.broken, report.waiting) == (None, None, 0)
    with outside():
        emptied = [
            facts for facts in PlatformAuditLog.objects.values_list("facts", flat=True) if facts.keys() == {"sha256"}
        ]
        assert len(emptied) >= before.rows > 0


def test_a_row_that_somebody_else_emptied_is_no_erasure(database, asked):
    from portico.sealing import digest_sql

    platform_tasks.seal_audit()
    database.connection.execute(
        "UPDATE public.audit_platformauditlog SET actor_label = '', facts ="
        f" jsonb_build_object('sha256', {digest_sql(PlatformAuditLog)})"
    )
    assert chains.of_platform().broken.words == "was emptied, and no company of it was erased"


EMPTY = "TRUNCATE public.audit_platformauditlog, public.audit_seal"
# The last seal of the platform's chain and all that it holds, and the rows of a chain that has only one.
CUTS = {
    "its end": "DELETE FROM public.audit_platformauditlog WHERE id IN"
    " (SELECT unnest(keys) FROM public.audit_seal WHERE number = 2);"
    " DELETE FROM public.audit_seal WHERE number = 2",
    "all of it": EMPTY,
}


@pytest.mark.parametrize("what", CUTS)
@pytest.mark.parametrize("goes_on", [False, True], ids=["", "and goes on"])
def test_a_chain_that_was_cut_is_found_without_being_told(database, inside, borealis, bo, asked, capsys, what, goes_on):
    """The house company's journal knows how far it went."""
    platform_tasks.seal_audit()
    _ask_again(inside, borealis, bo)
    platform_tasks.seal_audit()
    report = chains.of_platform()
    assert (report.broken, report.seals, report.told) == (None, 2, 2)

    database.connection.execute(CUTS[what])
    if goes_on:
        _ask_again(inside, borealis, bo)
        platform_tasks.seal_audit()

    with pytest.raises(SystemExit):
        call_command("audit_verify")
    first = 2 if what == "its end" else 1
    assert f"platform: BROKEN: seal {first} is not the one that was told of" in capsys.readouterr().out


def test_a_hand_that_cuts_the_witness_as_well_breaks_the_witness(database, inside, outside, asked, capsys):
    platform_tasks.seal_audit()
    with outside():
        house = Company.objects.get(pk=HOUSE_ID).ref
    with inside(house):
        assert list(chain.seal())
    database.connection.execute(f"{EMPTY}; DELETE FROM {house.schema}.journal_event WHERE verb = 'audit.seal'")

    with pytest.raises(SystemExit):
        call_command("audit_verify")
    assert f"{house.slug}: BROKEN: " in capsys.readouterr().out


def test_where_everything_was_emptied_the_seal_that_was_written_down_is_missed(database, outside, asked, capsys):
    platform_tasks.seal_audit()
    call_command("audit_verify")
    head = capsys.readouterr().out.splitlines()[0].rpartition(" ")[2]
    call_command("audit_verify", expect=head)
    with outside():
        schema = Company.objects.get(pk=HOUSE_ID).schema_name
    database.connection.execute(f"{EMPTY}; TRUNCATE {schema}.journal_event, {schema}.journal_seal")

    call_command("audit_verify")  # nothing is there that could contradict
    with pytest.raises(SystemExit):
        call_command("audit_verify", expect=head)
    assert "platform: BROKEN: seal 1 is not the one that was told of" in capsys.readouterr().out


def test_what_nobody_was_told_of_is_said(database, outside, asked, capsys):
    platform_tasks.seal_audit()
    with outside():
        schema = Company.objects.get(pk=HOUSE_ID).schema_name
    database.connection.execute(f"TRUNCATE {schema}.journal_event, {schema}.journal_seal")

    call_command("audit_verify")
    assert "nobody else was told of what comes after seal 0" in capsys.readouterr().out.splitlines()[0]


def _ask_again(inside, borealis, bo):
    with inside(borealis):
        actions.open_ticket(subject="website", description="And?", by=bo)
