"""A merged subject's tickets follow it, in each company's own scope, whatever stops that on the way."""

import pytest

from portico import platform_tasks, tasks
from shared_apps.console import merging, verify
from shared_apps.console.models import TicketIndex
from shared_apps.staff.actions import merge_subject
from shared_apps.staff.models import Subject
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, catalogue
from tenants.models import Company, Due
from tests.support.incidents import open_one


@pytest.fixture(autouse=True)
def fresh_catalogue():
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.fixture
def ask(inside):
    def opened(company, by, times=1):
        with inside(company):
            return [actions.open_ticket(subject="billing", description="?", by=by) for _ in range(times)]

    return opened


@pytest.fixture
def merge(outside, sam):
    """Billing becomes part of account; the worker has not begun."""

    def made():
        with outside():
            merge_subject("billing", "account", TicketIndex.objects.filter(subject="billing").count(), by=sam)

    return made


def subjects(outside):
    with outside():
        return sorted(TicketIndex.objects.values_list("company_id", "subject"))


def work(outside, companies):
    """What scheduler and worker do: plan, then run what is due."""
    platform_tasks.merge_subjects()
    with outside():
        due = {(row.company_id, row.key) for row in Due.objects.filter(job="regroup")}
    for company in companies:
        for _, key in sorted(one for one in due if one[0] == company.id):
            tasks.regroup(company.id, company.generation, key)
    platform_tasks.merge_subjects()


def test_tickets_of_every_company_get_the_other_subject(outside, inside, ask, merge, acme, borealis, ada, bo):
    (ticket,) = ask(acme, ada)
    ask(borealis, bo, 2)
    merge()
    assert subjects(outside) == [(1, "billing"), (2, "billing"), (2, "billing")]

    work(outside, [acme, borealis])

    assert subjects(outside) == [(1, "account"), (2, "account"), (2, "account")]
    with outside():
        assert Subject.objects.get(key="billing").merged_at is not None
    with inside(acme):
        ticket.refresh_from_db()
        event = Event.objects.get(verb="ticket.subject")
        assert (ticket.subject, event.facts, event.actor_kind) == (
            "account",
            {"from": "billing", "to": "account"},
            "system",
        )
    assert verify.drift_of(acme) == verify.drift_of(borealis) == []


def test_more_than_fit_at_once_move_in_several_steps(outside, ask, merge, acme, ada, monkeypatch):
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    ask(acme, ada, 5)
    merge()
    seen = []
    for _ in range(3):
        work(outside, [acme])
        seen.append(sum(subject == "billing" for _, subject in subjects(outside)))
    assert seen == [3, 1, 0]


def test_it_is_over_with_the_last_ticket_of_the_last_company(outside, ask, merge, acme, borealis, ada, bo):
    ask(acme, ada)
    ask(borealis, bo)
    merge()
    platform_tasks.merge_subjects()
    over = []
    for company in (acme, borealis):
        tasks.regroup(company.id, company.generation, "billing")
        platform_tasks.finish_merge("billing")
        with outside():
            over.append(Subject.objects.get(key="billing").merged_at is not None)
    assert over == [False, True]


def test_a_step_that_breaks_changes_nothing_and_is_done_again(outside, inside, ask, merge, acme, ada):
    ask(acme, ada, 3)
    merge()
    with pytest.raises(ZeroDivisionError), inside(acme):
        merging.move_some("billing")
        raise ZeroDivisionError
    assert {subject for _, subject in subjects(outside)} == {"billing"}

    work(outside, [acme])
    assert {subject for _, subject in subjects(outside)} == {"account"}


def test_a_suspended_company_follows_when_it_goes_on(outside, ask, merge, acme, borealis, ada, bo):
    ask(acme, ada)
    ask(borealis, bo)
    with outside():
        Company.objects.filter(pk=borealis.id).update(state=Company.State.SUSPENDED)
    merge()
    work(outside, [acme, borealis])
    assert subjects(outside) == [(1, "account"), (2, "billing")]
    with outside():
        assert Subject.objects.get(key="billing").merged_at is None
        Company.objects.filter(pk=borealis.id).update(state=Company.State.ACTIVE)

    work(outside, [borealis])
    assert subjects(outside) == [(1, "account"), (2, "account")]


def test_what_a_restore_brings_back_follows_too(outside, ask, merge, acme, ada):
    merge()
    work(outside, [acme])
    with outside():
        Subject.objects.filter(key="billing").update(merged_into=None, is_active=True)
    ask(acme, ada)
    with outside():
        Subject.objects.filter(key="billing").update(merged_into="account", is_active=False)

    work(outside, [acme])
    assert subjects(outside) == [(1, "account")]


def test_a_company_touches_no_ticket_of_another(outside, ask, merge, acme, borealis, ada, bo):
    ask(acme, ada)
    ask(borealis, bo)
    merge()
    platform_tasks.merge_subjects()
    tasks.regroup(acme.id, acme.generation, "billing")
    assert subjects(outside) == [(1, "account"), (2, "billing")]


def test_an_incident_about_it_follows_at_once(outside, merge, sam):
    with outside():
        incident = open_one(sam, subject="billing")
    merge()
    with outside():
        incident.refresh_from_db()
    assert incident.subject == "account"
