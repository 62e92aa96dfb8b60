"""Keeping recipes, and doing what a macro says: all of it or nothing, through the ordinary actions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refusal, Refused
from portico.events import record
from tenant_apps.journal.models import Event
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, recipes
from tenant_apps.tickets.actions.assigning import Assignee, assign, assign_team
from tenant_apps.tickets.actions.ingredients import content_of
from tenant_apps.tickets.actions.keeping import lock, require_desk, require_unchanged, tell
from tenant_apps.tickets.actions.moving import change_status, snooze
from tenant_apps.tickets.actions.sorting import change
from tenant_apps.tickets.actions.talking import reply, require_read
from tenant_apps.tickets.models import Recipe, Ticket
from tenant_apps.tickets.text import clean_text

NAME, MOST_RECIPES = 80, 500
_KEPT = ("name", "scope", "team_id", "content", "position", "is_active")


@transaction.atomic
def add_recipe(
    kind: str,
    name: str,
    content: Any,
    *,
    by: Actor,
    scope: str = "personal",
    team: UUID | None = None,
    position: int = 0,
) -> tuple[Recipe, Event]:
    """A new macro, canned reply, template or view. Personal ones are anybody's who answers; shared ones managers'."""
    access.require(by, "work", access.COMPANY_DESK)
    if kind not in Recipe.Kind.values:
        raise Missing
    if recipes.seen_by(by).filter(kind=kind).count() >= MOST_RECIPES:
        raise Refused("too_many_recipes", f"There are {MOST_RECIPES} of these already. Please retire some first.")
    recipe = Recipe(kind=kind, owner_id=by.id)  # type: ignore[misc]  # who works on a desk has an id
    given = {"name": name, "content": content, "scope": scope, "team_id": team, "position": position}
    return recipe, _keep(recipe, given, "recipe.create", by)


@transaction.atomic
def change_recipe(recipe: Recipe, given: dict[str, Any], *, by: Actor, seen: str = "") -> Event | None:
    """Change what is named: `name`, `scope`, `team_id`, `content`, `position`, `is_active`. None when it was so.

    `seen` is the mark of what the caller looked at (`mark_of`); one that is no longer true is refused.
    """
    access.require(by, "work", access.COMPANY_DESK)
    found = recipes.seen_by(by).select_for_update(no_key=True).filter(pk=recipe.pk).first()
    if found is None:
        raise Missing
    if not recipes.may_keep(by, found.scope, found.owner_id):
        raise Forbidden("shared", "This belongs to others as well. A manager can change it.")
    if seen and seen != mark_of(found):
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    before = facts_of(found)
    if set(given) - set(_KEPT):
        raise Invalid({name: ["There is no such part."] for name in sorted(set(given) - set(_KEPT))})
    return _keep(found, before | given, "recipe.update", by, before)


@transaction.atomic
def undo_recipe(event: Event, *, by: Actor) -> Event | None:
    """Take back a change of a recipe (a new one is retired); refused when it was changed again since."""
    recipe = recipes.seen_by(by).filter(pk__in=[event.subject_id]).first()
    if recipe is None or not event.verb.startswith("recipe."):
        raise Missing
    if facts_of(recipe) != event.facts["after"]:
        raise Refused("changed_meanwhile", "This was changed again since. Please look at it.")
    return change_recipe(recipe, event.facts["before"] or {"is_active": False}, by=by)


def mark_of(recipe: Recipe) -> str:
    """What a form carries to `seen`."""
    return recipe.updated_at.isoformat()


def facts_of(recipe: Recipe) -> dict[str, Any]:
    """A recipe as the journal keeps it."""
    team = str(recipe.team_id) if recipe.team_id else None
    return {name: getattr(recipe, name) for name in _KEPT} | {"team_id": team}


@transaction.atomic
def run_macro(
    ticket: Ticket,
    recipe: Recipe,
    *,
    by: Actor,
    seen_version: int | None = None,
    seen_message: UUID | None = None,
    can_undo: bool = False,
) -> Ticket:
    """Do everything that a macro says. One step that is refused undoes all of them, and is named.

    One that writes to whoever asks waits, as `reply` does, while there is a word that was not seen.
    """
    access.require(by, "work", access.COMPANY_DESK)
    found = recipes.offered_to(by).filter(pk=recipe.pk, kind=Recipe.Kind.MACRO, is_active=True).first()
    if found is None:
        raise Missing
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_unchanged(ticket, seen_version)
    if any(step["do"] == "reply" for step in found.content["steps"]):
        require_read(ticket, seen_message, by)
    for place, step in enumerate(found.content["steps"], start=1):
        try:
            _STEPS[step["do"]](ticket, step, by, can_undo)
        except Refusal as no:
            raise _named(found, place, step, ticket, by, no) from no
        ticket.refresh_from_db()
    tell("ticket.macro", ticket, by=by, recipe=str(found.pk), name=found.name)
    return ticket


def _keep(recipe: Recipe, given: dict[str, Any], verb: str, by: Actor, before: dict[str, Any] | None = None) -> Any:
    scope, team = given["scope"], _team(given["scope"], given.get("team_id"))
    if scope not in Recipe.Scope.values:
        raise Invalid({"scope": [f"Please choose one of: {', '.join(Recipe.Scope.values)}."]})
    if not recipes.may_keep(by, scope, recipe.owner_id):
        raise Forbidden("shared", "What others use as well is a manager’s to set. You can keep it for yourself.")
    recipe.name = clean_text("name", str(given["name"]), limit=NAME)
    recipe.scope, recipe.team_id = scope, team
    recipe.content = content_of(recipe.kind, given["content"])
    recipe.position = _place(given.get("position") or 0)
    recipe.is_active = bool(given.get("is_active", True))
    after = facts_of(recipe)
    if after == before:
        return None
    recipe.updated_at = clock.now()
    recipe.save()
    return record(verb, recipe, by=by, desk="company", kind=recipe.kind, name=recipe.name, before=before, after=after)


def _team(scope: str, team: Any) -> UUID | None:
    if scope != Recipe.Scope.TEAM:
        return None
    try:
        found = Team.objects.filter(pk=team).first() if team else None
    except (ValueError, TypeError):
        found = None
    if found is None:
        raise Invalid({"team_id": ["Please choose a team."]})
    return found.pk


def _place(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_RECIPES:
        raise Invalid({"position": [f"Please write a whole number from 0 to {MOST_RECIPES}."]})
    return value


def _named(recipe: Recipe, place: int, step: dict[str, Any], ticket: Ticket, by: Actor, no: Refusal) -> Refusal:
    words = no.message
    if isinstance(no, Invalid):
        words = " ".join(text for texts in no.fields.values() for text in texts)
    said = recipes.say(step, ticket, by, recipes.Names.read())
    message = f"“{recipe.name}” was not used, nothing was changed. Step {place}, “{said[:80]}”, was refused: {words}"
    kind = Forbidden if isinstance(no, Forbidden) else Refused
    return kind(no.code, message)


def _say(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    text = recipes.render(step["text"], ticket, by)
    internal = step["do"] == "note"
    reply(ticket, text, by=by, marked=True, internal=internal, can_undo=can_undo and not internal)


def _assign(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    if step["to"] == "nobody":
        assign(ticket, None, by=by)
        return
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    people = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    person = people.filter(pk__in=[by.id if step["to"] == "me" else step["to"]]).first()
    if person is None:
        raise Refused("person_left", "This person does not answer here any more.")
    assign(ticket, Assignee(person.pk, person.name), by=by)


def _give_team(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    team = Team.objects.filter(pk=step["to"], is_active=True).first() if step["to"] else None
    if step["to"] and team is None:
        raise Refused("team_gone", "There is no such team any more.")
    assign_team(ticket, team.pk if team else None, team.name if team else "", by=by)


def _tags(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    without = [one for one in ticket.tags if one not in step["tags"]]
    change(ticket, {"tags": without if step["do"] == "tags_remove" else without + step["tags"]}, by=by)


def _set(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    change(ticket, {step["do"]: step["to"]}, by=by)


def _rest(ticket: Ticket, step: dict[str, Any], by: Actor, can_undo: bool) -> None:
    snooze(ticket, clock.now() + timedelta(hours=step["hours"]) if step["hours"] else None, by=by)


_STEPS: dict[str, Callable[[Ticket, dict[str, Any], Actor, bool], Any]] = {
    "reply": _say,
    "note": _say,
    "status": lambda ticket, step, by, can_undo: change_status(ticket, step["to"], by=by),
    "assign": _assign,
    "department": _set,
    "team": _give_team,
    "tags_add": _tags,
    "tags_remove": _tags,
    "urgency": _set,
    "importance": _set,
    "snooze": _rest,
}
