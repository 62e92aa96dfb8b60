"""How the demo's companies show themselves."""

from collections.abc import Mapping

from portico.actor import Actor
from tenant_apps.tickets.actions.branding import rebrand

# Who set it, and what. Acme shows how a company looks that has set nothing.
BRANDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "borealis": (
        "odd",
        {
            "name": "Borealis Tours",
            "colour": "#f2b632",
            "welcome": "Good to see you. Where shall we go?",
            "sign_in": "Guests who booked with us have an account. Ask Odd for yours.",
            "next": "We read from Monday to Saturday, 8:00 to 17:00. Your booking number helps.",
            "footer": "Borealis Tours, Harbour Lane 4, Tromsø\nMonday to Saturday, 8:00 to 17:00",
        },
    ),
}


def tell(slug: str, cast: Mapping[str, Actor]) -> None:
    """In the company's scope and transaction."""
    if slug in BRANDS:
        who, words = BRANDS[slug]
        rebrand(words, by=cast[who])
