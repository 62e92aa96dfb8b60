"""What can be done with keys for programs. Their text is given back once, by whatever makes it, and kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portico import asks
from portico.actor import Actor
from portico.api import scopes
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts import access, tokens
from shared_apps.accounts.models import Token, User

MOST, MOST_OF_A_COMPANY, MOST_ADDRESSES = 20, 50, 20
LONGEST = timedelta(days=366)
GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key shall be. `role` makes it the company's; `once` makes a form that is sent twice make one key."""

    name: str
    scopes: Sequence[str]
    expires_at: datetime | None
    once: UUID
    role: str = ""
    addresses: Sequence[str] = field(default=())


@transaction.atomic
def make(wish: Wish, *, by: Actor) -> tuple[Token, str]:
    """A key of one's own, or of the company; the row and its text."""
    access.require(by, "keep_company_keys" if wish.role else "have_keys")
    user = None if wish.role else _lock_person(by)
    key = Token(
        id=uuid5(wish.once, str(by.id)),  # nobody can choose the id of a key, which may be that of an actor
        user=user,
        label=_name(wish.name),
        scopes=_scopes(wish.scopes, by),
        expires_at=_end(wish.expires_at),
        role=_role(wish.role),
        addresses=_networks(wish.addresses),
        made_by=by.label,
    )
    if Token.objects.filter(pk=key.pk).exists():
        raise Refused("made_already", "This key was made already. If its secret is lost, end it and make another one.")
    _require_room(user)
    text = tokens.secret()
    for name, value in tokens.marks_of(text).items():
        setattr(key, name, value)
    key.save(force_insert=True)
    record("key.create", key, by=by, desk="company", name=key.label, scopes=key.scopes, role=key.role, of=_of(key))
    return key, text


@transaction.atomic
def rotate(key_id: UUID, *, by: Actor) -> tuple[Token, str]:
    """Another secret for a key of the company. The one before is good for a day, so that programs can follow."""
    access.require(by, "keep_company_keys")
    key = _lock(Token.objects.living().of_companies(), key_id)
    if not key.is_living:
        raise Missing
    if key.has_former:
        raise Refused("rotated_already", "Its secret was changed less than a day ago, and the one before still works.")
    text = tokens.secret()
    key.former_digest, key.former_until = key.digest, timezone.now() + GRACE
    marks = tokens.marks_of(text)
    key.digest, key.tail = marks["digest"], marks["tail"]
    key.save(update_fields=["former_digest", "former_until", "digest", "tail"])
    record("key.rotate", key, by=by, desk="company", name=key.label)
    return key, text


@transaction.atomic
def revoke(key_id: UUID, *, by: Actor) -> Token:
    """End a key at once: one's own, the company's for its managers, and everybody's for the owner."""
    access.require(by, "have_keys")
    rows = Token.objects.made_here().filter(user_id=by.id) if by.id else Token.objects.none()
    if access.may(by, "keep_company_keys"):
        rows |= Token.objects.of_companies()
    if access.may(by, "see_everybodys_keys"):
        rows = Token.objects.made_here()
    key = _lock(rows, key_id)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        whose = "" if key.user_id == by.id else _of(key)
        record("key.revoke", key, by=by, desk="company", name=key.label, of=whose)
    return key


def _lock(rows: QuerySet[Token], key_id: UUID) -> Token:
    found: Token | None = Token.objects.select_for_update(no_key=True).filter(pk__in=rows.filter(pk=key_id)).first()
    if found is None:
        raise Missing
    return found


def _lock_person(by: Actor) -> User:
    person: User | None = (
        User.objects.select_for_update(no_key=True).filter(pk=by.id or UUID(int=0), is_active=True).first()
    )
    if person is None:
        raise Missing
    return person


def _require_room(user: User | None) -> None:
    """Two at once count one after the other: each holds the person, or for the company's keys its owners."""
    if user is None:
        list(User.objects.filter(role="owner").order_by("pk").select_for_update(no_key=True).values_list("pk"))
        most = min(MOST_OF_A_COMPANY, asks.plan_limit("keys") or MOST_OF_A_COMPANY)
        if Token.objects.living().of_companies().count() >= most:
            more = "" if most == MOST_OF_A_COMPANY else " A larger plan has more (Settings, Plan and billing)."
            raise Refused("too_many_keys", f"A company has at most {most} keys here. End one first.{more}")
    elif user.tokens.living().made_here().count() >= MOST:
        raise Refused("too_many_keys", f"At most {MOST} keys fit. End one of yours first.")


def _of(key: Token) -> str:
    return "the company" if key.user is None else key.user.name


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise Invalid({"name": ["Give it a name of at most 80 characters, so that you know it again."]})
    return name


def _scopes(given: Sequence[str], by: Actor) -> list[str]:
    known = scopes.STAFF if by.is_staff else scopes.COMPANY
    if not given or set(given) - set(known):
        raise Invalid({"scopes": [f"Choose at least one of: {', '.join(known)}."]})
    return [one for one in known if one in given]


def _end(given: datetime | None) -> datetime | None:
    if given is None and not settings.KEYS_WITHOUT_END:
        raise Invalid({"expires": ["A key has to end some day."]})
    now = timezone.now()
    if given is not None and not now < given <= now + LONGEST:
        raise Invalid({"expires": ["Choose a day within the next year."]})
    return given


def _role(given: str) -> str:
    if given and given not in access.KEY_ROLES:
        raise Invalid({"role": [f"Choose one of: {', '.join(access.KEY_ROLES)}."]})
    return given


def _networks(given: Sequence[str]) -> list[str]:
    if len(given) > MOST_ADDRESSES:
        raise Invalid({"addresses": [f"At most {MOST_ADDRESSES} addresses fit."]})
    found = []
    for one in given:
        try:
            found.append(str(ip_network(one.strip())))
        except ValueError:
            raise Invalid({"addresses": [f"“{one[:45]}” is no address like 192.0.2.7 or 192.0.2.0/24."]}) from None
    return list(dict.fromkeys(found))
