"""What a company reads of an incident above its workspace, and what it never reads."""

from datetime import timedelta

import pytest

from portico import clock
from shared_apps.console.incidents import linking
from shared_apps.incidents import actions
from tests.support.incidents import forget, open_one, work

PAGES = ["/manager/inbox", "/manager/board", "/manager/tickets", "/manager/tickets/new", "/manager/settings/", "/"]


@pytest.fixture
def do(outside, sam):
    def run(action, *words, **more):
        with outside():
            found = action(*words, by=sam, **more)
        forget()
        return found

    return run


@pytest.fixture
def incident(outside, sam):
    with outside():
        return open_one(sam, headline="STAFFONLY")


@pytest.fixture
def linked(do, asked, incident):
    ticket = asked()
    do(linking.link, incident, ticket.index_id)
    return ticket


@pytest.mark.parametrize("name", ["olga", "ada", "ben"])
def test_it_stands_above_every_page_of_whoever_asks_portico(client_for, linked, do, incident, name):
    do(actions.say, incident, "identified", "A <relay> is down.")
    client = client_for(name)
    for path in PAGES:
        page = client.get(path, follow=True).content.decode()
        assert "Mail leaves late" in page, path
        assert "A &lt;relay&gt; is down." in page
        assert f"/manager/tickets/{linked.pk}" in page
        assert "STAFFONLY" not in page
        assert "INC-" not in page


@pytest.mark.parametrize("name", ["mia", "cleo"])
def test_members_and_customers_are_not_told(client_for, linked, do, incident, name):
    do(actions.say, incident, "identified", "A relay is down.")
    client = client_for(name)
    for path in ("/", "/requests", "/requests/new"):
        assert "Mail leaves late" not in client.get(path).content.decode()


def test_whom_it_does_not_affect_reads_nothing(client_for, linked, do, incident, visitor):
    do(actions.say, incident, "identified", "A relay is down.")
    assert "Mail leaves late" not in client_for("bo").get("/manager/tickets").content.decode()
    assert "Mail leaves late" not in visitor("acme").get("/").content.decode()


def test_it_can_be_put_away_until_there_is_news(client_for, linked, do, incident):
    do(actions.say, incident, "identified", "A relay is down.")
    ada, ben = client_for("ada"), client_for("ben")
    page = ada.get("/manager/tickets").content.decode()
    address = page.partition('action="/manager/incidents/')[2].partition('"')[0]
    ada.post(f"/manager/incidents/{address}")
    assert "Mail leaves late" not in ada.get("/manager/tickets").content.decode()
    assert "Mail leaves late" in ben.get("/manager/tickets").content.decode()

    do(actions.say, incident, "monitoring", "It runs again.")
    assert "It runs again." in ada.get("/manager/tickets").content.decode()


def test_another_companys_banner_is_not_there(client_for, linked, incident, outside):
    from shared_apps.incidents.models import Affected

    with outside():
        key = Affected.objects.get().pk
    assert client_for("bo").post(f"/manager/incidents/{key}/put-away").status_code == 404


def test_it_is_gone_a_day_after_it_was_resolved(client_for, linked, do, incident):
    with clock.at(clock.now() - timedelta(hours=23)):
        do(actions.solve, incident, "All is sent.")
    assert "All is sent." in client_for("ada").get("/manager/tickets").content.decode()
    do(actions.reopen, incident, "It is back.")
    with clock.at(clock.now() - timedelta(hours=25)):
        do(actions.solve, incident, "All is sent.")
    assert "All is sent." not in client_for("ada").get("/manager/tickets").content.decode()


def test_a_company_that_comes_late_reads_nothing_of_before(client_for, asked, do, incident, outside):
    from shared_apps.incidents.models import Affected

    with clock.at(clock.now() - timedelta(hours=3)):
        do(actions.say, incident, "investigating", "FIRSTWORDS")
        do(actions.say, incident, "identified", "A relay is down.")
    before = clock.now()
    ticket = asked()
    do(linking.link, incident, ticket.index_id)
    with outside():
        assert Affected.objects.get().said_at >= before
    page = client_for("ada").get(f"/manager/tickets/{ticket.pk}").content.decode()
    assert "FIRSTWORDS" not in page
    assert "A relay is down." in page


def test_the_request_says_that_it_is_part_of_one(client_for, linked, do, incident):
    do(actions.solve, incident, "All is sent.")
    work()
    page = client_for("ada").get(f"/manager/tickets/{linked.pk}").content.decode()
    assert "Part of an incident" in page
    assert "Resolved via incident" in page


@pytest.mark.parametrize("path", ["/manager/tickets", "/manager/inbox", "/"])
def test_the_banner_costs_no_statement(client_for, asked, do, incident, statements, path):
    from tests.desk.test_statements import count

    ticket, ada = asked(), client_for("ada")
    before = count(ada, path, statements)
    do(linking.link, incident, ticket.index_id)
    assert "Mail leaves late" in ada.get(path).content.decode()
    assert count(ada, path, statements) == before


def test_a_role_of_a_company_reads_its_own_row_alone(inside, acme, borealis, linked):
    from django.db import ProgrammingError, connection

    from shared_apps.incidents.models import Affected, Incident

    with inside(borealis):
        assert not Affected.objects.exists()
    with inside(acme):
        assert Affected.objects.count() == 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            Incident.objects.exists()
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("UPDATE public.incidents_affected SET words = 'x'")


def test_it_does_not_reach_another_generation(do, database, linked, client_for, acme):
    ada = client_for("ada")
    assert "Mail leaves late" in ada.get("/manager/tickets").content.decode()
    database.connection.execute(
        "UPDATE public.incidents_affected SET generation = generation - 1 WHERE company_id = %s", [acme.id]
    )
    forget()
    assert "Mail leaves late" not in ada.get("/manager/tickets").content.decode()
