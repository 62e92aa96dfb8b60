"""What can be done at the door of the platform: open a desk of one's own."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from portico import asks
from portico.actor import Actor
from portico.database import CompanyRef, visit
from portico.errors import Invalid, Missing
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.signup import names, welcome
from shared_apps.signup.models import WaitingSignup
from tenants.models import Company, Tombstone
from tenants.provision import SlugTaken, claim

_A_MOMENT = timedelta(minutes=10)
TAKEN = "This address is taken. Please choose another."


class Opened(NamedTuple):
    """A company that stands, and where its owner goes in: once, within a minute."""

    company: CompanyRef
    address: str


@transaction.atomic
def sign_up(name: str, slug: str, owner_name: str, email: str, password: str) -> Opened:
    """A company in a schema of its own, with its owner in it. All of it happens, or nothing does.

    Raises Invalid when the address cannot be had and `tenants.provision.NoReadySchema` when no schema is ready; then
    `wait` keeps what was asked for. Sent twice, it leads into the desk that the first sending opened.
    """
    opened = _opened_before(slug, email, password)
    if opened:
        return opened
    require_free(slug)
    return _open(name, slug, owner_name, email, make_password(password))


@transaction.atomic
def wait(name: str, slug: str, owner_name: str, email: str, password: str) -> WaitingSignup:
    """Keep the signup, and its address, until a schema is ready."""
    require_free(slug)
    hashed = make_password(password)
    try:
        with transaction.atomic():
            return WaitingSignup.objects.create(
                name=name, slug=slug, owner_name=owner_name, email=email, password=hashed
            )
    except IntegrityError as error:
        raise Invalid({"slug": [TAKEN]}) from error


@transaction.atomic
def finish(key: str) -> Opened:
    """Open the desk of a signup that waited; NoReadySchema while it still has to. Missing when it was finished."""
    waiting = WaitingSignup.objects.current().select_for_update().filter(pk=key).first()
    if waiting is None:
        raise Missing
    opened = _open(waiting.name, waiting.slug, waiting.owner_name, waiting.email, waiting.password)
    waiting.delete()
    return opened


def accept_terms(owner: User, terms: dict[str, Any]) -> None:
    """Write down that the owner accepted the terms: which version, and when. In the company's scope."""
    by = Actor(kind="company", id=owner.pk, role=owner.role, label=owner.name)
    record("terms.accept", owner, by=by, desk="company", version=terms.get("version", ""), at=terms.get("at", ""))


def is_free(slug: str) -> bool:
    """Whether nobody has this address or waits for it. Needs the platform's scope."""
    taken = Company.objects.filter(slug=slug).exists() or Tombstone.objects.resting(slug).exists()
    return not taken and not WaitingSignup.objects.current().filter(slug=slug).exists()


def require_free(slug: str) -> None:
    """Invalid, in words for the field `slug`, when this address cannot be had."""
    WaitingSignup.objects.stale().delete()
    against = names.problem(slug)
    if against or not is_free(slug):
        raise Invalid({"slug": [against or TAKEN]})


def _opened_before(slug: str, email: str, password: str) -> Opened | None:
    """The desk that this very person opened a moment ago and never entered: the answer got lost on its way."""
    company = Company.objects.filter(slug=slug, created_at__gt=timezone.now() - _A_MOMENT).first()
    if company is None:
        return None
    with visit(company.ref):
        owner = User.objects.filter(email=email.lower(), role="owner", last_login=None).first()
        if owner is None or not owner.check_password(password):
            return None
        return Opened(company.ref, _way_in(company.ref, owner))


def _open(name: str, slug: str, owner_name: str, email: str, hashed: str) -> Opened:
    try:
        company = claim(name=name, slug=slug)
    except SlugTaken as error:
        raise Invalid({"slug": [TAKEN]}) from error
    with visit(company):
        owner = User.objects.create(email=email.lower(), name=owner_name, role="owner", password=hashed)
        by = Actor(kind="company", id=owner.pk, role=owner.role, label=owner.name)
        record("company.created", Company(pk=company.id), by=by, name=name, slug=slug)
        asks.begin_checklist()
        return Opened(company, _way_in(company, owner))


def _way_in(company: CompanyRef, owner: User) -> str:
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{company.slug}.{settings.BASE_HOST}/welcome/{welcome.issue(company, owner)}"
