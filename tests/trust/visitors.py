"""What the matrix expects of staff who see a company's desk as Cleo or as Ben: a role for each person and mode.

What stands here and nothing else is theirs. Written down apart from `tenant_apps.visits.routes`, which has to agree.
"""

from tenant_apps.visits import access as visits

_ANYBODY = frozenset({"anybody"})
_DECIDES = visits.MAY["decide"]
ON_VISITS = {
    "visit/begin": {"POST": frozenset()},  # the console's form alone, with its code
    "visit/over": {"GET": _ANYBODY},
    "manager/staff-access": {"GET": _DECIDES},
    "manager/staff-access.csv": {"GET": _DECIDES},
    "manager/staff-access/consent": {"POST": _DECIDES},
    "manager/staff-access/<uuid:visit_id>": {"GET": _DECIDES},
    "manager/staff-access/<uuid:visit_id>/decide": {"POST": _DECIDES},
}
_NONE = frozenset[str]()
_AS_CUSTOMER = frozenset({"customer reading", "customer acting"})
_AS_AGENT = frozenset({"agent reading", "agent acting"})
VISITORS = _AS_CUSTOMER | _AS_AGENT
_ACTS, _AGENT_ACTS = frozenset({"customer acting", "agent acting"}), frozenset({"agent acting"})
_ASKED, _WORKED = "requests/<uuid:request_id>", "manager/inbox/<uuid:request_id>"
_LOOKED_AT = (
    *("requests", "requests/new", _ASKED, f"{_ASKED}/messages/<uuid:message_id>", "files/<uuid:attachment_id>"),
    *(f"{_ASKED}/{place}" for place in ("reply", "follow", "draft", "react", "close", "rate", "reopen")),
    *("manager/tickets", "manager/tickets/new", "manager/tickets/<uuid:ticket_id>"),
    *(f"manager/tickets/<uuid:ticket_id>/{place}" for place in ("reply", "rate")),
    *("manager/board", "manager/board/move", "manager/board/undo", "manager/calendar"),
    *("manager/inbox", "manager/inbox/new", "manager/inbox/find", _WORKED),
    *(f"{_WORKED}/{place}" for place in ("do", "reply", "draft", "said", "here", "use")),
)
_POSTED = {
    **dict.fromkeys((f"{_ASKED}/{one}" for one in ("reply", "follow", "react", "close", "rate", "reopen")), _ACTS),
    **dict.fromkeys(("requests/new", f"{_ASKED}/messages/<uuid:message_id>"), _ACTS),
    **dict.fromkeys((f"{_WORKED}/{one}" for one in ("do", "reply", "said", "use")), _AGENT_ACTS),
    **dict.fromkeys((f"manager/tickets/<uuid:ticket_id>/{one}" for one in ("reply", "rate")), _AGENT_ACTS),
    **dict.fromkeys(("manager/tickets/new", "manager/inbox/new"), _AGENT_ACTS),
    **dict.fromkeys(("manager/board/move", "manager/board/undo"), _AGENT_ACTS),
    # Answered and not done: nobody is here, and nobody writes.
    f"{_ASKED}/draft": VISITORS,
    **dict.fromkeys((f"{_WORKED}/{one}" for one in ("draft", "here")), _AS_AGENT),
    "visit/leave": VISITORS,
}
_TO_ALL = ("", "brand.css", "manager/", "visit/over")


def with_visitors(rows: dict[str, dict[str, frozenset[str]]]) -> dict[str, dict[str, frozenset[str]]]:
    """The rows of a company's host, and in them what visitors get: of what the person may, what is open to visits."""
    found = {route: dict(row) for route, row in rows.items()}
    for route in _LOOKED_AT:
        got = found[route]["GET"]
        found[route]["GET"] = (
            got | (_AS_CUSTOMER if "customer" in got else _NONE) | (_AS_AGENT if "agent" in got else _NONE)
        )
    for route in _TO_ALL:
        found[route]["GET"] = found[route]["GET"] | VISITORS
    for route, roles in _POSTED.items():
        row = found.setdefault(route, {})
        row["POST"] = row.get("POST", _NONE) | roles
    return found
