"""A conversation as people read it: what was said and what happened, in order. Workspace and console both draw it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from tenant_apps.desk.speech import drawn
from tenant_apps.journal import icons, words
from tenant_apps.journal.models import Event
from tenant_apps.tickets import workflow
from tenant_apps.tickets.kinds import Kind
from tenant_apps.tickets.models import Message

_TOGETHER = timedelta(minutes=5)
# What a page draws of a very long conversation until somebody asks for all of it.
SHOWN = 200
_TONES = {
    "new": "blue",
    "triaged": "violet",
    "progress": "teal",
    "waiting": "amber",
    "engineering": "red",
    "solved": "green",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the conversation: a message, or an event in words.

    `follows` says that the same person went on speaking; `opens_day` that a date belongs above it, `opens_unread` that
    the reader has not seen what comes now. `side` is where a message stands: customer, agent or note.
    """

    at: datetime
    message: Message | None = None
    text: str = ""
    icon: str = ""
    tone: str = ""
    kind: str = ""  # of a message: customer, agent or note
    html: SafeString = SafeString("")  # what was said: with its look, quotes folded
    is_mine: bool = False
    follows: bool = False
    opens_day: bool = False
    opens_unread: bool = False

    @property
    def side(self) -> str:
        if self.message is None:
            return ""
        if self.message.is_internal:
            return "note"
        return "customer" if self.message.sender_type == "tenant" and not self.message.is_staff_reply else "agent"


def timeline(
    messages: Iterable[Message],
    events: Iterable[Event],
    *,
    reader: UUID | None,
    audience: str,
    kind: Kind | None = None,
) -> list[Entry]:
    """The entries in order, as this reader sees them. Staff and customers have their own names for statuses.

    `kind` is the ticket's type: on the company's own desk it names the statuses. What `words.UNSAID` names is left
    out: messages stand in the conversation themselves.
    """
    entries = [_said(message, reader) for message in messages]
    entries += [_happened(event, audience, kind) for event in events if event.verb not in words.UNSAID]
    entries.sort(key=lambda entry: (entry.at, entry.message is None))
    return linked(entries)


def linked(entries: list[Entry]) -> list[Entry]:
    """The entries with the dates above them, and with what belongs together."""
    zone = timezone.get_current_timezone()
    days = [entry.at.astimezone(zone).date() for entry in entries]
    found = []
    for place, entry in enumerate(entries):
        opens_day = not place or days[place - 1] != days[place]
        follows = not opens_day and _goes_on(entries[place - 1], entry)
        is_so = (opens_day, follows) == (entry.opens_day, entry.follows)
        found.append(entry if is_so else replace(entry, opens_day=opens_day, follows=follows))
    return found


def since(entries: list[Entry], seen_at: datetime | None) -> list[Entry]:
    """The same with a mark above the first message of somebody else that came after this moment."""
    news = (
        place for place, one in enumerate(entries) if one.message and not one.is_mine and seen_at and one.at > seen_at
    )
    place = next(news, 0)
    return [replace(one, opens_unread=True) if place and place == at else one for at, one in enumerate(entries)]


def latest(entries: list[Entry], *, everything: bool) -> tuple[list[Entry], int]:
    """The end of a conversation, and how many entries stand before it; `everything` leaves nothing out."""
    earlier = 0 if everything else max(0, len(entries) - SHOWN)
    if not earlier:
        return entries, 0
    return [replace(entries[earlier], opens_day=True, follows=False), *entries[earlier + 1 :]], earlier


def _said(message: Message, reader: UUID | None) -> Entry:
    author = message.sender_user_id or message.sender_admin_id
    is_mine = author is not None and author == reader
    return Entry(message.created_at, message=message, kind=_side(message), html=drawn(message), is_mine=is_mine)


def _side(message: Message) -> str:
    if message.is_internal:
        return "note"
    return "agent" if message.is_staff_reply or message.sender_type != Message.Sender.TENANT else "customer"


def _happened(event: Event, audience: str, kind: Kind | None) -> Entry:
    text, icon, tone = words.words(event, audience=audience, kind=kind), icons.icon(event), ""
    known = kind.by_key if kind else workflow.BY_KEY
    step = known.get(event.facts.get("to", "")) if event.verb == "ticket.status.update" else None
    if event.verb == "ticket.rate":
        tone = icons.TONES[event.facts["rating"]]
    if step:
        icon, tone = f"status-{step.mark}", _TONES.get(step.mark, "")
    return Entry(event.at, text=text, icon=icon, tone=tone)


def _goes_on(before: Entry, entry: Entry) -> bool:
    if before.message is None or entry.message is None or entry.at - before.at > _TOGETHER:
        return False
    return _author(before.message) == _author(entry.message) and before.side == entry.side


def _author(message: Message) -> tuple[str, UUID | None]:
    return message.sender_type, message.sender_user_id or message.sender_admin_id
