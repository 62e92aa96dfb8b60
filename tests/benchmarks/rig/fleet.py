"""Companies for a benchmark: schemas built as the refiller builds them, taken all at once, with an owner in each."""

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portico.database import CompanyRef, company_scope, platform_scope
from shared_apps.accounts import sessions, tokens
from shared_apps.accounts.models import User
from shared_apps.console import index
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import workflow
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Message, Ticket
from tenants.models import HOUSE_ID, Company
from tenants.owner import owner_connection
from tenants.provision import fingerprint, pool
from tests.benchmarks.rig.figures import Stopwatch, counted

_ADOPT = """
    WITH taken AS (DELETE FROM public.tenants_readyschema RETURNING schema)
    INSERT INTO public.tenants_company (schema_name, name, slug, state, generation, tint, fingerprint, created_at)
    SELECT schema, 'Company ' || schema, 'c-' || substr(schema, 3), 'active', 1, 0, %s, now() FROM taken
"""


@dataclass(frozen=True, slots=True)
class Furnished:
    """A company with an owner who is signed in."""

    company: CompanyRef
    token: str
    session: str
    tickets: list[str]

    @property
    def host(self) -> str:
        """The name that browsers find it by, without a port."""
        return f"{self.company.slug}.localhost"

    @property
    def browser(self) -> dict[str, str]:
        """What the owner's browser sends."""
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}"}

    @property
    def program(self) -> dict[str, str]:
        """What the owner's program sends."""
        return {"Authorization": f"Bearer {self.token}"}


def build(number: int) -> list[float]:
    """Put so many ready schemas into the pool; the seconds that each one took."""
    took = []
    with owner_connection(autocommit=True) as connection:
        for _ in counted(range(number), "schemas built"):
            with Stopwatch() as watch, connection.transaction():
                pool.build(connection)
            took.append(watch.seconds)
    return took


def settle() -> None:
    """Make companies of all ready schemas, and let the server know its catalogue again."""
    with owner_connection() as connection:
        connection.execute(_ADOPT, [fingerprint()])
    tidy()


def tidy() -> None:
    """What autovacuum would do in its own time, after so many new tables: else it falls into a measurement."""
    with owner_connection(autocommit=True) as connection:
        for table in ("pg_class", "pg_attribute", "pg_index", "pg_depend", "pg_type", "pg_constraint", "pg_authid"):
            connection.execute(f"VACUUM ANALYZE pg_catalog.{table}")  # type: ignore[call-overload]
        connection.execute("VACUUM ANALYZE pg_catalog.pg_auth_members")


def companies() -> list[CompanyRef]:
    """Every company but the house."""
    with platform_scope(), transaction.atomic():
        return [company.ref for company in Company.objects.exclude(pk=HOUSE_ID)]


def furnish(company: CompanyRef, *, tickets: int = 0, messages: int = 1) -> Furnished:
    """An owner who is signed in and has a token, and so many tickets with so many messages each."""
    with company_scope(company), transaction.atomic():
        owner = User(email=f"owner@{company.slug}.example", name="Owner", role="owner", password="!")
        owner.save(force_insert=True)
        made = _tickets(owner, tickets, messages)
        token = tokens.issue(owner, "bench")
        tokens.find(token)  # marks it as seen, so that the first measured request does not
        return Furnished(company, token, session_of(owner), made)


def index_id(company: CompanyRef) -> int:
    """The number under which the console knows one of the company's tickets."""
    with platform_scope(), transaction.atomic():
        return TicketIndex.objects.filter(company_id=company.id).values_list("pk", flat=True)[0]


def hire() -> str:
    """A platform owner who is signed in; returns the key of the session."""
    with platform_scope(), transaction.atomic():
        owner = User(email="owner@portico.example", name="Owner", role="platform_owner", password="!")
        owner.save(force_insert=True)
        return session_of(owner)


def session_of(owner: User) -> str:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.sign_in(request, owner)
    request.session.save()
    return str(request.session.session_key)


def _tickets(owner: User, number: int, messages: int) -> list[str]:
    now = timezone.now()
    rows = [_ticket(owner, place, now - timedelta(minutes=place)) for place in range(number)]
    by = {"sender_type": "tenant", "sender_user_id": owner.pk, "sender_name": owner.name}
    said = [Message(ticket=row, body="Hello. " * 20, **by) for row in rows for _ in range(messages)]
    with writing():
        Ticket.objects.bulk_create(rows)
        Message.objects.bulk_create(said)
        for row in rows:
            index.write(row)
    return [str(row.pk) for row in rows]


def _ticket(owner: User, place: int, at: object) -> Ticket:
    open_ones = [status for status in workflow.STATUSES if status.category != "closed"]
    status = open_ones[place % len(open_ones)]
    return Ticket(
        number=f"TICK-2026-{place + 1:04}",
        subject="website",
        sub_subject=f"The picture on page {place + 1} is missing",
        status=status.key,
        category=status.category,
        requester_id=owner.pk,
        requester_name=owner.name,
        created_at=at,
        updated_at=at,
        last_activity_at=at,
    )
