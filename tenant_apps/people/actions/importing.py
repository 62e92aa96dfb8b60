"""Lists of people out of a file: looked at, then invited a hundred at a time by the worker, and taken back as one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import NOBODY, Actor
from portico.errors import Forbidden, Invalid, Missing, Refusal, Refused
from portico.events import record
from portico.several import words_of
from shared_apps.accounts import seats
from shared_apps.accounts.actors import by_id
from shared_apps.accounts.models import User
from tenant_apps.people import access, lists, roles
from tenant_apps.people.actions.inviting import MOST_WAITING, Wish, clean_address, invite, promised
from tenant_apps.people.models import Import, Invitation, Team
from tenants.due import plan

JOB = "import_people"
AT_ONCE = 100
KEPT_FOR = timedelta(days=30)
_PATIENCE = timedelta(seconds=30)


@transaction.atomic
def look_over(name: str, content: bytes, role: str, *, by: Actor) -> tuple[Import, lists.Read]:
    """Read a file and keep what can be taken of it; nobody is invited by this. `role` is for lines without one."""
    access.require(by, "manage_people")
    assert by.id is not None  # noqa: S101 (people and keys have ids)
    found = lists.read(content)
    known = roles.known()
    if role not in known:
        raise Invalid({"role": ["Please choose a role from the list."]})
    desk = _Desk(known, by)
    made = Import(name=" ".join(name.split())[:200] or "list.csv", made_by=by.id)
    for row in found.rows:
        try:
            made.rows.append(desk.taken(row, role))
        except Refusal as no:
            made.refused.append([row.line, row.email, words_of(no)])
    Import.objects.filter(made_at__lt=clock.now() - KEPT_FOR).exclude(state=Import.State.RUNNING).delete()
    made.save(force_insert=True)
    return made, found


@transaction.atomic
def begin(import_id: UUID, *, by: Actor) -> Import:
    """Invite everybody who can be. Once: a form that is sent twice begins one."""
    found = _held(import_id, by)
    if found.state != Import.State.LOOKED_AT:
        return found
    if not found.rows:
        raise Refused("nobody", "Nobody in this list can be invited.")
    if Invitation.objects.waiting().count() + len(found.rows) > MOST_WAITING:
        raise Refused("too_many", f"At most {MOST_WAITING:,} invitations wait at once.")
    answering = {key for key, role in roles.known().items() if role.base in seats.AGENTS}
    if more := sum(row["role"] in answering for row in found.rows):
        seats.require_room(more, promised=promised())
    found.state = Import.State.RUNNING
    found.save(update_fields=["state"])
    plan(JOB, found.pk.hex, _PATIENCE)  # should nobody hear that it has begun
    record("person.import.begin", found, by=by, desk="company", name=found.name, rows=len(found.rows))
    return found


@transaction.atomic
def go_on(import_id: UUID) -> bool:
    """Invite the next hundred, with the rights that whoever began it has by now; whether there are more."""
    found = Import.objects.select_for_update().filter(pk=import_id, state=Import.State.RUNNING).first()
    if found is None:
        return False
    by = by_id(found.made_by) or NOBODY
    for row in found.rows[found.place : found.place + AT_ONCE]:
        try:
            wish = Wish(row["role"], row["name"], row["teams"], list_id=found.pk)
            invite(row["email"], wish, by=by)
            found.invited += 1
        except Refusal as no:
            found.refused.append([row["line"], row["email"], words_of(no)])
    found.place = min(found.place + AT_ONCE, len(found.rows))
    if found.place == len(found.rows):
        found.state = Import.State.DONE
        facts = {"invited": found.invited, "refused": len(found.refused)}
        record("person.import.end", found, by=by, desk="company", name=found.name, **facts)
    found.save(update_fields=["place", "invited", "refused", "state"])
    return found.state == Import.State.RUNNING


@transaction.atomic
def take_back(import_id: UUID, *, by: Actor) -> int:
    """End every invitation out of this list that nobody has used, and what is still to come; how many ended."""
    found = _held(import_id, by)
    if found.state not in (Import.State.RUNNING, Import.State.DONE):
        raise Refused("not_running", "Nobody was invited out of this list, or it was taken back already.")
    waiting = Invitation.objects.waiting().filter(import_id=found.pk)
    ended = waiting.update(revoked_at=clock.now())
    found.state = Import.State.UNDONE
    found.save(update_fields=["state"])
    record("person.import.undo", found, by=by, desk="company", name=found.name, ended=ended)
    return ended


def find(import_id: UUID, *, by: Actor) -> Import:
    """A list of one's own; Missing for everybody else's."""
    access.require(by, "manage_people")
    found = Import.objects.filter(pk=import_id, made_by__in=[by.id]).first()
    if found is None:
        raise Missing
    return found


def _held(import_id: UUID, by: Actor) -> Import:
    find(import_id, by=by)
    return Import.objects.select_for_update().get(pk=import_id)


class _Desk:
    """What a line is held against: who is here, who waits, which roles and teams there are, and what came before it."""

    def __init__(self, known: dict[str, roles.Role], by: Actor) -> None:
        self.by = by
        self.roles = {name.casefold(): role for key, role in known.items() for name in (key, role.name)}
        self.teams = {one.name.casefold(): str(one.pk) for one in Team.objects.filter(is_active=True)}
        self.people = dict(User.objects.values_list("email", "is_active"))
        self.lines: dict[str, int] = {}

    def taken(self, row: lists.Row, usual: str) -> dict[str, Any]:
        """The line as it is kept; Invalid or Forbidden when it cannot be taken."""
        if row.wrong:
            raise Invalid({"line": [row.wrong]})
        email = clean_address(row.email)
        if email in self.lines:
            raise Invalid({"line": [f"The same address stands in line {self.lines[email]}."]})
        self.lines[email] = row.line
        if email in self.people:
            raise Invalid({"line": ["Is here already." if self.people[email] else "Is deactivated. Bring them back."]})
        role = self.roles.get((row.role or usual).casefold())
        if role is None:
            raise Invalid({"line": [f"There is no role “{row.role}”."]})
        if not access.reaches(self.by, role):
            raise Forbidden("above_you", f"{role.name} allows more than your own role.")
        unknown = [one for one in row.teams if one.casefold() not in self.teams]
        if unknown:
            raise Invalid({"line": [f"There is no team “{unknown[0]}”."]})
        teams = [self.teams[one.casefold()] for one in row.teams]
        return {"line": row.line, "email": email, "name": row.name, "role": role.key, "teams": teams}
