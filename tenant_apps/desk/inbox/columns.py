"""Which details a row of the list shows: everybody's own choice, kept with their account."""

from collections.abc import Mapping
from typing import Any

COLUMNS = {
    "requester": "Requester",
    "number": "Number",
    "excerpt": "Last words",
    "type": "Type",
    "department": "Department",
    "tags": "Tags",
    "priority": "Priority",
    "assignee": "Who has it",
    "activity": "Last activity",
    "opened": "When it was opened",
}
_USUAL = ("requester", "number", "excerpt", "tags", "priority", "assignee", "activity")


def chosen(profile: Mapping[str, Any]) -> dict[str, bool]:
    """Each column, and whether this person's list shows it."""
    shown = profile.get("columns", _USUAL)
    return {name: name in shown for name in COLUMNS}
