"""Who hears of what: reactions to events of the company's desk. Who did it never does; who said no does not either.

A letter holds keys alone. What it says is looked up when it leaves (`filling`), and so is whether it is still true.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet

from portico import asks, clock, mailing, replying
from portico.database import current_company
from portico.database.kept import Kept
from portico.mailing import Letter
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.notices.kinds import KINDS, wants
from tenant_apps.notices.people import Hearer, customers_of, named, requester_of
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Message, Ticket

_A_DAY = timedelta(days=1)
_MOST_AT_ONCE, _MOST_NAMED = 200, 5
_INCOMING = ("mailroom", "Incoming")
CRITICAL = "critical"


def tell(event: Event) -> None:
    """A reaction: post what this event has to say by mail. However often it runs, each letter is written down once."""
    if event.facts.get("desk") != "company":
        return
    ticket = _STANDING.first(key=event.subject_id) if event.subject_id else None
    if ticket is not None:
        letters = [one for one in _letters(event, ticket) if mailing.is_address(one.to)]
        mailing.post_all(letters[:_MOST_AT_ONCE])


def _letters(event: Event, ticket: Ticket) -> Iterator[Letter]:
    if event.verb == "ticket.create":
        yield from _opened(event, ticket)
    elif event.verb == "ticket.message.create":
        yield from _said(event, ticket)
    elif event.verb == "ticket.assign":
        yield from _assigned(event, ticket)
    elif event.verb == "ticket.status.update":
        yield from _moved(event, ticket)


def _opened(event: Event, ticket: Ticket) -> Iterator[Letter]:
    """The desk hears of it; whoever asked by mail is told that it came, and whom an agent asks for, that they did."""
    everybody = CRITICAL == ticket.urgency == ticket.importance
    team = _team(event.actor_id)
    wanted = [one for one in team if everybody or (not ticket.assignee_id and wants("new", one.role, one.profile))]
    for one in wanted:
        if one.pk not in {ticket.requester_id, ticket.assignee_id}:
            yield _notice("new", event, ticket, Hearer.of(one))
    asked = requester_of(ticket)
    if asked is None:
        return
    if event.actor_id != asked.id and event.actor_kind == "company":
        yield from _customers("opened", event, ticket, [asked])
    elif ticket.channel == Ticket.Channel.EMAIL and _may_be_thanked(ticket, asked):
        yield _letter("support_received", mailing.TICKET, event, ticket, asked)


def _said(event: Event, ticket: Ticket) -> Iterator[Letter]:
    message: Message | None = _SAID.first(key=UUID(event.facts["message"]))
    if message is None:
        return
    if message.is_internal:
        for one in named(message.mentions, event.actor_id, "mention"):
            yield _notice("mention", event, ticket, one, message)
    elif message.is_staff_reply:
        yield from _customers("update", event, ticket, customers_of(ticket), message)
        for one in named([ticket.assignee_id, *ticket.watchers], event.actor_id, "colleague"):
            yield _notice("colleague", event, ticket, one, message)
    else:
        agents = list(named([ticket.assignee_id, *ticket.watchers], event.actor_id, "answer"))
        yield from (_notice("answer", event, ticket, one, message) for one in agents or _who_leads(event.actor_id))
        others = [one for one in customers_of(ticket) if one.id != event.actor_id]
        yield from _customers("update", event, ticket, others, message)


def _assigned(event: Event, ticket: Ticket) -> Iterator[Letter]:
    if ticket.assignee_id and str(ticket.assignee_id) == event.facts.get("assignee_id"):
        for one in named([ticket.assignee_id], event.actor_id, "assigned"):
            yield _notice("assigned", event, ticket, one)


def _moved(event: Event, ticket: Ticket) -> Iterator[Letter]:
    """What is solved is told, unless an answer came with it, which says so itself."""
    asked = requester_of(ticket)
    is_solved = ticket.category == "solved" and event.facts.get("to") == ticket.status
    if not is_solved or asked is None or asked.id == event.actor_id:
        return
    same = Event.objects.about(ticket.pk).filter(verb="ticket.message.create", facts__staff=True)
    if not same.filter(at__gte=event.at - timedelta(seconds=1), at__lte=event.at, actor_id=event.actor_id).exists():
        yield from _customers("solved", event, ticket, [asked])


def _customers(
    kind: str, event: Event, ticket: Ticket, people: Iterable[Hearer], message: Message | None = None
) -> Iterator[Letter]:
    """Letters to those who ask. Who has no other way to hear of it gets them as part of the request."""
    for one in people:
        if one.id is not None and one.id in {event.actor_id, message.sender_user_id if message else None}:
            continue
        stream = mailing.TICKET if one.is_by_mail or ticket.channel == Ticket.Channel.EMAIL else mailing.NOTICE
        if stream == mailing.TICKET or one.wants(kind):
            yield _letter(KINDS[kind].template, stream, event, ticket, one, message, kind)


def _notice(kind: str, event: Event, ticket: Ticket, one: Hearer, message: Message | None = None) -> Letter:
    return _letter(KINDS[kind].template, mailing.NOTICE, event, ticket, one, message, kind)


def _letter(
    template: str,
    stream: str,
    event: Event,
    ticket: Ticket,
    one: Hearer,
    message: Message | None = None,
    kind: str = "",
) -> Letter:
    held = message.sends_at - clock.now() if message and message.sends_at else timedelta()
    facts = {"ticket": str(ticket.pk), "message": str(message.pk) if message else "", "kind": kind}
    thread = [replying.thread_id(ticket.pk), *_came(ticket, one)]
    answer = message if template == KINDS["update"].template else None
    return Letter(
        to=one.email,
        name=one.name,
        template=template,
        facts=facts,
        stream=stream,
        about=answer.pk if answer else ticket.pk,
        person=None if one.is_by_mail else one.id,
        once=event.pk,
        after=max(held, timedelta()),
        headers={
            "in_reply_to": thread[-1],
            "references": thread,
            "reply_to": replying.reply_address(current_company(), ticket.pk, one.id or one.email),
            "by_hand": bool(answer and answer.is_staff_reply and answer.sender_type != Message.Sender.SYSTEM),
        },
    )


def _came(ticket: Ticket, one: Hearer) -> list[str]:
    """The latest mails of this person about it, oldest first: their program shows the answer below its own."""
    if not apps.is_installed("tenant_apps.mailroom"):
        return []
    mails = apps.get_model(*_INCOMING)._default_manager.filter(ticket_id=ticket.pk, state="filed")
    latest = mails.filter(sender__iexact=one.email).exclude(message_id="").order_by("-received_at")
    return list(latest.values_list("message_id", flat=True)[:_MOST_NAMED])[::-1]


def _who_leads(actor_id: UUID | None) -> Iterator[Hearer]:
    """Nobody has it and nobody follows it: those hear of it who hear of new requests."""
    for one in _team(actor_id):
        if wants("new", one.role, one.profile):
            yield Hearer.of(one)


def _team(but: UUID | None) -> list[User]:
    return [one for one in _TEAM() if one.pk != but]


def _standing(*, key: UUID) -> QuerySet[Ticket]:
    return Ticket.objects.standing().filter(pk=key, desk=Ticket.Desk.COMPANY)


def _said_in(*, key: UUID) -> QuerySet[Message]:
    return Message.objects.filter(pk=key, withdrawn_at=None)


def _all_agents() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=sorted(access.COMPANY))


_STANDING, _SAID, _TEAM = Kept(_standing, is_steady=True), Kept(_said_in, is_steady=True), Kept(_all_agents)


def _may_be_thanked(ticket: Ticket, one: Hearer) -> bool:
    """Whether a person wrote it, and was not told today that something came: no machine is answered, and nobody is
    mailed by others writing in their name."""
    letters: Any = mailing.letters().filter(to__iexact=one.email, template="support_received")
    was_thanked = letters.filter(created_at__gt=clock.now() - _A_DAY).exists()
    return not was_thanked and asks.may_answer_mail(ticket.pk, one.email)
