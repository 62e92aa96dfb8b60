"""One reply to several requests: who gets it, what each reads, one undo, and nothing twice."""

import re
from datetime import timedelta

import pytest

from portico import clock
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions

PLACE = "/manager/inbox/bulk/reply"
HELLO = "Dear {{ first_name }}, {{ number }} is done."


def send(client, tickets, step="send", **more):
    words = {"ticket": [str(one.pk) for one in tickets], "step": step, "key": "once", "body": HELLO, "mode": "reply"}
    return client.post(PLACE, words | more, follow=True)


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def undo(client, page):
    form = page.content.decode()
    said, name = (re.search(f'name="{one}" value="([^"]+)"', form)[1] for one in ("said", "undo"))
    return client.post(PLACE, {"undo": name, "said": said}, follow=True)


@pytest.fixture
def closed(wish, inside, acme, ada):
    """A request that takes no reply any more."""
    ticket = wish(subject="Long over")
    with inside(acme):
        return actions.change_status(ticket, "closed", by=ada)


def test_each_gets_its_own_words_through_the_ordinary_reply(client_for, wish, now, said_in, inside, acme):
    one, two = wish(), wish()
    page = send(client_for("ada"), [one, two])

    assert "Your reply goes to 2 requests." in text_of(page)
    for ticket in (one, two):
        message = said_in(ticket)[-1]
        assert message.body == f"Dear Cleo, {ticket.number} is done."
        assert message.is_held()
        assert (now(ticket).unread_by_customer, now(ticket).unread_by_agent) == (1, 0)
    with inside(acme):
        assert Event.objects.filter(verb="ticket.message.create", actor_label="Ada Lind").count() == 2


def test_the_first_page_names_who_cannot_get_it(client_for, wish, taken, closed, inside, acme, ada):
    gets, merged = wish(), wish(subject="Twice the same")
    with inside(acme):
        actions.merge(merged, gets, by=ada)
    hidden = taken(wish(subject="Ada works on this"), ada)
    chosen = {"ticket": [str(one.pk) for one in (gets, merged, closed, hidden)]}

    page = text_of(client_for("ben").post(PLACE, chosen))

    assert "Who gets it: 1" in page
    assert "Without it: 3" in page
    assert f"{merged.number} Twice the same This was merged into another request." in page
    assert f"{closed.number} Long over This ticket is closed" in page
    assert "One is not there for you any more." in page
    assert "Ada works on this" not in page


def test_the_look_before_shows_each_ones_words_and_sends_nothing(client_for, wish, closed, said_in):
    one, two = wish(), wish()
    page = text_of(send(client_for("ada"), [one, two, closed], "check"))
    assert "2 requests get this reply." in page
    assert "Send to 2" in page
    for ticket in (one, two):
        assert f"Dear Cleo, {ticket.number} is done." in page
        assert len(said_in(ticket)) == 1


def test_a_note_stands_in_closed_ones_too_and_only_agents_see_it(client_for, closed, wish, said_in, cleo, inside, acme):
    one = wish()
    page = send(client_for("ada"), [one, closed], mode="note", body="Ask {{ requester }} about the series. @ben")
    assert "Your note stands in 2 requests." in text_of(page)
    for ticket in (one, closed):
        assert said_in(ticket)[-1].is_internal
        assert said_in(ticket)[-1].body == "Ask Cleo Marsh about the series. @ben"
        assert len(said_in(ticket)[-1].mentions) == 1


def test_what_fails_is_named_with_its_reason_and_the_others_get_it(client_for, wish, closed, said_in):
    gets = wish()
    page = text_of(send(client_for("ada"), [closed, gets]))
    assert "Your reply goes to 1 request." in page
    assert f"Not sent to 1: {closed.number}: This ticket is closed and takes no replies." in page
    assert (len(said_in(gets)), len(said_in(closed))) == (2, 1)


def test_one_undo_takes_all_of_it_back_and_brings_the_words_again(client_for, wish, now, said_in):
    ada, tickets = client_for("ada"), [wish(), wish()]
    page = send(ada, tickets, solve="on")
    assert {now(one).status for one in tickets} == {"resolved"}
    assert len({said_in(one)[-1].sends_at for one in tickets}) == 1

    page = undo(ada, page)

    assert "Taken back from 2 requests. Your words are here again." in text_of(page)
    assert "Dear {{ first_name }}, {{ number }} is done." in text_of(page)
    assert 'name="solve" value="on" checked' in page.content.decode()
    assert {now(one).status for one in tickets} == {"new"}
    assert all(said_in(one)[-1].withdrawn_at for one in tickets)


def test_a_second_click_on_the_undo_brings_the_words_all_the_same(client_for, wish, said_in):
    ada, ticket = client_for("ada"), wish()
    page = send(ada, [ticket])
    undo(ada, page)

    page = text_of(undo(ada, page))

    assert "Taken back already. Your words are here again." in page
    assert "Dear {{ first_name }}, {{ number }} is done." in page
    assert said_in(ticket)[-1].withdrawn_at


