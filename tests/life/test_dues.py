"""What was due in a company is due again when it comes out of its archive, and goes on where it was."""

from datetime import timedelta

import pytest

from portico import clock, tasks
from portico.actor import SYSTEM
from shared_apps.accounts.models import User
from shared_apps.signup import finding
from shared_apps.signup.models import Known
from shared_apps.usage.models import Hour
from tenant_apps.journal import chain
from tenant_apps.journal.models import Event as Journal
from tenant_apps.journal.models import Seal
from tenant_apps.people import actions as people
from tenant_apps.people.actions import handing
from tenant_apps.telemetry import actions as telemetry
from tenant_apps.tickets import actions as tickets
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits.models import Visit
from tenants import routing
from tenants.life import actions, erase
from tenants.life.restore import restore
from tenants.models import Due


@pytest.fixture
def again(cobble, exported, outside):
    """`again()` = Cobble out of a fresh archive, after it was erased; `again(replace=True)`: in its own place."""

    def come_back(*, replace=False):
        archive = exported(f"{cobble.company().pk}.{cobble.company().generation}.zip")
        if replace:
            with outside():
                actions.suspend(cobble.company(), by=SYSTEM)
        else:
            erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
        company = restore(archive, by=SYSTEM, replace=replace, typed="cobble" if replace else "")
        if replace:
            with outside():
                actions.resume(cobble.company(), by=SYSTEM)
        routing.forget()
        return company

    return come_back


@pytest.fixture
def dues(outside):
    """`dues(company, job)` = the keys of what is due there."""

    def read(company, job):
        with outside():
            return list(
                Due.objects.filter(company_id=company.id, schema=company.schema, job=job).values_list("key", flat=True)
            )

    return read


@pytest.fixture
def work(dues):
    """`work(company)` = everything that is handed on in turns of the worker; `work(company, 2)`: so many of them."""

    def run(company, most=20):
        for _ in range(most):
            for key in dues(company, handing.JOB)[:1]:
                tasks.hand_on(company.id, company.generation, key)

    return run


@pytest.fixture
def pair(cobble, inside, monkeypatch):
    """Two agents; the first has seven open requests, where three at once are many."""
    monkeypatch.setattr(handing, "AT_ONCE", 3)
    with inside(cobble.company().ref):
        made = [
            User.objects.create_user(f"{one}@cobble.example", None, name=one, role="agent") for one in ("Ben", "Zoe")
        ]
        for number in range(7):
            ticket = tickets.open_ticket(subject=f"Lamp {number}", description="Dark", desk="company", by=cobble.owner)
            tickets.assign(ticket, Assignee(made[0].pk, made[0].name), by=cobble.owner)
    return made


@pytest.fixture
def has(inside):
    """`has(company, person)` = how many open requests somebody has."""

    def count(company, person):
        with inside(company):
            return handing.open_of(person.pk).count()

    return count


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_requests_that_were_being_handed_on_go_on_to_their_heir(
    cobble, inside, again, dues, work, pair, has, turns, replace
):
    (gone, heir), before = pair, cobble.company().ref
    with inside(before):
        event = people.deactivate(gone.pk, heir.pk, by=cobble.owner)
        passing = Journal.objects.get(verb=handing.VERB)
    work(before, turns)
    assert has(before, heir) == 3 * turns

    company = again(replace=replace)

    assert dues(company, handing.JOB) == [f"{passing.pk.hex} {3 * turns}"]
    assert has(company, heir) == 3 * turns
    work(company)
    assert (has(company, gone), has(company, heir)) == (0, 7)
    with inside(company):
        people.undo(event, by=cobble.owner)
    work(company, 1)
    after = again()
    work(after)
    assert (has(after, gone), has(after, heir)) == (7, 0)


def test_what_was_handed_on_whole_stays_as_people_left_it(cobble, inside, again, dues, work, pair, has):
    (back, heir), before = pair, cobble.company().ref
    with inside(before):
        event = people.deactivate(back.pk, heir.pk, by=cobble.owner)
    work(before)
    with inside(before):
        people.undo(event, by=cobble.owner)
    work(before)
    assert has(before, back) == 7
    with inside(before):
        for ticket in handing.open_of(back.pk)[:2]:
            tickets.assign(ticket, Assignee(heir.pk, heir.name), by=cobble.owner)

    company = again()

    assert dues(company, handing.JOB) == []
    assert (has(company, back), has(company, heir)) == (5, 2)


def test_what_happens_by_itself_goes_on(cobble, inside, again, dues, outside):
    with inside(cobble.company().ref):
        ticket = Ticket.objects.first()
        visit = Visit.objects.create(
            state="running", staff_id=ticket.pk, ticket_id=ticket.pk, number=ticket.number, mode="read",
            person_id=cobble.owner.id, began_at=clock.now() - timedelta(hours=1),
        )  # fmt: skip
        app = {"version": "4.2.1", "os": "Windows 11"}
        told = [{"type": "app_launch", "at": clock.now()}]
        assert telemetry.take(app, told, by=cobble.owner) == 1

    company = again()

    assert dues(company, "end_visit") == [str(visit.pk)]
    tasks.end_visit(company.id, company.generation, str(visit.pk))
    assert dues(company, "telemetry") == ["hours"]
    tasks.telemetry(company.id, company.generation, "hours")
    assert dues(company, "seal") == ["journal"]
    tasks.seal(company.id, company.generation, "journal")
    assert dues(company, "tidy_mail") == ["all"]
    assert dues(company, "know_accounts") == ["all"]
    tasks.know_accounts(company.id, company.generation, "all")
    with inside(company):
        assert Visit.objects.get().state == "ended"
        assert Journal.objects.filter(pk__in=Seal.objects.values_list("keys", flat=True)[0]).exists()
        assert list(chain.seal()) == []
        email = User.objects.get().email
    with outside():
        assert Known.objects.filter(digest=finding.digest(email), schema=company.schema).exists()
        assert Hour.objects.get(company_id=company.id).launches == 1


def test_in_its_place_numbers_go_on_and_addresses_are_known_once(cobble, inside, again, outside):
    before = cobble.company().ref
    with inside(before):
        app = {"version": "4.2.1", "os": "Windows 11"}
        telemetry.take(app, [{"type": "app_launch", "at": clock.now()}], by=cobble.owner)
        finding.keep_known()
    tasks.telemetry(before.id, before.generation, "hours")

    company = again(replace=True)
    tasks.telemetry(company.id, company.generation, "hours")
    tasks.know_accounts(company.id, company.generation, "all")

    with outside():
        assert Hour.objects.filter(company_id=company.id).values_list("launches", "schema").get() == (1, company.schema)
        assert Known.objects.filter(company_id=company.id).values_list("schema", flat=True).get() == company.schema
