"""What a company's managers set for their desk. A key that nobody has touched has its default here, and no row."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from portico import held
from portico.brand import LENGTHS
from portico.database.kept import Asking, Kept, together
from tenant_apps.tickets import starting

MEGABYTE = 1024 * 1024
_HELD = "tickets.setting"

DEFAULTS: Mapping[str, Any] = {
    # Ticket types of the company that differ from the presets (`kinds`), by key.
    "types": {},
    "default_type": "customer_service",
    # Keys of types in the order in which they are offered; what is not named follows.
    "type_order": [],
    "departments": [
        {"key": "technical", "name": "Technical"},
        {"key": "billing", "name": "Billing"},
        {"key": "sales", "name": "Sales"},
        {"key": "general", "name": "General"},
    ],
    # Placeholders: year and sequence.
    "number_format": "TICK-{year}-{sequence:04}",
    "attachments": {"most_bytes": 20 * MEGABYTE, "most_files": 10, "refused": []},
    # How a new ticket finds its agent (`assigning`); "off", "round_robin" or "least_load".
    "assignment": {"way": "off", "by_department": True, "capacity": 0},
    # Whether the desktop apps of the company's people may tell how they do.
    "telemetry": {"share": True},
    # Websites whose pages may call the company's API with a key, as exact origins.
    "api_origins": [],
    # Who may write to the company by mail, and what is held back (`mailroom`). Lists name addresses and domains.
    "mail": {
        "verify_first": False,
        "allow": [],
        "block": [],
        "most_in_an_hour": 30,
        "spam_from": 5.0,
        "silent_hours": 72,
        # [{"domain", "organisation", "agents"}]: whose people those of a domain are, and who answers them.
        "domains": [],
    },
    # Letters in the company's own words (`notices.samples`): template -> language, empty for the usual one -> text.
    "letters": {},
    # In which of these those are written to who have chosen no language; empty for the usual one.
    "letter_language": "",
    # What the portal says beside a new request, in hours.
    "expected_reply_hours": 8,
    # After so many days of silence a solved request closes by itself (`actions.closing`); 0 is never.
    "auto_close_days": 3,
    # Whether whoever asked is asked how it went, once a request is solved (`actions.rating`).
    "ask_rating": True,
    # The first steps of a new desk (`starting`).
    "start": dict(starting.CLOSED),
    # What is asked of those who sign in (`shared_apps.accounts.rules`): roles that need a second step, since when, how
    # many days somebody may do without; and after how many days a password is too old, 0 for never.
    "sign_in": {"second_step": [], "since": "", "grace_days": 7, "password_days": 0},
    # How the company shows itself (`portico.brand`). Empty words are the product's own, no colour is that of its door.
    "brand": {
        **dict.fromkeys(LENGTHS, ""),
        "colour": "",
        "mail": "framed",
        "logo": None,
        "favicon": None,
    },
}


def read(*keys: str) -> dict[str, Any]:
    """The values of these keys, in one statement; within a batch of work (`held`) each is asked for once."""
    known = held.here()
    if known is None:
        return values_of(keys, *together(asking(*keys)))
    if unknown := tuple(key for key in keys if (_HELD, key) not in known):
        found = values_of(unknown, *together(asking(*unknown)))
        known.update({(_HELD, key): value for key, value in found.items()})
    return {key: deepcopy(known[_HELD, key]) for key in keys}


def hold(*keys: str) -> None:
    """Within a batch of work: have these asked for together, before they are read one by one."""
    known = held.here()
    if known is not None and any((_HELD, key) not in known for key in keys):
        read(*keys)


def asking(*keys: str) -> Asking:
    """The statement of `read`, to be sent together with others."""
    return _SET.asking(keys)


def values_of(keys: tuple[str, ...], found: list[Any]) -> dict[str, Any]:
    """What `read` says when `asking` found these rows."""
    rows = dict(found)
    return {key: rows[key] if key in rows else deepcopy(DEFAULTS[key]) for key in keys}


def _set(keys: tuple[str, ...]) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model("tickets", "Setting").objects.filter(key__in=keys)
    return rows.values_list("key", "value")


_SET = Kept(_set)


def departments(*, retired: bool = False) -> dict[str, str]:
    """Key and name of the departments in their order; `retired` ones too, which old tickets still name."""
    return names_of(read("departments")["departments"], retired=retired)


def names_of(departments: list[dict[str, Any]], *, retired: bool = False) -> dict[str, str]:
    """The same of a list that has been read."""
    return {one["key"]: one["name"] for one in departments if retired or not one.get("retired")}
