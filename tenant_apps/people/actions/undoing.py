"""Taking back what was changed about people, unless somebody changed the same again since."""

from uuid import UUID

from django.db import transaction

from portico.actor import Actor
from portico.errors import Missing, Refused
from tenant_apps.journal.models import Event
from tenant_apps.people.actions import leaving, role_making
from tenant_apps.people.actions.working import change_team, facts_of, lock_team, people, set_members, set_profile
from tenant_apps.tickets import access


@transaction.atomic
def undo(event: Event, *, by: Actor) -> Event | None:
    """Take back one of these changes (a new team is retired); refused when it was changed again since."""
    if event.verb in ("person.deactivate", "person.role.update"):
        return leaving.undo(event, by=by)
    if event.verb.startswith("role."):
        return role_making.undo(event, by=by)
    if not event.verb.startswith("team.") and event.verb != "person.profile.update":
        raise Missing
    access.require(by, "configure", access.COMPANY_DESK)
    before, after = event.facts["before"], event.facts["after"]
    if event.verb == "person.profile.update":
        person = people().select_for_update(no_key=True).filter(pk__in=[event.subject_id]).first()
        if person is None or {name: person.profile.get(name) for name in after} != after:
            raise again()
        return set_profile(person.pk, before, by=by)
    team = lock_team(event.subject_id)
    if event.verb == "team.members.update":
        if sorted(str(one.pk) for one in people() if str(team.pk) in one.profile.get("teams", ())) != sorted(after):
            raise again()
        return set_members(team, [UUID(one) for one in before], by=by)
    if facts_of(team) != after:
        raise again()
    return change_team(team, by=by, **(before or {"is_active": False}))


def again() -> Refused:
    """Said when it is not any more as the change left it."""
    return Refused("changed_meanwhile", "This was changed again since. Please look at it.")
