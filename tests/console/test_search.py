"""Searching the queue: what is found, by whom, and that nothing tells of what a reader may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.console import desk, rebuild, verify
from shared_apps.console.narrowing import Filters
from shared_apps.console.queue import beside, counts, queue
from tenant_apps.tickets import actions
from tenants.owner import owner_connection
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]


@pytest.fixture
def found(outside):
    """`found(lin, "words")` = the sub-subjects of what is found, the latest first."""

    def search(actor, words, **more):
        with outside():
            return [row.sub_subject for row in queue(actor, Filters(words=words, **more)).rows]

    return search


@pytest.mark.parametrize(
    "words",
    ["contact", "CONT", "form contact", "Ünïcode", "unicode", "wi-fi", "fi wi", "ada", "Ada Lind", "TICK-", "0001", "1"]
    + ['"contact form"', "contact, form!", "  contact\tform "],
)
def test_beginnings_of_words_find_it(found, asked, lin, sam, words):
    asked(sub_subject="Contact form: Wi-Fi, ünicode")

    assert found(lin, words) == found(sam, words) == ["Contact form: Wi-Fi, ünicode"]


@pytest.mark.parametrize("words", ["4e9a2e29", "4E9A", "4e9", "4e", '"4e9a2e29"', "part 4e9a", "4e9a2e29 part"])
def test_a_mark_that_begins_like_a_number_with_an_exponent_is_found(found, asked, lin, sam, words):
    """PostgreSQL reads 4e9 as a number there, and what follows as a word of its own."""
    asked(sub_subject="Part 4e9a2e29 broke")

    assert found(lin, words) == found(sam, words) == ["Part 4e9a2e29 broke"]


@pytest.mark.parametrize("words", ["ontact", '"cont"', "contact billing", "does", "send", "website", "'", "00010"])
def test_other_words_do_not(found, asked, lin, words):
    asked(sub_subject="Contact form", description="It does not send.")

    assert found(lin, words) == ([] if words != "'" else ["Contact form"])


def test_the_number_finds_it_whole_and_in_part(found, asked, row_of, lin):
    asked(sub_subject="first"), asked(sub_subject="second")
    number = row_of(asked(sub_subject="third")).number

    for words in (number, number.lower(), number.rpartition("-")[2], "3"):
        assert found(lin, words) == ["third"]


@pytest.mark.parametrize("words", ["secret", "ada", "TICK", "' | 'secret", "secret:*", "a1b2c3:secret", "!nothing"])
def test_nothing_is_found_that_is_not_covered(found, asked, outside, lin, una, eli, words):
    asked(subject="billing", sub_subject="secret")

    with outside():
        assert [found(one, words) for one in (lin, una, eli)] == [[], [], []]
        assert set(counts(lin, beside(lin, Filters(words=words))).values()) == {"0"}


def test_what_is_ones_own_is_found_whatever_it_is_about(found, asked, outside, una, lin, sam):
    key = asked(subject="billing", sub_subject="secret")
    with outside():
        desk.assign(key, una.id, by=sam)

    assert found(una, "secret") == found(una, "secret", assigned="me") == ["secret"]
    assert found(sam, "secret", assigned=str(una.id)) == found(sam, "secret", subject="billing") == ["secret"]
    assert found(lin, "secret") == found(lin, "secret", assigned=str(una.id)) == []
    with outside():
        desk.assign(key, None, by=sam)
    assert found(una, "secret") == []


def test_the_index_is_asked_for_what_is_covered_and_for_nothing_else(asked, outside, lin, sam):
    """Words of other subjects are not even read: what it takes to find nothing tells nothing."""
    asked(subject="billing", sub_subject="secret")
    with outside(), CaptureQueriesContext(connection) as sent:
        queue(lin, Filters(words="secret"))
        counts(lin, beside(lin, Filters(words="secret")))
    said = " ".join(one["sql"] for one in sent)
    assert ":secret" in said
    assert "'secret" not in said.replace("''", "'")
    with outside(), CaptureQueriesContext(connection) as sent:
        queue(sam, Filters(words="secret"))
    assert "'secret" in sent[0]["sql"].replace("''", "'")


def test_another_subject_takes_the_words_along(found, inside, asked, acme, lin, sam, row_of):
    ticket = row_of(asked(sub_subject="wandering")).ticket_id
    with inside(acme):
        actions.regroup([ticket], "website", "integrations")

    assert found(lin, "wandering") == []
    assert found(sam, "wandering", subject="integrations") == ["wandering"]


def test_words_are_right_again_after_repair_and_rebuilding(found, asked, inside, acme, lin, database):
    asked(sub_subject="lost")
    database.connection.execute("UPDATE public.console_ticketindex SET sub_subject = 'drifted'")
    assert (found(lin, "lost"), found(lin, "drifted")) == ([], ["drifted"])

    verify.repair(acme, verify.drift_of(acme))
    assert (found(lin, "lost"), found(lin, "drifted")) == (["lost"], [])
    database.connection.execute("DELETE FROM public.console_ticketindex")
    with owner_connection() as owner:
        owner.execute(f'SET LOCAL search_path TO "{acme.schema}"')
        rebuild.rebuild(owner, acme.id, acme.schema)
    assert found(lin, "lost") == ["lost"]


@pytest.mark.parametrize("words", ["'", "\\", "a'b", "&|!<->()", "x" * 80, "١٢٣", "字", "%s %(x)s", "\x00", "a:b"])
def test_hostile_words_break_nothing(client_for, asked, inside, acme, words):
    key = asked(sub_subject=words.replace("\x00", ""))

    page = client_for("lin").get("/admin/tickets", {"q": words})

    assert page.status_code == 200
    assert f'id="row-{key}"' in page.content.decode()


@pytest.fixture
def many(acme, database, lin):
    """400 rows of Acme's, a minute apart: half of them are about a ledger, the oldest quarter about a relic, too.

    Every third is about billing, which Lin does not cover; some of those are hers.
    """
    database.connection.execute(
        "INSERT INTO public.console_ticketindex (company_id, schema, ticket_id, number, subject, sub_subject, type,"
        " status, category, priority, assignee_id, assignee_name, requester_id, requester_name, created_at, updated_at,"
        " last_activity_at, unread, version)"
        " SELECT %s, %s, gen_random_uuid(), 'TICK-2026-' || n, CASE n %% 3 WHEN 0 THEN 'billing' ELSE 'website' END,"
        " CASE n %% 2 WHEN 0 THEN 'Ledger ' ELSE 'Shop ' END || n || CASE WHEN n <= 100 THEN ' relic' ELSE '' END,"
        " 'support', 'new', 'new', 'P3', CASE n %% 15 WHEN 0 THEN %s::uuid END, '', gen_random_uuid(), 'Ada', at, at,"
        " at, false, 1 FROM generate_series(1, 400) n,"
        " LATERAL (SELECT now() - (400 - n) * interval '1 minute' AS at) moment",
        [acme.id, acme.schema, lin.id],
    )
    database.connection.execute("ANALYZE public.console_ticketindex")
    return {
        "sam": [f"{'Shop' if n % 2 else 'Ledger'} {n}{' relic' if n <= 100 else ''}" for n in range(400, 0, -1)],
        "lin": [
            f"{'Shop' if n % 2 else 'Ledger'} {n}{' relic' if n <= 100 else ''}"
            for n in range(400, 0, -1)
            if n % 3 or n % 15 == 0
        ],
    }


def pages(actor, filters, limit):
    """The sub-subjects of all pages, one after the other."""
    page = queue(actor, filters, limit=limit)
    yield from (row.sub_subject for row in page.rows)
    while page.next_cursor:
        page = queue(actor, filters, page.next_cursor, limit)
        yield from (row.sub_subject for row in page.rows)


@pytest.mark.parametrize("name", ["sam", "lin"])
@pytest.mark.parametrize("words", ["ledger", "relic", "led shop", "ledger relic", "39", "s"])
@pytest.mark.parametrize("limit", [3, 70])
def test_usual_and_rare_words_are_found_in_the_order_of_the_list(many, outside, request, name, words, limit):
    said = [[part.lower() for part in one.split()] for one in many[name]]
    expected = [
        one
        for one, parts in zip(many[name], said, strict=True)
        if all(any(part.startswith(word) for part in parts) for word in words.split())
    ]
    with outside():
        assert list(pages(request.getfixturevalue(name), Filters(words=words), limit)) == expected


def test_a_usual_word_is_looked_for_in_the_list_and_a_rare_one_is_looked_up(many, outside, lin):
    with outside(), CaptureQueriesContext(connection) as sent:
        queue(lin, Filters(words="ledger"), limit=5)
        assert "IS TRUE" not in " ".join(one["sql"] for one in sent)
        queue(lin, Filters(words="399"), limit=5)
    assert "IS TRUE" in " ".join(one["sql"] for one in sent)
    assert "'ledger" not in " ".join(one["sql"] for one in sent).replace("''", "'")


def test_usual_words_are_counted_as_far_as_anybody_looked(many, outside, lin, monkeypatch):
    monkeypatch.setattr("shared_apps.console.queue.LOOK_AT", 20)
    with outside():
        told = counts(
            lin, {"new": Filters(words="ledger", status="new"), "closed": Filters(words="ledger", status="closed")}
        )
    among = sum(one.startswith("Ledger") for one in many["lin"][:20])
    assert told == {"new": f"{among}+", "closed": ""}


def test_search_and_chip_stand_on_the_page(client_for, asked):
    asked(sub_subject="Contact form"), asked(sub_subject="Another matter")
    page = client_for("lin").get("/admin/tickets?q=contact&status=new")

    assert "words contact" in text_of(page)
    assert 'value="contact"' in page.content.decode()
    assert "Contact form" in text_of(page)
    assert "Another matter" not in text_of(page)


def test_a_search_costs_no_more_statements_for_many_rows(asked, outside, lin):
    for _ in range(2):
        asked()
        with outside(), CaptureQueriesContext(connection) as sent:
            queue(lin, Filters(words="contact"))
            counts(lin, beside(lin, Filters(words="contact")))
        assert len(sent) <= 3
