"""The workspace: list, new request, conversation and reply, as forms without JavaScript."""

import re

import pytest

from portico.ids import uuid7


def key_of(page):
    """The form key that a page carries."""
    return re.search(r'name="key" value="(\w+)"', page.content.decode())[1]


def test_the_empty_list_says_how_to_begin(client_for):
    page = client_for("ada").get("/manager/tickets")

    assert page.status_code == 200
    assert "Nothing asked yet" in page.content.decode()
    assert "/manager/tickets/new" in page.content.decode()


def test_a_request_is_asked_and_stands_in_the_list(client_for):
    ada = client_for("ada")
    typed = {"subject": "website", "sub_subject": "contact", "description": "It does not send <b>."}

    sent = ada.post("/manager/tickets/new", typed | {"key": key_of(ada.get("/manager/tickets/new"))}, follow=True)

    assert "It does not send &lt;b&gt;." in sent.content.decode()
    assert "Website: contact" in ada.get("/manager/tickets").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("urgency", "now", "not one of the available choices"),
        ("subject", "", "Please choose a topic."),
        ("subject", "weather", "not one of the available choices"),
        ("description", "   ", "Please write something."),
        ("description", "x" * 20_001, "at most 20,000 fit"),
        ("description", "nul \x00", "Null characters are not allowed"),
        ("sub_subject", "x" * 201, "at most 200 fit"),
    ],
)
def test_a_refused_request_keeps_what_was_typed(client_for, acme, inside, field, value, says):
    from tenant_apps.tickets.models import Ticket

    typed = {"subject": "website", "sub_subject": "kept part", "description": "kept words"} | {field: value}

    page = client_for("ada").post("/manager/tickets/new", typed).content.decode()

    assert says in page
    assert "kept part" in page or field == "sub_subject"
    assert "kept words" in page or field == "description"
    with inside(acme):
        assert not Ticket.objects.exists()


@pytest.mark.parametrize("words", ["مرحبا بكم", "👩‍🚒 fire", "a<script>b", "x" * 20_000, "{{ 7 }}"])
def test_any_writing_is_kept_as_it_is(client_for, acme, inside, words):
    from tenant_apps.tickets.models import Message

    sent = client_for("ada").post("/manager/tickets/new", {"subject": "other", "description": words}, follow=True)

    assert sent.status_code == 200
    assert "<script>b" not in sent.content.decode()
    with inside(acme):
        assert Message.objects.get().body == words


@pytest.mark.parametrize(("said", "kept"), [({"urgency": "critical"}, "critical"), ({}, "medium")])
def test_how_urgent_it_is_goes_along(client_for, acme, inside, said, kept):
    from tenant_apps.tickets.models import Ticket

    client_for("ada").post("/manager/tickets/new", {"subject": "other", "description": "Down."} | said)

    with inside(acme):
        assert Ticket.objects.get().urgency == kept


def test_a_form_sent_twice_asks_once(client_for, acme, inside):
    from tenant_apps.tickets.models import Ticket

    ada = client_for("ada")
    typed = {"subject": "email", "description": "Once, please.", "key": key_of(ada.get("/manager/tickets/new"))}

    first, second = (ada.post("/manager/tickets/new", typed) for _ in range(2))

    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    with inside(acme):
        assert Ticket.objects.count() == 1


def test_a_reply_sent_twice_is_said_once_and_other_words_are_said_too(client_for, asked, acme, inside):
    ticket, ada = asked(), client_for("ada")
    address = f"/manager/tickets/{ticket.pk}"
    key = key_of(ada.get(address))

    for words in ("One more thing", "One more thing", "And another"):
        assert ada.post(f"{address}/reply", {"body": words, "key": key}).status_code == 302

    with inside(acme):
        said = list(ticket.messages.order_by("created_at").values_list("body", flat=True))
    assert said[1:] == ["One more thing", "And another"]


def test_an_empty_reply_is_refused_beside_the_field(client_for, asked):
    page = client_for("ada").post(f"/manager/tickets/{asked().pk}/reply", {"body": " "})

    assert page.status_code == 422
    assert "Please write something." in page.content.decode()


def test_a_reply_that_is_too_long_keeps_its_words(client_for, asked):
    page = client_for("ada").post(f"/manager/tickets/{asked().pk}/reply", {"body": "long " * 4_001})

    assert page.status_code == 422
    assert "at most 20,000 fit" in page.content.decode()
    assert "long long" in page.content.decode()


