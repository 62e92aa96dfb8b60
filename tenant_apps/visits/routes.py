"""What a visit may open, route by route: a list of what may, so that a new route is closed until somebody decides.

`CLOSED` says of every other route why it is none for visits. `tests/guards/test_visits.py` holds both against the URLs.
"""

from collections.abc import Mapping

_INBOX, _REQUEST = "manager/inbox/<uuid:request_id>", "requests/<uuid:request_id>"

# Pages to look at. Whatever looking changes (what is read, what is seen) is taken back with the answer.
PAGES = frozenset(
    {
        *("", "requests", "requests/new", _REQUEST),
        *(f"{_REQUEST}/{place}" for place in ("reply", "follow", "react", "close", "rate", "reopen", "draft")),
        f"{_REQUEST}/messages/<uuid:message_id>",
        *("manager/", "manager/tickets", "manager/tickets/new", "manager/tickets/<uuid:ticket_id>"),
        *(f"manager/tickets/<uuid:ticket_id>/{place}" for place in ("reply", "rate")),
        *("manager/board", "manager/board/move", "manager/board/undo", "manager/calendar"),
        *("manager/inbox", "manager/inbox/new", "manager/inbox/find", _INBOX),
        *(f"{_INBOX}/{place}" for place in ("do", "reply", "said", "draft", "here", "use")),
    }
)
# Files of what is seen. Each download stands in the journal, with both names.
FILES = frozenset(f"files/<uuid:attachment_id>{size}" for size in ("", "/small", "/large"))
# What pages are drawn with; not worth a line in the log.
PLAIN = frozenset({"brand.css", "brand/<slug:key>.png", "brand/<slug:key>-icon.png"})
# What can be done in a visit with actions, each after a confirmation, and how it is called there.
WRITES: Mapping[str, str] = {
    "requests/new": "Send a new request",
    f"{_REQUEST}/reply": "Reply to a request",
    f"{_REQUEST}/follow": "Change who follows a request",
    f"{_REQUEST}/react": "Put a sign on a message",
    f"{_REQUEST}/close": "Close a request",
    f"{_REQUEST}/rate": "Say how a request went",
    f"{_REQUEST}/reopen": "Open a request again",
    f"{_REQUEST}/messages/<uuid:message_id>": "Change a message",
    "manager/tickets/new": "Ask Portico something",
    "manager/tickets/<uuid:ticket_id>/reply": "Reply to Portico",
    "manager/tickets/<uuid:ticket_id>/rate": "Say how Portico did",
    "manager/board/move": "Move a request on the board",
    "manager/board/undo": "Take back a move on the board",
    "manager/inbox/new": "Open a request for somebody",
    f"{_INBOX}/do": "Change something about a request",
    f"{_INBOX}/reply": "Answer a request, or write a note",
    f"{_INBOX}/said": "Change, take back or split a message",
    f"{_INBOX}/use": "Use a macro",
}
# What pages send by themselves. In a visit it is answered and not done: the person is not here, and writes nothing.
UNHEARD = frozenset({f"{_REQUEST}/draft", f"{_INBOX}/draft", f"{_INBOX}/here"})
# The visit's own: the form that begins one, and the way out.
OWN = frozenset({"visit/begin", "visit/leave", "visit/over"})

# Why all others are closed, by how they begin; the longest fits.
CLOSED: Mapping[str, str] = {
    "account/": "the account, its profile, its keys and what they are mailed are the person's",
    "invitation/": "joining is the person's",
    "people/": "pictures of people are for people of the company",
    ".well-known/": "programs have keys of their own",
    "api/": "programs have keys of their own",
    "mail/": "what somebody is written is theirs",
    "login": "signing in is the person's",
    "forgot": "a new password is the person's",
    "reset/": "a new password is the person's",
    "verify/": "their address is the person's",
    "logout": "the person's session is not touched",
    "sign-in/": "signing in is the person's",
    "scim/": "programs have keys of their own",
    "welcome/": "signing in is the person's",
    "files/upload": "files are not put into somebody's mouth",
    "oauth/": "whom a person lets act for them is theirs",
    "manager/audit": "what managers see and take along",
    "manager/deleted": "what managers bring back",
    "manager/incidents/": "what a person put away is theirs",
    "mail/in/": "providers have keys of their own",
    "manager/mail": "mail as it came is the company's",
    "manager/staff-access": "consent is the company's",
    "manager/settings/": "settings are the company's",
    "manager/inbox/bulk": "many at once cannot be confirmed one by one",
    "manager/inbox/export": "exports are the company's",
    "manager/inbox/columns": "how a person's list looks is theirs",
}


def is_page(route: str | None) -> bool:
    """Whether a look at it belongs in the log."""
    return route in PAGES or route in FILES
