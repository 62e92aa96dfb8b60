"""What a door asks of those who sign in there: a second step, and how old a password may be.

A company's managers set it (`sign_in` in their settings); a copy comes with the door, so asking costs no statement.
The platform's staff need a second step always. Only a demo lets them in without, and `check --deploy` refuses it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from shared_apps.accounts.models import STAFF_ROLES, User


@dataclass(frozen=True, slots=True)
class Rules:
    """Roles that need a second step, since when, and how long one may do without; days that a password is good."""

    second_step: frozenset[str] = frozenset()
    since: datetime | None = None
    grace: timedelta = timedelta()
    password_days: int = 0


NONE = Rules()
STAFF = Rules(second_step=frozenset(STAFF_ROLES))


def of(door: Any) -> Rules:
    """The rules of a door."""
    if door.kind == "console":
        return NONE if settings.DEMO else STAFF
    said = getattr(door, "entry", None)
    return read(said) if said else NONE


def read(said: dict[str, Any]) -> Rules:
    """The rules in a setting as it is kept."""
    return Rules(
        second_step=frozenset(said.get("second_step", ())),
        since=parse_datetime(said.get("since") or ""),
        grace=timedelta(days=said.get("grace_days", 0)),
        password_days=said.get("password_days", 0),
    )


def lacks_second_step(user: User, rules: Rules) -> bool:
    """Whether a second step is asked of this person, and they have none."""
    return user.role in rules.second_step and not user.security.get("factors")


def grace_ends(user: User, rules: Rules) -> datetime:
    """Until when this person may go without: counted from the rule, and for whoever came later from their account."""
    return max(rules.since or user.created_at, user.created_at) + rules.grace


def is_held(user: User, rules: Rules) -> bool:
    """Whether this person can do nothing here but set up their second step."""
    return lacks_second_step(user, rules) and grace_ends(user, rules) <= timezone.now()


def is_old(user: User, rules: Rules) -> bool:
    """Whether this person's password has to be a new one."""
    if not rules.password_days:
        return False
    chosen = parse_datetime(user.security.get("password_at") or "") or user.created_at
    return chosen + timedelta(days=rules.password_days) <= timezone.now()