def test_who_goes_back_after_the_undo_is_not_told_that_it_was_sent(client_for, wish, said_in):
    ada, ticket = client_for("ada"), wish()
    undo(ada, send(ada, [ticket]))

    page = text_of(send(ada, [ticket]))

    assert "Your reply goes to" not in page
    assert "This was sent and taken back, and is not sent again." in page
    assert len(said_in(ticket)) == 2


def test_after_ten_seconds_it_is_too_late(client_for, wish, said_in):
    ada, ticket = client_for("ada"), wish()
    with clock.at(clock.now() - timedelta(seconds=11)):
        page = send(ada, [ticket])
    assert "This has been sent and cannot be taken back." in text_of(undo(ada, page))
    assert said_in(ticket)[-1].withdrawn_at is None


def test_what_happened_since_keeps_its_status_but_the_words_come_back(
    client_for, wish, now, said_in, inside, acme, ada
):
    client, ticket = client_for("ada"), wish()
    page = send(client, [ticket], solve="on")
    with inside(acme):
        actions.change_status(ticket, "open", by=ada)

    assert "Taken back, but it stays as it is." in text_of(undo(client, page))
    assert said_in(ticket)[-1].withdrawn_at
    assert now(ticket).status == "open"


def test_a_form_that_is_sent_twice_sends_once_and_says_the_same(client_for, wish, closed, said_in):
    ada, ticket = client_for("ada"), wish()
    first, second = (send(ada, [ticket, closed]) for _ in range(2))
    assert len(said_in(ticket)) == 2
    assert first.redirect_chain == second.redirect_chain
    for page in (first, second):
        assert f"Not sent to 1: {closed.number}" in text_of(page)
    send(ada, [ticket], body="Another one.")
    assert len(said_in(ticket)) == 3


def test_solving_asks_for_the_right_that_it_always_asks_for(client_for, wish, taken, now, said_in, ben):
    free, mine = wish(), taken(wish(), ben)
    page = text_of(send(client_for("ben"), [free, mine], "check", solve="on"))
    assert "1 request gets this reply, and is set to solved." in page
    assert f"{free.number} The lamp flickers Nobody has this request yet." in page

    send(client_for("ben"), [free, mine], solve="on")
    assert (now(free).status, now(mine).status) == ("new", "resolved")
    assert len(said_in(free)) == 1  # neither half of it


def test_solving_an_incident_solves_what_stands_under_it(client_for, wish, now, inside, acme, ada):
    incident, child = wish(), wish()
    with inside(acme):
        incident = actions.make_incident(incident, True, by=ada)
        actions.place_under(child, incident, by=ada)
    page = send(client_for("ada"), [incident], solve="on")
    assert now(child).status == "resolved"

    undo(client_for("ada"), page)
    assert (now(incident).status, now(child).status) == ("new", "new")


@pytest.mark.parametrize(
    ("body", "words"), [("", "Please write something."), ("Dear {{ nobody }}", "There is no {{ nobody }}.")]
)
def test_what_cannot_be_sent_is_said_beside_the_words(client_for, wish, said_in, body, words):
    ticket = wish()
    page = send(client_for("ada"), [ticket], body=body)
    assert page.status_code == 422
    assert words in text_of(page).replace("&quot;", '"')
    assert len(said_in(ticket)) == 1


def test_saved_replies_come_behind_what_was_typed_with_their_variables(client_for, wish, inside, acme, ada):
    with inside(acme):
        recipe, _ = actions.add_recipe("reply", "Thanks", {"text": "Thank you, {{ first_name }}."}, by=ada)
    more = {"insert": str(recipe.pk), "body": "It is done.", "solve": "on"}
    page = send(client_for("ada"), [wish()], **more).content.decode()
    assert "It is done.\n\nThank you, {{ first_name }}.</textarea>" in page
    assert 'name="solve" value="on" checked' in page


def test_nothing_chosen_and_strange_keys_lead_nowhere(client_for, wish):
    ada = client_for("ada")
    assert "Choose the requests first" in text_of(ada.post(PLACE, {"step": "send"}, follow=True))
    assert ada.post(PLACE, {"ticket": "nonsense"}).status_code == 404
    assert ada.get(PLACE)["Location"] == "/manager/inbox"
    assert client_for("cleo").post(PLACE, {"ticket": str(wish().pk)})["Location"] == "/"


def test_at_most_as_many_as_the_bar_takes(client_for, wish, said_in, monkeypatch):
    from tenant_apps.desk.inbox import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    tickets = [wish() for _ in range(3)]
    assert "2 at once are the most" in text_of(send(client_for("ada"), tickets))
    assert [len(said_in(one)) for one in tickets] == [2, 2, 1]


def test_a_page_costs_the_same_for_many_and_each_reply_what_a_reply_costs(client_for, wish, statements):
    ada, costs = client_for("ada"), {}
    tickets = [wish() for _ in range(6)]
    for step in ("check", "send"):
        for some in (tickets[:1], tickets[:2], tickets):  # the first page of all finds nothing kept
            with statements() as sent:
                ada.post(
                    PLACE, {"ticket": [str(one.pk) for one in some], "step": step, "body": "Hello", "mode": "reply"}
                )
            costs[step, len(some)] = len(sent.captured_queries)
    assert costs["check", 2] == costs["check", 6] <= 12, costs
    assert (costs["send", 6] - costs["send", 2]) / 4 <= 15, costs
