"""The plans, and everything that they bound. Nothing else in the product knows a limit or a price of a plan.

A limit of None is none. `manage.py billing sync` brings names and prices to Stripe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from portico.database import CompanyRef
from tenants.models import HOUSE_ID

CURRENCY = "eur"
TRIAL = timedelta(days=14)
# How long an unpaid invoice lets everything go on, and how long again after staff opened the doors all the same.
GRACE, MERCY = timedelta(days=14), timedelta(days=7)
GIGABYTE = 2**30


@dataclass(frozen=True, slots=True)
class Plan:
    """What a company may have. `cents` is the price of one agent for a month, `tier` an SLA tier (`shared_apps.care`).

    `agents` counts everybody who answers: owners and managers, too. `storage` is in bytes, `api` in requests that one
    key may send in a minute, `keys` counts keys of the company.
    """

    key: str
    name: str
    cents: int
    agents: int | None
    storage: int | None
    tier: str
    white_label: bool
    keys: int | None
    api: int | None

    @property
    def lookup(self) -> str:
        """What its price is called at Stripe."""
        return f"portico_{self.key}"

    @property
    def words(self) -> list[str]:
        """What it holds, for people."""
        found = [
            f"{self.agents} agents" if self.agents else "Any number of agents",
            f"{self.storage // GIGABYTE} GB for files" if self.storage else "Room for all your files",
            {"free": "Answers when there is time", "standard": "Standard answers from Portico"}.get(
                self.tier, "Portico answers you first"
            ),
            f"API: {self.keys} keys, {self.api} requests a minute" if self.api else "API without limits of its own",
        ]
        return [*found, "White label: your pages do not name Portico"] if self.white_label else found


FREE = Plan("free", "Free", 0, 3, GIGABYTE, "free", white_label=False, keys=2, api=60)
TEAM = Plan("team", "Team", 1900, 25, 50 * GIGABYTE, "standard", white_label=False, keys=20, api=600)
BUSINESS = Plan("business", "Business", 3900, None, 500 * GIGABYTE, "enterprise", white_label=True, keys=50, api=1200)
PAID: Mapping[str, Plan] = {one.key: one for one in (TEAM, BUSINESS)}
# Two weeks of nearly everything; a name of its own stays on the pages until somebody pays for another.
TRYING = Plan("trial", "Trial", 0, 25, 5 * GIGABYTE, "standard", white_label=False, keys=20, api=600)
PLANS: Mapping[str, Plan] = {one.key: one for one in (FREE, TRYING, *PAID.values())}
# Where nothing can be bought, the free plan has no bounds: there would be no way past them.
UNBOUND = Plan("free", "Free", 0, None, None, "standard", white_label=False, keys=None, api=None)


def takes_payments() -> bool:
    """Whether this installation has a Stripe account."""
    return bool(settings.STRIPE_KEY)


def of_word(word: str) -> Plan:
    """The plan of a company whose row says this; one that nobody has looked at yet is trying."""
    return PLANS.get(word, TRYING) if takes_payments() else UNBOUND


def of_company(company: CompanyRef) -> Plan:
    """The plan of a company as it travels: no statement. The house is nobody's to pay for."""
    return UNBOUND if company.id == HOUSE_ID else of_word(company.plan)
