"""What staff hear of by mail: a request given to them, an answer on what is theirs, and new ones if they want that.

Such a letter names the request and nothing that was said in it. It is the platform's own, and its reader has to be
somebody who sees the request at that moment.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock, mailing
from portico.actor import Actor
from portico.database import current_company, platform_scope
from portico.errors import Missing
from portico.mailing import NOTICE, PATIENCE, Letter, address
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.console.models import TicketIndex
from shared_apps.staff.access import STAFF
from shared_apps.staff.models import Subject
from tenant_apps.journal.models import Event
from tenant_apps.tickets.models import Message
from tenants.due import forget, plan, remind
from tenants.models import Company

JOB, TEMPLATE = "tell_staff", "staff_notice"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: `usual` says whether staff get it who have chosen nothing."""

    label: str
    text: str
    headline: str
    usual: bool


KINDS: Mapping[str, Kind] = {
    "assigned": Kind("Given to me", "A request becomes mine.", "This request is yours now.", True),
    "answer": Kind("Answers", "A company answers on what is mine.", "{who} has answered.", True),
    "new": Kind("New requests", "A company asks about what I cover.", "{who} asks.", False),
}


def chosen(person: Any) -> dict[str, bool]:
    """Which kinds this person gets."""
    said = person.profile.get("notices", {})
    return {key: bool(said.get(key, kind.usual)) for key, kind in KINDS.items()}


@transaction.atomic
def choose(wanted: Collection[str], *, by: Actor) -> None:
    """Get notices of these kinds, and no others."""
    person = User.objects.select_for_update(no_key=True).filter(pk=by.id or UUID(int=0), is_active=True).first()
    if person is None or not by.is_staff:
        raise Missing
    person.profile = person.profile | {"notices": {key: key in wanted for key in KINDS}}
    person.save(update_fields=["profile"])


def hear(event: Any) -> None:
    """A reaction, in the company's scope: what staff should hear of is due, and told at once if the queue is up."""
    from portico import tasks  # tasks know jobs, which lead here

    if worth_telling(event):
        plan(JOB, event.pk.hex, PATIENCE)
        tasks.tell_staff.send(current_company(), event.pk.hex)


def tell_of(event_id: UUID) -> None:
    """Have staff told of an event of the company whose scope holds, once this transaction is committed; for the worker.

    Their letters are the platform's, and stand in a transaction of their own. It is due until they do.
    """
    event = Event.objects.filter(pk=event_id).first()
    told = worth_telling(event) if event else None
    if told:
        remind(JOB, event_id.hex, clock.now() + PATIENCE)
        transaction.on_commit(partial(_tell_and_forget, told, event_id.hex))


def _tell_and_forget(told: tuple[int, str, str, str, str, int], key: str) -> None:
    with platform_scope(), transaction.atomic():
        tell(*told)
    with transaction.atomic():
        forget(JOB, key)


def worth_telling(event: Any) -> tuple[int, str, str, str, str, int] | None:
    """What is to be told of an event: company, request, event, kind, who did it, and after how many
    seconds it stands. None when it is not for staff."""
    if event.facts.get("desk") == "company" or event.actor_kind == "system":
        return None
    kind = {"ticket.create": "new", "ticket.assign": "assigned"}.get(event.verb, "answer")
    if (kind == "assigned") != (event.actor_kind == "staff"):
        return None
    wait = 0
    if kind == "answer":
        message = Message.objects.filter(pk=event.facts.get("message"), withdrawn_at=None, is_internal=False).first()
        if message is None:
            return None
        wait = max(0, int((message.sends_at - clock.now()).total_seconds()) + 1) if message.sends_at else 0
    who = str(event.actor_id or "") if kind == "assigned" else event.actor_label
    return current_company().id, str(event.subject_id), str(event.pk), kind, who, wait


def tell(company_id: int, ticket_id: str, event_id: str, kind: str, who: str, wait: int) -> int:
    """Write to those who want to hear of it, each once however often this runs; for the worker. To how many."""
    row = TicketIndex.objects.filter(company_id=company_id, ticket_id=UUID(ticket_id)).first()
    company = Company.objects.filter(pk=company_id, state=Company.State.ACTIVE).first()
    if row is None or company is None:
        return 0
    subject = Subject.objects.filter(pk=row.subject).values_list("label", flat=True).first() or row.subject
    facts = {
        "number": row.number,
        "headline": KINDS[kind].headline.format(who=who),
        "company": company.name,
        "topic": subject,
        "priority": row.priority,
        "link": address(f"/admin/tickets/{row.pk}", door="console"),
        "choose_link": address("/admin/mails", door="console"),
    }
    people = [one for one in _hearers(row, kind, who) if _sees(one, row)]
    mailing.post_all([_letter(one, facts, UUID(event_id), wait) for one in people])
    return len(people)


def _hearers(row: TicketIndex, kind: str, who: str) -> Iterable[User]:
    team = User.objects.filter(is_active=True, role__in=STAFF)
    if kind != "new":
        team = team.filter(pk=row.assignee_id) if row.assignee_id and str(row.assignee_id) != who else team.none()
    return [one for one in team.order_by("email") if chosen(one)[kind]]


def _sees(person: User, row: TicketIndex) -> bool:
    return TicketIndex.objects.visible_to(actor_of(person)).filter(pk=row.pk).exists()


def _letter(person: User, facts: dict[str, Any], event_id: UUID, wait: int) -> Letter:
    return Letter(
        to=person.email,
        name=person.name,
        person=person.pk,
        template=TEMPLATE,
        facts=facts,
        stream=NOTICE,
        once=event_id,
        after=timedelta(seconds=wait),
    )
