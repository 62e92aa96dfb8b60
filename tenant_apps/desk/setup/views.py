"""The parts of the desk that are one form each: departments, numbers, files, distribution; the overview, and undo."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portico import clock
from portico.errors import Invalid, Missing
from tenant_apps.desk.setup.pages import agents, done, in_place, lines, managers, place_of, problems_of, whole
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.people import access as keeping_people
from tenant_apps.people import actions as people
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, actions, kinds, settings, shapes, tally
from tenant_apps.tickets import distribution as spread
from tenant_apps.tickets.actions import configuring
from tenant_apps.tickets.actions import recipes as keeping
from tenant_apps.tickets.models import Setting, Ticket
from tenant_apps.tickets.settings import MEGABYTE

_LATEST = 8


@require_safe
@agents
def overview(request: HttpRequest) -> HttpResponse:
    """Every part of the desk and how it is set now; for agents, who have recipes alone, the way to those."""
    if not access.may(request.actor, "configure", access.COMPANY_DESK):
        return redirect("setup:recipes", "macros")
    rows = {row.key: row for row in Setting.objects.filter(key__in=settings.DEFAULTS)}
    known = {key: rows[key].value if key in rows else default for key, default in settings.DEFAULTS.items()}
    ids = [row.pk for row in rows.values()]
    latest = list(Event.objects.filter(subject_id__in=ids).order_by("-at", "-id")[:_LATEST])
    types = kinds.build(known["types"], known["default_type"])
    context = {
        "departments": list(settings.names_of(known["departments"]).values()),
        "types": types.on_offer(),
        "number": shapes.number(known["number_format"], clock.now().year, 1),
        "attachments": known["attachments"],
        "megabytes": known["attachments"]["most_bytes"] // MEGABYTE,
        "way": shapes.WAYS[known["assignment"]["way"]],
        "rated": _rated(),
        "teams": list(Team.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)),
        "latest": [(one, words(one), place_of(one)) for one in latest],
    }
    return render(request, "setup/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def departments(request: HttpRequest) -> HttpResponse:
    """What requests are about: add, rename, reorder, retire."""
    rows = settings.read("departments")["departments"]
    problems: dict[str, str] = {}
    if request.method == "POST":
        rows = in_place([_department(one, request.POST) for one in rows], request.POST)
        if name := request.POST.get("new", "").strip():
            rows.append({"name": name})
        try:
            event = _set(request, "departments", rows)
            return done(request, event, "The departments are as you set them.", "departments")
        except Invalid as no:
            problems = problems_of(no)
            rows = [one for one in rows if "key" in one]
    context = {"rows": rows, "problems": problems, "new": request.POST.get("new", ""), "most": shapes.MOST_DEPARTMENTS}
    return _page(request, "departments", context, "departments")


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def numbers(request: HttpRequest) -> HttpResponse:
    """How numbers of new requests look."""
    form = settings.read("number_format")["number_format"]
    problems: dict[str, str] = {}
    if request.method == "POST":
        form = request.POST.get("number_format", "")
        try:
            event = _set(request, "number_format", form)
            return done(request, event, "New requests get numbers like this. Those there are keep theirs.", "numbers")
        except Invalid as no:
            problems = problems_of(no)
    year = clock.now().year
    examples = [] if problems else [shapes.number(form, year, one) for one in (1, 42, 12_345)]
    return _page(request, "numbers", {"form": form, "problems": problems, "examples": examples}, "number_format")


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def files(request: HttpRequest) -> HttpResponse:
    """Which files people may send along."""
    rules = settings.read("attachments")["attachments"]
    shown = {"megabytes": f"{rules['most_bytes'] / MEGABYTE:g}", "most_files": rules["most_files"]}
    shown |= {"refused": ", ".join(rules["refused"])}
    problems: dict[str, str] = {}
    if request.method == "POST":
        shown = {name: request.POST.get(name, "") for name in shown}
        given = {
            "most_bytes": _bytes(request.POST.get("megabytes", "")),
            "most_files": whole(request.POST, "most_files", 0),
            "refused": lines(request.POST.get("refused", "")),
        }
        try:
            return done(
                request, _set(request, "attachments", given), "Files are checked like this from now on.", "files"
            )
        except Invalid as no:
            problems = problems_of(no)
    most = {"most_megabytes": shapes.MOST_BYTES // MEGABYTE, "most": shapes.MOST_FILES}
    return _page(request, "files", {"shown": shown, "problems": problems, **most}, "attachments")


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def distribution(request: HttpRequest) -> HttpResponse:
    """How new requests find their agent, and what would happen to the next one."""
    known = settings.read("assignment", "expected_reply_hours", "auto_close_days", "ask_rating", "departments")
    rules = {"skills": []} | known["assignment"]
    shown = rules | {"skills": ", ".join(rules["skills"]), "hours": known["expected_reply_hours"]}
    shown |= {"days": known["auto_close_days"], "asks": known["ask_rating"]}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _distribute(request)
        except Invalid as no:
            problems = problems_of(no)
            typed = ("way", "capacity", "skills", "hours", "days")
            shown = shown | {name: request.POST[name] for name in typed if name in request.POST}
            shown["by_department"] = "by_department" in request.POST
    sample = Ticket(desk=Ticket.Desk.COMPANY, department=request.GET.get("department", ""))
    sample.tags = [one.lower() for one in lines(request.GET.get("tags", ""))]
    choice, everybody = spread.foresee(sample)
    context = {
        "shown": shown,
        "problems": problems,
        "ways": shapes.WAYS,
        "departments": settings.names_of(known["departments"]),
        "sample": sample,
        "choice": choice,
        "everybody": everybody,
        "is_off": rules["way"] == "off",
        "reply_version": configuring.version_of("expected_reply_hours"),
        "close_version": configuring.version_of("auto_close_days"),
        "rating_version": configuring.version_of("ask_rating"),
    }
    return _page(request, "distribution", context, "assignment")


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def undo(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Take a change back, unless somebody changed the same again since."""
    event = Event.objects.filter(pk=event_id).first()
    ways: dict[str, Callable[..., Event | None]] = {
        "settings": configuring.undo_setting,
        "recipe": keeping.undo_recipe,
        "team": people.undo,
        "person": people.undo,
        "role": people.undo,
    }
    way = ways.get(event.verb.partition(".")[0]) if event else None
    if event is None or way is None or not _sees(request, event):
        raise Missing
    if request.method != "POST":
        return redirect(place_of(event))
    back = way(event, by=request.actor)
    answer = done(request, back, "Undone. It is as it was before.", "overview")
    answer["Location"] = place_of(event)
    return answer