def test_a_closed_request_refuses_in_words_and_keeps_the_text(client_for, asked, acme, inside, sam):
    from tenant_apps.tickets import actions

    ticket, ada = asked(), client_for("ada")
    with inside(acme):
        actions.change_status(ticket, "closed", by=sam)

    page = ada.post(f"/manager/tickets/{ticket.pk}/reply", {"body": "Still broken"})

    assert page.status_code == 409
    assert "Your reply was not sent." in page.content.decode()
    assert "Still broken" in page.content.decode()
    assert 'id="composer"' not in page.content.decode()


def test_ask_again_opens_the_form_with_topic_number_and_words(client_for, asked):
    ticket = asked(sub_subject="own domain")
    address = f"/manager/tickets/new?after={ticket.pk}"

    link = client_for("ada").get(address).content.decode()
    page = client_for("ada").post(address, {"draft": "1", "body": "Still broken"}).content.decode()

    assert f"Following up on {ticket.number}." in link
    assert 'value="own domain"' in page
    assert '<option value="website" selected>' in page
    assert "Still broken" in page


def test_htmx_gets_the_talk_alone_and_a_fresh_composer(client_for, asked):
    ticket = asked()
    answer = client_for("ada").post(
        f"/manager/tickets/{ticket.pk}/reply", {"body": "By htmx"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<section class="panel" id="talk"')
    assert "By htmx" in page
    assert "data-reply data-marks></textarea>" in page
    assert 'id="head" hx-swap-oob="true"' in page
    assert "HX-Request" in answer["Vary"]


def test_events_are_told_in_the_customers_words(client_for, asked, acme, inside, sam):
    from tenant_apps.tickets import actions

    ticket = asked()
    with inside(acme):
        actions.change_status(ticket, "waiting_on_tenant", by=sam)

    page = client_for("ada").get(f"/manager/tickets/{ticket.pk}").content.decode()

    assert "Sam Oduya moved this from Received to Waiting for you" in page


def test_a_dot_marks_news_until_they_are_read(client_for, asked, acme, inside, sam):
    from tenant_apps.tickets import actions

    ticket, ada = asked(), client_for("ada")
    assert "data-unread" not in ada.get("/manager/tickets").content.decode()
    with inside(acme):
        actions.reply(ticket, "We look into it.", by=sam)

    assert "data-unread" in ada.get("/manager/tickets").content.decode()
    ada.get(f"/manager/tickets/{ticket.pk}")
    assert "data-unread" not in ada.get("/manager/tickets").content.decode()
    assert "data-unread" in client_for("olga").get("/manager/tickets").content.decode()


def test_the_list_is_narrowed_by_status_and_counts_the_others(client_for, asked, acme, inside, sam):
    from tenant_apps.tickets import actions

    asked(sub_subject="first")
    with inside(acme):
        actions.change_status(asked(sub_subject="second"), "solved", by=sam)

    page = client_for("ada").get("/manager/tickets?status=solved").content.decode()

    assert "second" in page
    assert "Website: first" not in page
    assert re.search(r"Received <span[^>]*>1</span>", page)


def test_pages_of_the_list_follow_each_other(client_for, asked):
    numbers = {asked(sub_subject=f"number {place}").number for place in range(27)}
    ada = client_for("ada")

    first = ada.get("/manager/tickets").content.decode()
    older = re.search(r'href="([^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    second = ada.get(older).content.decode()

    found = [set(re.findall(r"TICK-\d+-\d+", page)) for page in (first, second)]
    assert [len(one) for one in found] == [25, 2]
    assert found[0] | found[1] == numbers


@pytest.mark.parametrize("name", ["mia", "cleo"])
def test_members_and_customers_are_led_to_the_portal_in_words(client_for, asked, name):
    client = client_for(name)

    for path in ("/manager/tickets", "/manager/tickets/new", f"/manager/tickets/{asked().pk}"):
        page = client.get(path, follow=True)
        assert page.redirect_chain == [("/", 302)]
        assert "managers and agents of Acme" in page.content.decode()


def test_another_companys_request_is_as_missing_as_none(client_for, asked):
    bo = client_for("bo")

    foreign, missing = (bo.get(f"/manager/tickets/{key}") for key in (asked().pk, uuid7()))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert bo.post(f"/manager/tickets/{asked().pk}/reply", {"body": "Hello"}).status_code == 404


def test_nobody_is_sent_to_the_sign_in_and_back(visitor):
    page = visitor("acme").get("/manager/tickets?status=new")

    assert page.status_code == 302
    assert page["Location"] == "/login?next=%2Fmanager%2Ftickets%3Fstatus%3Dnew"


def test_a_cursor_that_is_none_leads_to_the_beginning(client_for):
    assert client_for("ada").get("/manager/tickets?cursor=nonsense")["Location"] == "/manager/tickets"
