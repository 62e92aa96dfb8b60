"""The demo: two companies, their people, the platform's staff, and stories told through the real actions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portico import clock
from portico.actor import Actor
from portico.database import CompanyRef, company_scope, platform_scope
from shared_apps.accounts import tokens
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.console import app_stories, brand_stories, care_stories, home_stories, incident_stories
from shared_apps.console.home_stories import Wish
from shared_apps.console.stories import ACME, BOREALIS, Step, Story
from shared_apps.staff.models import TicketCoverage
from tenant_apps.tickets import actions, levels
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Ticket
from tenants.models import Company
from tenants.provision import claim

PASSWORD = "portico-demo"  # noqa: S105 (printed by the demo for everybody to see)
LABEL = "demo"

COMPANIES: tuple[tuple[str, str, tuple[Story, ...], tuple[Wish, ...]], ...] = (
    ("acme", "Acme", ACME, home_stories.ACME),
    ("borealis", "Borealis", BOREALIS, home_stories.BOREALIS),
)
PEOPLE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "acme": {
        "olga": ("Olga Acker", "owner"),
        "ada": ("Ada Lind", "manager"),
        "ben": ("Ben Ode", "agent"),
        "mia": ("Mia Holt", "member"),
        "cleo": ("Cleo Marsh", "customer"),
    },
    "borealis": {
        "odd": ("Odd Berg", "owner"),
        "bo": ("Bo Nyman", "manager"),
        "bea": ("Bea Falk", "agent"),
        "mads": ("Mads Lien", "member"),
        "carl": ("Carl Voss", "customer"),
    },
}
# Who sees more than what they asked themselves: Mads looks after what his colleagues and the customers ask.
SEES: Mapping[str, str] = {"mads": "all"}
STAFF: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "omar": ("Omar Said", "platform_owner", ()),
    "ann": ("Ann Rivers", "platform_admin", ()),
    "sam": ("Sam Oduya", "platform_supervisor", ()),
    "lin": ("Lin Haas", "platform_support", ("website",)),
    "una": ("Una Weiss", "platform_support", ()),
    "eli": ("Eli Roy", "platform_engineer", ("integrations",)),
    "max": ("Max Orr", "platform_account_manager", ("billing", "account")),
}

# What they are good at, in their own words.
SKILLS: Mapping[str, Sequence[str]] = {
    "lin": ("dns", "wordpress"),
    "eli": ("webhooks",),
    "max": ("invoices", "norwegian"),
}


def seed() -> dict[str, Any]:
    """Make what is missing and return addresses, people and fresh tokens; those of the last call end.

    Runs as the login role, outside any scope; it needs a ready schema for each company that is not there yet.
    """
    with platform_scope(), transaction.atomic():
        staff = {name: _staff_member(name) for name in STAFF}
        actors = {name: actor_of(user) for name, user in staff.items()}
        console = {"url": _url("console"), "people": [_card(user) for user in staff.values()]}
    companies = [_seed_company(*company, actors) for company in COMPANIES]
    with platform_scope(), transaction.atomic():
        care_stories.tell(actors)
        incident_stories.tell(actors)
    incident_stories.spread()
    return {"console": console, "companies": companies}


def _seed_company(
    slug: str, name: str, stories: Sequence[Story], wishes: Sequence[Wish], staff: Mapping[str, Actor]
) -> dict[str, Any]:
    company = _company(slug, name)
    with company_scope(company), transaction.atomic():
        people = {person: _person(slug, person) for person in PEOPLE[slug]}
        if not Ticket.objects.exists():
            cast = {**staff, **{person: actor_of(user) for person, user in people.items()}}
            _tell([*stories, *wishes], cast)
            app_stories.tell(slug, cast)
            brand_stories.tell(slug, cast)
        cards = [_card(user) for user in people.values()]
    return {"id": company.id, "name": company.name, "slug": slug, "url": _url(slug), "people": cards}


def _company(slug: str, name: str) -> CompanyRef:
    with platform_scope(), transaction.atomic():
        company = Company.objects.filter(slug=slug).first()
        return company.ref if company else claim(name=name, slug=slug)


def _person(slug: str, person: str) -> User:
    name, role = PEOPLE[slug][person]
    return _account(f"{person}@{slug}.example", name, role, {"sees": SEES[person]} if person in SEES else {})


def _staff_member(person: str) -> User:
    name, role, subjects = STAFF[person]
    email = f"{person}@portico.example"
    is_new = not User.objects.filter(email=email).exists()
    user = _account(email, name, role, {"skills": list(SKILLS[person])} if person in SKILLS else {})
    if is_new:  # what somebody changed in the demo stays
        TicketCoverage.objects.bulk_create(TicketCoverage(platform_admin=user, subject_id=one) for one in subjects)
    return user


def _account(email: str, name: str, role: str, profile: Mapping[str, Any] | None = None) -> User:
    user = User.objects.filter(email=email).first()
    about = {"name": name, "role": role, "profile": dict(profile or {})}
    return user or User.objects.create(email=email, password=_hashed(), **about)


@cache
def _hashed() -> str:
    """Hashed once: it is the same for everybody, and hashing is slow on purpose."""
    return make_password(PASSWORD)


def _card(user: User) -> dict[str, str]:
    """What a visitor needs to be this person."""
    tokens.revoke_all(user, LABEL)
    token = tokens.issue(user, LABEL)
    return {"name": user.name, "role": user.role, "email": user.email, "password": PASSWORD, "token": token}


def _url(door: str) -> str:
    return f"{'https' if settings.HTTPS else 'http'}://{door}.{settings.BASE_HOST}"


def _tell(stories: Sequence[Story | Wish], cast: Mapping[str, Actor]) -> None:
    """Everything in the order in which it happened; the earliest ticket has the first number."""
    now = timezone.now()
    for story in sorted(stories, key=lambda one: -one.hours):
        with clock.at(now - timedelta(hours=story.hours)):
            ticket = _open(story, cast[story.who])
        for step in story.steps:
            with clock.at(now - timedelta(hours=step.hours)):
                _do(ticket, step, cast)


def _open(story: Story | Wish, by: Actor) -> Ticket:
    if isinstance(story, Wish):
        return actions.open_ticket(
            subject=story.subject, description=story.text, desk=Ticket.Desk.COMPANY, by=by, **story.more
        )
    about = {"subject": story.subject, "sub_subject": story.sub_subject, "type": story.type, "urgency": story.urgency}
    return actions.open_ticket(description=story.text, by=by, **about)


def _do(ticket: Ticket, step: Step, cast: Mapping[str, Actor]) -> None:
    by = cast[step.who]
    if step.act == "reply":
        actions.reply(ticket, step.value, by=by)
    elif step.act == "note":
        actions.reply(ticket, step.value, by=by, internal=True)
    elif step.act == "status":
        actions.change_status(ticket, step.value, by=by)
    elif step.act == "change":
        name, _, value = step.value.partition(":")
        actions.change(ticket, {name: value}, by=by)
    elif step.act == "escalate":
        level, _, why = step.value.partition(":")
        actions.escalate(ticket, levels.BY_NAME[level], why, by=by)
    elif step.act == "importance":
        actions.set_importance(ticket, step.value, by=by)
    elif step.act == "rate":
        rating, _, why = step.value.partition(":")
        actions.rate(ticket, rating, why, by=by)
    elif step.act == "due":
        actions.change(ticket, {"sla_due_at": clock.now() + timedelta(hours=float(step.value))}, by=by)
    else:
        assignee = cast[step.value]
        assert assignee.id is not None  # noqa: S101 (everybody of the cast has an account)
        actions.assign(ticket, Assignee(assignee.id, assignee.label), by=by)
