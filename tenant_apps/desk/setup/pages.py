"""What the settings pages share: for whom they are, what they say after a change, and the way to undo it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from portico.errors import Invalid, Missing, SignInNeeded
from portico.pages import View, signed_in
from tenant_apps.journal.models import Event
from tenant_apps.people import access as people
from tenant_apps.tickets import access


def _whoever(is_for: Callable[[Any], bool]) -> Callable[[View], View]:
    """Pages of managers, and of those whose role of the company's own making allows it; nothing is there for others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.actor.is_signed_in:
                raise SignInNeeded
            if not is_for(request.actor):
                raise Missing
            return view(request, *args, **kwargs)

        guarded.roles = tuple(sorted(access.MANAGERS))
        return guarded

    return decorate


# Keys of the company are for managers alone, whatever a role allows besides.
only_managers = signed_in(*sorted(access.MANAGERS))
managers = _whoever(lambda actor: access.may(actor, "configure", access.COMPANY_DESK))
keepers = _whoever(lambda actor: people.may(actor, "manage_people"))
either = _whoever(
    lambda actor: access.may(actor, "configure", access.COMPANY_DESK) or people.may(actor, "manage_people")
)
role_makers = _whoever(lambda actor: people.may(actor, "keep_roles"))
agents = signed_in(*sorted(access.COMPANY))

# Where each part of the desk is set.
PLACES = {
    "departments": "departments",
    "types": "types",
    "default_type": "types",
    "type_order": "types",
    "number_format": "numbers",
    "attachments": "files",
    "expected_reply_hours": "distribution",
    "auto_close_days": "distribution",
    "ask_rating": "distribution",
    "assignment": "distribution",
    "telemetry": "telemetry",
    "brand": "brand",
    "api_origins": "keys",
    "start": "start",
    "sign_in": "sign-in",
    "mail": "channels",
    "letters": "letters",
    "letter_language": "letters",
}
KINDS = {"macro": "macros", "reply": "replies", "template": "templates", "view": "views"}
NOTHING = "Nothing was changed: it was so already."


def done(request: HttpRequest, event: Event | None, words: str, place: str, *args: object) -> HttpResponse:
    """Back to a page, which says what happened and offers to undo it."""
    if event is None:
        messages.info(request, NOTHING)
    else:
        messages.success(request, words, extra_tags=reverse("setup:undo", args=[event.pk]))
    return redirect(f"setup:{place}", *args)


def place_of(event: Event) -> str:
    """The address of the page where this is set."""
    kind = event.verb.partition(".")[0]
    if kind == "settings":
        part = event.facts.get("part")
        is_type = event.facts["key"] == "types" and part
        return reverse("setup:type", args=[part]) if is_type else reverse(f"setup:{PLACES[event.facts['key']]}")
    if kind == "recipe":
        return reverse("setup:recipes", args=[KINDS[event.facts["kind"]]])
    if kind == "role":
        return reverse("setup:roles")
    if event.verb in ("person.deactivate", "person.role.update"):
        return reverse("setup:person", args=[event.subject_id])
    return reverse("setup:people" if kind == "person" else "setup:teams")


def problems_of(refused: Invalid, prefix: str = "") -> dict[str, str]:
    """What an action refused, in words by part, without the prefix that only programs need."""
    return {part.removeprefix(prefix): " ".join(words) for part, words in refused.fields.items()}


def whole(post: QueryDict, name: str, default: int | None = None) -> Any:
    """A whole number as it was typed; what is none goes on as text, for the action to refuse in words."""
    text = post.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text) if len(text) < 12 else text
    except ValueError:
        return text


def lines(text: str) -> list[str]:
    """One entry for each line or comma."""
    return [one.strip() for one in text.replace(",", "\n").splitlines() if one.strip()]


def in_place(rows: list[dict[str, Any]], post: QueryDict) -> list[dict[str, Any]]:
    """The rows in the order of the places that were typed; equal ones stay as they stood."""

    def place(row: dict[str, Any]) -> float:
        try:
            return float(post.get(f"place-{row['key']}", "") or 1_000)
        except ValueError:
            return 1_000

    return sorted(rows, key=place)
