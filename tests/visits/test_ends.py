"""A visit ends: by the clock, by leaving, by the company, and with whatever it stands on."""

import pytest

from tests.visits.conftest import WHY, code_of


def is_over(browser, why=""):
    page = browser.get("/requests")
    return page.status_code == 410 and why in page.content.decode()


def test_it_ends_after_half_an_hour_whatever_happens_in_it(come_in, cleo, later, visits, happened):
    browser = come_in("sam", cleo)
    later(29)
    assert browser.get("/requests").status_code == 200
    later(1)

    assert is_over(browser, "The half hour was over")
    (visit,) = visits()
    assert (visit.state, visit.why, visit.seconds) == ("ended", "time", 1800)
    assert happened("visit.end")[0].facts["seconds"] == 1800
    assert browser.get("/requests").status_code == 302, "the browser has no visit any more"


def test_nothing_is_sent_after_the_half_hour(come_in, cleo, later, wish, acme, inside):
    from tenant_apps.tickets.models import Message
    from tests.visits.test_acting import fields_of

    ticket, browser = wish(), come_in("sam", cleo, "act")
    asked = fields_of(browser.post(f"/requests/{ticket.pk}/reply", {"body": "Too late"}))
    later(31)
    assert browser.post(f"/requests/{ticket.pk}/reply", asked).status_code == 410
    with inside(acme):
        assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_part_of_a_page_leads_to_the_words(come_in, cleo, later):
    browser = come_in("sam", cleo)
    later(31)
    answer = browser.get("/requests", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/visit/over"
    assert "This visit has ended" in browser.get("/visit/over").content.decode()


@pytest.mark.parametrize("path", ["/brand.css", "/brand/none.png"])
def test_what_a_page_is_drawn_with_does_not_swallow_the_words(come_in, cleo, later, path):
    browser = come_in("sam", cleo)
    later(31)
    assert browser.get(path).status_code in (200, 404)
    assert is_over(browser, "The half hour was over")


def test_the_journal_is_told_without_anybody_asking(come_in, cleo, later, acme, inside, happened, visits):
    from portico import jobs
    from tenants.models import Due

    come_in("sam", cleo)
    (visit,) = visits()
    with inside(acme):
        assert Due.objects.filter(job="end_visit", key=str(visit.pk)).count() == 1
        jobs.end_visit(str(visit.pk))
    assert happened("visit.end") == [], "it is not over yet"
    later(31)
    with inside(acme):
        jobs.end_visit(str(visit.pk))
        jobs.end_visit(str(visit.pk))
    assert [one.facts["why"] for one in happened("visit.end")] == ["time"]


def test_the_task_runs_it(come_in, cleo, later, acme, inside, happened, visits):
    from portico import tasks

    come_in("sam", cleo)
    later(31)
    tasks.JOBS["end_visit"](acme.id, acme.generation, str(visits()[0].pk))
    assert [one.facts["why"] for one in happened("visit.end")] == ["time"]


def test_leaving_says_what_it_was(come_in, cleo, visits, happened):
    browser = come_in("sam", cleo)
    browser.get("/requests")
    page = browser.post("/visit/leave")

    assert "You were Cleo Marsh" in page.content.decode()
    assert "Sam Oduya as Cleo Marsh" not in page.content.decode(), "the bar is gone"
    assert (visits()[0].why, happened("visit.end")[0].actor_label) == ("left", "Sam Oduya")
    assert browser.post("/visit/leave").status_code == 404


@pytest.mark.parametrize("mode", ["off", "ask", "read"])
def test_withdrawn_consent_ends_it_at_once(come_in, agreed, cleo, visits, mode):
    browser = come_in("sam", cleo, "act")
    assert agreed(mode) == 1
    assert is_over(browser, "Consent was withdrawn")
    assert visits()[0].why == "withdrawn"


def test_consent_that_runs_out_ends_it(come_in, cleo, acme, database):
    browser = come_in("sam", cleo)
    database.connection.execute(
        f"""UPDATE {acme.schema}.tickets_setting SET value = value || '{{"until": "2020-01-01T00:00:00+00:00"}}'
        WHERE key = 'staff_access'"""
    )
    assert is_over(browser, "Consent was withdrawn or ran out")


def test_a_manager_ends_one(come_in, client_for, cleo, visits):
    browser = come_in("sam", cleo)
    assert "is Cleo Marsh right now" in client_for("ada").get("/manager/staff-access").content.decode()
    client_for("ada").post(f"/manager/staff-access/{visits()[0].pk}/decide", {"do": "end"})
    assert is_over(browser)


@pytest.fixture
def staff(outside):
    def change(name, **values):
        from shared_apps.accounts.models import User

        with outside():
            User.objects.filter(email=f"{name}@portico.example").update(**values)

    return change


def test_it_ends_when_the_staff_member_is_suspended(come_in, cleo, staff):
    browser = come_in("eli", cleo)
    staff("eli", is_active=False)
    assert is_over(browser)


def test_it_ends_when_their_role_changes(come_in, cleo, staff):
    browser = come_in("eli", cleo)
    staff("eli", role="platform_support")
    assert is_over(browser, "may not visit any more")


def test_it_ends_when_the_ticket_leaves_their_sight(come_in, cleo, question, acme, inside, sam):
    from tenant_apps.tickets import actions

    browser = come_in("eli", cleo)
    with inside(acme):
        actions.assign(question, None, by=sam)
    assert is_over(browser, "not theirs to see any more")


def test_it_ends_with_the_console_session(agreed, client_for, question, cleo, visitor):
    from tests.visits.conftest import hand_over

    agreed("act")
    sam, browser = client_for("sam"), visitor("acme")
    said = {"person": cleo.id, "mode": "read", "reason": WHY, "do": "begin"}
    hand_over(browser, code_of(sam.post(f"/admin/tickets/{question.index_id}/view-as", said)))
    assert browser.get("/requests").status_code == 200
    sam.post("/logout")
    assert is_over(browser, "signed out of the console")


@pytest.mark.parametrize("changed", [{"is_active": False}, {"role": "manager"}])
def test_it_ends_when_the_person_may_not_be_visited_as_any_more(come_in, cleo, acme, inside, changed):
    from shared_apps.accounts.models import User

    browser = come_in("sam", cleo)
    with inside(acme):
        User.objects.filter(pk=cleo.id).update(**changed)
    assert is_over(browser, "account or role changed")


@pytest.mark.parametrize("asked_meanwhile", [True, False])
def test_it_ends_when_the_company_is_suspended_even_for_a_moment(come_in, cleo, outside, omar, asked_meanwhile):
    from tenants import routing
    from tenants.life import actions
    from tenants.models import Company

    browser = come_in("sam", cleo)
    for verb in (actions.suspend, actions.resume):
        with outside():
            verb(Company.objects.get(slug="acme"), by=omar)
        routing.forget()
        if asked_meanwhile and verb is actions.suspend:
            assert browser.get("/requests").status_code == 503
    assert browser.get("/requests").status_code == (302 if asked_meanwhile else 410)


def test_it_ends_when_the_generation_rises(come_in, cleo, database):
    from tenants import routing

    browser = come_in("sam", cleo)
    database.connection.execute("UPDATE public.tenants_company SET generation = generation + 1 WHERE slug = 'acme'")
    routing.forget()
    assert browser.get("/requests").status_code == 302


def test_an_ended_visit_never_runs_again(come_in, cleo, visits, settings, visitor):
    browser = come_in("sam", cleo)
    key = browser.cookies[settings.VISIT_COOKIE_NAME].value
    browser.post("/visit/leave")
    browser.cookies[settings.VISIT_COOKIE_NAME] = key
    assert browser.get("/requests").status_code in {302, 410}
    assert visits()[0].why == "left"
