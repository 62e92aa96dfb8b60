"""What stands beside the queue with a number: right whatever it is narrowed to, for everybody, and cheap to ask."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.console import counting
from shared_apps.console.models import TicketIndex
from shared_apps.console.queue import Filters, beside, counts, queue
from tenant_apps.tickets import workflow

SUBJECTS = ("website", "billing", "email")
FEW = 3  # where counting stops in here


@pytest.fixture
def rows(acme, borealis, database, una, lin):
    """144 rows of two companies: every status, three subjects, Una's, Lin's and nobody's, urgent and unread or not."""
    keys = [step.key for step in workflow.STATUSES]
    database.connection.execute(
        "INSERT INTO public.console_ticketindex (company_id, schema, ticket_id, number, subject, sub_subject, type,"
        " status, category, priority, assignee_id, assignee_name, requester_id, requester_name, created_at, updated_at,"
        " last_activity_at, closed_at, unread, version, escalation)"
        " SELECT (%(ids)s::bigint[])[1 + n %% 2], (%(schemas)s::text[])[1 + n %% 2], gen_random_uuid(), 'TICK-' || n,"
        " (%(subjects)s::text[])[1 + n %% 3], 'Shop', 'support', step.key, step.category,"
        " CASE WHEN n %% 5 = 0 THEN 'P1' ELSE 'P3' END, (%(people)s::uuid[])[1 + n %% 4], '', gen_random_uuid(), 'Ada',"
        " at, at, at, CASE WHEN step.category = 'closed' THEN at END, n %% 7 = 0, 1, n %% 13 / 11"
        " FROM generate_series(1, 144) n, LATERAL (SELECT (%(keys)s::text[])[1 + n %% %(steps)s] AS key,"
        " (%(categories)s::text[])[1 + n %% %(steps)s] AS category,"
        " timestamptz '2026-01-01' + n * interval '1 day' AS at) step",
        {
            "ids": [acme.id, borealis.id],
            "schemas": [acme.schema, borealis.schema],
            "subjects": list(SUBJECTS),
            "people": [una.id, lin.id],
            "keys": keys,
            "categories": [step.category for step in workflow.STATUSES],
            "steps": len(keys),
        },
    )
    database.connection.execute("ANALYZE public.console_ticketindex")  # plans are made for these rows, not for none
    return acme.id


def narrowed(company):
    """Ways to narrow the list in a few dimensions at once."""
    rest = ({}, {"unread": True}, {"priority": "P3", "company_id": company}, {"company_id": company})
    steps = ({}, {"status": "new"}, {"category": "open"})
    for more, step, assigned, subject in product(rest, steps, ("all", "me", "unassigned"), ("", *SUBJECTS[:2])):
        yield Filters(**more, **step, assigned=assigned, subject=subject)


@pytest.mark.parametrize("name", ["sam", "lin", "una", "eli"])
def test_numbers_are_those_of_the_lists_that_they_lead_to(rows, outside, actor_for, name):
    actor = actor_for(name)
    with outside():
        for filters in narrowed(rows):
            wanted = beside(actor, filters) | {"a": filters, "b": replace(filters, status="triaged", escalated="any")}
            lists = {one: len(queue(actor, leads, limit=200).rows) for one, leads in wanted.items()}
            assert counts(actor, wanted) == {one: counting.in_words(number) for one, number in lists.items()}


@pytest.mark.parametrize("name", ["sam", "lin", "una"])
def test_numbers_stop_where_nobody_reads_on_in_each_list_by_itself(rows, outside, actor_for, name, monkeypatch):
    monkeypatch.setattr("shared_apps.console.counting.COUNT_TO", FEW)
    actor = actor_for(name)
    with outside():
        wanted = beside(actor) | beside(actor, Filters(unread=True)) | {"rare": Filters(status="new", priority="P1")}
        lists = {one: len(queue(actor, leads, limit=200).rows) for one, leads in wanted.items()}
        assert counts(actor, wanted) == {one: counting.in_words(number) for one, number in lists.items()}
    assert max(lists.values()) > FEW >= min(lists.values())


@pytest.mark.parametrize("name", ["sam", "lin"])
@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(created_from=date(2026, 2, 1)), Filters(closed_to=date(2026, 5, 1)), Filters(words="shop")],
)
@pytest.mark.parametrize("in_a_company", [False, True])
def test_all_numbers_are_one_statement(rows, outside, actor_for, name, filters, in_a_company):
    actor, filters = actor_for(name), replace(filters, company_id=rows if in_a_company else None)
    with outside():
        wanted = beside(actor, filters)
        counts(actor, wanted)
        with CaptureQueriesContext(connection) as sent:
            told = counts(actor, wanted)
        lists = {one: len(queue(actor, leads, limit=200).rows) for one, leads in wanted.items()}
    assert len(sent) == 1
    assert told == {one: counting.in_words(number) for one, number in lists.items()}


def test_no_list_has_no_number(outside, rows, sam, eli):
    with outside():
        assert counts(sam, {}) == {}
        assert counting.numbers([counting.Alike({}, [TicketIndex.objects.all()])]) == {}
        assert counts(eli, {"theirs": Filters(subject="billing")}) == {"theirs": "0"}


@pytest.mark.parametrize(("name", "index"), [("created", "created"), ("closed", "closed"), ("active", "activity")])
def test_a_company_narrowed_by_days_is_read_in_its_own_order(rows, outside, sam, name, index):
    """Not through the days of all others; what is small enough to be sorted stands for what is not."""
    plans = []

    def explained(execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append("\n".join(row[0] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with outside():
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
        with connection.execute_wrapper(explained):
            queue(sam, Filters(company_id=rows, **{f"{name}_from": date(2026, 2, 1)}))
    assert f"index_company_{index} " in plans[0]