def _rated() -> dict[str, int] | None:
    """How many said how it went, and the share of good ones in a hundred, which is not 100 unless all were."""
    good, bad = tally.read(["rated:good", "rated:bad"]).values()
    return {"all": good + bad, "bad": bad, "share": 100 * good // (good + bad)} if good or bad else None


def _sees(request: HttpRequest, event: Event) -> bool:
    """Whether this is there for the actor: settings for managers, a recipe for whom it is offered."""
    if event.verb.startswith("recipe."):
        return keeping.recipes.seen_by(request.actor).filter(pk__in=[event.subject_id]).exists()
    if event.verb in ("person.deactivate", "person.role.update"):
        return keeping_people.may(request.actor, "manage_people")
    return access.may(request.actor, "configure", access.COMPANY_DESK)


def _set(request: HttpRequest, key: str, value: Any, version: str = "version") -> Event | None:
    return actions.set_to(key, value, by=request.actor, seen_version=whole(request.POST, version))


def _distribute(request: HttpRequest) -> HttpResponse:
    """Four forms on one page: who gets requests, when the portal promises an answer, when solved requests close, and
    whether it asks then how it went."""
    if "hours" in request.POST:
        event = _set(request, "expected_reply_hours", whole(request.POST, "hours", 0))
        return done(request, event, "The portal says so from now on.", "distribution")
    if "days" in request.POST:
        event = _set(request, "auto_close_days", whole(request.POST, "days", 0))
        return done(request, event, "Solved requests follow this from now on.", "distribution")
    if "rating" in request.POST:
        event = _set(request, "ask_rating", "asks" in request.POST)
        return done(request, event, "The portal follows this from now on.", "distribution")
    given = {
        "way": request.POST.get("way", ""),
        "by_department": "by_department" in request.POST,
        "capacity": whole(request.POST, "capacity", 0),
        "skills": lines(request.POST.get("skills", "")),
    }
    return done(request, _set(request, "assignment", given), "New requests find their agent like this.", "distribution")


def _page(request: HttpRequest, name: str, context: dict[str, Any], key: str) -> HttpResponse:
    status = 422 if context["problems"] else 200
    # What was typed belongs to the version that its writer saw, and not to one that came meanwhile.
    version = request.POST.get("version") or configuring.version_of(key)
    return render(request, f"setup/{name}.html", {**context, "version": version}, status=status)


def _department(one: dict[str, Any], post: Any) -> dict[str, Any]:
    name = post.get(f"name-{one['key']}", one["name"])
    kept = {"key": one["key"], "name": name}
    return kept | ({"retired": True} if f"retired-{one['key']}" in post else {})


def _bytes(megabytes: str) -> Any:
    try:
        number = float(megabytes.replace(",", "."))
        return int(number * MEGABYTE) if 0 <= number < 1_000_000 else 0
    except ValueError:
        return megabytes
