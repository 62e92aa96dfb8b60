"""What the matrix expects of partners' applications: who registers them, lets them act, and asks as one of them."""

from tenant_apps.tickets import access as tickets

_ALL, _PEOPLE = frozenset({"anybody"}), tickets.COMPANY | tickets.CUSTOMERS
_KEEPS = {"GET": tickets.MANAGERS, "POST": tickets.MANAGERS}
PARTNERS = {
    ".well-known/oauth-authorization-server": {"GET": _ALL},
    "oauth/authorize": {"GET": _PEOPLE, "POST": _PEOPLE},
    # Who asks, a program says in its body.
    **dict.fromkeys(("oauth/token", "oauth/revoke", "oauth/introspect"), {"POST": _ALL}),
    # Whose it is ends it: that of the world is Ada's.
    "account/apps/<uuid:grant_id>/end": {"POST": frozenset({"manager"})},
    "manager/settings/apps": _KEEPS,
    "manager/settings/apps/<uuid:app_id>": _KEEPS,
}
