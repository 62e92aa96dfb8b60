"""Whose work a request was, from when until when, through whom and why: read from what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.timesince import timesince

from portico import clock
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, levels

# Why somebody got it, as people say it (`ticket_assignments.reason` of seed `003_…`, and what it leaves out).
WORDS = {
    "manual": "assigned",
    "self": "took it",
    "escalation": "escalated",
    "hand_over": "handed over",
    "reassignment": "reassigned",
    "automatic": "by rule",
    "taken_back": "passing on taken back",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a request was somebody's work, or nobody's. `until` is None while it lasts."""

    assignee_id: str | None
    name: str  # empty while nobody had it
    level: int  # how far up it had been passed
    since: datetime
    until: datetime | None
    by: str
    reason: str  # a key of WORDS; empty for the beginning
    why: str = ""

    @property
    def words(self) -> str:
        """How it came to be so."""
        if not self.reason:
            return "opened"
        if not self.name and self.reason == "manual":
            return "put back"
        return WORDS.get(self.reason, self.reason)

    @property
    def holder(self) -> str:
        """Who had it: a name, or whom it waited for."""
        waits = levels.ONE.get(self.level, "")
        return self.name or (f"{'Waited' if self.until else 'Waits'} for {waits}" if waits else "Nobody")

    @property
    def lasted(self) -> str:
        """How long, in words of at most two parts."""
        until = self.until or clock.now()
        if until - self.since < timedelta(minutes=1):
            return "less than a minute"
        return str(timesince(self.since, until)).replace("\xa0", " ")


def stretches(opened_at: datetime, opened_by: str, events: Iterable[Event]) -> list[Stretch]:
    """The history of a request's assignments, the latest first."""
    found = [Stretch(None, "", levels.NOT, opened_at, None, opened_by, "")]
    for event in events:
        if event.verb not in actions.PASSED:
            continue
        last, facts = found[-1], event.facts
        found[-1] = replace(last, until=event.at)
        level = levels.BY_NAME[facts["to"]] if event.verb == "ticket.escalate" else last.level
        to, reason = (facts["assignee_id"], facts["assignee_name"]), facts.get("reason") or "manual"
        found.append(Stretch(*to, level, event.at, None, event.actor_label, reason, event.unsaid.get("why", "")))
    return found[::-1]
