"""What follows from what happened. With `asks` and `jobs` the one place of the kernel that looks across.

`PROJECTIONS` run at once, in the transaction of the change; `REACTIONS` after commit, by one task, each failing alone.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps

from portico import jobs
from portico.database import CompanyRef, current_company, current_scope
from portico.live import signals
from shared_apps.audit import log
from shared_apps.billing import following
from shared_apps.console import index, merging, staff_mail
from shared_apps.console.incidents import spreading
from shared_apps.signup import finding
from tenant_apps.mailroom import confirming, trying
from tenant_apps.notices import hearing, of_platform
from tenant_apps.tickets import tally
from tenant_apps.visits import actions as visits
from tenants import looks
from tenants.domains import telling
from tenants.due import plan

# A reaction that was not run within this time is run again by the sweep.
_PATIENCE = timedelta(seconds=30)

Projection = Callable[[Any, Any], None]
Reaction = Callable[[Any], None]


def audit(event: Any, ticket: Any) -> None:
    """A projection: into the platform's audit goes what the platform is asked, and nothing of a company's own desk."""
    if ticket.is_platform:
        log.write(event, ticket)


def audit_staff(event: Any, ticket: Any) -> None:
    """The same for what only staff have to answer for."""
    if event.actor_kind == "staff":
        audit(event, ticket)


def of_staff(event: Any, subject: Any) -> None:
    """A projection: what happened on the platform. The same of a company's people is in its own journal alone."""
    if current_scope().company is None:  # type: ignore[union-attr]  # `record` needs a scope
        log.write(event, subject)


PROJECTIONS: Mapping[str, Iterable[Projection]] = {
    "ticket.create": [index.project, audit],
    "ticket.message.create": [index.project, audit],
    "ticket.status.update": [index.project, audit],
    "ticket.assign": [index.project, audit],
    "ticket.escalate": [index.project, audit],
    "ticket.importance.update": [index.project, audit],
    "ticket.rate": [index.project, audit],
    "attachment.add": [audit],
    "attachment.download": [audit_staff],
    **dict.fromkeys(("audit.export", "session.begin", "session.end", "session.refused"), [of_staff]),
    **dict.fromkeys(("key.create", "key.rotate", "key.revoke"), [of_staff]),
    **dict.fromkeys(("account.password", "account.address", "account.codes", "session.end_others"), [of_staff]),
    **{f"account.factor.{verb}": [of_staff] for verb in ("add", "remove", "reset")},
    **dict.fromkeys(("view.create", "view.delete"), [log.write]),
    "ticket.subject": [index.project, audit],
    **{f"ticket.incident.{verb}": [index.project, audit] for verb in ("link", "unlink", "pass")},
    **{f"incident.{verb}": [log.write] for verb in ("create", "update", "lead", "note", "link", "unlink")},
    **{f"incident.{verb}": [log.write, spreading.begin] for verb in ("say", "solve", "reopen")},
    **{f"team.{verb}": [log.write, signals.seat_anew] for verb in ("coverage.update", "role.update", "suspend")},
    **{f"team.{verb}": [log.write] for verb in ("resume", "skills.update", "invite", "invitation.revoke", "join")},
    **{f"person.{verb}": [signals.seat_anew] for verb in ("role.update", "deactivate", "leave")},
    **{f"subject.{verb}": [log.write, merging.read_anew] for verb in ("create", "update", "move")},
    "subject.merge": [log.write, merging.read_anew, merging.begin],
    "subject.merged": [log.write],
    **{f"company.{verb}": [log.write] for verb in ("created", "suspended", "resumed", "archived", "exported", "moved")},
    **{f"company.{verb}": [log.write] for verb in ("restore.begun", "restored", "agents.update")},
    **{f"company.{verb}.update": [log.write] for verb in ("tier", "white_label", "plan", "billing")},
    **{f"billing.{verb}": [log.write] for verb in ("checkout", "portal", "change", "cancel", "return", "doubled")},
    **{f"company.{verb}": [log.write] for verb in ("erasure.planned", "erased")},
    "company.erasure.begun": [log.write, following.part],
    **{f"company.note.{verb}": [log.write] for verb in ("create", "update", "delete", "bring_back")},
    **dict.fromkeys(visits.VERBS, [log.write]),
    "settings.update": [looks.show],
    "terms.accept": [log.write],
    **{f"domain.{verb}": [log.write] for verb in ("add", "remove", "lead", "prove", "mend", "break", "lose")},
}

