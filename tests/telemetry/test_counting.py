"""From events to hours: numbers in which nobody is, alerts, and nothing kept for ever."""

from datetime import timedelta

import pytest

from portico import clock
from shared_apps.console.models import TicketIndex
from shared_apps.staff.models import Subject
from shared_apps.usage.models import Hour
from tenant_apps.telemetry import counting
from tenant_apps.telemetry.models import Event
from tenant_apps.tickets import catalogue
from tenants.models import Due
from tests.telemetry.conftest import event


def test_hours_are_counted_without_anybody_in_them(tell, count, outside, acme):
    tell("mia", event(), event("sync_success", duration_ms=100), event("sync_success", duration_ms=300))
    tell("ben", event(), event("crash", error_type="E"), app={"version": "4.1", "os": "Ubuntu 24.04"})
    count()
    tell("ben", event(), app={"version": "4.1", "os": "Ubuntu 24.04"})
    count()

    with outside():
        rows = {row.version: row for row in Hour.objects.all()}
    new, old = rows["4.2.1"], rows["4.1"]
    assert (new.company_id, new.system, new.launches, new.syncs, new.sync_ms, new.people) == (
        acme.id,
        "Windows",
        1,
        2,
        400,
        1,
    )
    assert (old.system, old.launches, old.crashes) == ("Linux", 2, 1)
    assert not {field.name for field in Hour._meta.fields} & {"person_id", "payload", "mark"}


def test_a_company_counts_its_own_hours_and_sees_no_others(tell, count, inside, borealis, outside):
    tell("mia", event())
    count()
    with inside(borealis):
        assert Hour.objects.count() == 0
    with outside():
        assert Hour.objects.count() == 1


def test_a_spike_of_errors_asks_portico_once(tell, count, outside):
    tell("mia", *[event("crash", error_type="ValueError", stack=f"ValueError\n at sync.py:{n}") for n in range(25)])
    count()
    tell("mia", event())
    count()

    with outside():
        (row,) = TicketIndex.objects.all()
        assert (row.sub_subject, row.requester_name) == (counting.ALERTS["spike"], "Portico telemetry")


@pytest.mark.parametrize(("how", "subject"), [("retired", "integrations"), ("merged", "email")])
def test_an_alert_finds_a_subject_when_its_own_is_gone(tell, count, outside, something_else, how, subject):
    something_else(how)
    tell("mia", *[event("crash", error_type="E") for _ in range(25)])
    count()

    with outside():
        assert TicketIndex.objects.get().subject == subject
        assert Hour.objects.get().crashes == 25


def test_hours_are_written_although_nobody_can_be_asked(tell, count, outside):
    with outside():
        Subject.objects.update(is_active=False)
    catalogue.forget()
    tell("mia", *[event("crash", error_type="E") for _ in range(25)])
    count()
    catalogue.forget()

    with outside():
        assert not TicketIndex.objects.exists()
        assert Hour.objects.get().crashes == 25


def test_failing_synchronisation_asks_portico(tell, count, outside, client_for):
    failed = [event("sync_failure", error_type="Timeout", error="to ada@acme.example") for _ in range(6)]
    tell("mia", *failed, *[event("sync_success", duration_ms=1) for _ in range(18)])
    count()

    with outside():
        (row,) = TicketIndex.objects.all()
        assert row.sub_subject == counting.ALERTS["sync"]
    page = client_for("sam").get(f"/admin/tickets/{row.pk}").content.decode()
    assert "6 of 24 synchronisations" in page
    assert "ada@acme.example" not in page


def test_few_errors_and_few_failures_alarm_nobody(tell, count, outside):
    tell("mia", *[event("crash", error_type="E") for _ in range(19)])
    tell("mia", event("sync_failure", error_type="T"), *[event("sync_success", duration_ms=1) for _ in range(30)])
    count()
    with outside():
        assert not TicketIndex.objects.exists()


def test_events_go_after_thirty_days_and_the_next_look_is_planned(tell, count, inside, acme):
    tell("mia", event(), event())
    with inside(acme):
        old = Event.objects.order_by("id").first()
        Event.objects.filter(pk=old.pk).update(received_at=clock.now() - counting.KEPT_FOR - timedelta(hours=1))
    count()
    with inside(acme):
        assert Event.objects.count() == 1
        assert Due.objects.filter(job="telemetry").count() == 1
        Event.objects.update(received_at=clock.now() - counting.KEPT_FOR - timedelta(hours=1))
    count()
    with inside(acme):
        assert not Event.objects.exists()
        assert not Due.objects.filter(job="telemetry").exists()
