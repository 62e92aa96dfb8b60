"""The first steps of a new desk: which are done, put off or put away. Part of the company's settings (`start`)."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps

from portico.errors import Invalid

STEPS = ("brand", "invite", "test", "plan")
KEY = "start"
CLOSED: Mapping[str, Any] = {"is_open": False, "done": [], "skipped": []}


def read(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    """The checklist as it is kept."""
    given = value if isinstance(value, Mapping) else {}
    lists = {name: given.get(name, []) for name in ("done", "skipped")}
    if not isinstance(given.get("is_open"), bool) or not all(
        isinstance(steps, list) and set(map(str, steps)) <= set(STEPS) for steps in lists.values()
    ):
        raise Invalid({KEY: [f"Please name steps among: {', '.join(STEPS)}."]})
    return {"is_open": given["is_open"], **{name: sorted(set(steps)) for name, steps in lists.items()}}


def begin() -> None:
    """The desk of the company whose scope holds has just been opened: its owner finds the first steps."""
    value = {**CLOSED, "is_open": True}
    apps.get_model("tickets", "Setting")(key=KEY, value=value, version=1).save(force_insert=True)
