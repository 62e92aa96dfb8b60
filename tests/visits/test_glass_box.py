"""The company's managers see every look and every visit, and give, limit and withdraw consent."""

import csv
import io
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from portico import clock
from portico.errors import Forbidden

PAGE = "/manager/staff-access"


def tomorrow(days=1):
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def test_a_look_stands_there_once_in_ten_minutes(client_for, question, acme, inside, eli):
    from tenant_apps.visits import actions
    from tenant_apps.visits.models import Visit

    browser = client_for("eli")
    for _ in range(3):
        assert browser.get(f"/admin/tickets/{question.index_id}").status_code == 200
    with inside(acme):
        assert Visit.objects.filter(state="looked").count() == 1
        with clock.at(clock.now() + timedelta(minutes=11)):
            actions.look(question, by=eli)
            actions.look(question, by=eli)
        assert Visit.objects.filter(state="looked").count() == 2
    page = client_for("ada").get(PAGE).content.decode()
    assert "Eli Roy" in page
    assert f"Looked at {question.number}" in page


def test_a_look_is_noted_while_the_cache_is_away(question, acme, inside, eli, settings):
    from django.core.cache import caches

    from tenant_apps.visits import actions
    from tenant_apps.visits.models import Visit

    caches["default"]._cache.get_client(None, write=True).flushdb()
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    with inside(acme):
        actions.look(question, by=eli)
        actions.look(question, by=eli)
        assert Visit.objects.filter(state="looked").count() == 1


def test_programs_of_staff_look_too(api_for, question, client_for):
    assert api_for("eli").get(f"/platform-admin/tickets/{question.index_id}").status_code == 200
    assert f"Looked at {question.number}" in client_for("ada").get(PAGE).content.decode()


def filled(route, values):
    """The address of a route, with these values in its places and something that is not there in all others."""
    missing = {"uuid": "01890000-0000-7000-8000-00000000dead", "int": "987654321"}
    place = re.compile(r"<(\w+):\w+>")
    return "/" + place.sub(lambda found: values.get(found[0], missing.get(found[1], "nothing")), route)


@pytest.fixture
def traces(acme, eli, inside):
    """`traces()` = Eli's looks, which are taken away with this, and how much he did; both as the company knows it."""

    def read():
        from tenant_apps.journal.models import Event
        from tenant_apps.visits.models import Visit

        with inside(acme):
            looks = Visit.objects.filter(state="looked", staff_id=eli.id)
            return looks.delete()[0], Event.objects.filter(actor_id=eli.id).count()

    return read


def test_every_page_of_the_console_that_enters_a_company_is_a_look(client_for, api_for, question, traces):
    """From the router, so that a new page is asked too: what was read inside a company stands in its own log."""
    from django.core.cache import caches

    from tests.trust.matrix import routes

    ids = dict.fromkeys(("<int:index_id>", "<int:id>"), str(question.index_id)) | {"<slug:company>": "acme"}
    page, program, entered, unseen = client_for("eli"), api_for("eli"), set(), []
    for route in routes("console"):
        caches["default"]._cache.get_client(None, write=True).flushdb()
        before = traces()[1]
        with companies_entered() as inside_of:
            answer = (program if route.startswith("platform-admin/") else page).get(filled(route, ids))
        if "acme" in inside_of and answer.status_code == 200:
            entered.add(route)
            if traces() == (0, before):
                unseen.append(route)

    assert unseen == []
    assert entered >= {
        "admin/tickets/<int:index_id>",
        "admin/tickets/<int:index_id>/view-as",
        "admin/companies/<slug:company>",
        "admin/companies/<slug:company>/mail",
        "platform-admin/tickets/<int:id>",
        "platform-admin/tickets/<int:id>/attachments",
    }


@contextmanager
def companies_entered():
    """The companies in whose scope a statement was sent meanwhile."""
    from django.db import connection

    from portico.database import current_scope

    found = set()

    def note(execute, *said):
        scope = current_scope()
        if scope and scope.company:
            found.add(scope.company.slug)
        return execute(*said)

    with connection.execute_wrapper(note):
        yield found


