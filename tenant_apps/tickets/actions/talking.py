"""What is said in a ticket: replies, notes, edits, reactions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import (
    is_staff_of,
    keep,
    lock,
    move,
    require_desk,
    require_standing,
    require_unchanged,
    say,
    tell,
)
from tenant_apps.tickets.actions.moving import require_right, solve_below, stand_below
from tenant_apps.tickets.attachments.keeping import give_back, send_along
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.look import look_of
from tenant_apps.tickets.models import BODY_LENGTH, Message, Ticket
from tenant_apps.tickets.text import clean_html, clean_text, plain_of
from tenant_apps.tickets.workflow import WOKEN

UNDO = timedelta(seconds=10)
REACTIONS = ("👍", "❤️", "🎉", "👀", "✅", "🙏")


@transaction.atomic
def reply(
    ticket: Ticket,
    body: str,
    *,
    by: Actor,
    seen_version: int | None = None,
    seen_message: UUID | None = None,
    html: str = "",
    marked: bool = False,
    internal: bool = False,
    mentions: Sequence[UUID] = (),
    files: Sequence[UUID] = (),
    status: str = "",
    can_undo: bool = False,
    channel: str = "portal",
) -> Message:
    """Add a message to the conversation, and move the ticket to `status` when one is given.

    A `marked` body was typed with marks (`look`): the text is kept as it is, its look beside it.
    A closed ticket takes no reply unless its type says so; a word from the requester wakes one that waited or was
    solved. `internal` is a note for agents. With `can_undo` it reaches the other side after UNDO, and may be taken back
    until then. Agents who are named in `mentions` (the caller has found them) follow from now on. A `seen_version` or
    `seen_message` that is no longer true is refused: reading comes first.
    """
    access.require(by, "reply", ticket.desk)
    body, html = _words(body, html, marked)
    ticket = lock(ticket, by)
    _require_open(ticket, by, internal)
    require_unchanged(ticket, seen_version)
    require_read(ticket, seen_message, by)
    with writing():
        sends_at = clock.now() + UNDO if can_undo and not internal else None
        said = {"html": html, "is_internal": internal, "mentions": list(mentions), "channel": channel}
        message = say(ticket, body, by, sends_at=sends_at, **said)
        send_along(message, files, by=by)
        _keep_said(ticket, message, status, by)
    return message


def require_reply(ticket: Ticket, *, by: Actor, internal: bool = False, status: str = "") -> None:
    """Refused when `reply` would be, whatever the words are: for who wants to know it before they are sent."""
    access.require(by, "reply", ticket.desk)
    require_standing(ticket)
    _require_open(ticket, by, internal)
    if status and status != ticket.status:
        require_right(ticket, status, by)


@transaction.atomic
def hold_together(messages: Collection[UUID], *, by: Actor) -> None:
    """Let replies that were said at once go out at one moment, UNDO from now, so that one undo reaches all of them.

    What has gone out already is not held again.
    """
    now = clock.now()
    mine = Message.objects.filter(sender_user_id=by.id, withdrawn_at=None, sends_at__gt=now)
    with writing():
        mine.filter(pk__in=messages).update(sends_at=now + UNDO)


@transaction.atomic
def take_back(message: Message, *, by: Actor) -> Message:
    """Undo sending, within UNDO of it; the words go back to who wrote them. What was told is never taken back.

    The step that went with the words is undone as well, unless something happened since.
    """
    ticket = _lock_of(message, by)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.author_id != by.id:
        raise Forbidden("not_yours", "Only who wrote this can take it back.")
    if message.withdrawn_at:
        return message
    if not message.is_held():
        raise Refused("sent", "This has been sent and cannot be taken back.")
    with writing():
        message.withdrawn_at = clock.now()
        message.save(update_fields=["withdrawn_at"])
        if message.is_staff_reply:
            ticket.unread_by_customer = max(0, ticket.unread_by_customer - 1)
            ticket.first_reply_at = _first_reply(ticket)
        keep(ticket)
        tell("ticket.message.taken_back", ticket, by=by, message=str(message.pk))
        give_back(message)
        _step_back(ticket, message, by)
    return message


def _first_reply(ticket: Ticket) -> datetime | None:
    """When staff first answered, by what was not taken back."""
    said = Message.objects.filter(ticket=ticket, is_staff_reply=True, is_internal=False, withdrawn_at=None)
    first: datetime | None = said.order_by("created_at", "id").values_list("created_at", flat=True).first()
    return first


def _step_back(ticket: Ticket, message: Message, by: Actor) -> None:
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    moved = apps.get_model("journal", "Event").objects.filter(subject_id=ticket.pk, verb="ticket.status.update")
    last = moved.order_by("at", "id").last()
    if last is None or last.facts.get("with") != str(message.pk) or last.facts["to"] != ticket.status:
        return
    before, was_done = last.facts["from"], not ticket.is_active
    if before not in ticket.kind.by_key:
        return
    facts = {"from": ticket.status, "to": before, "cause": "undo"}
    move(ticket, before)
    keep(ticket)
    tell("ticket.status.update", ticket, by=by, **facts)
    if was_done:
        stand_below(ticket, by)


@transaction.atomic
def edit(message: Message, body: str, *, by: Actor, html: str = "", marked: bool = False) -> Message:
    """Change what one has written; what stood there before is kept and shown behind a badge."""
    ticket = _lock_of(message, by)
    require_desk(ticket)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.author_id != by.id and not access.may(by, "work_on_all", access.COMPANY_DESK):
        raise Forbidden("not_yours", "Only who wrote this, or a manager, can change it.")
    if message.withdrawn_at:
        raise Missing
    body, html = _words(body, html, marked)
    if (body, html) == (message.body, message.html):
        return message
    with writing():
        before = {"at": clock.now().isoformat(), "by": by.label, "body": message.body, "html": message.html}
        message.edits = [*message.edits, before]
        message.body, message.html = body, html
        message.save(update_fields=["edits", "body", "html"])
        keep(ticket)
        tell("ticket.message.edit", ticket, by=by, message=str(message.pk), internal=message.is_internal)
    return message


@transaction.atomic
def react(message: Message, sign: str, *, by: Actor, on: bool | None = None) -> Message:
    """Put a sign on a message, or take one's own away again; `on` says which, and twice is as good as once."""
    ticket = _lock_of(message, by)
    require_desk(ticket)
    if sign not in REACTIONS:
        raise Invalid({"sign": ["There is no such sign."]})
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    before = message.reactions.get(sign, [])
    who = [[person, name] for person, name in before if person != str(by.id)]
    was_on = len(who) < len(before)
    if on is was_on:
        return message
    if not was_on:
        who.append([str(by.id), by.label])
    with writing():
        message.reactions = {key: value for key, value in (message.reactions | {sign: who}).items() if value}
        message.save(update_fields=["reactions"])
        tell("ticket.message.react", ticket, by=by, message=str(message.pk), sign=sign)
    return message


