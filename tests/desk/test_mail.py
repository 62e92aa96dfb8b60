"""Mail as it came: held mail is looked at and decided about, and what went to the wrong place is put right."""

import re
from html import unescape

import pytest
from django.db import connection

from tests.mailroom.conftest import bring, reply_to  # noqa: F401 (the fixtures)
from tests.mailroom.letters import CLEO, STRANGER, letter

LIST = {"List_Id": "<news.example>"}
HTML = "Content-Type: text/html; charset=utf-8"


def html_of(page):
    return page.content.decode()


@pytest.fixture
def again(acme, inside):
    """`again(mail)` = the row after the worker has dealt with it once more."""
    from portico import tasks
    from tenant_apps.mailroom.models import Incoming

    def dealt_with(mail):
        tasks.ingest_inbound_email(acme.id, acme.generation, mail.pk.hex)
        with inside(acme):
            return Incoming.objects.get(pk=mail.pk)

    return dealt_with


def test_ada_lets_a_held_mail_in(client_for, bring, again):  # noqa: F811
    mail, ada = bring(letter(STRANGER, subject="Lamps of May", text="Buy some.", **LIST)), client_for("ada")
    page = html_of(ada.get("/manager/mail"))
    assert "Lamps of May" in page
    assert "mailing list" in page
    assert "Buy some." in html_of(ada.get(f"/manager/mail/{mail.pk}"))

    ada.post(f"/manager/mail/{mail.pk}/do", {"do": "release"})
    assert (again(mail).state, "Lamps of May" in html_of(ada.get("/manager/mail"))) == ("filed", False)


def held_beside(page):
    """What the sidebar says beside "Held mail"; nothing for who does not see it."""
    found = re.search(r'id="view-mail".*?</a>', html_of(page), re.S)
    return re.findall(r'class="count">([^<]*)<', found[0]) if found else None


def test_managers_see_in_the_inbox_how_many_wait(client_for, bring, again):  # noqa: F811
    ada = client_for("ada")
    assert held_beside(ada.get("/manager/inbox")) == []
    mail, _ = bring(letter(STRANGER, **LIST)), bring(letter(STRANGER, subject="Another", **LIST))
    assert held_beside(ada.get("/manager/inbox?view=open")) == ["2"]
    assert held_beside(client_for("ben").get("/manager/inbox")) is None

    ada.post(f"/manager/mail/{mail.pk}/do", {"do": "release"})
    request = again(mail).ticket_id
    assert held_beside(ada.get(f"/manager/inbox/{request}")) == ["1"]


def test_a_flood_of_held_mail_is_not_counted_to_its_end(acme, inside, client_for, statements):
    from tenant_apps.mailroom.models import Incoming

    with inside(acme):
        Incoming.objects.bulk_create(
            Incoming(key=f"flood{place}", via="smtp", kept_as="x", size=1, state="held") for place in range(120)
        )
    ada = client_for("ada")
    connection.connection.prepared.let_go()  # what is kept ready is asked for by a name
    with statements() as sent:
        page = ada.get("/manager/inbox")
    assert held_beside(page) == ["99+"]
    assert sum("mailroom_incoming" in one["sql"] for one in sent.captured_queries) == 1


def test_a_held_mail_goes_into_the_request_that_is_named(client_for, bring, again, wish):  # noqa: F811
    mail, asked = bring(letter(STRANGER, **LIST)), wish()
    client_for("ada").post(f"/manager/mail/{mail.pk}/do", {"do": "release", "number": asked.number})
    assert again(mail).ticket_id == asked.pk


def test_deleting_is_undone_from_the_notice(client_for, bring, again):  # noqa: F811
    mail, ada = bring(letter(STRANGER, **LIST)), client_for("ada")
    page = ada.post(f"/manager/mail/{mail.pk}/do", {"do": "delete"}, follow=True)
    assert f"/manager/mail/{mail.pk}/undo" in html_of(page)
    assert str(mail.pk) in html_of(ada.get("/manager/mail?show=deleted"))
    ada.post(f"/manager/mail/{mail.pk}/undo")
    assert str(mail.pk) in html_of(ada.get("/manager/mail"))


def test_a_sender_is_kept_out_and_let_in_again(client_for, bring):  # noqa: F811
    mail, ada = bring(letter(STRANGER, **LIST)), client_for("ada")
    page = html_of(ada.post(f"/manager/mail/{mail.pk}/do", {"do": "block"}, follow=True))
    assert bring(letter(STRANGER)).why["why"] == "blocked"
    undo = page[page.index("/manager/settings/undo/") :].partition('"')[0]
    ada.post(undo)
    assert bring(letter(STRANGER)).state == "filed"


