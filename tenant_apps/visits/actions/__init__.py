"""What happens to looks and visits, one module a noun."""

from tenant_apps.visits.actions.agreeing import agree
from tenant_apps.visits.actions.asking import ask, decide
from tenant_apps.visits.actions.going import begin, end, end_overdue, goes_on, make_ready
from tenant_apps.visits.actions.looking import look, look_at
from tenant_apps.visits.actions.parts import REASON_LENGTH, done_in, offered, people

OF_TICKETS = ("visit.ask", "visit.allow", "visit.decline", "visit.begin", "visit.end")
VERBS = (*OF_TICKETS, "visit.consent")

__all__ = [
    "OF_TICKETS",
    "REASON_LENGTH",
    "VERBS",
    "agree",
    "ask",
    "begin",
    "decide",
    "done_in",
    "end",
    "end_overdue",
    "goes_on",
    "look",
    "look_at",
    "make_ready",
    "offered",
    "people",
]
