"""Companies as staff see them: which there are for whom, in a list, and how one of them does.

Everything is read from `public`; only `inside` enters the company, for sums that it alone can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Func, Min, OuterRef, Q, QuerySet, Subquery, Sum

from portico import clock, keyset
from portico.actor import Actor
from portico.database import visit
from portico.errors import Missing
from shared_apps.accounts.models import COMPANY_ROLES, User
from shared_apps.audit.models import PlatformAuditLog, decided_about
from shared_apps.billing import plans
from shared_apps.care import access
from shared_apps.care.models import Care
from shared_apps.console import company_list
from shared_apps.console.company_list import EVERY, Asked
from shared_apps.console.models import TicketIndex
from shared_apps.mail import health as outgoing
from shared_apps.mail.health import Health
from tenant_apps.journal.models import Event
from tenant_apps.mailroom import health as coming_in
from tenant_apps.mailroom.health import Intake
from tenant_apps.tickets import workflow
from tenant_apps.tickets.models import Attachment
from tenant_apps.visits import actions as visits
from tenants.fleet import serving
from tenants.models import Company, Due, MigrationLedger
from tenants.provision import fingerprint

State = Company.State
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A company in the list: how many open requests the reader sees of it, and of P1, and who looks after it."""

    company: Company
    requests: int
    urgent: int
    tier: str
    agents: list[str]
    is_current: bool

    @property
    def plan(self) -> str:
        return plans.of_company(self.company.ref).name

    @property
    def owes(self) -> bool:
        """Whether an invoice was asked for and not paid."""
        return self.company.standing.state in {"past_due", "suspended"}


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the company itself knows, in sums: nobody's name and no word of anybody."""

    size: int
    files: int
    people: list[tuple[str, int]]
    last_activity: datetime | None
    mail: Health
    incoming: Intake

    @property
    def number(self) -> int:
        return sum(number for _, number in self.people)


def visible_to(actor: Actor) -> QuerySet[Company]:
    """Companies that exist as far as this staff member is concerned.

    Support agents know those that they are named for and those of which they see a request; the others know all.
    """
    if access.may(actor, "see_every"):
        return Company.objects.all()
    if not actor.is_staff:
        return Company.objects.none()
    asked = TicketIndex.objects.visible_to(actor).filter(company_id=OuterRef("pk"))
    named = Care.objects.filter(pk=OuterRef("pk"), agents__contains=[actor.id])
    return Company.objects.filter(Exists(named) | Exists(asked))


def find(slug: str, actor: Actor) -> Company:
    """The company with this subdomain; Missing when there is none as far as this actor is concerned."""
    company = visible_to(actor).filter(slug=slug).first()
    if company is None:
        raise Missing
    return company


def lines(actor: Actor, asked: Asked = EVERY, cursor: str | None = None) -> keyset.Page[Any]:
    """One page of companies in the order that is asked for, each as a `Line`."""
    page = company_list.page(visible_to(actor), open_requests(actor), asked, cursor)
    return keyset.Page(_lines(page.rows, actor), page.next_cursor)


def _lines(companies: Sequence[Company], actor: Actor) -> list[Line]:
    ids = [one.pk for one in companies]
    open_ones = open_requests(actor).filter(company_id__in=ids).order_by().values_list("company_id")
    counted: Any = open_ones.annotate(every=Count("pk"), urgent=Count("pk", filter=Q(priority="P1")))
    numbers = {one: (every, urgent) for one, every, urgent in counted}
    cares = Care.objects.in_bulk(ids)
    names = people({one for care in cares.values() for one in care.agents})
    found = []
    for company in companies:
        care = cares.get(company.pk) or Care(company_id=company.pk)
        agents = [names[one].name for one in care.agents if one in names]
        current = company.fingerprint == fingerprint()
        every, urgent = numbers.get(company.pk, (0, 0))
        found.append(Line(company, every, urgent, care.tier, agents, current))
    return found


def open_requests(actor: Actor) -> QuerySet[TicketIndex]:
    """What companies wait for, as far as this actor sees it."""
    return TicketIndex.objects.visible_to(actor).filter(status__in=workflow.OPEN)


def cared_for(rows: QuerySet[TicketIndex]) -> QuerySet[TicketIndex]:
    """The rows with what was agreed about their companies: `tier` (None for nothing), and names of `agents`."""
    care = Care.objects.filter(pk=OuterRef("company_id")).values("tier")
    ids = Care.objects.filter(pk=OuterRef(OuterRef("company_id"))).values_list(Func("agents", function="unnest"))
    named = User.objects.filter(is_active=True, pk__in=ids).order_by("name").values("name")
    return rows.annotate(tier=Subquery(care), agents=ArraySubquery(named))


def people(ids: set[UUID]) -> dict[UUID, User]:
    """Staff members who still work here, by id; no statement for none."""
    return User.objects.filter(is_active=True).in_bulk(ids) if ids else {}


def requests_of(company: Company, actor: Actor) -> dict[str, Any]:
    """The latest open requests that the actor sees, and how many there are."""
    rows = open_requests(actor).filter(company_id=company.pk)
    return {"requests": list(rows.order_by("-last_activity_at", "-id")[:SHOWN]), "open": rows.count()}


def health(company: Company, actor: Actor) -> dict[str, Any]:
    """How the company's work, tables and copies stand."""
    now, due = clock.now(), Due.objects.filter(company_id=company.pk)
    late = Q(due_at__lte=now)
    failures = MigrationLedger.objects.filter(schema=company.schema_name, state=MigrationLedger.State.FAILED)
    return {
        "work": due.aggregate(
            waiting=Count("pk", filter=late), planned=Count("pk", filter=~late), oldest=Min("due_at", filter=late)
        ),
        "is_current": company.fingerprint == fingerprint(),
        "failure": failures.order_by("-at").first(),
        "exported": _told(company).filter(verb="company.exported").first(),
        "inside": inside(company, actor),
    }


def inside(company: Company, actor: Actor) -> Inside | None:
    """Sums out of the company's own tables, and the company reads that somebody looked at them.

    None where this release cannot read them, or where they are going.
    """
    if company.state == State.ERASING or not serving.serves(company.fingerprint):
        return None
    with visit(company.ref):
        visits.look_at("sums", by=actor)
        files = Attachment.objects.aggregate(size=Sum("size"), number=Count("pk"))
        roles = dict(User.objects.filter(is_active=True).order_by().values_list("role").annotate(Count("pk")))
        # Only what its people did: the product's own work goes on where nobody is.
        theirs = Event.objects.filter(actor_kind="company").order_by("-at", "-id")
        last = theirs.values_list("at", flat=True).first()
        mail, incoming = outgoing.state(), coming_in.intake()
    counted = [(label, roles[role]) for role, label in COMPANY_ROLES.items() if role in roles]
    return Inside(files["size"] or 0, files["number"], counted, last, mail, incoming)


def history(company: Company) -> list[Any]:
    """What was decided and agreed about the company, the latest first."""
    return list(_told(company)[:SHOWN])


def _told(company: Company) -> QuerySet[PlatformAuditLog]:
    """What the platform's audit says of the company, the latest first."""
    return PlatformAuditLog.objects.filter(decided_about(company.pk)).order_by("-at", "-id")