def test_a_look_at_what_is_no_request_says_at_what(client_for):
    for path in ("/admin/companies/acme", "/admin/companies/acme/mail"):
        assert client_for("eli").get(path).status_code == 200
    page = client_for("ada").get(PAGE).content.decode()
    assert "Looked at how your desk does, in numbers" in page
    assert "Looked at how your mail channels do" in page
    assert "/manager/tickets/0" not in page, "there is no request to lead to"
    assert "Looked at" not in client_for("bo").get(PAGE).content.decode()


@pytest.mark.parametrize("name", ["ben", "mia", "cleo"])
def test_it_is_for_those_who_lead(client_for, name, visits):
    assert client_for(name).get(PAGE).status_code == 404
    assert client_for(name).post(f"{PAGE}/consent", {"mode": "act", "until": tomorrow()}).status_code == 404


def test_only_managers_decide(acme, inside, ben, sam):
    from tenant_apps.visits import actions

    for person in (ben, sam):
        with inside(acme), pytest.raises(Forbidden):
            actions.agree("off", None, "", by=person)


def test_consent_is_given_limited_and_withdrawn(client_for, question, happened):
    ada = client_for("ada")
    given = {"mode": "read", "until": tomorrow(7), "ticket": question.number, "seen": "0"}
    assert ada.post(f"{PAGE}/consent", given).status_code == 302
    page = ada.get(PAGE).content.decode()
    assert f"only for {question.number}" in page
    assert ada.post(f"{PAGE}/consent", {"mode": "off"}).status_code == 302

    first, second = happened("visit.consent")
    assert (first.facts["before"]["mode"], first.facts["after"]["mode"]) == ("off", "read")
    assert second.facts["after"] == {"mode": "off", "until": None, "ticket": ""}
    assert first.actor_label == "Ada Lind"


@pytest.mark.parametrize(
    "said",
    [
        {"mode": "everything"},
        {"mode": "act"},
        {"mode": "act", "until": "2020-01-01"},
        {"mode": "act", "until": "9999-12-31"},
        {"mode": "act", "until": "soon"},
        {"mode": "read", "until": "2026-13-45"},
        {"mode": "act", "until": tomorrow(), "ticket": "PLAT-1999-0001"},
        {},
    ],
)
def test_consent_that_says_nothing_clear_is_refused(client_for, happened, said):
    assert client_for("ada").post(f"{PAGE}/consent", said).status_code == 422
    assert happened("visit.consent") == []


def test_two_who_change_it_at_once_lose_nothing_and_withdrawing_always_works(client_for, happened):
    ada, olga = client_for("ada"), client_for("olga")
    more = {"until": tomorrow(3), "seen": "0"}
    assert ada.post(f"{PAGE}/consent", {"mode": "read"} | more).status_code == 302
    refused = olga.post(f"{PAGE}/consent", {"mode": "act"} | more)
    assert refused.status_code == 409
    assert "Somebody else changed this" in refused.content.decode()
    assert olga.post(f"{PAGE}/consent", {"mode": "off"} | more).status_code == 302
    assert [one.facts["after"]["mode"] for one in happened("visit.consent")] == ["read", "off"]


def test_withdrawing_takes_back_what_was_allowed_and_not_begun(wanted, client_for, cleo, visits):
    wanted("sam", cleo, do="ask")
    client_for("ada").post(f"{PAGE}/{visits()[0].pk}/decide", {"do": "yes"})
    client_for("ada").post(f"{PAGE}/consent", {"mode": "off"})
    assert wanted("sam", cleo).status_code == 409


def test_a_question_is_seen_from_every_page_until_it_is_answered(wanted, client_for, cleo, visits):
    ada = client_for("ada")
    assert "waits for your word" not in ada.get("/manager/tickets").content.decode()
    wanted("sam", cleo, do="ask")
    assert "waits for your word" in ada.get("/manager/tickets").content.decode()
    assert "waits for your word" not in client_for("ben").get("/manager/tickets").content.decode()
    ada.post(f"{PAGE}/{visits()[0].pk}/decide", {"do": "no"})
    assert "waits for your word" not in ada.get("/manager/tickets").content.decode()


