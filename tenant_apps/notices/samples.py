"""The letters that a company may put into its own words: what they may name, and an example of each to look at."""

from collections.abc import Mapping

from tenant_apps.tickets import settings

# Template -> what it is for, as managers read it.
WORDS: Mapping[str, str] = {
    "support_ticket_update": "To customers: an answer",
    "support_received": "To customers: their mail has arrived",
    "support_opened": "To customers: you have opened a request for them",
    "support_solved": "To customers: their request is solved",
    "support_customer_reply": "To agents: a customer has answered",
    "support_new_request": "To agents: a new request",
    "support_assigned": "To agents: a request is theirs",
    "support_mention": "To agents: a colleague mentions them",
    "support_colleague_reply": "To agents: a colleague has answered",
}
# Every word that these letters may name, with what stands there in a preview. Empty ones take their paragraph along.
EXAMPLE: Mapping[str, str] = {
    "name": "Cleo Park",
    "number": "TICK-2026-0042",
    "subject": "The lamp flickers",
    "requester": "Cleo Park",
    "assignee": "Ben Ito",
    "sender": "Ben Ito",
    "message": "We will send you another lamp today. It should be with you on Friday.",
    "signature": "Ben Ito, Support",
    "status": "Solved",
    "priority": "High",
    "department": "Technical",
    "files": "lamp.pdf",
    "link": "https://help.example/requests/42",
    "house": "",
}


def own(template: str, language: str = "") -> str:
    """The company's own words for this letter in this language, else in its usual one; empty when it has none."""
    kept = settings.read("letters")["letters"].get(template, {}) if template in WORDS else {}
    return str(kept.get(language) or kept.get("") or "")
