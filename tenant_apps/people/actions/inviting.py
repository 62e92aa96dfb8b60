"""Invitations: a mail with a link that makes somebody one of the company's people, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from portico import clock
from portico.actor import Actor
from portico.database import current_company
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from portico.mailing import Letter, address, post
from portico.several import words_of
from portico.throttle import allow
from shared_apps.accounts import seats
from shared_apps.accounts.actors import actor_of, by_id
from shared_apps.accounts.models import User
from tenant_apps.people import access, roles
from tenant_apps.people.models import Invitation, Team
from tenant_apps.tickets.text import clean_text

LASTS = (1, 3, 7, 14, 30)
USUAL = 7
MOST_WAITING, MOST_AT_ONCE, MOST_TEAMS_EACH = 10_000, 100, 20
_NOT_ANY_MORE = "This invitation cannot be used any more. Please ask for a new one."
_AGAIN, _DAY = 5, 24 * 3600


@dataclass(frozen=True, slots=True)
class Wish:
    """As what somebody shall join. `teams` are ids; `list_id` names the list that the address came out of."""

    role: str
    name: str = ""
    teams: Sequence[str] = ()
    days: int = USUAL
    list_id: UUID | None = None


class Invited(NamedTuple):
    """An invitation, and the code of its link, which leaves by mail alone and is kept nowhere."""

    invitation: Invitation
    code: str


@dataclass(slots=True)
class Outcome:
    """What became of several addresses."""

    invited: list[Invitation] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def invite(email: str, wish: Wish, *, by: Actor) -> Invited:
    """Ask somebody to join, by mail. An earlier invitation of the same address ends with this."""
    access.require(by, "manage_people")
    assert by.id is not None  # noqa: S101 (people and keys have ids, and the product itself invites nobody)
    email, role = clean_address(email), _role(wish.role, by)
    teams = _teams(wish.teams)
    if wish.days not in LASTS:
        raise Invalid({"days": [f"Please choose one of: {', '.join(map(str, LASTS))}."]})
    require_new(email)
    for earlier in Invitation.objects.waiting().filter(email=email).select_for_update():
        _require_reach_of(earlier, by)
        _end(earlier)
    if role.base in seats.AGENTS:
        seats.require_room(promised=promised())
    name = " ".join(clean_text("name", wish.name, limit=120, required=False).split())
    made = Invitation(email=email, role=role.key, inviter_id=by.id, inviter_name=by.label[:120], name=name)
    made.teams, made.lasts_days, made.import_id = teams, wish.days, wish.list_id
    code = made.renew(timedelta(days=wish.days))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody invited the same address at the same moment
        raise Refused("invited_already", "Somebody else has just invited this address.") from None
    record(
        "person.invite",
        made,
        by=by,
        desk="company",
        email=email,
        role=role.name,
        expires_at=made.expires_at.isoformat(),
    )
    _send(made, code, role)
    return Invited(made, code)


def invite_several(text: str, wish: Wish, *, by: Actor) -> Outcome:
    """The same for every address in a text, with commas, semicolons or lines between them; each is taken or refused
    alone. Invalid when there are none, or too many."""
    access.require(by, "manage_people")
    found = dict.fromkeys(one.strip() for one in text.replace(";", "\n").replace(",", "\n").splitlines() if one.strip())
    if not found:
        raise Invalid({"emails": ["Please write at least one address."]})
    if len(found) > MOST_AT_ONCE:
        raise Invalid({"emails": [f"At most {MOST_AT_ONCE} at once; for more there is the import of a file."]})
    if Invitation.objects.waiting().count() + len(found) > MOST_WAITING:
        raise Refused("too_many", f"{MOST_WAITING:,} invitations wait already.")
    outcome = Outcome()
    for one in found:
        try:
            outcome.invited.append(invite(one, wish, by=by).invitation)
        except (Forbidden, Refused, Invalid) as no:
            if isinstance(no, Invalid) and "email" not in no.fields:
                raise
            outcome.refused.append((one[:254], words_of(no)))
    return outcome


@transaction.atomic
def resend(invitation_id: UUID, *, by: Actor) -> Invitation:
    """Send the mail again, with another link that is good from now on; the one before leads nowhere."""
    found = _held(invitation_id, by)
    assert by.id is not None  # noqa: S101 (people and keys have ids)
    allow("invitation", f"{current_company().key} {found.pk}", _AGAIN, _DAY)
    role = _role(found.role, by)
    require_new(found.email)
    code = found.renew(timedelta(days=found.lasts_days))
    # From now on it is worth what whoever sent it again may do.
    found.inviter_id, found.inviter_name, found.sent_at = by.id, by.label[:120], clock.now()
    found.save(update_fields=["digest", "expires_at", "sent_at", "inviter_id", "inviter_name"])
    record("person.invitation.resend", found, by=by, desk="company", email=found.email, role=role.name)
    _send(found, code, role)
    return found


@transaction.atomic
def revoke(invitation_id: UUID, *, by: Actor) -> Invitation:
    """Take an invitation back: its link leads nowhere from now on."""
    found = _held(invitation_id, by)
    _end(found)
    record("person.invitation.revoke", found, by=by, desk="company", email=found.email)
    return found


@transaction.atomic
def accept(code: str, name: str, password: str) -> User:
    """Join the company: the account, with the invitation's address, role and teams. Missing for a code that is no
    longer good.

    The invitation is worth what its inviter may do at this moment.
    """
    return _join(Invitation.objects.named(code), name, password)


@transaction.atomic
def accept_elsewhere(mark: str, name: str) -> User:
    """The same for somebody who signs in elsewhere and has no password here; `mark` is the digest of the code.

    The caller answers for it that this somebody is proven to have the invitation's address.
    """
    return _join(Invitation.objects.marked(mark), name, None)


@transaction.atomic
def accept_waiting(email: str, name: str) -> User | None:
    """The same without the link, for an address that is proven, when an invitation waits for it; else None."""
    rows = Invitation.objects.waiting().filter(email=email, expires_at__gt=clock.now())
    try:
        found, role = _standing(rows)
        if role.base == "owner":
            raise Refused("owner_invited", "You are invited as an owner. Please open the link of your letter.")
        return _join(rows, found.name or name, None)
    except Missing:
        return None


def look_at(code: str) -> tuple[Invitation, roles.Role]:
    """The invitation of a code that can still be used, and the role it gives; Missing for any other."""
    return _standing(Invitation.objects.named(code))


def look_at_marked(mark: str) -> tuple[Invitation, roles.Role]:
    """The same by the digest of a code."""
    return _standing(Invitation.objects.marked(mark))


def promised() -> int:
    """How many of those who are invited would answer requests."""
    answering = [key for key, role in roles.known().items() if role.base in seats.AGENTS]
    return Invitation.objects.waiting().filter(role__in=answering).count()


def clean_address(email: str) -> str:
    """The address as it is kept; Invalid under `email` for what is none."""
    email = clean_text("email", email, limit=254).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid({"email": ["This is not an e-mail address."]}) from None
    return email


def require_new(email: str) -> None:
    """Invalid when somebody has an account with this address."""
    known = User.objects.filter(email=email).first()
    if known and not known.is_active:
        raise Invalid({"email": [f"{known.name} has this address and is deactivated. Bring them back instead."]})
    if known:
        raise Invalid({"email": [f"{known.name} is here already, with this address."]})


def _join(rows: QuerySet[Any], name: str, password: str | None) -> User:
    from portico import asks  # it looks across, and knows what follows from a proven address

    found, role = _standing(rows.select_for_update())
    require_new(found.email)
    if role.base in seats.AGENTS:
        seats.require_room()
    user = User(email=found.email, name=name)
    there = set(map(str, Team.objects.filter(is_active=True).values_list("pk", flat=True)))
    user.profile = {"teams": [one for one in found.teams if one in there]} if found.teams else {}
    role.written_to(user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:  # an account with this address came by another way at the same moment
        raise Missing("invitation_over", _NOT_ANY_MORE) from None
    found.used_at, found.user_id = clock.now(), user.pk
    found.save(update_fields=["used_at", "user_id"])
    facts = {"name": name, "role": role.name, "invited_by": found.inviter_name}
    record("person.join", user, by=actor_of(user), desk="company", **facts)
    asks.address_proven(user)
    return user


def _standing(rows: QuerySet[Any]) -> tuple[Invitation, roles.Role]:
    found: Invitation | None = rows.first()
    role = roles.known().get(found.role) if found else None
    inviter = by_id(found.inviter_id) if found else None
    if found is None or role is None or inviter is None:
        raise Missing("invitation_over", _NOT_ANY_MORE)
    if not access.may(inviter, "manage_people") or not access.reaches(inviter, role):
        raise Missing("invitation_over", _NOT_ANY_MORE)
    return found, role


def _held(invitation_id: UUID, by: Actor) -> Invitation:
    """A waiting invitation that this actor may change."""
    access.require(by, "manage_people")
    found = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if found is None:
        raise Missing
    _require_reach_of(found, by)
    if found.used_at or found.revoked_at:
        raise Refused("over_already", "This invitation was used or taken back already.")
    return found


def _role(key: str, by: Actor) -> roles.Role:
    role = roles.known().get(key)
    if role is None:
        raise Invalid({"role": ["Please choose a role from the list."]})
    if not access.reaches(by, role):
        raise Forbidden("above_you", f"{role.name} allows more than your own role: somebody who has that decides.")
    return role


def _require_reach_of(invitation: Invitation, by: Actor) -> None:
    role = roles.known().get(invitation.role)
    if role and not access.reaches(by, role):
        raise Forbidden("above_you", f"This address is invited as {role.name.lower()}, above your own role.")


def _teams(given: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(str(one) for one in given))[: MOST_TEAMS_EACH + 1]
    known = set(map(str, Team.objects.filter(is_active=True).values_list("pk", flat=True))) if wanted else set()
    if set(wanted) - known or len(wanted) > MOST_TEAMS_EACH:
        raise Invalid({"teams": ["Please choose teams from the list."]})
    return wanted


def _send(made: Invitation, code: str, role: roles.Role) -> None:
    facts = {
        "company": current_company().name,
        "inviter": made.inviter_name,
        "role": role.name,
        "link": address(reverse("people:join", "portico.urls_company", [code])),
        "until": made.expires_at.isoformat(),
        "days": made.lasts_days,
    }
    post(Letter(to=made.email, name=made.name, template="invitation", facts=facts, stream="auth", about=made.pk))


def _end(invitation: Invitation) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
