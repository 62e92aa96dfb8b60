"""Marks in the composer of the inbox: their look, the preview before sending, and quoted mail that is folded."""

import pytest


@pytest.fixture
def write(client_for):
    """`write("ben", ticket, "Hello")` = what Ben's page answers to his reply."""

    def send(name, ticket, body, *, headers=None, **more):
        words = {"body": body, "mode": "reply"} | more
        return client_for(name).post(f"/manager/inbox/{ticket.pk}/reply", words, headers=headers or {})

    return send


@pytest.fixture
def page_of(client_for):
    return lambda name, ticket: client_for(name).get(f"/manager/inbox/{ticket.pk}").content.decode()


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_what_was_marked_is_drawn_and_what_was_typed_is_kept(write, wish, said_in, page_of, mode):
    ticket = wish()
    write("ben", ticket, "A **new** lamp:\n\n- blue\n- [red](https://lamps.example)", mode=mode)

    message = said_in(ticket)[-1]
    page = page_of("ada", ticket)
    assert message.body.startswith("A **new** lamp:")
    assert "<strong>new</strong> lamp" in page
    assert '<a href="https://lamps.example" rel="noopener noreferrer nofollow">red</a>' in page


def test_a_colleague_is_called_within_marks(write, wish, said_in, ada, page_of):
    ticket = wish()
    write("ben", ticket, "**@Ada** what do you think?", mode="note")
    assert said_in(ticket)[-1].mentions == [ada.id]
    assert '<strong><span class="mention">@Ada</span></strong>' in page_of("ben", ticket)


def test_the_preview_shows_the_look_and_sends_nothing(write, wish, said_in):
    ticket = wish()
    part = write("ben", ticket, "A **new** lamp", look="1", headers={"HX-Request": "true"}).content.decode()
    page = write("ben", ticket, "A **new** lamp", look="1").content.decode()

    assert "A <strong>new</strong> lamp" in part
    assert "<textarea" not in part
    assert "A <strong>new</strong> lamp" in page
    assert ">A **new** lamp</textarea>" in page
    assert len(said_in(ticket)) == 1


@pytest.mark.parametrize("words", ["", "x" * 100_000, "<script>alert(1)</script>", "[x](javascript:alert(1)) **b**"])
def test_the_preview_takes_whatever_is_typed(write, wish, words):
    part = write("ben", wish(), words, look="1", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<script" not in part.content.decode()
    assert 'href="javascript' not in part.content.decode()


def test_a_huge_paste_is_refused_and_stays_in_the_field(write, wish):
    answer = write("ben", wish(), "**x** " * 17_000)
    assert answer.status_code == 422
    assert "characters, at most 20,000 fit." in answer.content.decode()
    assert "**x** **x**" in answer.content.decode()


def test_the_preview_of_what_is_not_there_is_not_found(client_for, wish):
    place = "/manager/inbox/01890000-0000-7000-8000-00000000dead/reply"
    words = {"body": "x", "look": "1"}
    assert client_for("ben").post(place, words, headers={"HX-Request": "true"}).status_code == 404


def test_a_change_is_drawn_with_its_marks(write, wish, said_in, client_for, page_of):
    ticket = wish()
    write("ben", ticket, "A **new** lamp")
    words = {"do": "edit", "message": str(said_in(ticket)[-1].pk), "body": "A *blue* lamp"}
    client_for("ben").post(f"/manager/inbox/{ticket.pk}/said", words)
    assert "<em>blue</em> lamp" in page_of("ben", ticket)


def test_quoted_mail_is_folded_plain_and_rich(wish, inside, acme, cleo, page_of):
    from tenant_apps.tickets import actions

    ticket = wish()
    rich = "<p>Rich thanks</p><blockquote><p>Which <b>lamp</b>?</p><p>Ben</p></blockquote>"
    with inside(acme):
        actions.reply(ticket, "Thanks\n\nAm 3.11.2025 schrieb Ben:\n> Welche Lampe?", by=cleo, channel="email")
        actions.reply(ticket, "", html=rich, by=cleo, channel="email")

    plain, rich = page_of("ben", ticket).split('<details class="quoted">')[1:]
    assert plain.startswith("<summary>Show quoted text</summary>")
    assert "Welche Lampe?" in plain.split("</details>")[0]
    assert "Rich thanks" in plain.split("</details>")[1]
    assert "<b>lamp</b>" in rich.split("</details>")[0]


def test_a_short_answer_above_a_long_quote_is_not_folded_itself(wish, inside, acme, cleo, page_of):
    from tenant_apps.tickets import actions

    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "Short.\n\nOn 3 Nov 2025 Ben wrote:\n" + "> line\n" * 40, by=cleo)
    page = page_of("ben", ticket)
    assert '<details class="fold">' not in page
    assert "<p>Short.</p>" in page


def test_quotes_a_thousand_deep_are_one_fold(wish, inside, acme, cleo, page_of):
    from tenant_apps.tickets import actions

    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "Hi\n" + "\n".join(">" * deep + " x" for deep in range(1, 190)), by=cleo)
        actions.reply(ticket, "Hi\n" + ">" * 1000 + " x\n" + ">" * 1000 + " y", by=cleo, marked=True)
    assert page_of("ben", ticket).count('<details class="quoted">') == 2
