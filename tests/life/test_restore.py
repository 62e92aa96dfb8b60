"""A company comes back from its archive: the same to the byte, under another generation, or not at all."""

import zipfile
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from portico import clock
from portico.actor import SYSTEM
from portico.database import company_scope
from portico.errors import Forbidden, Refused
from portico.storage import CompanyStorage
from portico.tasks import ingest_inbound_email
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import verify
from shared_apps.console.incidents import linking, reading
from shared_apps.console.models import TicketIndex
from shared_apps.incidents.models import Affected
from tenant_apps.mailroom.actions import take
from tenant_apps.mailroom.models import Incoming
from tenant_apps.tickets import actions as tickets
from tenant_apps.tickets import attachments
from tenant_apps.tickets.models import Ticket
from tenants import routing
from tenants.life import actions, erase
from tenants.life.restore import restore
from tenants.models import Company, Due, Leftover
from tests.support.incidents import open_one
from tests.support.lives import schemas_and_roles

JOBS = ("wake", "erase_ticket", "drop_upload")


@pytest.fixture
def resting(cobble, outside):
    """Cobble, suspended, as a restore in its place wants it."""
    with outside():
        actions.suspend(cobble.company(), by=SYSTEM)
    routing.forget()
    return cobble


def test_export_erase_restore_export_are_the_same_bytes(cobble, exported, inside, outside):
    before = exported("before.zip")
    old = cobble.company()
    erase.erase(old, by=SYSTEM, typed="cobble")

    company = restore(before, by=SYSTEM)

    assert exported("after.zip").read_bytes() == before.read_bytes()
    assert (company.slug, company.id == old.pk) == ("cobble", False)
    with inside(company):
        assert Ticket.objects.count() == 3
    with company_scope(company):
        assert CompanyStorage().open("logo.txt").read() == cobble.mark.encode()
    assert verify.drift_of(company) == []
    with outside():
        assert TicketIndex.objects.filter(company_id=company.id).count() == 3
        assert not Leftover.objects.exists()


def test_people_sign_in_again_and_work_goes_on(cobble, exported, inside):
    archive = exported()
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    company = restore(archive, by=SYSTEM)
    with inside(company):
        ticket = tickets.open_ticket(subject="website", description="We are back", by=cobble.owner)
    assert ticket.number.endswith("0004")


def test_what_is_snoozed_or_deleted_has_its_time_again(cobble, exported, inside, outside):
    with inside(cobble.company().ref):
        lamp, chair = (
            tickets.open_ticket(subject=one, description="Broken", desk="company", by=cobble.owner)
            for one in ("lamp", "chair")
        )
        tickets.snooze(lamp, clock.now() + timedelta(days=2), by=cobble.owner)
        tickets.delete(chair, by=cobble.owner)
        unsent = attachments.receive(SimpleUploadedFile("lamp.txt", b"Words"), by=cobble.owner)
    with outside():
        before = set(Due.objects.filter(job__in=JOBS).values_list("job", "key", "due_at"))
    archive = exported()
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    company = restore(archive, by=SYSTEM)
    with outside():
        after = Due.objects.filter(job__in=JOBS, company_id=company.id, schema=company.schema)
        assert set(after.values_list("job", "key", "due_at")) == before
        assert {key for _, key, _ in before} == {lamp.pk.hex, chair.pk.hex, unsent.pk.hex}
        assert Due.objects.filter(job="verify", key="daily", company_id=company.id).exists()


def test_mail_that_waited_is_dealt_with_after_all(cobble, exported, inside, outside):
    with inside(cobble.company().ref):
        mail = take(
            b"From: zoe@elsewhere.example\nSubject: Lamp\n\nIt flickers.\n", "cobble@mail.localhost", via="test"
        )
    archive = exported()
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    company = restore(archive, by=SYSTEM)
    with outside():
        due = Due.objects.get(company_id=company.id, job="ingest_inbound_email")
        assert (due.key, due.schema, due.generation) == (mail.pk.hex, company.schema, company.generation)
    ingest_inbound_email(company.id, company.generation, due.key)
    with inside(company):
        assert Incoming.objects.get(pk=mail.pk).state == "filed"


def test_in_its_place_the_later_is_gone_and_old_keys_are_dead(resting, exported, inside, outside, storage):
    archive, before = exported(), resting.company()
    with inside(before.ref):
        late = tickets.open_ticket(subject="website", description="Written later", by=resting.owner)

    company = restore(archive, by=SYSTEM, replace=True, typed="cobble")

    after = resting.company()
    assert (company.id, after.generation, after.state) == (before.pk, before.generation + 1, "suspended")
    assert after.schema_name != before.schema_name
    assert before.schema_name not in schemas_and_roles(django_settings.DATABASE_OWNER_URL)[0]
    with inside(company):
        assert not Ticket.objects.filter(pk=late.pk).exists()
    assert {path.parts[-3] for path in storage.glob("*/*/logo.txt")} == {str(before.pk)}
    assert [path.parts[-2] for path in storage.glob("*/*/logo.txt")] == ["2"]
    with outside():
        assert TicketIndex.objects.filter(company_id=company.id).count() == 3


