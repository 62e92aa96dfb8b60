"""In a visit one sees what the person sees, changes nothing by it, and finds the rest closed."""

import pytest

CLOSED = ["/manager/settings/", "/manager/audit", "/manager/staff-access", "/login", "/api/docs", "/welcome/x"]
CLOSED += ["/manager/inbox/export.csv", "/manager/inbox/bulk", "/manager/inbox/columns", "/api/v1/support/tickets"]
CLOSED += ["/manager/settings/people", "/manager/deleted"]


def test_the_page_says_who_as_whom_why_and_until_when(come_in, cleo, question):
    page = come_in("sam", cleo).get("/requests")
    text = page.content.decode()

    for words in (
        "Sam Oduya as Cleo Marsh",
        "Read only",
        question.number,
        "min left",
        "Leave",
        "cannot find their own",
    ):
        assert words in text
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert 'name="live"' not in text, "no socket: it would be the browser's own person's"


def test_one_sees_what_the_person_sees_and_no_more(come_in, cleo, olga, wish):
    own, hidden = wish(), wish(by=olga, subject="The secret of Olga")
    browser = come_in("sam", cleo)

    assert browser.get(f"/requests/{own.pk}").status_code == 200
    assert browser.get(f"/requests/{hidden.pk}").status_code == 404
    assert browser.get("/manager/inbox").status_code in {302, 404}


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_part_of_a_visit_is_closed(come_in, ben, path):
    assert come_in("sam", ben, "act").get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/logout", "/login", "/files/upload", "/manager/inbox/bulk", "/manager/inbox/columns"]
)
@pytest.mark.parametrize("mode", ["read", "act"])
def test_what_is_not_part_of_a_visit_takes_nothing(come_in, ben, path, mode):
    assert come_in("sam", ben, mode).post(path, {"email": "a@b.example"}).status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_does_anything(come_in, cleo, wish, method):
    assert getattr(come_in("sam", cleo, "act"), method)(f"/requests/{wish().pk}").status_code == 403


def test_whoever_only_looks_sends_nothing_and_is_told_how_to(come_in, cleo, wish, acme, inside):
    from tenant_apps.tickets.models import Message

    ticket, browser = wish(), come_in("sam", cleo)
    page = browser.post(f"/requests/{ticket.pk}/reply", {"body": "In her name."})
    part = browser.post(f"/requests/{ticket.pk}/reply", {"body": "In her name."}, headers={"HX-Request": "true"})

    assert (page.status_code, part.status_code) == (403, 403)
    assert "You are only looking" in page.content.decode()
    assert part["HX-Retarget"] == "#notices"
    with inside(acme):
        assert Message.objects.filter(ticket=ticket).count() == 1


def snapshot(database, schema):
    """Every row of the company but what tells of visits, sessions and the journal's own work."""
    tables = database.connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT IN"
        " ('visits_visit', 'django_session', 'journal_event', 'journal_seal')",
        [schema],
    ).fetchall()
    return {
        name: sorted(row[0] for row in database.connection.execute(f"SELECT t::text FROM {schema}.{name} t"))
        for (name,) in tables
    }


def test_looking_changes_nothing(come_in, cleo, ben, wish, acme, inside, database, client_for):
    """Nothing is read, seen, typed or kept as that person."""
    from tenant_apps.tickets import actions

    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "Have you tried another bulb?", by=ben)
    home, desk = f"/requests/{ticket.pk}", f"/manager/inbox/{ticket.pk}"
    for person, paths, unheard in (
        (cleo, ["/", "/requests", home, "/requests/new"], [f"{home}/draft"]),
        (ben, ["/manager/inbox", desk, "/manager/board", "/manager/tickets"], [f"{desk}/here", f"{desk}/draft"]),
    ):
        browser = come_in("sam", person, "act")
        before = snapshot(database, acme.schema)
        assert [browser.get(path).status_code for path in paths] == [200] * len(paths)
        assert [browser.post(one, {"body": "A draft", "typing": "1"}).status_code for one in unheard] == [204] * len(
            unheard
        )
        assert snapshot(database, acme.schema) == before
        browser.post("/visit/leave")


def test_the_person_notices_nothing_in_their_own_session(come_in, client_for, cleo, visitor, settings):
    own = client_for("cleo")
    key = own.cookies[settings.SESSION_COOKIE_NAME].value
    browser = come_in("sam", cleo, browser=own)

    assert "Sam Oduya as Cleo Marsh" in browser.get("/requests").content.decode()
    assert browser.post("/visit/leave").status_code == 200
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value == key
    assert "Sam Oduya" not in browser.get("/requests").content.decode()


def test_the_cookie_of_a_visit_is_no_sign_in_and_a_sign_in_no_visit(come_in, client_for, cleo, visitor, settings):
    key = come_in("sam", cleo).cookies[settings.VISIT_COOKIE_NAME].value
    thief, other = visitor("acme"), visitor("borealis")
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    other.cookies[settings.VISIT_COOKIE_NAME] = key
    assert [one.get("/requests").status_code for one in (thief, other)] == [302, 302]

    signed_in = client_for("cleo").cookies[settings.SESSION_COOKIE_NAME].value
    swapped = visitor("acme")
    for value in (signed_in, "x", "../..", "x" * 5_000):
        swapped.cookies[settings.VISIT_COOKIE_NAME] = value
        assert swapped.get("/requests").status_code == 302


def test_a_visit_opens_no_socket(come_in, cleo, settings, acme, inside):
    from portico import asks

    key = come_in("sam", cleo).cookies[settings.VISIT_COOKIE_NAME].value
    with inside(acme):
        assert asks.actor_of_session(key) is None


def test_a_programs_key_is_no_business_of_a_visit(come_in, cleo, token_for, settings):
    browser = come_in("sam", cleo)
    answer = browser.get("/api/v1/support/tickets", headers={"Authorization": f"Bearer {token_for('ada')}"})
    assert answer.status_code == 200
    assert browser.get("/requests").status_code == 200


def test_every_page_is_noted_without_what_stands_behind_it(come_in, cleo, wish, visits):
    ticket, browser = wish(), come_in("sam", cleo)
    browser.get("/requests?q=a+secret")
    browser.get(f"/requests/{ticket.pk}")
    browser.get(f"/requests/{ticket.pk}")
    browser.get("/welcome/a-secret-code")
    browser.post(f"/requests/{ticket.pk}/reply", {"body": "No"})
    browser.get("/nothing/of/ours")

    pages = {place: times for place, (times, *_) in visits()[0].pages.items()}
    assert pages == {
        "/requests": 1,
        f"/requests/{ticket.pk}": 2,
        "/welcome/<str:code>": 1,
        f"POST /requests/{ticket.pk}/reply": 1,
        "an address that leads nowhere": 1,
    }


def test_the_list_of_pages_does_not_grow_without_end(come_in, cleo, visits, monkeypatch):
    from portico.ids import uuid7
    from tenant_apps.visits import finding

    monkeypatch.setattr(finding, "MOST_PAGES", 3)
    browser = come_in("sam", cleo)
    for _ in range(5):
        browser.get(f"/requests/{uuid7()}")
    assert len(visits()[0].pages) == 4
    assert visits()[0].pages["and others"][0] == 2
