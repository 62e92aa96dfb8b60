"""Recipes as they are read: who is offered which, what their words become, and what a macro would do."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet

from portico.actor import Actor
from portico.database import current_company
from portico.database.kept import Asking, Kept, together
from tenant_apps.tickets import access, settings
from tenant_apps.tickets.models import Recipe, Ticket

VARIABLES = {
    "requester": "the requester’s name",
    "first_name": "the first word of it",
    "number": "the number of the request",
    "subject": "its headline",
    "agent": "who uses this",
    "company": "your company’s name",
}
# What is known before there is a request: for templates.
EARLY = {name: words for name, words in VARIABLES.items() if name not in {"number", "subject"}}
# What a saved view may keep of the inbox's address.
FILTERS = re.compile(r"[a-z][a-z_]{0,29}")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def offered_to(actor: Actor) -> QuerySet[Recipe]:
    """The recipes this actor works with: their own, their teams', the company's. Nothing for who is no agent."""
    if not access.is_agent(actor):
        return Recipe.objects.none()
    mine = Q(scope=Recipe.Scope.PERSONAL, owner_id=actor.id)
    ours = Q(scope=Recipe.Scope.TEAM, team_id__in=access.teams_of(actor))
    return Recipe.objects.filter(mine | ours | Q(scope=Recipe.Scope.COMPANY))


def seen_by(actor: Actor) -> QuerySet[Recipe]:
    """The same for settings pages: those who configure the desk see every team's, too. Personal ones stay personal."""
    if not access.may(actor, "configure", access.COMPANY_DESK):
        return offered_to(actor)
    return Recipe.objects.filter(~Q(scope=Recipe.Scope.PERSONAL) | Q(owner_id=actor.id))


def for_actor(actor: Actor, kind: str) -> list[Recipe]:
    """What the inbox offers: the actor's active recipes of a kind ("macro", "reply", "template", "view"), in order."""
    (found,) = together(asking(actor, kind))
    return found


def asking(actor: Actor, kind: str) -> Asking:
    """The statement of `for_actor`, to be sent together with others."""
    return _OFFERED.asking(actor.shape, kind, me=actor.id)


def _offered(shape: Actor, kind: str, *, me: UUID) -> QuerySet[Recipe]:
    return offered_to(shape.who(me)).filter(kind=kind, is_active=True)


_OFFERED = Kept(_offered, is_steady=True)


def may_keep(actor: Actor, scope: str, owner_id: Any) -> bool:
    """Whether this actor may change a recipe: everybody their own personal ones, managers those that are shared."""
    if scope == Recipe.Scope.PERSONAL:
        return access.is_agent(actor) and actor.id == owner_id
    return access.may(actor, "configure", access.COMPANY_DESK)


def known_in(kind: str) -> dict[str, str]:
    """The variables that a recipe of this kind may use, and what each stands for."""
    return EARLY if kind == Recipe.Kind.TEMPLATE else VARIABLES


def unknown(text: str, kind: str) -> list[str]:
    """The variables of a text that there are none of."""
    known = known_in(kind)
    return [name for name in _VARIABLE.findall(text) if name not in known]


def render(text: str, ticket: Ticket, actor: Actor, *, html: bool = False) -> str:
    """The text with the values of this ticket in it; escaped when what comes out is read as HTML."""
    known = values(ticket, actor)
    shown = {name: escape(value) for name, value in known.items()} if html else known
    return _VARIABLE.sub(lambda found: shown.get(found[1], found[0]), text)


def values(ticket: Ticket, actor: Actor) -> dict[str, str]:
    """What each variable stands for."""
    return {
        "requester": ticket.requester_name,
        "first_name": (ticket.requester_name.split() or [""])[0],
        "number": ticket.number,
        "subject": ticket.subject,
        "agent": actor.label,
        "company": current_company().name,
    }


