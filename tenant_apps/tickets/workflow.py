"""What a status is, and those of the platform desk: fixed in code and equal in all companies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """A step of the work: `category` is what programs reason with, the labels and the mark are what people see.

    The mark names one of the seven arches (`icons.svg#status-<mark>`, `data-status="<mark>"`).
    """

    key: str
    category: str
    label: str
    customer_label: str
    mark: str
    is_retired: bool = False  # a type's manager took it away: tickets that have it keep it, none comes to it any more


NEW, TRIAGED, IN_PROGRESS = "new", "triaged", "in_progress"
WAITING_ON_TENANT, NEEDS_ENGINEERING = "waiting_on_tenant", "needs_engineering"
SOLVED, CLOSED = "solved", "closed"

STATUSES: tuple[Status, ...] = (
    Status(NEW, "new", "New", "Received", "new"),
    Status(TRIAGED, "open", "Triaged", "Being looked at", "triaged"),
    Status(IN_PROGRESS, "open", "In progress", "In progress", "progress"),
    Status(WAITING_ON_TENANT, "waiting", "Waiting on company", "Waiting for you", "waiting"),
    Status(NEEDS_ENGINEERING, "on_hold", "Needs engineering", "With our engineers", "engineering"),
    Status(SOLVED, "solved", "Solved", "Solved", "solved"),
    Status(CLOSED, "closed", "Closed", "Closed", "closed"),
)
BY_KEY: dict[str, Status] = {status.key: status for status in STATUSES}
# The step that usually comes after each on the platform's desk: one key takes it.
AFTER: dict[str, str] = {
    NEW: TRIAGED,
    TRIAGED: IN_PROGRESS,
    IN_PROGRESS: SOLVED,
    WAITING_ON_TENANT: IN_PROGRESS,
    NEEDS_ENGINEERING: IN_PROGRESS,
    SOLVED: CLOSED,
}
KEYS: tuple[str, ...] = tuple(BY_KEY)
CATEGORIES: tuple[str, ...] = ("new", "open", "waiting", "on_hold", "solved", "closed")
# Nobody has work with these.
DONE: frozenset[str] = frozenset({"solved", "closed"})
OPEN: tuple[str, ...] = tuple(one.key for one in STATUSES if one.category not in DONE)
# A word from the requester wakes the ticket up: whoever waited for it, or thought the work done, has work again.
WOKEN: frozenset[str] = frozenset({"waiting", "solved"})
