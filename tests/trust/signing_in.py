"""Who may open what of signing in with a provider, and of the directory: rows of the policy."""

from tenant_apps.tickets import access as tickets

_ALL, _NOBODY = frozenset({"anybody"}), frozenset[str]()
_PEOPLE, _MANAGERS, _OWNER = tickets.COMPANY | tickets.CUSTOMERS, tickets.MANAGERS, frozenset({"owner"})
_PROVIDER, _CONNECTION = "sign-in/with/<uuid:connection_id>", "manager/settings/connections/<uuid:connection_id>"
PUBLIC = {"sign-in/back/<slug:kind>": {"GET": _ALL}}
# The connection of the world is an OpenID provider's, off, and not complete.
COMPANY: dict[str, dict[str, frozenset[str]]] = {
    _PROVIDER: {"GET": _ALL},
    f"{_PROVIDER}/instead": {"GET": _ALL},
    f"{_PROVIDER}/password": {},  # the connection of the world is no directory
    f"{_PROVIDER}/invited": {},  # there is no invitation with the code of the world
    f"{_PROVIDER}/back": {"GET": _ALL},
    f"{_PROVIDER}/acs": {},
    f"{_PROVIDER}/finish": {"GET": _ALL},
    f"{_PROVIDER}/metadata.xml": {},
    "account/sign-in": {"GET": _PEOPLE, "POST": _PEOPLE},
    "account/sign-in/<uuid:link_id>/end": {"POST": _NOBODY},  # one's own, and that of the world is nobody's
    "manager/settings/connections": {"GET": _MANAGERS},
    "manager/settings/connections/new/<slug:kind>": {},  # no provider is called like a kind of recipes
    _CONNECTION: {"GET": _MANAGERS, "POST": _OWNER},
    f"{_CONNECTION}/do": {"POST": _OWNER},
    f"{_CONNECTION}/groups": {"POST": _OWNER},
    f"{_CONNECTION}/enforce": {"GET": _MANAGERS},
}
# A directory has a key of the company with a scope for it: it is no person, and comes with none of their keys.
COMPANY |= {
    f"scim/v2/{path}": {}
    for path in (
        *("Users", "Users/", "Users/<uuid:id>", "Groups", "Groups/", "Groups/<uuid:id>", "ServiceProviderConfig"),
        *("Schemas", "Schemas/<str:code>", "ResourceTypes", "ResourceTypes/<str:code>", ""),
        *(".search", "Users/.search", "Groups/.search"),
    )
}
