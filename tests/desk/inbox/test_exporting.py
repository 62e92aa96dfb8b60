"""The list of the inbox as a file: what stands in it, for whom, and what the journal hears of it."""

import csv
import io
import json
import re
import tracemalloc

import pytest

from portico.ids import uuid7
from tenant_apps.desk.inbox import exporting
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import actions, drafts, kinds
from tests.support.cast import email_of


def lines_of(page):
    return b"".join(page.streaming_content).decode().splitlines()


def rows_of(page):
    return list(csv.DictReader(io.StringIO("\n".join(lines_of(page)))))


def told(inside, acme):
    with inside(acme):
        found = list(Event.objects.filter(verb__startswith="ticket.export").order_by("id"))
    return [(one.verb, one.facts, words(one), one.request_id) for one in found]


def test_ada_takes_the_list_along_as_a_table(client_for, wish, inside, acme, ada, ben):
    lamp = wish(subject="The lamp flickers", department="technical", tags=["lamp", "hall"], urgency="high")
    with inside(acme):
        actions.assign(lamp, actions.Assignee(ben.id, ben.label), by=ada)
        actions.reply(lamp, "A new one comes.", by=ben, status="resolved")
    wish(subject="A chair broke")

    page = client_for("ada").get("/manager/inbox/export.csv?view=solved")

    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="requests-acme-\d{4}-\d\d-\d\d\.csv"', page["Content-Disposition"])
    (row,) = rows_of(page)
    kept = {"number": lamp.number, "subject": "The lamp flickers", "status": "Solved", "type": "Customer service"}
    kept |= {"priority": "P3", "urgency": "high", "importance": "medium", "requester": "Cleo Marsh"}
    kept |= {"assignee": "Ben Ode", "department": "Technical", "tags": "lamp, hall", "due": "", "closed": ""}
    assert {name: row[name] for name in kept} == kept
    for name in ("created", "last_activity", "first_reply", "solved"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", row[name]), name


def test_json_lines_have_the_same_columns_and_values_of_their_kind(client_for, wish):
    wish(tags=["lamp", "hall"])
    (line,) = lines_of(client_for("ada").get("/manager/inbox/export.jsonl?view=open"))
    row = json.loads(line)
    assert row["tags"] == ["lamp", "hall"]
    assert row["closed"] is None


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("view=open", ["Chair", "Lamp"]),
        ("view=open&sort=oldest", ["Chair", "Lamp"]),
        ("view=open&tag=hall", ["Lamp"]),
        ("q=chair&view=solved", ["Chair"]),
        ("view=mine", []),
        ("view=open&priority=P9&cursor=nonsense", ["Chair", "Lamp"]),
    ],
)
def test_what_the_list_is_narrowed_to_narrows_the_file(client_for, wish, query, subjects):
    wish(subject="Lamp", tags=["hall"])
    wish(subject="Chair")
    rows = rows_of(client_for("ada").get(f"/manager/inbox/export.csv?{query}"))
    assert [row["subject"] for row in rows] == subjects


def test_an_empty_list_is_a_file_with_its_headers(client_for):
    client = client_for("ada")
    (head,) = lines_of(client.get("/manager/inbox/export.csv?view=open"))
    assert head.startswith("number,subject,status,type,priority")
    assert lines_of(client.get("/manager/inbox/export.jsonl?view=open")) == []


def test_custom_fields_stand_under_the_keys_of_their_types(client_for, wish, inside, acme, ada):
    fields = [
        {"key": "serial", "label": "Serial number", "kind": "text", "visible": False},
        {"key": "rooms", "label": "Rooms", "kind": "choices", "options": ["hall", "attic"]},
    ]
    with inside(acme):
        key, _ = actions.add_type("Repair", "simple", by=ada)
        actions.keep_type(key, drafts.plain(kinds.load()[key]) | {"fields": fields, "is_public": True}, by=ada)
    wish(subject="Chair")
    repair = wish(subject="Lamp", type=key)
    with inside(acme):
        actions.change(repair, {"fields": {"serial": "=1+1", "rooms": ["hall", "attic"]}}, by=ada)

    lamp, chair = rows_of(client_for("ada").get("/manager/inbox/export.csv?view=open"))

    assert (lamp["fields.serial"], lamp["fields.rooms"]) == ("'=1+1", "hall, attic")
    assert (chair["fields.serial"], chair["fields.rooms"]) == ("", "")
    others = lines_of(client_for("ada").get("/manager/inbox/export.csv?view=open&type=customer_service"))
    assert "fields.serial" not in others[0]


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "＝1"])
def test_nothing_in_the_table_is_a_formula(client_for, wish, start):
    wish(subject=start)
    (row,) = rows_of(client_for("ada").get("/manager/inbox/export.csv?view=open"))
    assert row["subject"] == f"'{start}"


def test_agents_take_along_what_they_see_and_customers_nothing(client_for, wish, taken, ada, ben):
    taken(wish(subject="Ada works on this"), ada)
    taken(wish(subject="Ben works on this"), ben)
    rows = rows_of(client_for("ben").get("/manager/inbox/export.csv?view=open"))
    assert [row["subject"] for row in rows] == ["Ben works on this"]
    for who in ("cleo", "mia"):
        assert client_for(who).get("/manager/inbox/export.csv")["Location"] == "/"


