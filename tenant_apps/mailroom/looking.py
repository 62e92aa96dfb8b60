"""What a company knows that a mail may be about: asked in one message to the database, or two when there is something.

An ordinary mail is a dozen small questions. Asked one by one they cost more than everything else that is done with it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact

from portico import clock
from portico.database import current_company
from portico.database.kept import Among, Asking, Kept, together
from portico.replying import ReplyAddress
from shared_apps.accounts.models import User
from tenant_apps.mailroom import addresses, channels
from tenant_apps.mailroom.models import Channel, Incoming
from tenant_apps.people.models import Contact
from tenant_apps.tickets.models import Message, Ticket

RECENT = timedelta(days=7)
_TEN_MINUTES, _HOUR = timedelta(minutes=10), timedelta(hours=1)
_ACTIVE = ("new", "open", "waiting", "on_hold")
_TAG = re.compile(r"\[(?:ticket\s?|request\s?)?#?([^\[\]\s]{3,40})\]", re.IGNORECASE)
# What all our letters about a request refer to.
_THREAD = re.compile(r"<([0-9a-f]{32})\.thread@[^<>@\s]+>")
_MOST_TAGS = 5
_OFTEN = """
    SELECT count(*), count(*) FILTER (WHERE received_at > %s) FROM mailroom_incoming
    WHERE sender = %s AND received_at > %s AND id <> %s AND state <> 'twice'
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the company knows them."""

    address: str
    name: str
    account: User | None
    contact: Contact | None

    @property
    def keys(self) -> list[UUID]:
        return [one.pk for one in (self.account, self.contact) if one is not None]


@dataclass(frozen=True, slots=True)
class Known:
    """What the company knows. Requests are those that are not deleted; only signed addresses name the platform's."""

    sender: Sender
    once: str | None
    before: UUID | None  # the same mail, which has come before
    places: list[Channel]  # channels by which it may have come, and those among its addresses
    in_an_hour: int
    in_ten_minutes: int
    replies: list[ReplyAddress]
    threads: Mapping[str, UUID]  # requests by the Message-IDs that the mail refers to, in its order
    tagged: list[UUID]  # by the numbers in its subject
    recent: tuple[UUID, ...] = ()
    standing: Mapping[UUID, UUID] = field(default_factory=dict)  # requests, and the one that each is read in now
    tickets: Mapping[UUID, Ticket] = field(default_factory=dict)
    emails: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def at_home(self) -> frozenset[UUID]:
        """Those of the requests that the company answers itself."""
        return frozenset(key for key, one in self.tickets.items() if not one.is_platform)

    def people(self, key: UUID) -> frozenset[str]:
        """The addresses of those who take part in a request: who asked, who was let in as a copy, who follows."""
        ticket = self.tickets.get(key)
        if ticket is None:
            return frozenset()
        some = [self.emails.get(one, "") for one in (ticket.requester_id, *ticket.watchers)]
        some += [person.get("email", "") for person in ticket.cc]
        return frozenset(address.lower() for address in some if address)


def sole_sender(said: Mapping[str, Any]) -> tuple[str, str]:
    """Name and address of the one in the From line; an empty address when there is not exactly one."""
    people = said["from"]
    return tuple(people[0]) if len(people) == 1 and said["from_fields"] == 1 else ("", "")


def look_up(mail: Incoming, said: Mapping[str, Any]) -> Known:
    """Everything that is known about a mail."""
    name, address = sole_sender(said)
    referred = list(dict.fromkeys([*said["in_reply_to"], *said["references"]]))
    people = [one for _, one in (*said["to"], *said["cc"], *said["delivered_to"]) if one]
    once, tags, now = _once_of(mail, said, address), _tags(said["subject"]), clock.now()
    account, contact, before, places, often, heard, written, numbered = together(
        _ACCOUNT.asking(address=address),
        _CONTACT.asking(address=address),
        _BEFORE.asking(once=once or "", mail=mail.pk),
        channels.asking(mail.recipient, said),
        Asking(_OFTEN, (now - _TEN_MINUTES, address, now - _HOUR, mail.pk)),
        *(asked.asking(ids=referred) if referred else _NOTHING for asked in (_HEARD, _WRITTEN)),
        _NUMBERED.asking(numbers=tags) if tags else _NOTHING,
    )
    threads, numbers = dict(heard) | dict(written), dict(numbered)
    threads |= {one: UUID(key[1]) for one in referred if (key := _THREAD.fullmatch(one))}
    known = Known(
        sender=Sender(address, name, *(next(iter(rows), None) for rows in (account, contact))),
        once=once,
        before=next(iter(before), None),
        places=places,
        in_an_hour=often[0][0],
        in_ten_minutes=often[0][1],
        replies=addresses.replies_among([mail.recipient, *people], current_company()),
        threads={one: threads[one] for one in referred if one in threads},
        tagged=[numbers[tag] for tag in tags if tag in numbers],
    )
    return _with_requests(known, now)


