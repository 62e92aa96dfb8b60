"""A signup before its desk stands: the address is proven first, and no schema is spent on one that is not."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portico import asks
from portico.database import visit
from portico.errors import Invalid, Missing, Refused
from portico.mailing import AUTH, Letter, address, post
from shared_apps.accounts.models import User
from shared_apps.signup import actions
from shared_apps.signup.actions import Opened
from shared_apps.signup.models import KEPT_FOR, Search, WaitingSignup, Wish, new_key
from tenants.models import Company
from tenants.provision import NoReadySchema

CODE_LASTS = timedelta(minutes=30)
TRIES, LETTERS = 5, 5
_SALT = "portico.signup.link"
_WRONG = "This is not the code in our last letter."


@transaction.atomic
def begin(email: str) -> Wish:
    """Send a code to this address, whoever has it. What is left of others' signups goes on the way."""
    Wish.objects.stale().delete()
    Search.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()
    wish = Wish(email=email.strip().lower())
    _send(wish)
    wish.save(force_insert=True)
    return wish


@transaction.atomic
def send_again(key: str) -> Wish:
    """Another letter with another code; Refused when there were enough."""
    wish = _locked(key)
    if wish.letters >= LETTERS or wish.proven_at:
        raise Refused("enough_letters", "We have sent enough letters to this address. Please begin again.")
    _send(wish)
    wish.save()
    return wish


def prove(key: str, code: str) -> Wish:
    """The address is proven by the code that was sent there. Invalid when it is another; five tries for each code.

    Not one unit of work: a try that fails is counted.
    """
    counted = Wish.objects.current().filter(key=key, tries__lt=TRIES, proven_at=None).update(tries=F("tries") + 1)
    wish = Wish.objects.current().filter(key=key).first()
    if wish is None:
        raise Missing
    if wish.proven_at:
        return wish
    if not counted:
        raise Invalid({"code": ["That was tried too often. Let us send another code."]})
    is_right = constant_time_compare(wish.code_sha256, _digest(wish, code))
    if not is_right or wish.sent_at < timezone.now() - CODE_LASTS:
        raise Invalid({"code": [_WRONG if not is_right else "This code is too old. Let us send another."]})
    wish.proven_at = timezone.now()
    wish.save(update_fields=["proven_at"])
    return wish


def of_link(token: str) -> Wish | None:
    """The signup that a letter leads to, or None."""
    try:
        number = signing.loads(token, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return Wish.objects.current().filter(pk=UUID(number)).first()


@transaction.atomic
def go_on(token: str) -> Wish:
    """The address is proven by its letter's link, and whoever opened that goes on: other browsers are left behind."""
    wish = of_link(token)
    if wish is None:
        raise Missing
    wish = Wish.objects.select_for_update().get(pk=wish.pk)
    wish.key, wish.proven_at = new_key(), wish.proven_at or timezone.now()
    wish.save(update_fields=["key", "proven_at"])
    return wish


@transaction.atomic
def name_desk(key: str, name: str, slug: str) -> Wish:
    """Choose what the desk is called and its address, which others may still take; Invalid when it is taken."""
    wish = _proven(key)
    if slug:
        actions.require_free(slug)
    wish.name, wish.slug = name, slug
    wish.save(update_fields=["name", "slug"])
    return wish


@transaction.atomic
def open_desk(key: str, owner_name: str, password: str) -> Opened | WaitingSignup:
    """The desk of a signup, with its owner in it and the terms accepted; or its place in the queue for a schema."""
    wish = _proven(key)
    terms = {"version": settings.TERMS_VERSION, "at": timezone.now().isoformat(timespec="seconds")}
    asked = {
        "name": wish.name,
        "slug": wish.slug,
        "owner_name": owner_name,
        "email": wish.email,
        "password": password,
    }
    wish.terms = terms
    wish.save(update_fields=["terms"])
    try:
        return stands(wish, actions.sign_up(**asked))
    except NoReadySchema:
        return actions.wait(**asked)


def stands(wish: Wish, opened: Opened) -> Opened:
    """The desk of this signup is open: its owner accepted the terms and has proven the address."""
    wish.company_id = opened.company.id
    wish.save(update_fields=["company_id"])
    with visit(opened.company):
        owner = User.objects.get(email=wish.email, role="owner")
        actions.accept_terms(owner, wish.terms)
        asks.address_proven(owner)
    return opened


def finish(key: str) -> Opened:
    """`actions.finish` for a signup that waited: what it left open is done."""
    waiting = WaitingSignup.objects.current().filter(pk=key).first()
    opened = actions.finish(key)
    wish = Wish.objects.filter(email=waiting.email, slug=waiting.slug, company_id=None).first() if waiting else None
    return stands(wish, opened) if wish else opened


def home_of(wish: Wish) -> str:
    """The sign-in page of the desk that stands; empty when it is gone."""
    company = Company.objects.filter(pk=wish.company_id).first() if wish.company_id is not None else None
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{company.slug}.{settings.BASE_HOST}/login" if company else ""


def _proven(key: str) -> Wish:
    wish = _locked(key)
    if wish.step not in {"name", "owner"}:
        raise Refused("not_now", "Please go on where this signup stands.")
    return wish


def _locked(key: str) -> Wish:
    wish = Wish.objects.current().select_for_update().filter(key=key).first()
    if wish is None:
        raise Missing
    return wish


def _send(wish: Wish) -> None:
    code = f"{secrets.randbelow(1_000_000):06}"
    wish.code_sha256, wish.tries, wish.sent_at = _digest(wish, code), 0, timezone.now()
    wish.letters += 1
    link = address(f"/signup/continue/{signing.dumps(str(wish.pk), salt=_SALT)}")
    facts = {"code": f"{code[:3]} {code[3:]}", "link": link, "minutes": int(CODE_LASTS.total_seconds() // 60)}
    post(Letter(to=wish.email, template="signup_code", stream=AUTH, facts=facts))


def _digest(wish: Wish, code: str) -> str:
    """Spaces and hyphens that people type do not count."""
    digits = "".join(one for one in code if one.isdecimal())
    return salted_hmac("portico.signup.code", f"{wish.pk}:{digits}", algorithm="sha256").hexdigest()
