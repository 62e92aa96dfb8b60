"""What the console's pages cost: never more than ten statements, and the same for one row as for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 10


def count(client, path):
    """The statements of a usual look: not of the first, nor of the one that reads the catalogue anew."""
    return min(_count(client, path) for _ in range(3))


def _count(client, path):
    with CaptureQueriesContext(connection) as sent:
        page = client.get(path)
    assert page.status_code == 200
    return len([one for one in sent.captured_queries if one["sql"] not in {"BEGIN", "COMMIT"}])


@pytest.fixture
def asked(acme, borealis, ada, bo, inside):
    def ask():
        from tenant_apps.tickets import actions

        for company, person in ((borealis, bo), (acme, ada)):
            with inside(company):
                ticket = actions.open_ticket(subject="website", description="It does not send.", by=person)
        return ticket

    return ask


@pytest.mark.parametrize("name", ["lin", "sam"])
def test_the_queue_costs_the_same_for_many_rows(client_for, asked, name):
    client = client_for(name)
    asked()
    one = count(client, "/admin/tickets")
    for _ in range(4):
        asked()

    assert count(client, "/admin/tickets") == one <= MOST


@pytest.mark.parametrize("name", ["lin", "sam"])
def test_a_conversation_costs_the_same_for_many_messages(client_for, asked, acme, ada, inside, name):
    from tenant_apps.tickets import actions

    ticket, client = asked(), client_for(name)
    path = f"/admin/tickets/{ticket.index_id}"
    one = count(client, path)
    with inside(acme):
        for place in range(4):
            actions.reply(ticket, f"More {place}", by=ada)

    assert count(client, path) == one <= MOST


@pytest.mark.parametrize("path", ["/admin/team"])
def test_the_team_costs_the_same_for_many_people(client_for, outside, path):
    from shared_apps.accounts.models import User

    omar = client_for("omar")
    one = count(omar, path)
    with outside():
        for place in range(5):
            User.objects.create(email=f"new{place}@portico.example", name=f"New {place}", role="platform_support")

    assert count(omar, path) == one <= MOST


@pytest.fixture
def grow(outside, sam, lin):
    """`grow("a")` = two people who cover what they did not, two changes of Lin's coverage, two subjects, one of them
    becoming part of another, and two who are invited."""
    from shared_apps.accounts.models import User
    from shared_apps.staff import actions
    from tenant_apps.tickets import catalogue

    def more(mark):
        with outside():
            for name in (f"{mark}1", f"{mark}2"):
                made = actions.add_subject(f"Subject {name}", by=sam)
                user = User.objects.create(email=f"{name}@portico.example", name=name, role="platform_support")
                for person in (user, User.objects.get(pk=lin.id)):
                    actions.set_coverage(person, ["website", made.key], by=sam)
                actions.invite(f"{name}@guest.example", "platform_support", by=sam)
            actions.merge_subject(made.key, "website", 0, by=sam)
        catalogue.forget()

    return more


@pytest.mark.parametrize(
    "path", ["", "/subjects", "/{lin}", "/{lin}/history", "/{lin}/suspend", "/subjects/website/merge"]
)
def test_pages_of_the_team_cost_the_same_for_many_rows(client_for, grow, lin, path):
    omar, path = client_for("omar"), f"/admin/team{path}".format(lin=lin.id)
    grow("a")
    one = count(omar, path)
    for mark in "bcd":
        grow(mark)

    assert count(omar, path) == one <= MOST


@pytest.mark.parametrize("name", ["lin", "sam"])
def test_the_companies_cost_the_same_for_many(client_for, asked, database, lin, name):
    asked()
    client = client_for(name)
    client_for("omar").post("/admin/companies/acme/care", {"agents": [str(lin.id)], "tier": "free", "seen": "0"})
    one = count(client, "/admin/companies")
    database.connection.execute(
        "INSERT INTO public.tenants_company (schema_name, name, slug, state, generation, tint, fingerprint, created_at)"
        " SELECT 't_' || md5(n::text), 'Firm ' || n, 'firm-' || n, 'active', 1, 0, 'x', now()"
        " FROM generate_series(1, 20) n"
    )
    database.connection.execute(
        "INSERT INTO public.care_care (company_id, tier, agents, version) SELECT id, 'free', ARRAY[%s]::uuid[], 1"
        " FROM public.tenants_company WHERE slug LIKE 'firm-%%'",
        [lin.id],
    )
    assert "Firm 20" in client.get("/admin/companies").content.decode()
    assert count(client, "/admin/companies") == one <= MOST


def test_a_company_costs_the_same_for_many_requests_and_notes(client_for, asked, outside, acme, sam):
    from shared_apps.care.actions import write_note
    from tenants.models import Company

    asked()
    client = client_for("sam")
    with outside():
        write_note(Company.objects.get(pk=acme.id), "First.", by=sam)
    one = count(client, "/admin/companies/acme")
    for place in range(4):
        asked()
        with outside():
            write_note(Company.objects.get(pk=acme.id), f"Note {place}.", by=sam)

    assert count(client, "/admin/companies/acme") == one