def test_the_list_is_narrowed_and_taken_along(come_in, client_for, cleo, question, happened):
    come_in("sam", cleo).get("/requests")
    client_for("eli").get(f"/admin/tickets/{question.index_id}")
    ada = client_for("ada")

    assert "Looked as Cleo Marsh" not in ada.get(f"{PAGE}?kind=looks").content.decode()
    assert f"Looked at {question.number}" not in ada.get(f"{PAGE}?kind=visits").content.decode()
    assert "Looked as Cleo Marsh" not in ada.get(f"{PAGE}?who=Eli").content.decode()
    assert "Nobody looked" in ada.get(f"{PAGE}?until=2020-01-01").content.decode()
    assert ada.get(f"{PAGE}?since=yesterday").status_code == 422
    assert ada.get(f"{PAGE}?cursor=x").status_code == 302
    text = b"".join(ada.get(f"{PAGE}.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["who"] for row in rows} == {"Sam Oduya", "Eli Roy"}
    assert next(row for row in rows if row["as_whom"])["pages"] == "/requests (1)"
    assert happened("audit.export")[0].facts["of"] == "the list of staff access"


def test_a_long_list_has_pages(client_for, question, acme, inside, eli):
    from tenant_apps.visits import actions

    with inside(acme):
        for place in range(60):
            with clock.at(clock.now() - timedelta(minutes=11 * place)):
                actions.look(question, by=eli)
    page = client_for("ada").get(PAGE).content.decode()
    assert page.count(f"Looked at {question.number}") == 50
    assert 'rel="next"' in page


def test_the_pages_cost_the_same_for_many_rows(client_for, question, acme, inside, eli, statements):
    from tenant_apps.visits import actions
    from tests.desk.test_statements import count

    ada = client_for("ada")
    with inside(acme):
        actions.look(question, by=eli)
    one = count(ada, PAGE, statements)
    with inside(acme):
        for place in range(20):
            with clock.at(clock.now() - timedelta(minutes=11 * place)):
                actions.look(question, by=eli)
    assert count(ada, PAGE, statements) == one <= 10


def test_those_who_lead_on_the_platform_see_all_visits_others_their_own(come_in, client_for, cleo, visits):
    browser = come_in("sam", cleo)
    browser.get("/requests")
    assert "Has not ended" in client_for("omar").get("/admin/visits").content.decode()
    browser.post("/visit/leave")
    page = client_for("omar").get("/admin/visits").content.decode()
    assert "They left" in page
    assert "Cleo Marsh" in page
    assert "Cleo Marsh" not in client_for("eli").get("/admin/visits").content.decode()
    assert client_for("lin").get("/admin/visits").status_code == 404


def test_the_request_itself_tells_of_it(come_in, client_for, cleo, question):
    come_in("sam", cleo).post("/visit/leave")
    line = "Sam Oduya looked as Cleo Marsh for 1 minute"
    assert line in client_for("eli").get(f"/admin/tickets/{question.index_id}").content.decode()
    assert line in client_for("ada").get(f"/manager/tickets/{question.pk}").content.decode()


def test_visits_of_another_company_are_not_there(come_in, client_for, cleo, visits):
    come_in("sam", cleo)
    (visit,) = visits()
    bo = client_for("bo")
    assert bo.get(f"{PAGE}/{visit.pk}").status_code == 404
    assert bo.post(f"{PAGE}/{visit.pk}/decide", {"do": "end"}).status_code == 404
    assert visits()[0].state == "running"


def test_hostile_words_in_a_reason_stay_words(wanted, client_for, cleo, agreed):
    wanted("sam", cleo, do="ask", reason='=HYPERLINK("x") <script>alert(1)</script>')
    ada = client_for("ada")
    assert "<script>alert" not in ada.get(PAGE).content.decode()
    text = b"".join(ada.get(f"{PAGE}.csv").streaming_content).decode()
    assert "'=HYPERLINK" in text
