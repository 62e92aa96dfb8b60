"""Who may open what about a company's people: the rows of `policy` for these routes."""

from tenant_apps.tickets import access as tickets

_MANAGERS, _PEOPLE = tickets.MANAGERS, tickets.COMPANY | tickets.CUSTOMERS
_BOTH = {"GET": _MANAGERS, "POST": _MANAGERS}
_PERSON, _INVITE = "people/<uuid:person_id>", "people/invitations/<uuid:invite_id>"
# Everybody's own.
OWN = {
    "account/profile": {"GET": _PEOPLE, "POST": _PEOPLE},
    "account/photo": {"POST": _PEOPLE},
    "account/bring": {"GET": tickets.CUSTOMERS},
    "account/carry": {},  # what was agreed to comes along, signed
    "account/leave": dict.fromkeys(("GET", "POST"), _PEOPLE - {"owner"}),
    "people/<slug:key>.png": {},  # there is none with the key of the world
    "invitation/<str:code>": {},  # nor an invitation with its code
}
PROGRAMS = {
    "people": {"GET": _MANAGERS},
    "people/roles": {"GET": _MANAGERS},
    "people/invitations": _BOTH,
    _INVITE: {"DELETE": _MANAGERS},
    f"{_INVITE}/resend": {"POST": _MANAGERS},
    _PERSON: {"GET": _MANAGERS, "PATCH": _MANAGERS},
    **{f"{_PERSON}/{verb}": {"POST": _MANAGERS} for verb in ("deactivate", "reactivate")},
}
PAGES = {
    f"manager/settings/{path}": row
    for path, row in {
        "people/invite": _BOTH,
        "people/invitations": {"GET": _MANAGERS},
        **{f"{_INVITE}/{verb}": {"POST": _MANAGERS} for verb in ("resend", "revoke")},
        "people/import": _BOTH,
        "people/import/template.csv": {"GET": _MANAGERS},
        "people/import/<uuid:import_id>": dict.fromkeys(("GET", "POST"), frozenset({"manager"})),  # it is Ada's
        f"{_PERSON}/deactivate": _BOTH,
        **{f"{_PERSON}/{verb}": {"POST": _MANAGERS} for verb in ("role", "reactivate")},
        f"{_PERSON}/ownership": dict.fromkeys(("GET", "POST"), frozenset({"owner"})),
        "roles": _BOTH,
        "roles/<slug:role_key>": _BOTH,
    }.items()
}