def test_the_journal_says_who_took_which_list_and_how_many_rows(client_for, wish, inside, acme):
    wish(tags=["hall"])
    wish(tags=["hall"])
    page = client_for("ada").get("/manager/inbox/export.csv?view=open&tag=hall")
    number = page["X-Request-Id"]
    rows_of(page)

    asked = {"form": "csv", "narrowed": {"view": "open", "tag": "hall"}}
    assert told(inside, acme) == [
        ("ticket.export.begin", asked, "Ada Lind asked for a list of requests as csv", number),
        (
            "ticket.export",
            asked | {"rows": 2, "is_whole": True},
            "Ada Lind exported a list of requests as csv: 2 in all",
            number,
        ),
    ]
    assert "exported a list of requests as csv" in client_for("olga").get("/manager/audit").content.decode()


def test_a_download_that_is_broken_off_is_told_with_what_went_out(client_for, wish, inside, acme, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    for _ in range(3):
        wish()
    page = client_for("ada").get("/manager/inbox/export.jsonl?view=open")
    pieces = iter(page.streaming_content)
    next(pieces)
    next(pieces)
    page.close()
    _, facts, sentence, _ = told(inside, acme)[-1]
    assert (facts["rows"], facts["is_whole"]) == (2, False)
    assert sentence == "The export of Ada Lind as jsonl broke off after 2 requests"


def test_what_a_colleague_takes_meanwhile_is_not_on_the_next_page(client_for, wish, taken, ada, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    old, new = wish(subject="Old"), wish(subject="New")
    pieces = iter(client_for("ben").get("/manager/inbox/export.jsonl?view=open").streaming_content)
    assert json.loads(next(pieces))["number"] == new.number

    taken(old, ada)

    assert list(pieces) == []


@pytest.mark.parametrize("how", ["role", "account", "session", "company"])
def test_whoever_has_no_business_here_any_more_gets_no_further_page(
    client_for, wish, inside, outside, acme, database, monkeypatch, how
):
    from tenants import routing

    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    wish(), wish()
    pieces = iter(client_for("ben").get("/manager/inbox/export.jsonl?view=open").streaming_content)
    assert json.loads(next(pieces))["subject"] == "The lamp flickers"

    withdraw(database, acme, how)
    routing.forget()

    assert [json.loads(one) for one in pieces] == [{"broken_off": exporting.ENDED}]


def withdraw(database, acme, how):
    """What takes Ben's right away while he downloads."""
    accounts, sessions = f"{acme.schema}.accounts_user", f"{acme.schema}.django_session"
    ben = f"WHERE email = '{email_of('ben')}'"
    database.connection.execute(
        {
            "role": f"UPDATE {accounts} SET role = 'member' {ben}",
            "account": f"UPDATE {accounts} SET is_active = false {ben}",
            "session": f"DELETE FROM {sessions}",
            "company": "UPDATE public.tenants_company SET state = 'suspended' WHERE slug = 'acme'",
        }[how]
    )


def test_what_moves_while_the_file_is_written_stands_in_it_once(client_for, wish, inside, acme, ada, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    wishes = [wish(subject=name) for name in ("One", "Two", "Three")]
    pieces = iter(client_for("ada").get("/manager/inbox/export.jsonl?view=open").streaming_content)
    found = [next(pieces)]
    with inside(acme):
        for one in wishes:
            actions.reply(one, "It comes to the top of the list.", by=ada)
    found += pieces
    assert [json.loads(one)["subject"] for one in found] == ["Three", "Two", "One"]


@pytest.fixture
def many(wish, database, acme):
    """`many(1_000)` = so many more requests, put there at once."""
    model = wish(subject="One of many")

    def fill(count):
        keys = [(uuid7(), f"MANY-{uuid7().hex[-12:]}") for _ in range(count)]
        table = f"{acme.schema}.tickets_ticket"
        names = database.connection.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'number')",
            [table],
        ).fetchone()[0]
        with database.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (id, number, {names}) SELECT %s, %s, {names} FROM {table} WHERE id = %s",
                [(*one, model.pk) for one in keys],
            )

    return fill


def test_ten_thousand_rows_take_the_memory_of_a_page_and_the_statements_of_their_pages(
    client_for, many, statements, record_property
):
    client, peaks, costs = client_for("ada"), [], []
    assert sum(1 for _ in export_of(client)) == 1  # what is loaded once is no page's
    for count in (999, 9_000):
        many(count)
        tracemalloc.start()
        with statements() as sent:
            rows = sum(piece.count(b"\n") for piece in export_of(client))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        costs.append((sum(one["sql"] not in {"BEGIN", "COMMIT"} for one in sent.captured_queries), rows))
    record_property("peaks", peaks)
    assert [rows for _, rows in costs] == [1_000, 10_000]
    assert peaks[1] < 1.2 * peaks[0], peaks
    pages = [rows / exporting.AT_ONCE for _, rows in costs]
    assert (costs[1][0] - costs[0][0]) / (pages[1] - pages[0]) <= 4, costs


def export_of(client):
    return client.get("/manager/inbox/export.jsonl?view=open").streaming_content
