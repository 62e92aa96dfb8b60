"""How a company stands with its plan: read from its row with every door, written by `shared_apps.billing` alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from portico import clock

# What people of a company read that rests because nobody paid. By these words the suspension is known as ours.
NOTICE = "The subscription of this desk is not paid. An owner can sign in and pay; everything is kept."
# What an owner of such a company reaches all the same.
_WAY_TO_PAY = ("/login", "/logout", "/manager/settings/billing")


@dataclass(frozen=True, slots=True)
class Standing:
    """`plan` is the key of a plan, `state` trial, free, active, past_due or suspended; empty where nothing is known.

    `trial_ends`, `grace_ends` (when an unpaid desk will rest) and `ends` (of a cancelled subscription) are moments.
    """

    plan: str = ""
    state: str = ""
    trial_ends: datetime | None = None
    grace_ends: datetime | None = None
    ends: datetime | None = None

    @property
    def days_left(self) -> int:
        """Days of the trial or of grace that are left, begun ones too."""
        end = self.trial_ends if self.state == "trial" else self.grace_ends
        left = end - clock.now() if end else timedelta()
        return max(0, -(-left // timedelta(days=1)))

    def as_json(self) -> dict[str, str]:
        """As it stands in the company's row; what is empty is left out."""
        told = {"plan": self.plan, "state": self.state}
        moments = {"trial_ends": self.trial_ends, "grace_ends": self.grace_ends, "ends": self.ends}
        told |= {name: moment.isoformat() for name, moment in moments.items() if moment}
        return {name: text for name, text in told.items() if text}


NONE = Standing()


def read(value: object) -> Standing:
    """The standing in a company's row."""
    told = value if isinstance(value, Mapping) else {}
    moments = {name: _moment(told.get(name)) for name in ("trial_ends", "grace_ends", "ends")}
    return Standing(str(told.get("plan", "")), str(told.get("state", "")), **moments)


def may_pass(path: str, state: str, notice: str) -> bool:
    """Whether this path stays open while the company rests: the way to pay, where nothing else is the matter."""
    return state == "suspended" and notice == NOTICE and path.startswith(_WAY_TO_PAY)


def _moment(told: object) -> datetime | None:
    return parse_datetime(told) if isinstance(told, str) else None
