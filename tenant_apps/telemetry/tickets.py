"""Requests out of the app: to the platform by those who speak with it for their company, else to its own desk."""

from typing import Any

from django.db import transaction

from portico.actor import Actor
from tenant_apps.telemetry.actions import keep_report
from tenant_apps.telemetry.shapes import CATEGORIES
from tenant_apps.tickets import access, actions, catalogue, settings
from tenant_apps.tickets.attachments import receive, require_taken
from tenant_apps.tickets.models import Ticket

# What the four categories of the app are called on the two desks.
_SUBJECTS = {"bug": "other", "feature_request": "other", "billing": "billing", "account": "account"}
_DEPARTMENTS = {"bug": "technical", "feature_request": "general", "billing": "billing", "account": "general"}


@transaction.atomic
def open_from_app(asked: dict[str, Any], report: dict[str, Any] | None, *, by: Actor) -> Ticket:
    """Open the request, with the picture and the report that came along."""
    files = []
    if asked.get("screenshot"):
        kept = receive(asked["screenshot"], by=by)
        require_taken(kept)
        files.append(kept.pk)
    ticket = _at_portico(asked, files, by) if access.may(by, "open") else _at_home(asked, files, by)
    if report:
        keep_report(ticket, report, by=by)
    return ticket


def page_of(by: Actor) -> str:
    """Where somebody reads a request to their company's own desk."""
    return "inbox:conversation" if access.is_agent(by) else "portal:request"


def _at_portico(asked: dict[str, Any], files: list[Any], by: Actor) -> Ticket:
    text = f"{asked['subject']}\n\n{asked['description']}"
    return actions.open_ticket(
        subject=catalogue.offered_for(_SUBJECTS[asked["category"]]),
        channel=Ticket.Channel.DESKTOP_APP,
        sub_subject=f"{CATEGORIES[asked['category']]}: {asked['subject']}"[:200],
        description=text,
        files=files,
        by=by,
    )


def _at_home(asked: dict[str, Any], files: list[Any], by: Actor) -> Ticket:
    department = _DEPARTMENTS[asked["category"]]
    return actions.open_ticket(
        desk=Ticket.Desk.COMPANY,
        subject=asked["subject"],
        description=asked["description"],
        department=department if department in settings.departments() else "",
        tags=[CATEGORIES[asked["category"]]],
        channel=Ticket.Channel.DESKTOP_APP,
        files=files,
        by=by,
    )
