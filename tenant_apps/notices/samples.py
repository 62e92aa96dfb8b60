"""The letters that a company may put into its own words: what these may name, and an example of each to look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenant_apps.tickets import settings


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of letter. `words` is all that it may name, with what a preview shows there; `needs` may not be missing.

    `begins` are words to begin with, where the product's own template can do more than name things.
    """

    label: str
    words: Mapping[str, str]
    needs: tuple[str, ...] = ()
    begins: str = ""


_TICKET: Mapping[str, str] = {
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
    "house": "Acme",
}
_DOOR = {"name": "Cleo Park", "link": "https://help.example/requests", "house": "Acme"}
_INVITED = {"inviter": "Ada Lind", "role": "agent", "link": _DOOR["link"], "days": "7", "house": "Acme"}
SAMPLES: Mapping[str, Sample] = {
    "support_ticket_update": Sample("To customers: an answer", _TICKET, ("message",)),
    "support_received": Sample("To customers: their mail has arrived", _TICKET),
    "support_opened": Sample("To customers: you have opened a request for them", _TICKET),
    "support_solved": Sample("To customers: their request is solved", _TICKET),
    "support_customer_reply": Sample("To agents: a customer has answered", _TICKET),
    "support_new_request": Sample("To agents: a new request", _TICKET),
    "support_assigned": Sample("To agents: a request is theirs", _TICKET),
    "support_mention": Sample("To agents: a colleague mentions them", _TICKET),
    "support_colleague_reply": Sample("To agents: a colleague has answered", _TICKET),
    "invitation": Sample(
        "To new people: an invitation",
        _INVITED,
        ("link",),
        "Subject: {{ inviter }} invites you to {{ house }}\n"
        "{{ inviter }} invites you to join {{ house }} as {{ role }}.\n\n"
        "Choose a name and a password here, and you are in:\n{{ link }}\n\nThe link is good for {{ days }} days, once.",
    ),
    "prove_address": Sample(
        "To everybody: confirm your address",
        _DOOR,
        ("link",),
        "Subject: Confirm your address for {{ house }}\nHello {{ name }},\n\n"
        "Confirm that this address is yours:\n{{ link }}",
    ),
    "new_password": Sample(
        "To everybody: choose a new password",
        _DOOR,
        ("link",),
        "Subject: Choose a new password for {{ house }}\nHello {{ name }},\n\nsomebody asked for a new password. "
        "If it was you, choose one here:\n{{ link }}\n\nIf it was not you, do nothing.",
    ),
}


def own(template: str, language: str = "") -> str:
    """The company's own words for this letter in this language, or in the one that it has chosen for whoever has chosen
    none; else its usual ones; empty when it has none."""
    known = settings.read("letters", "letter_language") if template in SAMPLES else {}
    kept = known["letters"].get(template, {}) if known else {}
    wanted = (language, language.partition("-")[0]) if language else (known.get("letter_language", ""),)
    return next((str(kept[one]) for one in (*wanted, "") if kept.get(one)), "")