def _with_requests(known: Known, now: datetime) -> Known:
    wanted = {*(one.ticket_id for one in known.replies), *known.threads.values(), *known.tagged}
    whose = known.sender.keys
    named, recent = together(
        _NAMED.asking(keys=list(wanted)) if wanted else _NOTHING,
        _RECENT.asking(whose=whose, since=now - RECENT) if whose else _NOTHING,
    )
    standing = {one.pk: one.merged_into_id or one.pk for one in named}
    tickets = {one.pk: one for one in (*named, *recent)}
    if others := [one for one in standing.values() if one not in tickets]:
        tickets |= {one.pk: one for one in _ANY(keys=others)}
    keys = list({key for one in tickets.values() for key in (one.requester_id, *one.watchers)})
    emails = together(*(asked.asking(keys=keys) if keys else _NOTHING for asked in (_ACCOUNTS, _CONTACTS)))
    latest, at = tuple(one.pk for one in recent), dict(emails[0]) | dict(emails[1])
    return replace(known, standing=standing, tickets=tickets, recent=latest, emails=at)


def _once_of(mail: Incoming, said: Mapping[str, Any], address: str) -> str | None:
    """What makes a mail the same as another one however it came: Message-ID, recipient, sender and words.

    The Message-ID alone would let anybody who knows one keep its mail from arriving.
    """
    if not said["message_id"]:
        return None
    parts = (said["message_id"], mail.recipient, address, said["subject"], said["text"])
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _tags(subject: str) -> list[str]:
    return list(dict.fromkeys(one.upper() for one in _TAG.findall(subject)))[:_MOST_TAGS]


def _at(address: str) -> Exact:
    # As the index has it: `iexact` compares in capitals, and would read every row.
    return Exact(Lower("email"), address)


def _account(*, address: str) -> QuerySet[User]:
    return User.objects.filter(_at(address), is_active=True)[:1]


def _contact(*, address: str) -> QuerySet[Contact]:
    return Contact.objects.filter(_at(address))[:1]


def _before(*, once: str, mail: UUID) -> QuerySet[Incoming, UUID]:
    return Incoming.objects.filter(once=once).exclude(pk=mail).values_list("pk", flat=True)


def _heard(*, ids: list[str]) -> QuerySet[Incoming, tuple[str, UUID | None]]:
    rows = Incoming.objects.filter(Among(F("message_id"), ids), ticket_id__isnull=False, state=Incoming.State.FILED)
    return rows.order_by("received_at").values_list("message_id", "ticket_id")


def _written(*, ids: list[str]) -> QuerySet[Any, tuple[str, UUID]]:
    """Our letters are about a request, or about something that was said in one."""
    letters: QuerySet[Any] = apps.get_model("mail", "Outgoing")._default_manager.filter(Among(F("message_id"), ids))
    spoken = Message.objects.filter(pk=OuterRef("about")).values("ticket_id")
    about = letters.filter(about__isnull=False).annotate(
        request=Coalesce(Subquery(spoken), "about", output_field=UUIDField())
    )
    return about.values_list("message_id", "request")


def _numbered(*, numbers: list[str]) -> QuerySet[Ticket, tuple[str, UUID]]:
    rows = Ticket.objects.filter(Among(F("number"), numbers), desk=Ticket.Desk.COMPANY)
    return rows.values_list("number", "pk")


def _any(*, keys: list[UUID]) -> QuerySet[Ticket]:
    return Ticket.objects.filter(Among(F("pk"), keys))


def _named(*, keys: list[UUID]) -> QuerySet[Ticket]:
    return _any(keys=keys).filter(deleted_at=None)


def _recent(*, whose: list[UUID], since: datetime) -> QuerySet[Ticket]:
    mine = Ticket.objects.standing().filter(Among(F("requester_id"), whose), desk=Ticket.Desk.COMPANY)
    return mine.filter(category__in=_ACTIVE, last_message_at__gt=since).order_by("-last_message_at")[:2]


def _accounts(*, keys: list[UUID]) -> QuerySet[User, tuple[UUID, str]]:
    return User.objects.filter(Among(F("pk"), keys), is_active=True).values_list("pk", "email")


def _contacts(*, keys: list[UUID]) -> QuerySet[Contact, tuple[UUID, str]]:
    return Contact.objects.filter(Among(F("pk"), keys)).values_list("pk", "email")


_NOTHING = Asking("", ())
_ACCOUNT, _CONTACT, _BEFORE = Kept(_account), Kept(_contact), Kept(_before)
_HEARD, _WRITTEN, _NUMBERED = Kept(_heard), Kept(_written), Kept(_numbered)
_NAMED, _ANY, _RECENT = Kept(_named), Kept(_any), Kept(_recent)
_ACCOUNTS, _CONTACTS = Kept(_accounts), Kept(_contacts)
