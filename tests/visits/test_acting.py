"""In a visit with actions each one is shown first, done once, and written down with both names."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

SAID = "It is the switch, not the lamp."


def fields_of(page):
    """The hidden fields of the page that asks."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.content.decode())
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture
def replies(acme, inside):
    """What was said on a request after its first message."""

    def read(ticket):
        from tenant_apps.tickets.models import Message

        with inside(acme):
            return list(Message.objects.filter(ticket=ticket).order_by("created_at")[1:])

    return read


def test_a_write_is_shown_first_and_done_once(come_in, cleo, wish, replies):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    path = f"/requests/{ticket.pk}/reply"
    asked = browser.post(path, {"body": SAID})

    text = asked.content.decode()
    assert asked.status_code == 200
    assert "Reply to a request as Cleo Marsh?" in text
    assert SAID in text
    assert replies(ticket) == []
    assert browser.post(path, fields_of(asked)).status_code == 302
    assert browser.post(path, fields_of(asked)).status_code == 409
    (said,) = replies(ticket)
    assert (said.body, said.sender_user_id, said.sender_name) == (SAID, cleo.id, "Cleo Marsh, by Sam Oduya of Portico")


def test_both_names_stand_in_the_journal(come_in, cleo, wish, sam, happened, visits, client_for):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    path = f"/requests/{ticket.pk}/reply"
    browser.post(path, fields_of(browser.post(path, {"body": SAID})))

    (event,), (visit,) = happened("ticket.message.create"), visits()
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("staff", sam.id, "Sam Oduya")
    assert (event.acting_for, event.facts["visit"]) == ("Cleo Marsh", str(visit.pk))
    page = client_for("ada").get(f"/manager/staff-access/{visit.pk}").content.decode()
    assert "Sam Oduya as Cleo Marsh replied" in page
    audit = client_for("ada").get("/manager/audit?action=ticket.message.create&acting_for=Cleo+Marsh").content.decode()
    assert "as Cleo Marsh" in audit
    assert "Sam Oduya" in audit


def test_no_row_of_a_visit_is_without_the_one_who_really_acted(come_in, ben, wish, acme, inside, database):
    ticket, browser = wish(), come_in("sam", ben, "act")
    for path, body in (
        (f"/manager/inbox/{ticket.pk}/do", {"do": "assign", "value": str(ben.id)}),
        (f"/manager/inbox/{ticket.pk}/reply", {"body": SAID, "mode": "note"}),
        ("/manager/tickets/new", {"subject": "website", "description": "Asked for Ben."}),
    ):
        browser.post(path, fields_of(browser.post(path, body)))
    rows = database.connection.execute(
        f"SELECT verb, actor_kind, actor_label, acting_for FROM {acme.schema}.journal_event"
        " WHERE acting_for <> '' OR actor_id = %s",
        [ben.id],
    ).fetchall()
    assert {row[0] for row in rows} >= {"ticket.assign", "ticket.message.create", "ticket.create"}
    assert {row[1:] for row in rows} == {("staff", "Sam Oduya", "Ben Ode")}
    audit = database.connection.execute(
        "SELECT actor_label, acting_for FROM public.audit_platformauditlog WHERE verb = 'ticket.create'"
    ).fetchall()
    assert ("Sam Oduya", "Ben Ode") in audit


def test_a_confirmation_is_for_these_words_at_this_address(come_in, cleo, wish, replies):
    one, other, browser = wish(), wish(subject="Another"), come_in("sam", cleo, "act")
    asked = fields_of(browser.post(f"/requests/{one.pk}/reply", {"body": SAID}))

    assert browser.post(f"/requests/{one.pk}/reply", asked | {"body": "Something else"}).status_code == 409
    assert browser.post(f"/requests/{other.pk}/reply", asked).status_code == 409
    assert browser.post(f"/requests/{one.pk}/reply", asked | {"visit-confirm": "made-up"}).status_code == 409
    assert replies(one) + replies(other) == []


