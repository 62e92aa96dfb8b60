"""The way in: from a ticket, with a reason, as far as the company agreed; with a code that works once, here, now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portico import clock
from portico.errors import Forbidden, Refused
from tests.visits.conftest import CONSOLE, WHY, code_of, hand_over


def test_an_engineer_comes_in_as_a_customer_and_both_names_stand_in_the_journal(come_in, cleo, eli, happened, visits):
    browser = come_in("eli", cleo)

    assert "Eli Roy as Cleo Marsh" in browser.get("/").content.decode()
    (visit,), (event,) = visits(), happened("visit.begin")
    assert (visit.state, visit.staff_id, visit.person_id, visit.reason) == ("running", eli.id, cleo.id, WHY)
    assert (event.actor_id, event.facts["person"], event.facts["reason"]) == (eli.id, "Cleo Marsh", WHY)


@pytest.mark.parametrize(("name", "status"), [("lin", 404), ("max", 404), ("ann", 404), ("omar", 404), ("sam", 200)])
def test_only_engineers_and_supervisors_find_the_way(client_for, question, name, status):
    client, path = client_for(name), f"/admin/tickets/{question.index_id}"
    assert client.get(f"{path}/view-as").status_code == status
    if name != "max":  # who does not see the request
        assert (f"{path}/view-as" in client.get(path).content.decode()) is (status == 200)


def test_an_engineer_who_does_not_see_the_ticket_finds_nothing(client_for, question, acme, sam, inside):
    from tenant_apps.tickets import actions

    with inside(acme):
        actions.assign(question, None, by=sam)
    assert client_for("eli").get(f"/admin/tickets/{question.index_id}/view-as").status_code == 404


@pytest.fixture
def shown(client_for, question):
    """`shown("?q=cleo")` = whom Sam can choose on the form."""

    def read(query=""):
        page = client_for("sam").get(f"/admin/tickets/{question.index_id}/view-as{query}").content.decode()
        return {name for name in ("Cleo Marsh", "Ben Ode", "Mia Holt") if f"<span>{name}<br>" in page}

    return read


def test_people_are_listed_once_the_company_agreed_to_something(shown, agreed, acme, ada, inside):
    from tenant_apps.tickets import actions

    with inside(acme):
        other = actions.open_ticket(subject="billing", description="Another.", by=ada)
    assert shown() == set()
    assert shown("?q=Cleo") == set(), "a part of a name finds nobody"
    assert shown("?q=cleo marsh") == shown("?q=cleo%40acme.example") == {"Cleo Marsh"}
    agreed("read", number=other.number)
    assert shown() == set(), "that was for another request"
    for mode in ("ask", "read"):
        agreed(mode)
        assert shown() == {"Cleo Marsh", "Ben Ode", "Mia Holt"}


def test_whom_one_asked_about_stays_there_without_any_consent(shown, wanted, cleo):
    wanted("sam", cleo, do="ask")
    assert shown() == {"Cleo Marsh"}


def test_whoever_asked_is_listed_without_any_consent(client_for, acme, ben, inside):
    from tenant_apps.tickets import actions

    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="I cannot log in.", by=ben)
    page = client_for("sam").get(f"/admin/tickets/{ticket.index_id}/view-as").content.decode()
    assert "Ben Ode" in page
    assert "Cleo Marsh" not in page


@pytest.mark.parametrize("name", ["olga", "ada", "bea", "eli"])
def test_nobody_becomes_an_owner_a_manager_a_stranger_or_staff(wanted, agreed, actor_for, visits, name):
    agreed("act")
    assert wanted("sam", actor_for(name)).status_code == 422
    assert visits() == []


def test_nobody_becomes_somebody_who_is_suspended(wanted, agreed, cleo, acme, inside):
    from shared_apps.accounts.models import User

    agreed("act")
    with inside(acme):
        User.objects.filter(pk=cleo.id).update(is_active=False)
    assert wanted("sam", cleo).status_code == 422


@pytest.mark.parametrize("reason", ["", "    ", "why", "x" * 301])
def test_a_visit_needs_a_reason_in_words(wanted, agreed, cleo, visits, reason):
    agreed("act")
    assert wanted("sam", cleo, reason=reason).status_code == 422
    assert visits() == []


@pytest.mark.parametrize(("given", "mode"), [("off", "read"), ("ask", "read"), ("read", "act")])
def test_without_consent_nobody_comes_in(wanted, agreed, cleo, given, mode):
    agreed(given)
    page = wanted("sam", cleo, mode)

    assert page.status_code == 409
    assert "has not agreed" in page.content.decode()


def test_consent_that_ran_out_or_is_for_another_request_lets_nobody_in(wanted, agreed, cleo, acme, ada, inside):
    from tenant_apps.tickets import actions

    with inside(acme):
        other = actions.open_ticket(subject="billing", description="Another.", by=ada)
    agreed("act", number=other.number)
    assert wanted("sam", cleo).status_code == 409
    with clock.at(clock.now() - timedelta(days=9)):
        agreed("act", days=2)
    assert wanted("sam", cleo).status_code == 409


def test_a_code_works_once_in_one_browser(wanted, agreed, visitor, cleo, visits):
    agreed("act")
    code = code_of(wanted("sam", cleo))

    assert hand_over(visitor("acme"), code).status_code == 302
    second = visitor("acme")
    assert hand_over(second, code).status_code == 404
    assert second.get("/requests").status_code == 302, "to the sign-in"
    assert len(visits()) == 1


def test_a_code_is_good_for_a_minute(wanted, agreed, visitor, cleo, database, acme):
    agreed("act")
    code = code_of(wanted("sam", cleo))
    database.connection.execute(
        f"UPDATE {acme.schema}.visits_visit SET code_until = code_until - interval '61 seconds'"
    )
    assert hand_over(visitor("acme"), code).status_code == 404


def test_a_code_is_for_its_company_and_generation(wanted, agreed, visitor, cleo, database, acme):
    from tenants import routing

    agreed("act")
    code = code_of(wanted("sam", cleo))
    assert hand_over(visitor("borealis"), code).status_code == 404
    database.connection.execute("UPDATE public.tenants_company SET generation = generation + 1 WHERE slug = 'acme'")
    routing.forget()
    assert hand_over(visitor("acme"), code).status_code == 404


@pytest.mark.parametrize("origin", ["", "null", "http://acme.localhost:8000", "http://console.localhost:8000.example"])
def test_only_the_consoles_form_hands_over(wanted, agreed, visitor, cleo, visits, origin):
    agreed("act")
    assert hand_over(visitor("acme"), code_of(wanted("sam", cleo)), origin).status_code == 403
    assert visits(state="running") == []


@pytest.mark.parametrize("code", ["", "x", "x" * 9_000, "\x00"])
def test_a_code_that_was_never_given_leads_nowhere(visitor, code):
    assert hand_over(visitor("acme"), code).status_code == 404


def test_the_code_stands_in_no_address_no_journal_and_no_row(wanted, agreed, cleo, database, acme):
    agreed("act")
    code = code_of(wanted("sam", cleo))
    for table in (f"{acme.schema}.visits_visit", f"{acme.schema}.journal_event", "public.audit_platformauditlog"):
        rows = database.connection.execute(f"SELECT t::text FROM {table} t").fetchall()
        assert rows
        assert not any(code in row[0] for row in rows)


def test_the_console_lets_its_form_go_to_this_company_alone(wanted, agreed, cleo):
    agreed("act")
    page = wanted("sam", cleo)
    assert "form-action http://acme.localhost:8000;" in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "strict-origin", "or the browser would not say where the form comes from"


def test_a_browser_in_a_visit_begins_no_other(come_in, wanted, cleo, mia):
    browser = come_in("sam", cleo)
    assert hand_over(browser, code_of(wanted("eli", mia))).status_code == 409


def test_whoever_acts_as_somebody_cannot_ask_for_more(acme, inside, question, sam, ben, cleo):
    from tenant_apps.visits import actions

    hidden = replace(ben, behind=sam)
    with inside(acme), pytest.raises((Forbidden, Refused, Exception)) as no:
        actions.make_ready(question, cleo.id, "read", WHY, by=hidden, session="s")
    assert no.value.code == "sign_in_needed"


def test_a_manager_says_yes_once_and_the_yes_is_used_once(client_for, wanted, ada, cleo, mia, visits, visitor):
    assert wanted("sam", cleo, do="ask").status_code == 302
    assert wanted("sam", cleo, do="ask").status_code == 409, "one question at a time"
    (visit,) = visits()
    page = client_for("ada").get("/manager/staff-access").content.decode()
    assert "asks to see your desk as Cleo Marsh" in page
    assert client_for("ada").post(f"/manager/staff-access/{visit.pk}/decide", {"do": "yes"}).status_code == 302
    assert client_for("olga").post(f"/manager/staff-access/{visit.pk}/decide", {"do": "no"}).status_code == 409

    assert wanted("sam", mia).status_code == 409, "the yes is for Cleo"
    assert wanted("sam", cleo, "act").status_code == 409, "and for looking"
    browser = visitor("acme")
    assert hand_over(browser, code_of(wanted("sam", cleo))).status_code == 302
    assert browser.get("/requests").status_code == 200
    assert browser.post("/visit/leave").status_code == 200
    assert wanted("sam", cleo).status_code == 409, "and for once"


def test_a_no_holds_for_the_request_while_consent_is_off(client_for, wanted, cleo, agreed, visits):
    wanted("sam", cleo, do="ask")
    client_for("ada").post(f"/manager/staff-access/{visits()[0].pk}/decide", {"do": "no"})
    assert wanted("sam", cleo).status_code == 409
    assert wanted("sam", cleo, do="ask").status_code == 409
    agreed("ask")
    assert wanted("sam", cleo, do="ask").status_code == 302


def test_a_yes_is_good_for_a_day(client_for, wanted, cleo, visits, database, acme):
    wanted("sam", cleo, do="ask")
    client_for("ada").post(f"/manager/staff-access/{visits()[0].pk}/decide", {"do": "yes"})
    database.connection.execute(f"UPDATE {acme.schema}.visits_visit SET decided_at = now() - interval '25 hours'")
    assert wanted("sam", cleo).status_code == 409


def test_the_cookie_is_for_this_host_alone_and_for_half_an_hour(come_in, cleo, settings):
    cookie = come_in("sam", cleo).cookies[settings.VISIT_COOKIE_NAME]
    assert (cookie["domain"], cookie["path"], cookie["httponly"], cookie["samesite"]) == ("", "/", True, "Lax")
    assert cookie["max-age"] == 1800
    assert CONSOLE.endswith("8000")
