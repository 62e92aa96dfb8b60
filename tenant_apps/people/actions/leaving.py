"""Who somebody is in the company: another role, no longer here, back again, and who owns it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts import seats, sessions, tokens
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import access, roles
from tenant_apps.people.actions.handing import hand_back, hand_on, open_of
from tenant_apps.people.models import Invitation, Team
from tenant_apps.tickets import access as desk

OWNER, BELOW = "owner", "manager"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What somebody leaves behind when they go."""

    requests: int
    teams: list[str]
    keys: int
    invitations: int


def what_leaves(person: User) -> Leaving:
    """What becomes of somebody's work when they are deactivated, before it is done."""
    mine = person.profile.get("teams", ())
    return Leaving(
        requests=open_of(person.pk).count(),
        teams=list(Team.objects.filter(pk__in=mine, is_active=True).order_by("name").values_list("name", flat=True)),
        keys=person.tokens.living().count(),
        invitations=Invitation.objects.waiting().filter(inviter_id=person.pk).count(),
    )


@transaction.atomic
def change_role(person_id: UUID, key: str, *, by: Actor, seen: str = "") -> Event | None:
    """Give somebody another role; it holds from their next request on. `seen` is the role that the caller saw.

    Whoever answers no longer has no requests: theirs are anybody's to take.
    """
    person = _lock(person_id, by, "Nobody changes their own role. A colleague can do it.")
    before, role = roles.key_of(person), roles.known().get(key)
    if role is None:
        raise Invalid({"role": ["Please choose a role from the list."]})
    if seen and seen != before:
        raise Refused("changed_meanwhile", f"{person.name} is {person.role_label.lower()} by now. Please look again.")
    _require_reach(by, role)
    if before == key:
        return None
    if role.base in seats.AGENTS and person.role not in seats.AGENTS:
        seats.require_room()
    was_owner, sees = person.role == OWNER, person.profile.get("sees", "own")
    role.written_to(person)
    if role.base != "member":
        person.profile.pop("sees", None)
    if was_owner:
        _require_another_owner(person)
    person.save(update_fields=["role", "profile"])
    passed = [] if role.base in desk.COMPANY else hand_on(person, None, by=by)
    facts = {"name": person.name, "before": before, "after": key, "sees": sees, "role": role.name, "tickets": passed}
    return _told(record("person.role.update", person, by=by, desk="company", **facts))


@transaction.atomic
def deactivate(person_id: UUID, to: UUID | None, *, by: Actor) -> Event:
    """Keep somebody out from now on: sessions, keys and open pages end. Their open requests go to `to`, or (None) are
    anybody's to take."""
    person = _lock(person_id, by, "Nobody deactivates themselves. A colleague can do it.")
    if not person.is_active:
        raise Refused("deactivated_already", f"{person.name} is deactivated already.")
    heir = _heir(to, person)
    person.is_active = False
    if person.role == OWNER:
        _require_another_owner(person)
    person.save(update_fields=["is_active"])
    sessions.end_all(person)
    tokens.revoke_all(person)
    facts = {"to": str(heir.pk) if heir else None, "to_name": heir.name if heir else ""}
    passed = hand_on(person, heir, by=by)
    return _told(record("person.deactivate", person, by=by, desk="company", name=person.name, tickets=passed, **facts))


@transaction.atomic
def reactivate(person_id: UUID, *, by: Actor) -> Event:
    """Let somebody in again, with the password, role and teams they had. Sessions and keys of before stay ended."""
    person = _lock(person_id, by, "Nobody brings themselves back.")
    if person.is_active:
        raise Refused("not_deactivated", f"{person.name} is not deactivated.")
    if person.role in seats.AGENTS:
        seats.require_room()
    person.is_active = True
    person.save(update_fields=["is_active"])
    return _told(record("person.reactivate", person, by=by, desk="company", name=person.name))


@transaction.atomic
def leave(*, by: Actor) -> Event:
    """Go by one's own will: out everywhere, and what one had to do is anybody's to take. The owner stays; the company
    would be nobody's.
    """
    access.require(by, "leave")
    person = hold({by.id}).get(by.id)
    if person is None or not person.is_active or person.role == OWNER:
        raise Forbidden("not_allowed", "Your own role was changed meanwhile.")
    person.is_active = False
    person.profile = {name: value for name, value in person.profile.items() if name not in ("brought", "house")}
    person.save(update_fields=["is_active", "profile"])
    sessions.end_all(person)
    tokens.revoke_all(person)
    passed = hand_on(person, None, by=by)
    return _told(record("person.leave", person, by=by, desk="company", name=person.name, tickets=passed))


