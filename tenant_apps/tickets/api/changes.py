"""One body with several changes, taken apart into the actions that know how to make each. All of them, or none."""

from typing import Any

from django.db import transaction

from portico.actor import Actor
from portico.errors import Forbidden
from tenant_apps.tickets import access, actions, priority
from tenant_apps.tickets.actions.keeping import lock, require_unchanged
from tenant_apps.tickets.api import found
from tenant_apps.tickets.api.shapes import one_of
from tenant_apps.tickets.models import Ticket

# Named here -> named there.
_SAME = ("urgency", "importance", "subject", "type", "tags", "cc", "checklist", "minutes_spent", "sla_due_at")
_PLAIN = {"order": "order_reference", "custom_fields": "fields"} | {name: name for name in _SAME}
_AI = ("summary", "confidence_score", "first_response_time", "auto_resolved")


@transaction.atomic
def apply(ticket: Ticket, given: dict[str, Any], *, by: Actor) -> Ticket:
    """The ticket after these changes. Assignment comes first, for it gives the right to the others; the status last,
    for a type may want fields filled in before it."""
    _require_asked(given, by)
    if "seen_version" in given:
        require_unchanged(lock(ticket, by), given["seen_version"])
    if "assigned_to" in given:
        ticket = actions.assign(ticket, found.assignee(by, given["assigned_to"]), by=by)
    plain = _plain(given)
    if plain:
        ticket = actions.change(ticket, plain, by=by)
    ticket = _place(ticket, given, by)
    if "watchers" in given:
        ticket = _watch(ticket, given["watchers"], by)
    if "status" in given:
        ticket = actions.change_status(ticket, given["status"], by=by)
    return ticket


def axes_of(given: dict[str, Any]) -> dict[str, str]:
    """Urgency and importance, out of either or out of a priority in one word, which gives way to both."""
    axes: dict[str, str] = {}
    if given.get("priority"):
        axes["urgency"], axes["importance"] = priority.axes_of(given["priority"])
    return axes | {name: given[name] for name in ("urgency", "importance") if given.get(name)}


def _require_asked(given: dict[str, Any], by: Actor) -> None:
    """Forbidden for requesters who would change more than the status, whatever the ticket's state."""
    if not access.is_agent(by) and set(given) - {"status", "seen_version"}:
        raise Forbidden("close_only", "You can close your request, or open it again while it is solved.")


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    plain = {there: given[here] for here, there in _PLAIN.items() if here in given} | axes_of(given)
    if "department" in given or "category" in given:
        plain["department"] = one_of(given, "department", "category") or ""
    ai = {name: given[f"ai_{name}"] for name in _AI if f"ai_{name}" in given}
    return plain | ({"ai": ai} if ai else {})


def _place(ticket: Ticket, given: dict[str, Any], by: Actor) -> Ticket:
    if "team" in given:
        team = found.team(given["team"])
        ticket = actions.assign_team(ticket, team.pk if team else None, team.name if team else "", by=by)
    if "is_incident" in given:
        ticket = actions.make_incident(ticket, given["is_incident"], by=by)
    if "parent" in given:
        wanted = given["parent"]
        parent = found.ticket_named(by, wanted, "parent") if wanted else None
        ticket = actions.place_under(ticket, parent, by=by)
    if "is_pinned" in given:
        ticket = actions.pin(ticket, given["is_pinned"], by=by)
    return ticket


def _watch(ticket: Ticket, wanted: list[Any], by: Actor) -> Ticket:
    """Exactly these watch it. Who watched before needs no account any more to be left as they are."""
    before = list(ticket.watchers)
    new = found.people([one for one in wanted if one not in before], "watchers")
    for person in new:
        ticket = actions.watch(ticket, person, True, by=by)
    for person in before:
        if person not in wanted:
            ticket = actions.watch(ticket, person, False, by=by)
    return ticket
