"""The platform's own chain: what an erasure empties keeps its place, and nobody else may empty anything."""

import pytest
from django.core.management import call_command

from portico import platform_tasks
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import chains
from tenant_apps.tickets import actions
from tenants.life.erase import erase


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


def test_a_chain_without_its_end_is_known_by_the_seal_that_was_written_down(database, asked, capsys):
    platform_tasks.seal_audit()
    call_command("audit_verify")
    head = capsys.readouterr().out.splitlines()[0].rpartition(" ")[2]
    call_command("audit_verify", expect=head)
    database.connection.execute("TRUNCATE public.audit_platformauditlog, public.audit_seal")

    call_command("audit_verify")  # nothing is there that could contradict
    with pytest.raises(SystemExit):
        call_command("audit_verify", expect=head)
    assert "platform: BROKEN: seal 1 is not the one that was told of" in capsys.readouterr().out