def _words(body: str, html: str, marked: bool) -> tuple[str, str]:
    """What was said as plain text, and with its look when it has one."""
    if html:
        html = clean_html(clean_text("body", html, limit=4 * BODY_LENGTH))
        body = plain_of(html)
    body = clean_text("body", body, limit=BODY_LENGTH)
    return body, html or (look_of(body) if marked else "")


def _keep_said(ticket: Ticket, message: Message, status: str, by: Actor) -> None:
    before = ticket.status
    if not message.is_internal:
        _follow(ticket, message, by)
    called = [one for one in message.mentions if one != ticket.assignee_id and one not in ticket.watchers]
    ticket.watchers = [*ticket.watchers, *called]  # whoever is called has to see what they are called to
    if status and status != ticket.status:
        require_right(ticket, status, by)
        move(ticket, status)
    keep(ticket)
    facts: dict[str, Any] = {"message": str(message.pk), "sender_type": message.sender_type}
    if not ticket.is_platform:
        facts |= {"internal": message.is_internal, "staff": message.is_staff_reply}
    tell("ticket.message.create", ticket, by=by, **facts)
    for person in called:
        tell("ticket.watch", ticket, by=by, person_id=str(person), is_watching=True)
    if ticket.status != before:
        cause = {"with": str(message.pk)} if status else {"cause": "reply"}
        tell("ticket.status.update", ticket, by=by, **{"from": before, "to": ticket.status, **cause})
        solve_below(ticket, by)


def _lock_of(message: Message, by: Actor) -> Ticket:
    """The ticket that the message is read in, locked; Missing unless the actor is told this message there."""
    access.require(by, "reply", message.ticket.desk)
    ticket = lock(message.ticket.merged_into or message.ticket, by)
    if not Message.objects.of(ticket).filter(pk=message.pk).told_to(by).exists():
        raise Missing
    return ticket


def _require_open(ticket: Ticket, by: Actor, internal: bool) -> None:
    if internal:
        _require_notes(ticket, by)
    elif ticket.is_closed:
        _require_reopening(ticket)


def _require_notes(ticket: Ticket, by: Actor) -> None:
    require_desk(ticket)
    if not is_staff_of(ticket, by):
        raise Forbidden("internal", "Internal notes are for the agents of this desk.")


def _require_reopening(ticket: Ticket) -> None:
    if ticket.kind.closed_reply != "reopen":
        raise Refused("ticket_closed", "This ticket is closed and takes no replies. Please open a new one.")


def require_read(ticket: Ticket, seen_message: UUID | None, by: Actor) -> None:
    """A reply waits while there is something its writer has not seen: a colleague's, or the requester's, word."""
    if seen_message is None:
        return
    newest = Message.objects.of(ticket).told_to(by).exclude(sender_user_id=by.id).last()
    if newest and newest.pk != seen_message and newest.pk > seen_message:
        raise Refused("written_meanwhile", f"{newest.sender_name} wrote meanwhile. Please read that first.")


def _follow(ticket: Ticket, message: Message, by: Actor) -> None:
    """What a reply changes: who has something unread, when staff first answered, and a ticket that waited wakes up."""
    ticket.last_message_at = message.created_at
    ticket.is_snoozed, ticket.snoozed_until = False, None
    from_staff = message.is_staff_reply
    if ticket.is_platform:
        ticket.unread = {"company": True, "staff": False}.get(by.kind, ticket.unread)
    elif from_staff:
        ticket.unread_by_customer += 1
        ticket.unread_by_agent = 0
        ticket.first_reply_at = ticket.first_reply_at or message.created_at
    else:
        ticket.unread_by_agent += 1
    # A closed one has come here since its type opens it again (`_require_reopening`).
    wakes = ticket.is_closed or (ticket.category in WOKEN and ticket.kind.solved_reply == "reopen")
    if not from_staff and by.kind == "company" and wakes:
        move(ticket, ticket.kind.woken)