def test_a_confirmation_of_one_visit_is_none_in_another(come_in, cleo, mia, wish, replies):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    asked = fields_of(browser.post(f"/requests/{ticket.pk}/reply", {"body": SAID}))
    assert come_in("eli", cleo, "act").post(f"/requests/{ticket.pk}/reply", asked).status_code == 409
    assert replies(ticket) == []


def test_forms_of_htmx_are_asked_about_on_the_whole_page(come_in, ben, wish, acme, inside):
    ticket, browser = wish(), come_in("sam", ben, "act")
    path = f"/manager/inbox/{ticket.pk}/do"
    asked = browser.post(path, {"do": "favour", "on": "1"}, headers={"HX-Request": "true"})

    assert (asked.status_code, asked["HX-Retarget"]) == (200, "body")
    assert "Change something about a request as Ben Ode?" in asked.content.decode()
    assert browser.post(path, fields_of(asked)).status_code == 302


def test_a_confirmed_write_still_needs_the_forms_own_proof(come_in, cleo, wish, replies):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    asked = fields_of(browser.post(f"/requests/{ticket.pk}/reply", {"body": SAID}))
    browser.ask_for_form_tokens()
    assert browser.post(f"/requests/{ticket.pk}/reply", asked).status_code == 403
    assert replies(ticket) == []


def test_a_form_of_another_site_does_not_even_ask(come_in, cleo, wish, settings):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    answer = browser.post(
        f"/requests/{ticket.pk}/reply", {"body": SAID}, headers={"Origin": "http://borealis.localhost:8000"}
    )
    assert answer.status_code == 403


def test_files_are_not_sent(come_in, cleo, wish, replies):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    answer = browser.post(
        f"/requests/{ticket.pk}/reply", {"body": SAID, "files": SimpleUploadedFile("a.txt", b"Something")}
    )
    assert answer.status_code == 403
    assert replies(ticket) == []


def test_what_the_person_may_not_the_visitor_may_not(come_in, cleo, olga, wish, acme, inside):
    hidden, browser = wish(by=olga), come_in("sam", cleo, "act")
    assert browser.post(f"/manager/inbox/{hidden.pk}/do", {"do": "favour", "on": "1"}).status_code in {302, 404}
    asked = browser.post(f"/requests/{hidden.pk}/reply", {"body": SAID})
    assert browser.post(f"/requests/{hidden.pk}/reply", fields_of(asked)).status_code == 404


@pytest.mark.parametrize("words", ['"><script>alert(1)</script>', "a\r\nb", "\u202eabc", "x" * 19_000])
def test_hostile_words_are_shown_and_sent_as_they_are(come_in, cleo, wish, replies, words):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    asked = browser.post(f"/requests/{ticket.pk}/reply", {"body": words})
    assert b"<script>alert" not in asked.content
    browser.post(f"/requests/{ticket.pk}/reply", fields_of(asked))
    assert replies(ticket)[0].body.replace("\r\n", "\n").strip() == words.replace("\r\n", "\n").strip()


def test_not_more_than_twenty_wait_to_be_confirmed(come_in, cleo, wish, visits):
    ticket, browser = wish(), come_in("sam", cleo, "act")
    for place in range(25):
        browser.post(f"/requests/{ticket.pk}/reply", {"body": f"{place}"})
    assert len(visits()[0].pending) == 20


def test_a_download_names_both_and_its_link_ends_with_the_visit(come_in, cleo, acme, inside, happened, visitor):
    from tenant_apps.tickets import actions, attachments

    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("a.txt", b"Something"), by=cleo)
        said = {"subject": "A file", "description": "Here.", "desk": "company", "files": [file.pk]}
        actions.open_ticket(**said, by=cleo)
    browser, files = come_in("sam", cleo), visitor("files")
    link = browser.get(f"/files/{file.pk}")["Location"]

    (event,) = happened("attachment.download")
    assert (event.actor_label, event.acting_for) == ("Sam Oduya", "Cleo Marsh")
    path = link.partition("/files.localhost:8000")[2] or "/" + link.rsplit("/", 1)[1]
    assert files.get(path).status_code == 200
    browser.post("/visit/leave")
    assert files.get(path).status_code == 404