SEAL_AFTER = timedelta(minutes=1)


def verify_soon(event: Any) -> None:
    """A reaction: what was touched is compared sooner. The company's own desk stands in no index."""
    if event.facts.get("desk") != "company":
        jobs.verify_later(current_company(), jobs.SOON)


def seal_soon(event: Any) -> None:
    """The reaction to everything: it joins the journal's chain, with whatever else happens in the same minute."""
    plan("seal", "journal", SEAL_AFTER)


def know(event: Any) -> None:
    """A reaction: who comes in has an account here, which they may look for one day; others are found once a day."""
    person = apps.get_model("accounts", "User").objects.filter(pk=event.actor_id).first()
    if person:
        finding.remember(person.email)
    plan("know_accounts", "all", timedelta())


# Verbs that only the company's own desk knows.
AT_HOME = (
    *("ticket.change", "ticket.incident", "ticket.link", "ticket.merge", "ticket.merged_in", "ticket.message.edit"),
    *("ticket.message.react", "ticket.message.taken_back", "ticket.parent", "ticket.pin", "ticket.snooze"),
    *("ticket.mail.again", "ticket.mail.lost"),
    *("ticket.macro", "ticket.split", "ticket.team", "ticket.unlink", "ticket.unmerge", "ticket.unmerged"),
    *("ticket.wake", "ticket.watch", "ticket.delete", "ticket.bring_back", "ticket.requester"),
    *("ticket.mail.note", "ticket.mail.move", "ticket.message.put_away", "ticket.message.put_back"),
    "ticket.carried_in",
)


def fold_counters(event: Any) -> None:
    """A reaction: the counters of the company's desk are put together when their changes have become many."""
    if event.facts.get("desk") == "company":
        tally.fold()


def import_soon(event: Any) -> None:
    """A reaction: a list of people is worked through at once, and not when the sweep comes by."""
    from portico.tasks import import_people  # tasks read REACTIONS from here

    import_people.send(current_company(), event.subject_id.hex)


def hand_on_soon(event: Any) -> None:
    """A reaction: requests of somebody who has gone do not wait until the sweep comes by."""
    from portico.tasks import hand_on  # tasks read REACTIONS from here

    hand_on.send(current_company(), f"{event.pk.hex} 0")


_OF_TICKETS: list[Reaction] = [signals.ticket_changed, verify_soon, fold_counters]
_HEARD: list[Reaction] = [*_OF_TICKETS, hearing.tell]
REACTIONS: Mapping[str, Iterable[Reaction]] = {
    "ticket.create": [*_HEARD, staff_mail.hear],
    "ticket.message.create": [*_HEARD, staff_mail.hear, of_platform.tell],
    "ticket.status.update": _HEARD,
    "ticket.assign": [*_HEARD, staff_mail.hear],
    "mail.hold": [confirming.ask_sender, trying.notice],
    "ticket.escalate": _OF_TICKETS,
    "ticket.importance.update": _OF_TICKETS,
    "ticket.rate": _OF_TICKETS,
    "ticket.subject": _OF_TICKETS,
    **{f"ticket.incident.{verb}": _OF_TICKETS for verb in ("link", "unlink", "pass")},
    "session.begin": [know],
    "company.created": [know],
    **dict.fromkeys(("domain.break", "domain.lose"), [telling.tell_managers]),
    **dict.fromkeys(visits.OF_TICKETS, [signals.ticket_changed]),
    "person.import.begin": [import_soon],
    "person.requests.pass": [hand_on_soon],
    **dict.fromkeys(AT_HOME, [signals.ticket_changed, fold_counters]),
}


# Whatever happens to people may change how many of them answer.
_OF_PEOPLE = ("person.", "people.", "invitation.", "company.created")


def reactions_to(verb: str) -> list[Reaction]:
    """What follows after commit."""
    return [*REACTIONS.get(verb, ()), *([following.count_anew] if verb.startswith(_OF_PEOPLE) else ()), seal_soon]


def remember_to_react(company: CompanyRef, event: Any) -> None:
    """Note in the event's own transaction that reactions are due, so that a crash after commit loses none."""
    plan("react", str(event.pk), _PATIENCE, company)


def react_soon(company: CompanyRef, event: Any) -> None:
    """Tell the worker that something happened. When the broker is away, the sweep does it later."""
    from portico.tasks import react  # tasks read REACTIONS from here

    react.nudge(company, str(event.pk))
