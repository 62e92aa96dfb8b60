"""The people of the team: their role, what they are good at, and whether they may come in."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts import sessions, tokens
from shared_apps.accounts.models import STAFF_ROLES, User
from shared_apps.staff import access
from shared_apps.staff.access import STAFF

OWNER = "platform_owner"
REASON_LENGTH, WORD_LENGTH, MOST_WORDS = 300, 40, 30


@transaction.atomic
def change_role(person: User, role: str, *, by: Actor, seen: str = "") -> bool:
    """Give somebody another role; whether it is another one. It holds from their next request on.

    `seen` is the role that the caller saw: one that is no longer true is refused.
    """
    if role not in STAFF_ROLES:
        raise Invalid({"role": ["Please choose a role from the list."]})
    person = _lock(person, by, "Nobody changes their own role. A colleague can do it.")
    if seen and seen != person.role:
        raise Refused("changed_meanwhile", f"{person.name} is {person.role_label.lower()} by now. Please look again.")
    require_reach(by, role)
    if person.role == role:
        return False
    before, person.role = person.role, role
    if before == OWNER:
        _require_another_owner(person)
    person.save(update_fields=["role"])
    record("team.role.update", person, by=by, name=person.name, before=before, after=role)
    return True


@transaction.atomic
def suspend(person: User, reason: str, *, by: Actor) -> None:
    """Keep somebody out from now on: their sessions, tokens and open pages end. What they covered stays noted."""
    person = _lock(person, by, "Nobody suspends themselves. A colleague can do it.")
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Invalid({"reason": [f"Please say why, in at most {REASON_LENGTH} characters."]})
    if not person.is_active:
        raise Refused("suspended_already", f"{person.name} is suspended already.")
    person.is_active = False
    if person.role == OWNER:
        _require_another_owner(person)
    person.save(update_fields=["is_active"])
    sessions.end_all(person)
    tokens.revoke_all(person)
    record("team.suspend", person, by=by, name=person.name, reason=reason)


@transaction.atomic
def resume(person: User, *, by: Actor) -> None:
    """Let somebody in again, with the password they had. Sessions and tokens of before stay ended."""
    person = _lock(person, by, "Nobody brings themselves back.")
    if person.is_active:
        raise Refused("not_suspended", f"{person.name} is not suspended.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("team.resume", person, by=by, name=person.name)


@transaction.atomic
def set_specialisations(person: User, words: Iterable[str], *, by: Actor) -> bool:
    """What somebody is good at, in a few words of one's own; whether that changes anything."""
    access.require(by, "manage_team")
    wanted = list(dict.fromkeys(words))
    if len(wanted) > MOST_WORDS or any(not 0 < len(word) <= WORD_LENGTH for word in wanted):
        raise Invalid({"skills": [f"At most {MOST_WORDS}, of at most {WORD_LENGTH} characters each."]})
    found = User.objects.select_for_update(no_key=True).filter(pk=person.pk, role__in=STAFF).first()
    if found is None:
        raise Missing
    before = found.profile.get("skills", [])
    if before == wanted:
        return False
    found.profile = found.profile | {"skills": wanted}
    found.save(update_fields=["profile"])
    record("team.skills.update", found, by=by, name=found.name, before=before, after=wanted)
    return True


def require_reach(by: Actor, role: str) -> None:
    """Forbidden when this role stands above the actor's own."""
    if not access.reaches(by, role):
        raise Forbidden("above_you", f"{STAFF_ROLES[role]} stands above your own role: somebody of that role decides.")


def _lock(person: User, by: Actor, against_oneself: str) -> User:
    """The person as they are now, for somebody who may change them. All owners are held too, and so is who acts.

    Of two who suspend each other at once, the second finds that they may not any more; and an owner always stays.
    """
    access.require(by, "manage_team")
    if person.pk == by.id:
        raise Refused("yourself", against_oneself)
    held = Q(pk__in=[person.pk, *([by.id] if by.id else [])]) | Q(role=OWNER, is_active=True)
    rows = {one.pk: one for one in User.objects.filter(held).order_by("pk").select_for_update(no_key=True)}
    found, actor = rows.get(person.pk), rows.get(by.id) if by.id else None
    if by.id and (actor is None or not actor.is_active or actor.role != by.role):
        raise Forbidden("not_allowed", "Your own role was changed meanwhile.")
    if found is None or found.role not in STAFF:
        raise Missing
    require_reach(by, found.role)
    return found


def _require_another_owner(person: User) -> None:
    if not User.objects.filter(role=OWNER, is_active=True).exclude(pk=person.pk).exists():
        raise Refused("last_owner", f"{person.name} is the last platform owner. Somebody else has to be one first.")
