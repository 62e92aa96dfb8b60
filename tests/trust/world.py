"""The product as the stateful machine moves it: the cast, their keys, and questions over HTTP."""

import secrets
from importlib import import_module
from typing import Any

from tests.support import cast as members
from tests.trust.model import Company, Key, Person


def _scope(company: Company | None) -> Any:
    from portico.database import company_scope, platform_scope

    return company_scope(_row(company).ref) if company else platform_scope()


def _row(company: Company) -> Any:
    from django.db import transaction

    from portico.database import platform_scope
    from tenants.models import Company as Row

    with platform_scope(), transaction.atomic():
        return Row.objects.get(pk=company.id)


def cast() -> tuple[list[Company], list[Person]]:
    """Acme, Borealis and everybody, as the model sees them."""
    from django.db import transaction

    from shared_apps.accounts.models import User

    companies = [Company("acme", 1), Company("borealis", 2)]
    people = []
    for company in (*companies, None):
        with _scope(company), transaction.atomic():
            ids = dict(User.objects.values_list("email", "id"))
        known = members.PEOPLE[company.slug] if company else members.STAFF
        for name, (_, role, *covers) in known.items():
            person = Person(name, role, str(ids[members.email_of(name)]), company, set(covers[0] if covers else ()))
            people.append(person)
    return companies, people


def claim(slug: str) -> tuple[Company, list[Person]]:
    """A new company with an owner and a customer."""
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts.models import User
    from tenants import provision

    provision.refill(1)
    with platform_scope(), transaction.atomic():
        ref = provision.claim(name=slug.title(), slug=slug)
    company, people = Company(slug, ref.id), []
    with company_scope(ref), transaction.atomic():
        for role in ("owner", "customer"):
            user = User.objects.create_user(f"{role}@{slug}.example", None, name=f"{role} of {slug}", role=role)
            people.append(Person(f"{role}@{slug}", role, str(user.pk), company))
    return company, people


def suspend(company: Company) -> None:
    _decide("suspend", company)


def resume(company: Company) -> None:
    _decide("resume", company)


def _decide(verb: str, company: Company) -> None:
    from django.db import transaction

    from portico.actor import SYSTEM
    from portico.database import platform_scope
    from tenants.life import actions

    row = _row(company)
    with platform_scope(), transaction.atomic():
        getattr(actions, verb)(row, by=SYSTEM)
    forget()


def set_generation(rows: Any, company: Company) -> None:
    """As a restore does it."""
    rows.connection.execute(
        "UPDATE public.tenants_company SET generation = %s WHERE id = %s", [company.generation, company.id]
    )
    forget()


def forget() -> None:
    """Without the seconds that a process goes on with what it knew."""
    from tenants import routing

    routing.forget()


def without_limits() -> None:
    from django.conf import settings

    settings.API_REQUESTS_PER_MINUTE = 10_000_000


def _user(person: Person) -> Any:
    from shared_apps.accounts.models import User

    return User.objects.get(pk=person.id)


def issue(person: Person) -> Key:
    """A token with a label of its own, so that it can be revoked alone."""
    from django.db import transaction

    from shared_apps.accounts import tokens

    with _scope(person.company), transaction.atomic():
        text = tokens.issue(_user(person), secrets.token_hex(8))
    return Key("token", text, person, _generation(person))


def revoke(key: Key) -> None:
    from django.db import transaction

    from shared_apps.accounts import tokens
    from shared_apps.accounts.models import Token

    with _scope(key.person.company), transaction.atomic():
        label = Token.objects.get(digest=tokens._digest(key.text)).label
        tokens.revoke_all(_user(key.person), label)


def sign_in(person: Person) -> Key:
    from django.conf import settings
    from django.db import transaction
    from django.http import HttpRequest

    from shared_apps.accounts import sessions

    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    with _scope(person.company), transaction.atomic():
        sessions.sign_in(request, _user(person))
        request.session.save()
    return Key("session", str(request.session.session_key), person, _generation(person))


def _generation(person: Person) -> int:
    return person.company.generation if person.company else 1


def ask(
    key: Key, door: Company | None, path: str, fields: Any = None, *, method: str = "get", at_base: bool = False
) -> Any:
    """The answer at a company's door, the console's (None), or on the base host with the company's id beside it."""
    from django.conf import settings

    from tests.support.clients import Client

    slug = door.slug if door else "console"
    headers = {"Host": settings.BASE_HOST if at_base else f"{slug}.{settings.BASE_HOST}"}
    if at_base and door:
        headers["X-Company-Id"] = str(door.id)
    if key.kind == "token":
        headers["Authorization"] = f"Bearer {key.text}"
    client = Client(headers=headers)
    if key.kind == "session":
        client.cookies[settings.SESSION_COOKIE_NAME] = key.text
    body = {} if fields is None else {"data": fields, "content_type": "application/json"}
    return getattr(client, method)(path, **body)


def index_of(ticket_id: str) -> int:
    from django.db import transaction

    from portico.database import platform_scope
    from shared_apps.console.models import TicketIndex

    with platform_scope(), transaction.atomic():
        return int(TicketIndex.objects.get(ticket_id=ticket_id).pk)
