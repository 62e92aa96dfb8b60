"""How a new request begins: with nothing, with what an earlier one said, or with a template."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from portico.actor import Actor
from tenant_apps.desk import conditional
from tenant_apps.tickets import recipes
from tenant_apps.tickets.models import Recipe


def templates(actor: Actor) -> list[Recipe]:
    """What this agent may begin with, by name."""
    return list(_offered(actor).order_by("position", "name"))


def used(request: HttpRequest) -> Recipe | None:
    """The template that a form says it was begun with, if it is still there for this agent."""
    try:
        key = UUID(request.POST.get("used", ""))
    except ValueError:
        return None
    return _offered(request.actor).filter(pk=key).first()


def checklist(template: Recipe | None) -> list[str]:
    """What has to be done in a request that was begun with this."""
    return list(template.content["checklist"]) if template else []


def filled(template: Recipe, typed: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """What the form holds once a template was chosen: its words where nothing was typed, below what was typed
    otherwise, and its type, department, tags and fields.

    Fields are named as the form names them.
    """
    draft = recipes.draft(template, actor, str(typed.get("name", "")))
    words = str(typed.get("description", "")).rstrip()
    found: dict[str, Any] = {
        "subject": typed.get("subject") or draft["subject"],
        "description": f"{words}\n\n{draft['description']}".strip(),
        "tags": ", ".join(dict.fromkeys([*_tags(typed), *draft["tags"]])),
    }
    found |= {name: draft[name] for name in ("type", "department") if draft[name]}
    return found | {conditional.PREFIX + key: value for key, value in draft["fields"].items()}


def _tags(typed: Mapping[str, Any]) -> list[str]:
    return [one.strip() for one in str(typed.get("tags", "")).split(",") if one.strip()]


def _offered(actor: Actor) -> Any:
    return recipes.offered_to(actor).filter(kind=Recipe.Kind.TEMPLATE, is_active=True)
