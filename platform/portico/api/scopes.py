"""What a key may be used for. A scope narrows what its holder may do and never widens it.

Every API view names its `part`; reading it needs `<part>:read`, everything else `<part>:write`, which includes reading.
"""

from collections.abc import Collection, Mapping

from portico.errors import Forbidden

# Of keys that the installation makes for itself, and of those from before there were scopes; pages do not offer it.
EVERYTHING = "*"
COMPANY: Mapping[str, str] = {
    "tickets:read": "Read requests, their messages and files",
    "tickets:write": "Open, answer and change requests",
    "people:read": "Read names and addresses of people",
    "billing:read": "Read the plan, its limits, and what is taken of them",
    "scim:write": "Keep people and teams as a directory says (SCIM); for a key of the company that acts as a manager",
    "people:write": "Invite people, change their role, deactivate them",
    "telemetry:write": "Speak for a desktop app: what it tells, and requests out of it",
}
STAFF: Mapping[str, str] = {
    "tickets:read": "Read companies’ requests to Portico",
    "tickets:write": "Answer and change companies’ requests",
    "team:read": "Read who covers what",
    "team:write": "Change who covers what",
}
# What no person's own key opens.
OF_COMPANIES_ALONE = frozenset({"scim:write"})
KNOWN = frozenset(COMPANY) | frozenset(STAFF)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ScopeMissing(Forbidden):
    """A key asks for something that it was not made for (403); `needed` is the scope that would do."""

    def __init__(self, needed: str) -> None:
        super().__init__("scope_missing", f"This key needs the scope {needed} for that.", allowed=[needed])
        self.needed = needed


def needed(part: str, method: str | None) -> str:
    """The scope for a request of this kind; where nobody is offered reading alone, writing."""
    reading = f"{part}:read"
    return reading if method in _READING and (reading in KNOWN or not part) else f"{part}:write"


def allows(held: Collection[str], scope: str) -> bool:
    """Whether these scopes include this one."""
    part, _, way = scope.partition(":")
    return EVERYTHING in held or scope in held or (way == "read" and f"{part}:write" in held)


def writes(held: Collection[str]) -> bool:
    """Whether something can be changed with these scopes."""
    return any(not scope.endswith(":read") for scope in held)


def require(held: Collection[str] | None, part: str, method: str | None) -> None:
    """ScopeMissing unless these scopes are enough; None is somebody without a key, whom none binds."""
    scope = needed(part, method)
    if held is not None and not allows(held, scope):
        raise ScopeMissing(scope)
