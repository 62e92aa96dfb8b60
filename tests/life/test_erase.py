"""An erased company leaves a tombstone of hashes, and a subdomain that rests."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone

from portico.actor import SYSTEM
from portico.database import company_scope
from portico.errors import Forbidden, Refused
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.care import actions as care
from shared_apps.console.models import TicketIndex
from shared_apps.signup.actions import is_free
from tenant_apps.tickets import actions as tickets
from tenant_apps.tickets.models import Ticket
from tenants import provision
from tenants.life import actions, erase
from tenants.models import Company, Tombstone
from tests.support.lives import schemas_and_roles, traces, traces_in_cache


def test_nothing_carries_the_mark_afterwards(cobble, storage, omar):
    company, url = cobble.company(), django_settings.DATABASE_OWNER_URL
    assert traces(url, cobble.mark)
    with company_scope(company.ref):
        cache.set("greeting", cobble.mark)
    assert traces_in_cache(cobble.mark)

    stone = erase.erase(company, by=omar, typed="cobble")

    assert traces(url, cobble.mark) == []
    assert traces(url, "Cobble") == []
    assert traces_in_cache(cobble.mark) == []
    assert [path for path in storage.rglob("*") if path.is_file()] == []
    schemas, roles = schemas_and_roles(url)
    assert company.schema_name not in schemas
    assert (stone.rests_until - stone.erased_at).days == 180


def test_the_role_goes_with_the_schema(cobble):
    from tenants.life import leftovers

    with leftovers.alone() as connection, connection.transaction():
        schema = provision.build(connection)
        connection.execute("DELETE FROM public.tenants_readyschema WHERE schema = %s", [schema])
        leftovers.note(connection, "schema", schema)
    assert schema in schemas_and_roles(django_settings.DATABASE_OWNER_URL)[1]

    erase.keep_promises()

    assert not any(schema in names for names in schemas_and_roles(django_settings.DATABASE_OWNER_URL))


def test_the_audit_stays_as_hashes_with_the_staff_who_acted(cobble, omar, outside):
    company = cobble.company()
    with outside():
        before = PlatformAuditLog.objects.filter(company_id=company.pk).count()
    erase.erase(company, by=omar, typed="cobble")

    with outside():
        rows = PlatformAuditLog.objects.filter(company_id=company.pk)
        assert rows.count() == before
        assert {(row.actor_id, row.actor_label, row.subject_id) for row in rows} == {(None, "", "")}
        assert all(set(row.facts) == {"sha256"} for row in rows)
        done = PlatformAuditLog.objects.get(verb="company.erased")
    assert (done.actor_label, done.subject_id) == (omar.label, str(company.pk))


def test_what_staff_agreed_and_noted_goes_with_the_company(cobble, omar, outside):
    with outside():
        care.agree(cobble.company(), tier="free", by=omar)
        note = care.write_note(cobble.company(), f"They make {cobble.mark}.", by=omar)
    erase.erase(cobble.company(), by=omar, typed="cobble")

    assert traces(django_settings.DATABASE_OWNER_URL, cobble.mark) == []
    assert traces(django_settings.DATABASE_OWNER_URL, str(note.pk)) == []


def test_the_subdomain_rests_for_half_a_year(cobble, outside, database):
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    provision.refill(1)
    with outside(), pytest.raises(provision.SlugTaken):
        provision.claim(name="Somebody else", slug="cobble")
    with outside():
        assert not is_free("cobble")

    database.connection.execute("UPDATE tenants_tombstone SET rests_until = now() - interval '1 second'")
    with outside():
        assert is_free("cobble")
        assert provision.claim(name="Somebody else", slug="cobble").generation == 1


def test_erasure_has_to_be_typed(cobble):
    with pytest.raises(Refused, match="[Tt]ype"):
        erase.erase(cobble.company(), by=SYSTEM, typed="cobbles")
    assert cobble.company().state == "active"


def test_only_the_owner_of_the_platform_erases(cobble, ann, sam, ada):
    for person in (ann, sam, ada, cobble.owner):
        with pytest.raises(Forbidden):
            erase.erase(cobble.company(), by=person, typed="cobble")


def test_promises_are_kept_when_their_time_has_come(cobble, outside, database):
    with outside():
        actions.plan_erasure(cobble.company(), by=SYSTEM)
    assert erase.keep_promises() == 0

    past = timezone.now() - timedelta(minutes=1)
    database.connection.execute("UPDATE tenants_company SET erase_after = %s WHERE slug = 'cobble'", [past])
    assert erase.keep_promises() == 1
    with outside():
        assert not Company.objects.filter(slug="cobble").exists()
        assert Tombstone.objects.count() == 1


def test_the_others_notice_nothing(cobble, acme, ada, inside, client_for, outside):
    with inside(acme):
        tickets.open_ticket(subject="email", description="Ours", by=ada)
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")

    assert client_for("ada").get("/manager/tickets").status_code == 200
    with inside(acme):
        assert Ticket.objects.count() == 1
    with outside():
        assert TicketIndex.objects.filter(company_id=acme.id).count() == 1
