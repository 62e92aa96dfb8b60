"""Events in sentences, made when they are read: wording can improve without touching what is stored."""

from collections.abc import Callable

from tenant_apps.journal.models import Event
from tenant_apps.tickets import catalogue, workflow

STAFF, CUSTOMER = "staff", "customer"


def words(event: Event, *, audience: str = STAFF) -> str:
    """What happened, for the timeline. Staff and customers have their own names for statuses."""
    say = SENTENCES.get(event.verb)
    return say(event, audience) if say else f"{event.actor_label}: {event.verb}"


def icon(event: Event) -> str:
    """The drawing that stands beside the sentence (`icons.svg`)."""
    return ICONS.get(event.verb, "info")


def _opened(event: Event, audience: str) -> str:
    return f"{event.actor_label} opened {event.facts['number']} about {catalogue.label_of(event.facts['subject'])}"


def _replied(event: Event, audience: str) -> str:
    return f"{event.actor_label} replied"


def _moved(event: Event, audience: str) -> str:
    before, after = (_status(event.facts[end], audience) for end in ("from", "to"))
    if event.facts.get("cause") == "reply":
        return f"The reply of {event.actor_label} moved this from {before} to {after}"
    return f"{event.actor_label} moved this from {before} to {after}"


def _assigned(event: Event, audience: str) -> str:
    facts = event.facts
    if facts["assignee_id"] is None:
        return f"{event.actor_label} put this back for anybody to take"
    if facts["assignee_id"] == str(event.actor_id):
        return f"{event.actor_label} took this"
    return f"{event.actor_label} assigned this to {facts['assignee_name']}"


def _status(key: str, audience: str) -> str:
    status = workflow.BY_KEY.get(key)
    if status is None:
        return key
    return status.label if audience == STAFF else status.customer_label


SENTENCES: dict[str, Callable[[Event, str], str]] = {
    "ticket.create": _opened,
    "ticket.message.create": _replied,
    "ticket.status.update": _moved,
    "ticket.assign": _assigned,
}
ICONS: dict[str, str] = {
    "ticket.create": "plus",
    "ticket.message.create": "chat",
    "ticket.status.update": "flow",
    "ticket.assign": "user",
}
