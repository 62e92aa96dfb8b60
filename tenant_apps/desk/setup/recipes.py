"""Recipes: macros, canned replies, templates and saved views. Agents keep their own, managers those that are shared."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Forbidden, Invalid, Missing
from tenant_apps.desk.setup import kitchen
from tenant_apps.desk.setup.pages import KINDS, agents, done, problems_of
from tenant_apps.journal.models import Event
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, actions, recipes
from tenant_apps.tickets.actions import recipes as keeping
from tenant_apps.tickets.models import Recipe, Ticket

_KIND_OF = {place: kind for kind, place in KINDS.items()}
WORDS = {
    "macro": ("Macros", "macro", "Several things at once, done to a request with one choice."),
    "reply": (
        "Canned replies",
        "canned reply",
        "Words that are written often, ready to be changed before they are sent.",
    ),
    "template": ("Templates", "template", "A new request that is half filled in already."),
    "view": ("Saved views", "saved view", "The inbox with its filters, one click away."),
}
SCOPES = {"personal": "Only me", "team": "A team", "company": "Everybody who answers"}


@require_safe
@agents
def several(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything of a kind that this person may use or keep."""
    key = _kind(kind)
    rows = list(recipes.seen_by(request.actor).filter(kind=key).order_by("-is_active", "position", "name"))
    names = dict(Team.objects.values_list("pk", "name"))
    context = {
        "kind": key,
        "place": kind,
        "words": WORDS[key],
        "rows": [(one, _whose(one, names), _first_words(one)) for one in rows],
    }
    return render(request, "setup/recipes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new one. For macros, `add` puts one more step on the page before anything is kept."""
    key = _kind(kind)
    recipe = Recipe(kind=key, owner_id=request.actor.id, content=kitchen.EMPTY[key])
    given = kitchen.read(key, request.POST)
    if request.method != "POST":
        return _form(request, recipe, _shown(recipe), {})
    if "add" in request.POST:
        return _form(request, recipe, kitchen.with_step(given, request.POST.get("more", "")), {})
    try:
        made, event = actions.add_recipe(
            key, given["name"], given["content"], by=request.actor, scope=given["scope"], team=given["team_id"]
        )
    except (Invalid, Forbidden) as no:
        return _form(request, recipe, given, _problems(no))
    return done(request, event, f"{made.name} is there to be used.", "recipes", kind)


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def one(request: HttpRequest, recipe_id: UUID) -> HttpResponse:
    """One of them, to change, retire or bring back; to read, for who may not change it."""
    recipe = _find(request, recipe_id)
    if request.method != "POST":
        return _form(request, recipe, _shown(recipe), {})
    given = kitchen.read(recipe.kind, request.POST)
    if "add" in request.POST:
        return _form(request, recipe, kitchen.with_step(given, request.POST.get("more", "")), {})
    part = request.POST.get("part", "")
    if part in {"retire", "bring_back"}:
        given = {"is_active": part == "bring_back"}
    try:
        event = actions.change_recipe(recipe, given, by=request.actor, seen=request.POST.get("seen", ""))
    except Invalid as no:
        return _form(request, recipe, given, _problems(no))
    return _kept(request, recipe, event, part)


@require_safe
@agents
def preview(request: HttpRequest, recipe_id: UUID) -> HttpResponse:
    """What it would do with `?ticket=<id>` (without one, with the newest request): a part, or JSON for programs.

    JSON: `{"name", "kind", "ticket", "lines": […], "text"}`; `text` is what a canned reply becomes.
    """
    recipe = _find(request, recipe_id)
    ticket = _ticket(request)
    lines = recipes.preview(recipe, ticket, request.actor) if ticket and recipe.kind in {"macro", "reply"} else []
    context = {"recipe": recipe, "ticket": ticket, "lines": lines}
    if "application/json" in request.headers.get("Accept", ""):
        text = lines[0] if lines and recipe.kind == Recipe.Kind.REPLY else ""
        number = ticket.number if ticket else None
        return JsonResponse({"name": recipe.name, "kind": recipe.kind, "ticket": number, "lines": lines, "text": text})
    return render(request, "setup/_macro_preview.html", context)


def _kind(place: str) -> str:
    if place not in _KIND_OF:
        raise Missing
    return _KIND_OF[place]


def _find(request: HttpRequest, recipe_id: UUID) -> Recipe:
    found = recipes.seen_by(request.actor).filter(pk=recipe_id).first()
    if found is None:
        raise Missing
    return found


def _ticket(request: HttpRequest) -> Ticket | None:
    seen = Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY).standing()
    if "ticket" not in request.GET:
        return seen.latest_first().first()
    try:
        found = seen.filter(pk=UUID(request.GET["ticket"])).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found


def _kept(request: HttpRequest, recipe: Recipe, event: Event | None, part: str) -> HttpResponse:
    words = {"retire": f"{recipe.name} is retired.", "bring_back": f"{recipe.name} is offered again."}
    return done(request, event, words.get(part, "Saved. It holds from the next use on."), "recipes", KINDS[recipe.kind])


def _form(request: HttpRequest, recipe: Recipe, given: dict[str, Any], problems: dict[str, str]) -> HttpResponse:
    is_new, actor = recipe._state.adding, request.actor
    may_keep = is_new or recipes.may_keep(actor, recipe.scope, recipe.owner_id)
    may_share = access.may(actor, "configure", access.COMPANY_DESK)
    ticket = None if is_new else _ticket_to_show(request, recipe)
    context = {
        "recipe": recipe,
        "is_new": is_new,
        "words": WORDS[recipe.kind],
        "place": KINDS[recipe.kind],
        "given": given,
        "problems": problems,
        "may_keep": may_keep,
        "scopes": SCOPES if may_share or not may_keep else {"personal": SCOPES["personal"]},
        "variables": recipes.known_in(recipe.kind),
        "seen": request.POST.get("seen") or ("" if is_new else keeping.mark_of(recipe)),
        "ticket": ticket,
        "lines": recipes.preview(recipe, ticket, actor) if ticket else [],
        **kitchen.choices(recipe.kind, given),
    }
    return render(request, "setup/recipe.html", context, status=422 if problems else 200)


def _ticket_to_show(request: HttpRequest, recipe: Recipe) -> Ticket | None:
    if recipe.kind not in {"macro", "reply"}:
        return None
    return Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY).standing().latest_first().first()


def _shown(recipe: Recipe) -> dict[str, Any]:
    return {"name": recipe.name, "scope": recipe.scope, "team_id": recipe.team_id, "content": recipe.content}


def _problems(no: Invalid | Forbidden) -> dict[str, str]:
    return problems_of(no) if isinstance(no, Invalid) else {"scope": no.message}


def _whose(recipe: Recipe, names: dict[UUID, str]) -> str:
    if recipe.scope == Recipe.Scope.TEAM:
        return f"Team {names.get(recipe.team_id, '')}" if recipe.team_id else "A team"
    return SCOPES[recipe.scope]


def _first_words(recipe: Recipe) -> str:
    content = recipe.content
    if recipe.kind == Recipe.Kind.MACRO:
        return ", then ".join(kitchen.STEPS[step["do"]].lower() for step in content["steps"])
    if recipe.kind == Recipe.Kind.VIEW:
        return ", ".join(f"{name}: {value}" for name, value in content["filters"].items())
    return str(content.get("text") or content.get("subject") or content.get("description") or "")[:160]
