"""A few marks of Markdown: what they look like, what they leave alone, and what they never let through."""

import time

import pytest

from tenant_apps.tickets.look import look_of
from tenant_apps.tickets.models import Message


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("a **lamp**", "<strong>lamp</strong>"),
        ("a *lamp*", "<em>lamp</em>"),
        ("[lamps](https://lamps.example/a?b=1)", 'href="https://lamps.example/a?b=1"'),
        ("- a\n- b", "<ul>\n<li>a</li>"),
        ("3. a\n4. b", '<ol start="3">'),
        ("> a\nb", "<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>"),
        ("`a <b>`", "<code>a &lt;b&gt;</code>"),
        ("```\na\n  b\n```", "<pre><code>a\n  b\n</code></pre>"),
        ("**a**\nb", "<br>"),
    ],
)
def test_marks_have_a_look(text, looks):
    assert looks in look_of(text)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nit works.\nThanks",
        "# 7 is broken",
        "C:\\lamps\\*.txt and \\\\server\\share",
        "snake_case_name, 2 * 3 * 4, a > b",
        "    four blanks",
        "see https://lamps.example/a_b_c or ben@acme.example",
        "| a | b |\n|---|---|",
        "",
    ],
)
def test_words_without_marks_stay_as_they_are(text):
    assert look_of(text) == ""


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    [
        "**a** <script>alert(1)</script>",
        "**a** <img src=x onerror=alert(1)>",
        "**a** [x](javascript:alert(1)) <javascript:alert(1)>",
        "**a** [x](data:text/html,<script>alert(1)</script>)",
        "**a** [x](vbscript:alert)",
        "**a** ![x](https://evil.example/p.png)",
        "`<script>alert(1)</script>`",
    ],
)
def test_nothing_that_acts_comes_through(text):
    html = look_of(text)
    assert html
    for bad in ("<script", "<img", 'href="javascript', 'href="data', 'href="vbscript'):
        assert bad not in html, html


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    [
        "\n".join(">" * deep + " x" for deep in range(1, 190)),
        ">" * 1000 + " **x**",
        "".join("  " * deep + "- x\n" for deep in range(130)),
        "[" * 20_000,
        "**a" * 6_600,
        "_*" * 10_000,
        "`" * 20_000,
        "[a](" * 5_000,
        "<" * 20_000,
    ],
    ids=["deeper", "deep", "lists", "brackets", "stars", "mixed", "ticks", "links", "less"],
)
def test_hostile_marks_cost_no_time_and_lose_no_word(text):
    begun = time.process_time()
    html = look_of(text)
    assert time.process_time() - begun < 2
    assert not html or html.count("x") == text.count("x")


def test_a_marked_reply_keeps_what_was_typed_beside_its_look(inside, acme, wish, ben):
    from tenant_apps.tickets import actions

    ticket = wish()
    with inside(acme):
        marked = actions.reply(ticket, "A **new** lamp", by=ben, marked=True)
        plain = actions.reply(ticket, "A **new** lamp", by=ben)
        edited = actions.edit(marked, "A *blue* lamp", by=ben, marked=True)
    assert (edited.body, edited.html) == ("A *blue* lamp", "<p>A <em>blue</em> lamp</p>")
    assert edited.edits[0]["html"] == "<p>A <strong>new</strong> lamp</p>"
    assert plain.html == ""


def test_a_macro_answers_with_the_look_that_its_words_have(inside, acme, wish, ada):
    from tenant_apps.tickets import actions

    ticket = wish()
    with inside(acme):
        steps = [{"do": "reply", "text": "Dear {{first_name}},\n\n- it is **on its way**"}]
        macro, _ = actions.add_recipe("macro", "On its way", {"steps": steps}, by=ada, scope="company")
        actions.run_macro(ticket, macro, by=ada)
        answer = Message.objects.filter(ticket=ticket.pk).last()
    assert "<li>it is <strong>on its way</strong></li>" in answer.html
