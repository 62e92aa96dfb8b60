"""Who may open which page of a company's settings."""

from tenant_apps.tickets import access as tickets
from tests.trust import billing
from tests.trust.policy_people import PAGES

_DESK = tickets.COMPANY
# Settings are the managers'; recipes are every agent's, and what is shared among them is the managers' to change.
_MANAGERS = tickets.MANAGERS
_BOTH = {"GET": _MANAGERS, "POST": _MANAGERS}
SETTINGS = {
    "manager/settings/": {"GET": _DESK},
    **dict.fromkeys(
        (
            "manager/settings/brand",
            "manager/settings/departments",
            "manager/settings/types",
            "manager/settings/types/<slug:type_key>",
            "manager/settings/numbers",
            "manager/settings/files",
            "manager/settings/distribution",
            "manager/settings/teams",
            "manager/settings/teams/<uuid:team_id>",
            "manager/settings/people/<uuid:person_id>",
            "manager/settings/undo/<uuid:event_id>",
        ),
        _BOTH,
    ),
    **billing.SETTINGS,
    "manager/settings/brand/colour.css": {"GET": _MANAGERS},
    "manager/settings/people": {"GET": _MANAGERS},
    **{f"manager/settings/{page}": _BOTH for page in ("domains", "start", "telemetry", "keys", "sign-in")},
    "manager/settings/sign-in/<uuid:person_id>/second-step": {"POST": frozenset()},  # nobody of the world has one
    **PAGES,
    "manager/settings/keys/<uuid:key_id>/secret": _BOTH,
    "manager/settings/telemetry/<uuid:person_id>": {"GET": _MANAGERS},
    "manager/settings/recipes/<slug:kind>": {"GET": _DESK},
    "manager/settings/recipes/<slug:kind>/new": {"GET": _DESK, "POST": _DESK},
    "manager/settings/recipe/<uuid:recipe_id>": {"GET": _DESK, "POST": _MANAGERS},
    "manager/settings/recipe/<uuid:recipe_id>/preview": {"GET": _DESK},
}
