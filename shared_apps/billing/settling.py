"""How a company stands, as a function of what is true at Stripe and of the time: in whatever order news came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portico.standing import Standing
from shared_apps.billing import plans

# A subscription in one of these states goes on. One whose first payment never came is none.
_LIVE = frozenset({"active", "trialing", "past_due", "unpaid", "paused"})
WARN_DAYS = (3, 1)  # before a trial ends
LOOK_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription at Stripe; `plan` is empty when its price is none of ours."""

    id: str
    item: str
    plan: str
    status: str
    seats: int
    created: datetime
    period_ends: datetime | None = None
    ends: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.status in _LIVE


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice at Stripe. One that opened a subscription nobody got is owed by nobody."""

    id: str
    number: str
    status: str
    total: int
    currency: str
    created: datetime
    url: str = ""
    attempts: int = 0
    is_first: bool = False

    @property
    def is_owed(self) -> bool:
        """Whether it was asked for and not paid."""
        return self.status == "open" and self.attempts > 0 and not self.is_first


@dataclass(frozen=True, slots=True)
class Reality:
    """What Stripe says of one customer at one moment."""

    subscriptions: Sequence[Subscription] = ()
    invoices: Sequence[Invoice] = ()
    card: dict[str, Any] = field(default_factory=dict)
    is_gone: bool = False  # somebody deleted the customer there

    @property
    def live(self) -> list[Subscription]:
        """Those that go on, the first made first: that one counts, and more than one is one too many."""
        return sorted((one for one in self.subscriptions if one.is_live), key=lambda one: (one.created, one.id))

    @property
    def owed_since(self) -> datetime | None:
        return min((one.created for one in self.invoices if one.is_owed), default=None)


NOTHING = Reality()


def settle(reality: Reality, trial_ends: datetime, now: datetime, before: str = "") -> Standing:
    """Trial until the moment it ends; paid while a subscription goes on; unpaid for the time of grace, then at rest.

    `before` is the plan so far: it stays when a price was made by hand, which no plan knows.
    """
    live, owed = reality.live, reality.owed_since
    plan = (live[0].plan or before or plans.TEAM.key) if live else plans.FREE.key
    ends = live[0].ends if live else None
    if owed:
        grace_ends = owed + plans.GRACE
        state = "suspended" if now >= grace_ends else "past_due"
        return Standing(plan, state, grace_ends=grace_ends, ends=ends)
    if live:
        return Standing(plan, "active", ends=ends)
    if now < trial_ends:
        return Standing(plans.TRYING.key, "trial", trial_ends=trial_ends)
    return Standing(plans.FREE.key, "free")


def days_to_warn(standing: Standing, now: datetime) -> int:
    """Which of the letters before a trial ends is due: that of so many days, or 0 for none."""
    left = standing.trial_ends - now if standing.state == "trial" and standing.trial_ends else None
    return next((days for days in sorted(WARN_DAYS) if left is not None and left <= timedelta(days=days)), 0)


def next_look(standing: Standing, moments: Iterable[datetime | None], now: datetime) -> datetime:
    """When to look again: at the next moment at which something changes by itself, and once a day all the same."""
    letters = [standing.trial_ends - timedelta(days=one) for one in WARN_DAYS] if standing.trial_ends else []
    known = [standing.trial_ends, standing.grace_ends, standing.ends, *letters, *moments]
    return min([one for one in known if one and one > now] + [now + LOOK_EVERY])