@transaction.atomic
def pass_ownership(person_id: UUID, *, by: Actor) -> Event:
    """Make somebody who answers here the owner in one's own place; one is a manager from then on."""
    access.require(by, "pass_ownership")
    rows = hold({person_id, by.id})
    person, oneself = rows.get(person_id), rows.get(by.id)
    if oneself is None or oneself.role != OWNER or not oneself.is_active:
        raise Forbidden("not_allowed", "Your own role was changed meanwhile.")
    if person is None or not person.is_active:
        raise Missing
    if person.role not in desk.COMPANY or person.role == OWNER:
        raise Invalid({"person": ["Please choose a manager or an agent."]})
    roles.GIVEN[OWNER].written_to(person)
    roles.GIVEN[BELOW].written_to(oneself)
    person.save(update_fields=["role", "profile"])
    oneself.save(update_fields=["role", "profile"])
    facts = {"name": person.name, "before": oneself.name}
    return _told(record("person.ownership.pass", person, by=by, desk="company", **facts))


def undo(event: Event, *, by: Actor) -> Event | None:
    """The role of before; or back in, with those requests that whoever got them still has open."""
    person = _lock(event.subject_id or UUID(int=0), by, "Somebody else has to do this for you.")
    facts = event.facts
    if event.verb == "person.role.update":
        if roles.key_of(person) != facts["after"]:
            raise _again()
        back: Event | None = change_role(person.pk, facts["before"], by=by)
        if facts["sees"] != "own":
            person.refresh_from_db()
            person.profile = person.profile | {"sees": facts["sees"]}
            person.save(update_fields=["profile"])
    elif person.is_active:
        raise _again()
    else:
        back = reactivate(person.pk, by=by)
    heir = facts.get("to")
    person.refresh_from_db()
    hand_back(person, UUID(heir) if heir else None, facts["tickets"], by=by)
    return back


def hold(ids: set[UUID | None]) -> dict[UUID | None, User]:
    """These people and all owners as they are now, held until the transaction ends, always in one order."""
    wanted = Q(pk__in=[one for one in ids if one]) | Q(role=OWNER, is_active=True)
    return {one.pk: one for one in User.objects.filter(wanted).order_by("pk").select_for_update(no_key=True)}


def _heir(to: UUID | None, person: User) -> User | None:
    if to is None:
        return None
    heir = User.objects.filter(pk=to, is_active=True, role__in=desk.COMPANY).exclude(pk=person.pk).first()
    if heir is None:
        raise Invalid({"to": ["Please choose somebody who answers requests."]})
    return heir


def _lock(person_id: UUID, by: Actor, against_oneself: str) -> User:
    """The person as they are now, for somebody who may change them. All owners are held too, and so is who acts.

    Of two who deactivate each other at once, the second finds that they may not any more; and an owner always stays.
    """
    access.require(by, "manage_people")
    if person_id == by.id:
        raise Refused("yourself", against_oneself)
    rows = hold({person_id, by.id})
    found, actor = rows.get(person_id), rows.get(by.id)
    if actor is not None and (not actor.is_active or actor.role != by.role):
        raise Forbidden("not_allowed", "Your own role was changed meanwhile.")
    if found is None:
        raise Missing
    _require_reach(by, roles.of(found))
    return found


def _require_reach(by: Actor, role: roles.Role) -> None:
    if not access.reaches(by, role):
        raise Forbidden("above_you", f"{role.name} allows more than your own role: somebody who has that decides.")


def _require_another_owner(person: User) -> None:
    if not User.objects.filter(role=OWNER, is_active=True).exclude(pk=person.pk).exists():
        raise Refused("last_owner", f"{person.name} is the last owner. Somebody else has to be one first.")


def _again() -> Refused:
    return Refused("changed_meanwhile", "This was changed again since. Please look at it.")


def _told(event: object) -> Event:
    found: Event = event  # type: ignore[assignment]
    return found
