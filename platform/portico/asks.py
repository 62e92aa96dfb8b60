"""Where one app may ask another, and the kernel any of them. What they know is said there, and found from here."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import QuerySet
from django.urls import reverse

from portico.actor import Actor
from portico.database import CompanyRef, current_company
from portico.database.kept import Kept
from shared_apps.accounts import actors, factors, rules, sessions
from shared_apps.accounts.models import User
from shared_apps.billing import plans
from shared_apps.billing.plans import Plan
from shared_apps.console import rebuild, visit_ends
from shared_apps.mail import senders, telling
from shared_apps.signup import names
from shared_apps.staff.models import TicketCoverage
from tenant_apps.mailroom import answering, intake
from tenant_apps.notices import delivery, enclosing, filling, samples, stopping
from tenant_apps.partners import reading
from tenant_apps.people import contacts
from tenant_apps.sso import reading as sso
from tenant_apps.tickets import branding, dues, starting, workflow
from tenant_apps.tickets import settings as ticket_settings
from tenant_apps.visits import actions as visits
from tenants import routing
from tenants.domains import reading as domains
from tenants.models import HOUSE_SLUG, Company
from tenants.routing import Door

# The marks and words of statuses, for templates.
STATUSES = workflow.BY_KEY

# What the platform's own desk is called in its address.
HOUSE = HOUSE_SLUG
# A restore asks here.
rebuild_index = rebuild.rebuild
count_second_steps = factors.count_all
slug_problem = names.problem
why_visit_is_over, visit_goes_on = visit_ends.why_over, visits.goes_on
# Who asks for a style sheet or a logo that the door does not know yet asks here.
brand_as_set = branding.as_set
# Who opens a desk says so there, for its first page.
begin_checklist = starting.begin
# The e-mail domains that the company whose scope holds has proven by a TXT record.
proven_domains = domains.proven


def first_steps_left() -> bool:
    """Whether the owner of the company whose scope holds still has first steps to take with the new desk."""
    from tenant_apps.desk.setup import start  # pages come with it, which ask here

    return start.are_left()


def write_dues(connection: Any, company: CompanyRef) -> None:
    """Write down what a company that was restored has due, as its owner, with the path set to its schema."""
    from tenant_apps.mailroom import dues as of_mail  # mail speaks for accounts, which ask here
    from tenant_apps.people import dues as of_people  # so do people

    for part in (dues, of_mail, of_people):
        part.write(connection, company)


def plan_of_company() -> Plan:
    """The plan of the company whose scope holds, with its limits. No statement: it came with the door."""
    return plans.of_company(current_company())


def plan_limit(name: str) -> Any:
    """One limit of that plan (`agents`, `storage`, `white_label`, `keys`, `api`, `tier`); None for no limit."""
    return getattr(plan_of_company(), name)


def plan_has_white_label(company: CompanyRef) -> bool:
    """Whether the plan of this company keeps Portico's name off its pages."""
    return plans.of_company(company).white_label


# What a letter says is known where it was posted; a company may put some into its own words.
fill_letter, read_enclosed, stop_link, own_words = filling.fill, enclosing.read, stopping.link, samples.own
letter_lost = delivery.lost
SAMPLE_LETTERS = samples.SAMPLES


def dkim_record() -> dict[str, str] | None:
    """What a company's DNS has to say so that the signature of its mails is believed, or None (`senders`)."""
    return senders.dkim_record()


def mail_came_back(message_id: str, words: str, *, is_hard: bool) -> bool:
    """Said by whoever takes a mail server's report in: one of our letters is lost. False when it is none of ours."""
    return telling.came_back(message_id, words, is_hard=is_hard)


# The page of one's own keys shows what acts for a person, too.
apps_acting_for = reading.acting_for


def address_proven(user: Any) -> None:
    """Said by whatever proves that an address is this account's (an invitation opened, a mail confirmed), in its
    company's scope: what was asked from there before is theirs."""
    contacts.link_account(user)


def sign_in_elsewhere(user: Any) -> str:
    """The page that says how this person has to come in instead of with a password, or nothing. Whatever lets people
    in by other means than a provider asks this first. Needs the company's scope."""
    found = sso.elsewhere(user)
    return reverse("sso:instead", args=[found.pk]) if found else ""


def take_mail(raw: bytes, recipient: str = "", *, via: str = "command") -> UUID:
    """Keep a mail and have it led to a request; its id. Without a recipient its head says whose it is.

    `mailroom.intake.Nowhere` when that leads to no company here.
    """
    return intake.deliver(raw, recipient, via=via)


def may_answer_mail(ticket_id: UUID, address: str) -> bool:
    """Whether the product may write to this address by itself about this request: not when a machine wrote it."""
    return answering.may_answer(ticket_id, address)


def channel_signature(ticket_id: UUID) -> str:
    """What stands below answers to a request that came in by a mail channel; empty for others."""
    return answering.signature_of(ticket_id)


def company_by_id(company_id: int, *, even_suspended: bool = False) -> CompanyRef | None:
    """The company when it works today, or rests only for its own people; else None. Needs the platform's scope."""
    company: Company | None = _COMPANY.first(even_suspended, key=company_id)
    return company.ref if company else None


def _company(even_suspended: bool, *, key: int) -> QuerySet[Company]:
    states = [Company.State.ACTIVE, *([Company.State.SUSPENDED] if even_suspended else [])]
    return Company.objects.filter(pk=key, state__in=states)


_COMPANY = Kept(_company)


def door_of(host: str) -> Door | None:
    """Where a host leads, or None."""
    return routing.door_of(host)


def may_have_certificate(name: str) -> bool:
    """Whether this host is one of ours: of the platform itself, or of a company that works."""
    _, colon, port = settings.BASE_HOST.partition(":")
    door = routing.door_of(f"{name}{colon}{port}")
    return door is not None and (door.company is None or door.state == Company.State.ACTIVE)


def actor_of_session(key: str, door: Door | None = None) -> Actor | None:
    """Who is signed in with a session of this key, or None. Needs the door's scope.

    With the door, nobody who has to set up a second step before anything else.
    """
    user = sessions.person_of(SessionStore(key))
    if user is None or (door and rules.is_held(user, rules.of(door))):
        return None
    return actors.actor_of(user)


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
