"""A company's own desk full of requests: rows made directly by SQL, counters counted out afterwards."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from portico.database import CompanyRef, company_scope
from portico.ids import uuid7
from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from tenant_apps.tickets import tally
from tenants.owner import owner_connection
from tests.benchmarks.rig.fleet import session_of

EACH = 25  # requests of each customer
SAID = 5
LONG = 60  # messages of one request
# Half of them are closed; 400 customers for 10,000; two agents share what is not free; one message every hour.
_TICKETS = """
    INSERT INTO tickets_ticket (
        id, number, desk, type, subject, sub_subject, status, category, urgency, importance, requester_id,
        requester_name, assignee_id, assignee_name, unread, created_at, updated_at, last_activity_at, last_message_at,
        first_reply_at, closed_at, version, department, unread_by_agent, channel, tags)
    SELECT {key}, 'TICK-' || extract(year FROM now())::int || '-' || lpad(n::text, greatest(4, length(n::text)), '0'),
           'company', 'customer_service', 'The lamp in room ' || n || ' flickers', '', status, category,
           (ARRAY['critical', 'high', 'medium', 'low'])[1 + n %% 4], 'medium',
           CASE WHEN n %% {share} = 0 THEN %(customer)s ELSE md5('customer ' || n %% {share})::uuid END,
           'Customer ' || n %% {share}, assignee, CASE WHEN assignee IS NULL THEN '' ELSE 'Agent' END, false,
           at - interval '5 hours', at, at, at, at - interval '4 hours',
           CASE WHEN category = 'closed' THEN at END, 6,
           (ARRAY['technical', 'billing', 'sales', 'general'])[1 + n %% 4], n %% 3, 'portal', '{{lamp}}'
    FROM (SELECT n, now() - n * interval '2 minutes' AS at,
                 CASE WHEN n %% 3 = 0 THEN NULL ELSE %(agent)s END::uuid AS assignee,
                 CASE WHEN n %% 2 = 0 THEN 'closed' WHEN n %% 3 = 0 THEN 'new' ELSE 'open' END AS status
          FROM generate_series(1, %(rows)s) n) drawn,
         LATERAL (SELECT status AS category) same
"""
_MESSAGES = """
    INSERT INTO tickets_message (id, ticket_id, sender_type, sender_user_id, sender_name, body, created_at,
                                 is_staff_reply, channel)
    SELECT gen_random_uuid(), t.id, 'tenant', CASE WHEN k %% 2 = 1 THEN t.requester_id ELSE %(agent)s END,
           CASE WHEN k %% 2 = 1 THEN t.requester_name ELSE 'Agent' END, repeat('It goes on and off. ', 20),
           t.created_at + k * interval '1 hour', k %% 2 = 0, 'portal'
    FROM tickets_ticket t, generate_series(1, %(said)s) k WHERE t.id = %(one)s OR %(one)s::uuid IS NULL
"""
_KEY = (
    "(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'"
    " || substr(md5(n::text), 4, 15))::uuid"
)
# As `tally.keys_of` says it.
_COUNTED = """
    UPDATE tickets_ticket SET counted = ARRAY(SELECT key FROM unnest(
        ARRAY['all', 'status:' || status, 'step:' || type || ':' || status]
        || CASE WHEN unread_by_agent > 0 THEN ARRAY['unread'] ELSE '{}' END
        || CASE WHEN category <> 'closed' THEN ARRAY['open', 'department:' || department,
                coalesce('mine:' || assignee_id, 'unassigned')] ELSE '{}' END) AS key ORDER BY key)
"""
_TABLES = ("tickets_ticket", "tickets_message", "tickets_tally", "tickets_counter")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in and has a token."""

    id: UUID
    token: str
    session: str


@dataclass(frozen=True, slots=True)
class Home:
    """A company with requests: `ids` are open ones, `long` has many messages."""

    company: CompanyRef
    rows: int
    people: dict[str, Person]
    ids: list[str]
    long: str


def furnish(company: CompanyRef, rows: int) -> Home:
    """A manager, an agent and a customer, and so many requests with `SAID` messages each."""
    with company_scope(company), transaction.atomic():
        people = {role: _person(company, role) for role in ("manager", "agent", "customer")}
    values = {"rows": rows, "agent": people["agent"].id, "customer": people["customer"].id}
    with owner_connection() as owner:
        owner.execute(f"SET LOCAL search_path TO {company.schema}, public")
        owner.execute(_TICKETS.format(key=_KEY, share=max(1, rows // EACH)), values)
        owner.execute(_MESSAGES, values | {"said": SAID, "one": None})
        owner.execute(_COUNTED)
        year = "extract(year FROM now())::int"
        owner.execute(f"INSERT INTO tickets_counter (id, year, last) SELECT gen_random_uuid(), {year}, %s", [rows])
    with company_scope(company), transaction.atomic():
        _count()
        ids = _ids("SELECT id FROM tickets_ticket WHERE category <> 'closed' ORDER BY last_activity_at DESC LIMIT 400")
    with owner_connection() as owner:
        owner.execute(f"SET LOCAL search_path TO {company.schema}, public")
        owner.execute(_MESSAGES, values | {"said": LONG, "one": ids[-1]})
    with owner_connection(autocommit=True) as owner:
        for table in _TABLES:
            owner.execute(f"VACUUM ANALYZE {company.schema}.{table}")
    return Home(company, rows, people, ids[:-1], ids[-1])


def fold(place: Home) -> None:
    """What the worker does after changes, for here none runs: counters never become many more than `tally.LONG`."""
    with company_scope(place.company), transaction.atomic():
        tally.fold()


def _count() -> None:
    rows = [(uuid7(), key, number) for key, number in tally.counted().items()]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO tickets_tally (id, key, number) VALUES (%s, %s, %s)", rows)


def _ids(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [str(key) for (key,) in cursor.fetchall()]


def _person(company: CompanyRef, role: str) -> Person:
    user = User(email=f"{role}@{company.slug}.example", name=role.title(), role=role, password="!")
    user.save(force_insert=True)
    token = tokens.issue(user, "bench")
    tokens.find(token)  # marks it as seen, so that the first measured request does not
    return Person(user.pk, token, session_of(user))
