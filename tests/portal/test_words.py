"""Words on the portal: marks and their preview, words that wait for their sending, signs on answers, folded quotes."""

import pytest

from tests.portal.conftest import page_of

HTMX = {"HX-Request": "true"}


def test_a_customer_writes_with_marks(client_for, wish):
    ticket, cleo = wish(), client_for("cleo")
    words = {"body": "It is **still** broken:\n\n1. lamp\n2. `switch`"}
    page = cleo.post(f"/requests/{ticket.pk}/reply", words, follow=True).content.decode()
    assert "It is <strong>still</strong> broken" in page
    assert "<li>lamp</li>" in page
    assert "<code>switch</code>" in page
    assert "<strong>still</strong>" in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()


def test_ones_own_words_are_changed_with_their_marks(client_for, wish, act, cleo):
    ticket = wish()
    said = act("reply", ticket, "It is **still** broken", by=cleo, marked=True)
    path = f"/requests/{ticket.pk}/messages/{said.pk}"
    assert "It is **still** broken</textarea>" in page_of(client_for("cleo"), path)
    page = client_for("cleo").post(path, {"body": "It is *still* broken"}, follow=True).content.decode()
    assert "<em>still</em>" in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_preview_shows_the_look_and_sends_nothing(client_for, wish, headers):
    ticket, cleo = wish(), client_for("cleo")
    answer = cleo.post(f"/requests/{ticket.pk}/reply", {"body": "a **lamp**", "look": "1"}, headers=headers)
    assert answer.status_code == 200
    assert "a <strong>lamp</strong>" in answer.content.decode()
    assert "<strong>lamp" not in page_of(cleo, f"/requests/{ticket.pk}")


HOSTILE = [
    "**a** <script>alert(1)</script>",
    "**a** [x](javascript:alert(1))",
    "**a** <img src=x onerror=alert(1)>",
    "> **a**\n" + ">" * 1000 + " <script>alert(1)</script>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_acts_comes_through(client_for, wish, words):
    ticket, cleo = wish(subject=words[:200], description=words), client_for("cleo")
    cleo.post(f"/requests/{ticket.pk}/reply", {"body": words})
    for page in (
        page_of(cleo, f"/requests/{ticket.pk}"),
        client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode(),
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


def test_a_huge_paste_keeps_its_words_and_is_refused(client_for, wish):
    answer = client_for("cleo").post(f"/requests/{wish().pk}/reply", {"body": "lamp " * 20_000})
    assert answer.status_code == 422
    assert "at most 20,000 fit." in answer.content.decode()
    assert "lamp lamp" in answer.content.decode()


def test_words_wait_on_every_machine_until_they_are_sent(client_for, wish, sees):
    ticket = wish()
    sees("mia", "all")
    kept = client_for("cleo").post(f"/requests/{ticket.pk}/draft", {"body": "Half a th"}, headers=HTMX)
    assert "Draft saved" in kept.content.decode()

    another = client_for("cleo")
    assert ">Half a th</textarea>" in page_of(another, f"/requests/{ticket.pk}")
    assert "Half a th" not in page_of(client_for("mia"), f"/requests/{ticket.pk}")
    assert "Half a th" not in client_for("ada").get(f"/manager/inbox/{ticket.pk}").content.decode()
    another.post(f"/requests/{ticket.pk}/reply", {"body": "Half a thought."})
    assert ">Half a th</textarea>" not in page_of(another, f"/requests/{ticket.pk}")


def test_words_on_their_way_while_the_reply_is_sent_come_too_late(client_for, wish):
    path, cleo, typed = f"/requests/{wish().pk}", client_for("cleo"), {"body": "A thought.", "key": "0123456789abcdef"}
    cleo.post(f"{path}/reply", typed, headers=HTMX)
    late = cleo.post(f"{path}/draft", typed | {"body": "A th"}, headers=HTMX)
    assert "Draft saved" not in late.content.decode()
    assert ">A th</textarea>" not in page_of(cleo, path)


def test_a_sign_on_an_answer_that_came_along_with_a_merged_request(client_for, wish, act, ada, cleo):
    gone, stays = wish(subject="Twice"), wish()
    said = act("reply", gone, "We are on it.", by=ada)
    asked = act("reply", gone, "Thanks!", by=cleo)
    act("merge", gone, stays, by=ada)
    path = f"/requests/{stays.pk}"

    answer = client_for("cleo").post(f"{path}/react", {"on": f"{said.pk}:👍"}, headers=HTMX)

    assert answer.status_code == 200
    assert "👍 1" in answer.content.decode()
    changed = client_for("cleo").post(f"{path}/messages/{asked.pk}", {"body": "Thank you!"}, follow=True)
    assert "Thank you!" in changed.content.decode()


def test_a_draft_of_more_than_fits_is_refused_in_words(client_for, wish):
    answer = client_for("cleo").post(f"/requests/{wish().pk}/draft", {"body": "x" * 100_000}, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#notices")
    assert "at most 80,000 fit" in answer.content.decode()


def test_a_note_that_an_agent_began_does_not_stand_ready_for_the_requester(client_for, wish, act, ben):
    ticket = wish(by=ben)
    act("keep_draft", ticket, "For us alone", by=ben, mode="note")
    assert "For us alone" not in page_of(client_for("ben"), f"/requests/{ticket.pk}")


def test_a_sign_on_an_answer_is_seen_on_both_sides_and_goes_again(client_for, wish, act, ada):
    ticket, cleo = wish(), client_for("cleo")
    said = act("reply", ticket, "A new lamp is on its way.", by=ada)
    path, form = f"/requests/{ticket.pk}/react", {"on": f"{said.pk}:🎉"}

    assert cleo.post(path, form)["Location"] == f"/requests/{ticket.pk}#message-{said.pk}"
    page = page_of(cleo, f"/requests/{ticket.pk}")
    assert "🎉 1" in page
    assert f'value="{said.pk}:🎉" aria-pressed="true"' in page
    assert 'title="Cleo Marsh">🎉 1' in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()

    part = cleo.post(path, form, headers=HTMX).content.decode()
    assert "🎉 1" not in part
    assert 'id="timeline"' in part


def test_only_known_signs_and_only_answers_that_were_told_take_them(client_for, wish, act, ada, cleo, mia):
    ticket, strange = wish(), wish(by=mia)
    answer = act("reply", ticket, "Which lamp?", by=ada)
    mine = act("reply", ticket, "The blue one.", by=cleo)
    note = act("reply", ticket, "Hm.", by=ada, internal=True)
    held = act("reply", ticket, "Wait", by=ada, can_undo=True)
    elsewhere = act("reply", strange, "For Mia", by=ada)
    client, path = client_for("cleo"), f"/requests/{ticket.pk}/react"

    assert client.post(path, {"on": f"{answer.pk}:💣"}).status_code == 422
    assert client.post(path, {"on": "nonsense:👍"}).status_code == 404
    for other in (mine, note, held, elsewhere):
        assert client.post(path, {"on": f"{other.pk}:👍"}).status_code == 404
    assert client.post(f"/requests/{strange.pk}/react", {"on": f"{elsewhere.pk}:👍"}).status_code == 404


def test_quoted_mail_is_folded_for_its_requester_too(client_for, wish, act, ada):
    ticket = wish()
    act("reply", ticket, "Done.\n\nOn Mon, 3 Nov 2025 at 10:12, Cleo <c@x.example> wrote:\n> Please\n> help", by=ada)
    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    own, quoted = page.split('<details class="quoted"><summary>Show quoted text</summary>')
    assert "Done." in own
    assert "help" in quoted.split("</details>")[0]
