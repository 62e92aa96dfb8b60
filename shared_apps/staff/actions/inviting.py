"""Invitations: a link that is mailed, may be handed over as well, and makes somebody a member of the team once."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from portico import clock
from portico.actor import NOBODY, Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from portico.mailing import Letter, address, post
from shared_apps.accounts.models import STAFF_ROLES, User
from shared_apps.staff import access
from shared_apps.staff.actions.people import require_reach
from shared_apps.staff.models import INVITED_FOR, Invitation

_NOT_ANY_MORE = "This invitation cannot be used any more. Please ask for a new one."


class Invited(NamedTuple):
    """An invitation, and the code of its link: it is shown once and kept nowhere."""

    invitation: Invitation
    code: str


@transaction.atomic
def invite(email: str, role: str, *, by: Actor) -> Invited:
    """Ask somebody to join the team. An earlier invitation of the same address ends with this."""
    access.require(by, "manage_team")
    assert by.id is not None  # noqa: S101 (staff have ids, and the product itself invites nobody)
    email = email.strip().lower()
    if role not in STAFF_ROLES:
        raise Invalid({"role": ["Please choose a role from the list."]})
    require_reach(by, role)
    _require_new(email)
    for earlier in Invitation.objects.waiting().filter(email=email).select_for_update():
        _require_reach_of(earlier, by)
        _end(earlier)
    made = Invitation(email=email, role=role, inviter_id=by.id)
    code = made.renew()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody invited the same address at the same moment
        raise Refused("invited_already", "Somebody else has just invited this address.") from None
    record("team.invite", made, by=by, email=email, role=role, expires_at=made.expires_at.isoformat())
    link = address(reverse("console:join", "portico.urls_console", [code]), door="console")
    facts = {"inviter": by.label, "role": STAFF_ROLES[role], "link": link, "days": INVITED_FOR.days}
    post(Letter(to=email, template="team_invitation", facts=facts, stream="auth", about=made.pk))
    return Invited(made, code)


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> None:
    """Take an invitation back: its link leads nowhere from now on."""
    access.require(by, "manage_team")
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if found is None:
        raise Missing
    _require_reach_of(found, by)
    if found.used_at or found.revoked_at:
        raise Refused("over_already", "This invitation was used or taken back already.")
    _end(found)
    record("team.invitation.revoke", found, by=by, email=found.email, role=found.role)


@transaction.atomic
def accept(code: str, name: str, password: str) -> User:
    """Join the team: the account, with the invitation's address and role. Missing for a code that is no longer good.

    The invitation is worth what its inviter may do at this moment: suspended, or of a lower role by now, they can make
    nobody a member.
    """
    found = _standing(Invitation.objects.named(code).select_for_update(of=["self"]))
    _require_new(found.email)
    user = User.objects.create_user(found.email, password, name=name, role=found.role)
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    facts = {"name": name, "role": found.role, "invited_by": found.inviter.name}
    record("team.join", user, by=_actor(user), **facts)
    return user


def look_at(code: str) -> Invitation:
    """The invitation of a code that can still be used; Missing for any other."""
    return _standing(Invitation.objects.named(code))


def _standing(rows: QuerySet[Invitation]) -> Invitation:
    found = rows.select_related("inviter").first()
    inviter = _actor(found.inviter) if found and found.inviter.is_active else NOBODY
    if found is None or not access.may(inviter, "manage_team") or not access.reaches(inviter, found.role):
        raise Missing("invitation_over", _NOT_ANY_MORE)
    return found


def _actor(user: User) -> Actor:
    """Somebody with what their role allows; what they cover is of no matter here."""
    return Actor(kind="staff", id=user.pk, role=user.role, label=user.name)


def _require_new(email: str) -> None:
    known = User.objects.alias(lower=Lower("email")).filter(lower=email).first()
    if known and not known.is_active:
        raise Invalid({"email": [f"{known.name} has this address and is suspended. Bring them back instead."]})
    if known:
        raise Invalid({"email": [f"{known.name} is in the team already, with this address."]})


def _require_reach_of(invitation: Invitation, by: Actor) -> None:
    try:
        require_reach(by, invitation.role)
    except Forbidden:
        words = f"This address is invited as {STAFF_ROLES[invitation.role].lower()}, above your own role."
        raise Forbidden("above_you", words) from None


def _end(invitation: Invitation) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
