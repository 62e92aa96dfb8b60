"""Whose work a request became, in sentences: assigned, handed over, escalated, given back."""

from tenant_apps.journal.models import Event
from tenant_apps.tickets import levels


def assigned(event: Event, *, is_staff: bool) -> str:
    """Who has it now. Why is for those who answer."""
    facts, who, why = event.facts, event.actor_label, why_of(event) if is_staff else ""
    if facts["assignee_id"] is None:
        return f"{who} put this back for anybody to take{why}"
    if facts["assignee_id"] == str(event.actor_id):
        return f"{who} took this"
    if event.actor_kind == "system":
        return f"This went to {facts['assignee_name']}{why}"
    if facts["reason"] == "hand_over" and is_staff:
        return f"{who} handed this over to {facts['assignee_name']}{why}"
    return f"{who} assigned this to {facts['assignee_name']}{why}"


def escalated(event: Event, *, is_staff: bool) -> str:
    """Up or down the path. Whoever asked is told that their request was passed on, and no more."""
    facts, who = event.facts, event.actor_label
    if not is_staff:
        return f"{who} passed this on"
    before, after = (levels.BY_NAME.get(facts[end], levels.NOT) for end in ("from", "to"))
    to = f", for {facts['assignee_name']}" if facts["assignee_id"] else ""
    if facts["reason"] == "taken_back":
        return f"{who} took back passing this on"
    if after < before:
        where = f"to {levels.MANY[after]}" if after else f"from {levels.MANY[before]}"
        return f"{who} gave this back {where}{to}{why_of(event)}"
    return f"{who} escalated this to {levels.MANY.get(after, 'everybody')}{to}{why_of(event)}"


def why_of(event: Event) -> str:
    """Why, behind a colon; nothing where nobody said so, or where it is not known here."""
    why = event.facts.get("why") or getattr(event, "unsaid", {}).get("why")
    return f": {why}" if why else ""