def test_the_numbers_that_staff_wrote_down_still_lead_there(resting, exported, outside):
    with outside():
        before = dict(TicketIndex.objects.filter(company_id=resting.company().pk).values_list("ticket_id", "id"))
    restore(exported(), by=SYSTEM, replace=True, typed="cobble")
    with outside():
        after = dict(TicketIndex.objects.filter(company_id=resting.company().pk).values_list("ticket_id", "id"))
    assert before == after


def test_a_copy_stands_beside_the_original(cobble, exported, inside):
    company = restore(exported(), by=SYSTEM, slug="cobble-copy")
    assert company.id != cobble.company().pk
    with inside(company):
        assert Ticket.objects.count() == 3
    assert verify.drift_of(company) == verify.drift_of(cobble.company().ref) == []


def test_a_company_that_works_is_not_replaced(cobble, exported):
    archive = exported()
    with pytest.raises(Refused, match="--replace"):
        restore(archive, by=SYSTEM)
    with pytest.raises(Refused, match="Suspend"):
        restore(archive, by=SYSTEM, replace=True)


@pytest.mark.parametrize("typed", ["", "cobbles", "Cobble"])
def test_what_a_company_holds_goes_only_when_its_subdomain_is_typed(resting, exported, inside, outside, typed):
    archive, before = exported(), resting.company()
    with pytest.raises(Refused, match="Type the subdomain cobble"):
        restore(archive, by=SYSTEM, replace=True, typed=typed)
    after = resting.company()
    assert (after.schema_name, after.generation) == (before.schema_name, before.generation)
    with inside(after.ref):
        assert Ticket.objects.count() == 3
    with outside():
        assert not PlatformAuditLog.objects.filter(verb="company.restore.begun").exists()


def test_another_companys_archive_does_not_fit(resting, exported, database):
    archive = exported()
    database.connection.execute("UPDATE tenants_company SET created_at = now() WHERE slug = 'cobble'")
    with pytest.raises(Refused, match="does not belong"):
        restore(archive, by=SYSTEM, replace=True)


def test_a_resting_subdomain_is_given_back_to_its_own_company_only(cobble, exported, database):
    archive = exported()
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    database.connection.execute("UPDATE tenants_tombstone SET company_sha256 = 'of another'")
    with pytest.raises(Refused, match="rests"):
        restore(archive, by=SYSTEM)


def test_only_the_owner_of_the_platform_restores(cobble, exported, ann, sam, lin, ada):
    archive = exported()
    for person in (ann, sam, lin, ada, cobble.owner):
        with pytest.raises(Forbidden):
            restore(archive, by=person, slug="cobble-copy")


def test_both_ends_of_a_restore_stand_in_the_audit(exported, omar, outside):
    company = restore(exported(), by=omar, slug="cobble-copy")
    with outside():
        rows = PlatformAuditLog.objects.filter(subject_id=str(company.id)).order_by("at", "id")
        told = [(row.verb, row.actor_label) for row in rows]
    assert told == [("company.restore.begun", omar.label), ("company.restored", omar.label)]


@pytest.mark.parametrize("slug", ["console", "www", "Cobble", "../x", "x y"])
def test_a_subdomain_that_cannot_be_given_away_is_refused(exported, slug, outside):
    with pytest.raises(Refused, match="cannot be given"):
        restore(exported(), by=SYSTEM, slug=slug)
    with outside():
        assert not Company.objects.filter(slug=slug).exists()


def test_what_comes_back_is_in_no_incident_and_the_archive_tells_of_none(resting, exported, outside, inside, sam):
    with outside():
        actions.resume(resting.company(), by=SYSTEM)
        row = TicketIndex.objects.filter(company_id=resting.company().pk).order_by("pk").first()
        linking.link(open_one(sam), row.pk, by=sam)
        actions.suspend(resting.company(), by=SYSTEM)
    archive = exported()
    with zipfile.ZipFile(archive) as opened:
        assert b"incident_" not in opened.read("rows/tickets.Ticket.jsonl")

    company = restore(archive, by=SYSTEM, replace=True, typed="cobble")

    with inside(company):
        assert not Ticket.objects.filter(incident_id__isnull=False).exists()
    with outside():
        assert not TicketIndex.objects.filter(incident_id__isnull=False).exists()
        assert not Affected.objects.of(company).exists()
    assert verify.drift_of(company) == []


def test_an_erased_company_leaves_nothing_in_an_incident(cobble, outside, sam):
    with outside():
        row = TicketIndex.objects.filter(company_id=cobble.company().pk).order_by("pk").first()
        incident = open_one(sam)
        linking.link(incident, row.pk, by=sam)
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    with outside():
        assert not Affected.objects.exists()
        assert [one.kind for one in incident.entries.all()] == ["opened"]
        assert reading.numbers_of([incident], sam) == {}