def test_why_it_landed_there_is_shown_beside_the_message(client_for, bring, wish, reply_to):  # noqa: F811
    asked = wish()
    mail = bring(letter(to=reply_to(asked, CLEO)), reply_to(asked, CLEO))
    page = html_of(client_for("ben").get(f"/manager/inbox/{asked.pk}/said?message={mail.said_id}"))
    assert "Why this mail landed here" in page
    assert "reply address that its sender was given" in page


def test_the_way_to_why_stands_below_each_message_that_came_by_mail(client_for, bring, wish, reply_to):  # noqa: F811
    asked, ben = wish(), client_for("ben")
    mail = bring(letter(to=reply_to(asked, CLEO)), reply_to(asked, CLEO))
    ways = re.findall(
        r'<a href="([^"]*)"[^>]*aria-label="Why this mail landed here"', html_of(ben.get(f"/manager/inbox/{asked.pk}"))
    )
    assert [one.split("&amp;")[0] for one in ways] == [f"/manager/inbox/{asked.pk}/said?message={mail.said_id}"]
    way = unescape(ways[0])
    part, page = html_of(ben.get(way, headers={"HX-Request": "true"})), html_of(ben.get(way))
    assert "reply address that its sender was given" in part
    assert "Split off" not in part
    assert 'id="why"' in page


def test_why_of_a_message_whose_mail_is_gone(client_for, bring, wish, inside, acme):  # noqa: F811
    from tenant_apps.mailroom.models import Incoming

    mail = bring(letter(CLEO))
    with inside(acme):
        Incoming.objects.filter(pk=mail.pk).delete()
    way = f"/manager/inbox/{mail.ticket_id}/said?message={mail.said_id}&show=why"
    assert "Nothing is kept of the mail" in html_of(client_for("ben").get(way, headers={"HX-Request": "true"}))


def test_a_mail_in_the_wrong_request_is_moved_and_moved_back(client_for, bring, again, wish, reply_to):  # noqa: F811
    asked, other, ada = wish(), wish(subject="Another"), client_for("ada")
    raw = letter(to=reply_to(asked, CLEO), text="For the other one")
    mail = bring(raw, reply_to(asked, CLEO))
    here, there = (f"/manager/inbox/{one.pk}" for one in (asked, other))

    ada.post(f"/manager/mail/{mail.pk}/do", {"do": "move", "number": other.number})
    assert again(mail).ticket_id == other.pk
    assert ["For the other one" in html_of(ada.get(one)) for one in (here, there)] == [False, True]
    ada.post(f"/manager/mail/{mail.pk}/undo")
    assert ["For the other one" in html_of(ada.get(one)) for one in (here, there)] == [True, False]


def test_who_got_a_copy_waits_until_somebody_lets_them_in(client_for, bring, inside, acme):  # noqa: F811
    from tenant_apps.tickets.models import Ticket

    mail, ada = bring(letter(STRANGER, Cc="Bo <bo@elsewhere.example>")), client_for("ada")
    assert "bo@elsewhere.example" in html_of(ada.get(f"/manager/mail/{mail.pk}"))
    with inside(acme):
        assert Ticket.objects.get(pk=mail.ticket_id).cc == []
    ada.post(f"/manager/mail/{mail.pk}/do", {"do": "let_in", "email": "bo@elsewhere.example"})
    with inside(acme):
        assert Ticket.objects.get(pk=mail.ticket_id).cc == [{"name": "Bo", "email": "bo@elsewhere.example"}]


def test_the_look_is_caged_and_the_original_is_a_download(client_for, bring):  # noqa: F811
    raw = f"From: {STRANGER}\n{HTML}\n\n<p>Hi<script>x()</script><img src='http://spy.example/x.png'></p>".encode()
    mail, ada = bring(raw), client_for("ada")
    look = ada.get(f"/manager/mail/{mail.pk}/look")
    assert ("sandbox" in look["Content-Security-Policy"], "spy.example" in html_of(look)) == (True, False)
    assert "frame-src 'self'" in ada.get(f"/manager/mail/{mail.pk}")["Content-Security-Policy"]
    eml = ada.get(f"/manager/mail/{mail.pk}/original.eml")
    assert eml["Content-Disposition"].startswith("attachment")
    assert b"".join(eml.streaming_content) == raw


@pytest.mark.parametrize("path", ["", "/look", "/original.eml"])
def test_of_held_mail_agents_and_customers_see_nothing(client_for, bring, path):  # noqa: F811
    mail = bring(letter(STRANGER, **LIST))
    for who in ("ben", "cleo", "bo"):
        assert client_for(who).get(f"/manager/mail/{mail.pk}{path}").status_code == 404
    assert client_for("ben").get("/manager/mail").status_code == 404
    assert client_for("ben").post(f"/manager/mail/{mail.pk}/do", {"do": "release"}).status_code == 404
