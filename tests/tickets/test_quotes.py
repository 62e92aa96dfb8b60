"""What a message only repeats: mail below its header in many languages, lines behind >, blocks of rich text."""

import time

import pytest

from tenant_apps.tickets import quotes

pytestmark = pytest.mark.no_database

HEADERS = {
    "English": "On Mon, 3 Nov 2025 at 10:12, Ben Ode <ben@acme.example> wrote:",
    "English, in two lines": "On Mon, 3 Nov 2025 at 10:12, Ben Ode, who answers here\n<ben@acme.example> wrote:",
    "German": "Am 03.11.2025 um 10:12 schrieb Ben Ode <ben@acme.example>:",
    "French": "Le lun. 3 nov. 2025 à 10:12, Ben Ode <ben@acme.example> a écrit :",
    "Spanish": "El lun, 3 nov 2025 a las 10:12, Ben (<ben@acme.example>) escribió:",
    "Swedish": "Den mån 3 nov. 2025 kl 10:12 skrev Ben <ben@acme.example>:",
    "Dutch": "Op ma 3 nov 2025 om 10:12 schreef Ben <ben@acme.example>:",
    "Italian": "Il giorno lun 3 nov 2025 alle ore 10:12 Ben <ben@acme.example> ha scritto:",
    "Polish": "pon., 3 lis 2025 o 10:12 Ben <ben@acme.example> napisał(a):",
    "Portuguese": "Em seg., 3 de nov. de 2025 às 10:12, Ben <ben@acme.example> escreveu:",
}
OUTLOOK = {
    "English": "From: Ben Ode <b@acme.example>\nSent: Monday, 3 November 2025 10:12\nTo: Cleo\nSubject: RE: Lamp",
    "German": "Von: Ben Ode <b@acme.example>\nGesendet: Montag, 3. November 2025\nAn: Cleo\nBetreff: AW: Lampe",
    "French": "De : Ben Ode <b@acme.example>\nEnvoyé : lundi 3 novembre 2025\nÀ : Cleo\nObjet : RE: Lampe",
    "a rule": "-----Original Message-----\nFrom: Ben Ode\nSent: Monday\n",
}


def said(parts):
    """What is said, and what is repeated."""
    own = "".join(words for is_quoted, words in parts if not is_quoted)
    return own.strip(), "".join(words for is_quoted, words in parts if is_quoted).strip()


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_mail_below_its_header_is_repeated(header):
    own, quoted = said(quotes.parts_of(f"It works now.\n\n{header}\n\n> Please try again.\n"))
    assert own == "It works now."
    assert quoted == f"{header}\n\n> Please try again."


@pytest.mark.parametrize("header", OUTLOOK.values(), ids=OUTLOOK)
def test_mail_of_outlook_is_repeated(header):
    own, quoted = said(quotes.parts_of(f"It works now.\n\n{header}\n\nPlease try again."))
    assert own == "It works now."
    assert quoted.startswith(header.strip())
    assert quoted.endswith("Please try again.")


def test_an_answer_below_stays_an_answer():
    own, quoted = said(quotes.parts_of("> Which lamp?\n> The blue one?\n\nThe red one.\n\n> Since when?\nMonday."))
    assert own == "The red one.\n\n> Since when?\nMonday."
    assert quoted == "> Which lamp?\n> The blue one?"


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday my boss wrote:\nthis must go.\nWhat now?",
        "Dear team,\nFrom: the beginning\nthere was light.",
        "These do not work: the lamp, the door",
        "Two things: \n- a lamp\n- a door",
        "> One line",
    ],
)
def test_what_somebody_says_themselves_is_not_folded(text):
    assert said(quotes.parts_of(text)) == (text.strip(), "")


def test_nothing_is_lost():
    text = f"Top\n\n{HEADERS['German']}\n> a\n> b\n\nBelow\n> c\n> d\nEnd"
    parts = quotes.parts_of(text)
    assert "".join("".join(words for _, words in parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("html", "own", "quoted"),
    [
        (
            f"<p>Thanks</p><p>{HEADERS['English'].replace('<', '&lt;').replace('>', '&gt;')}</p>"
            "<blockquote><p>Try <b>again</b></p></blockquote>",
            "<p>Thanks</p>",
            "Try <b>again</b>",
        ),
        (
            "<p>Danke</p><p><b>Von:</b> Ben<br><b>Gesendet:</b> Montag<br><b>An:</b> Cleo</p><p>Bitte</p>",
            "<p>Danke</p>",
            "Bitte",
        ),
        ("<p>Hi</p><blockquote><p>One</p><p>two</p></blockquote><p>Yes</p>", "<p>Hi</p><p>Yes</p>", "two"),
        (
            "<p>Grazie</p><p>Il 3 nov 2025 Ben ha scritto:</p><blockquote><p>Ciao</p></blockquote>",
            "<p>Grazie</p>",
            "ha scritto:</p><blockquote><p>Ciao",
        ),
        ("<p>Hi</p><blockquote>One</blockquote>Yes", "<p>Hi</p><blockquote>One</blockquote>Yes", ""),
    ],
    ids=["header", "outlook", "block", "block below its header", "a remark"],
)
def test_rich_text_is_taken_apart_alike(html, own, quoted):
    found = said(quotes.parts_of_html(html))
    assert found[0] == own
    assert quoted in found[1]
    assert bool(found[1]) is bool(quoted)


HOSTILE = {
    "deep": "Hi\n" + "\n".join(">" * 1000 + " x" for _ in range(19)),
    "headers": "a\nFrom: a\n" * 2000,
    "begun headers": "a\n" + "On " * 6500,
    "interleaved": "> a\n> b\nx\n" * 2000,
    "digits": "1" * 19_000 + "\n> a\n> b",
}
HOSTILE_HTML = {
    "deep": "<p>Hi</p>" + "<blockquote>" * 1000 + "x<br>y<br>z" + "</blockquote>" * 1000,
    "unbalanced": "<p>a 1:</p>" + "</blockquote>" * 3000 + "<blockquote>" * 3000,
    "colons": "<p>:</p>" * 9000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_costs_no_time(text):
    begun = time.process_time()
    quotes.parts_of(text[:20_000])
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("html", HOSTILE_HTML.values(), ids=HOSTILE_HTML)
def test_a_hostile_look_costs_no_time(html):
    begun = time.process_time()
    quotes.parts_of_html(html)
    assert time.process_time() - begun < 2


def test_a_signature_is_folded_like_what_is_repeated():
    text = "It works.\n\n-- \nAda Lind\nAcme\n\nOn Mon, 5 Jan 2026 at 10:00, Bo <bo@c.example> wrote:\n> hi\n> you"
    parts = quotes.parts_of(text)
    assert [words.strip() for is_quoted, words in parts if not is_quoted and words.strip()] == ["It works."]
    assert quotes.own_words("-- \nnothing above") == "-- \nnothing above"
