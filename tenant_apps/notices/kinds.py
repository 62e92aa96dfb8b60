"""The notices there are, whom each is for, and what somebody may choose about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenant_apps.tickets import access


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: `roles` may get it, and those in `usual` do unless they say otherwise."""

    key: str
    template: str
    label: str
    text: str
    roles: frozenset[str]
    usual: frozenset[str]


_AGENTS, _LEAD, _ASK = access.COMPANY, access.MANAGERS, access.CUSTOMERS
KINDS: Mapping[str, Kind] = {
    one.key: one
    for one in (
        Kind("new", "support_new_request", "New requests", "Somebody asks, and nobody has it yet.", _AGENTS, _LEAD),
        Kind("assigned", "support_assigned", "Given to me", "A request becomes mine.", _AGENTS, _AGENTS),
        Kind(
            "answer", "support_customer_reply", "Customers’ answers", "On what I work on or follow.", _AGENTS, _AGENTS
        ),
        Kind("mention", "support_mention", "Mentions", "A colleague names me in a note.", _AGENTS, _AGENTS),
        Kind("colleague", "support_colleague_reply", "Colleagues’ answers", "On what is mine.", _AGENTS, _AGENTS),
        Kind("portico", "support_ticket_update", "Portico’s answers", "On what I asked Portico.", _AGENTS, _AGENTS),
        Kind("update", "support_ticket_update", "Answers", "Somebody answers what I asked or follow.", _ASK, _ASK),
        Kind("opened", "support_opened", "Asked for me", "The team opens a request in my name.", _ASK, _ASK),
        Kind("solved", "support_solved", "Solved", "What I asked is solved.", _ASK, _ASK),
    )
}


def for_role(role: str) -> list[Kind]:
    """The kinds that somebody of this role may choose about."""
    return [one for one in KINDS.values() if role in one.roles or (role in _AGENTS and one.roles == _ASK)]


def wants(kind: str, role: str, profile: Mapping[str, Any]) -> bool:
    """Whether somebody of this role, with this profile, gets such notices."""
    one = KINDS[kind]
    chosen = profile.get("notices", {})
    usual = role in one.usual or one.roles == _ASK
    return bool(chosen.get(kind, usual)) if isinstance(chosen, Mapping) else usual
