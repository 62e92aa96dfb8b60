"""Where one app may ask another, and the kernel any of them. What they know is said there, and found from here."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore

from portico.actor import Actor
from portico.database import CompanyRef
from shared_apps.accounts import actors, sessions
from shared_apps.accounts.models import User
from shared_apps.console import rebuild, visit_ends
from shared_apps.signup import names
from shared_apps.staff.models import TicketCoverage
from tenant_apps.partners import reading
from tenant_apps.people import contacts
from tenant_apps.tickets import branding, dues, workflow
from tenant_apps.tickets import settings as ticket_settings
from tenant_apps.visits import actions as visits
from tenants import routing
from tenants.models import Company
from tenants.routing import Door

# The marks and words of statuses, for templates.
STATUSES = workflow.BY_KEY

# A restore asks here.
rebuild_index = rebuild.rebuild
write_dues = dues.write
slug_problem = names.problem
why_visit_is_over, visit_goes_on = visit_ends.why_over, visits.goes_on
# Who asks for a style sheet or a logo that the door does not know yet asks here.
brand_as_set = branding.as_set
# The page of one's own keys shows what acts for a person, too.
apps_acting_for = reading.acting_for


def address_proven(user: Any) -> None:
    """Said by whatever proves that an address is this account's (an invitation opened, a mail confirmed), in its
    company's scope: what was asked from there before is theirs."""
    contacts.link_account(user)


def company_by_id(company_id: int, *, even_suspended: bool = False) -> CompanyRef | None:
    """The company when it works today, or rests only for its own people; else None. Needs the platform's scope."""
    states = [Company.State.ACTIVE, *([Company.State.SUSPENDED] if even_suspended else [])]
    company = Company.objects.filter(pk=company_id, state__in=states).first()
    return company.ref if company else None


def door_of(host: str) -> Door | None:
    """Where a host leads, or None."""
    return routing.door_of(host)


def actor_of_session(key: str) -> Actor | None:
    """Who is signed in with a session of this key, or None. Needs the door's scope."""
    user = sessions.person_of(SessionStore(key))
    return actors.actor_of(user) if user else None


def actor_by_id(id: UUID) -> Actor | None:
    """The person or the company's key with this id, while they may act: for the host of files."""
    return actors.by_id(id)


def api_origins() -> list[str]:
    """The websites whose pages may call this company's API. Needs the company's scope."""
    found: list[str] = ticket_settings.read("api_origins")["api_origins"]
    return found


def staff_member(email: str) -> Actor | None:
    """The staff member with this address. Needs the platform's scope."""
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    return actors.actor_of(user) if user else None


def coverage_of(staff_id: UUID) -> list[str]:
    """The subjects a staff member covers."""
    return list(TicketCoverage.objects.filter(platform_admin_id=staff_id).values_list("subject_id", flat=True))