def draft(recipe: Recipe, actor: Actor, requester: str = "") -> dict[str, Any]:
    """What a template fills in for a new request: the words of `open_ticket`, and `checklist` for `change` after it."""
    sample = Ticket(requester_name=requester, number="", subject="")
    content = recipe.content
    words = {name: render(content[name], sample, actor).strip() for name in ("subject", "description")}
    rest = {name: content[name] for name in ("type", "department", "tags", "fields")}
    return {**rest, **words, "checklist": [{"text": one, "done": False} for one in content["checklist"]]}


def preview(recipe: Recipe, ticket: Ticket, actor: Actor) -> list[str]:
    """What a macro would do with this ticket, one sentence for each step; for a canned reply, its words."""
    if recipe.kind == Recipe.Kind.MACRO:
        names = Names.read()
        return [say(step, ticket, actor, names) for step in recipe.content["steps"]]
    return [render(recipe.content.get("text", ""), ticket, actor)]


def query(view: Recipe) -> str:
    """The filters of a saved view as the end of the inbox's address."""
    return f"?{urlencode(view.content['filters'])}"


class Names:
    """Departments, teams and people by name, for sentences. Read once."""

    def __init__(self, departments: dict[str, str], teams: dict[str, str], people: dict[str, str]) -> None:
        self.departments, self.teams, self.people = departments, teams, people

    @classmethod
    def read(cls) -> "Names":
        """Those of this company, in three statements."""
        from tenant_apps.people.models import Team
        from tenant_apps.tickets.distribution import agents

        teams = {str(one.pk): one.name for one in Team.objects.all()}
        people = {str(one.pk): one.name for one in agents()}
        return cls(settings.departments(retired=True), teams, people)


def say(step: dict[str, Any], ticket: Ticket, actor: Actor, names: Names) -> str:
    """A step of a macro in words."""
    return _SENTENCES[step["do"]](step, ticket, actor, names)


def _assign(step: dict[str, Any], ticket: Ticket, actor: Actor, names: Names) -> str:
    to = step["to"]
    if to in {"me", "nobody"}:
        return "Take it" if to == "me" else "Put it back for anybody to take"
    return f"Assign it to {names.people.get(to, 'somebody who is not here any more')}"


def _team(step: dict[str, Any], ticket: Ticket, actor: Actor, names: Names) -> str:
    return (
        f"Give it to the team {names.teams.get(step['to'], 'that is gone')}" if step["to"] else "Take it from its team"
    )


def _snooze(step: dict[str, Any], ticket: Ticket, actor: Actor, names: Names) -> str:
    hours = step["hours"]
    if not hours:
        return "Let it rest until somebody writes"
    days, left = divmod(hours, 24)
    span = f"{days} day{'s' if days > 1 else ''}" if days and not left else f"{hours} hour{'s' if hours > 1 else ''}"
    return f"Let it rest for {span}"


def _status(step: dict[str, Any], ticket: Ticket, actor: Actor, names: Names) -> str:
    return f"Move it to {ticket.kind.status(step['to']).label}"


_SENTENCES: dict[str, Callable[[dict[str, Any], Ticket, Actor, Names], str]] = {
    "reply": lambda step, ticket, actor, names: f"Reply: {render(step['text'], ticket, actor)}",
    "note": lambda step, ticket, actor, names: f"Note for colleagues: {render(step['text'], ticket, actor)}",
    "status": _status,
    "assign": _assign,
    "department": lambda step, ticket, actor, names: (
        f"Move it to {names.departments.get(step['to'], step['to'])}" if step["to"] else "Take it from its department"
    ),
    "team": _team,
    "tags_add": lambda step, ticket, actor, names: f"Add {', '.join(step['tags'])}",
    "tags_remove": lambda step, ticket, actor, names: f"Take away {', '.join(step['tags'])}",
    "urgency": lambda step, ticket, actor, names: f"Set the urgency to {step['to']}",
    "importance": lambda step, ticket, actor, names: f"Set the importance to {step['to']}",
    "snooze": _snooze,
}
