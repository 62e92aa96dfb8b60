"""The index is compared with the tickets by itself: soon where something happened, daily everywhere else."""

from django.utils import timezone

from portico import jobs, metrics, tasks
from portico.database import company_scope
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import actions
from tenants.models import Due


def planned(outside) -> set[tuple[int, str]]:
    with outside():
        return set(Due.objects.filter(job="verify").values_list("company_id", "key"))


def touch(acme, ada, inside):
    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="Our form is silent.", by=ada)
    with inside(acme):
        for due in list(Due.objects.filter(job="react")):
            tasks.react.run(due.key)
    return ticket


def test_a_touched_company_is_compared_soon_and_only_once(acme, ada, inside, outside):
    touch(acme, ada, inside)
    touch(acme, ada, inside)

    assert planned(outside) == {(acme.id, jobs.SOON)}


def test_a_comparison_plans_the_next_and_finds_nothing_in_order(acme, ada, inside, outside):
    touch(acme, ada, inside)
    before = metrics.INDEX_DRIFT._value.get()

    tasks.verify(acme.id, acme.generation, jobs.SOON)

    assert planned(outside) == {(acme.id, jobs.DAILY)}
    assert metrics.INDEX_DRIFT._value.get() == before


def test_drift_is_counted(acme, ada, inside, outside):
    ticket = touch(acme, ada, inside)
    with outside():
        TicketIndex.objects.filter(ticket_id=ticket.pk).update(status="closed")
    before = metrics.INDEX_DRIFT._value.get()

    tasks.verify(acme.id, acme.generation, jobs.SOON)

    assert metrics.INDEX_DRIFT._value.get() == before + 1


def test_the_sweep_sends_what_is_due_and_nothing_else(acme, inside, outside):
    with inside(acme):
        jobs.verify_later(acme, jobs.DAILY)
    with outside():
        assert tasks.sweep.run() == 0
        Due.objects.update(due_at=timezone.now())
    with outside():
        assert tasks.sweep.run() == 1


def test_planning_twice_waits_for_nobody(acme, inside):
    with company_scope(acme):
        pass
    with inside(acme):
        jobs.verify_later(acme, jobs.DAILY)
        jobs.verify_later(acme, jobs.DAILY)
        assert Due.objects.filter(job="verify").count() == 1
