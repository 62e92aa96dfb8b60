"""The facts about a mail, looked up for the decision: who wrote, what it refers to, and how often they write."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Q

from portico import clock
from portico.database import current_company
from shared_apps.accounts.models import User
from tenant_apps.mailroom import addresses, deciding
from tenant_apps.mailroom.deciding import Facts
from tenant_apps.mailroom.models import Incoming
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Message, Ticket

RECENT = timedelta(days=7)
_TEN_MINUTES, _HOUR = timedelta(minutes=10), timedelta(hours=1)
_TAG = re.compile(r"\[(?:ticket\s?|request\s?)?#?([^\[\]\s]{3,40})\]", re.IGNORECASE)
# What all our letters about a request refer to.
_THREAD = re.compile(r"<([0-9a-f]{32})\.thread@[^<>@\s]+>")
_MOST_TAGS = 5


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


def sender_of(said: Mapping[str, Any]) -> Sender:
    """The one in the From line; an empty address when there is not exactly one."""
    people = said["from"]
    name, address = people[0] if len(people) == 1 and said["from_fields"] == 1 else ("", "")
    if not address:
        return Sender("", name, None, None)
    account = User.objects.filter(email__iexact=address, is_active=True).first()
    return Sender(address, name, account, Contact.objects.filter(email__iexact=address).first())


def kind_of(mail: Incoming, said: Mapping[str, Any]) -> str:
    """Whether a person wrote this, or which kind of machine. No answer to `X-Auto-Response-Suppress` alone: that asks
    for none, and says nothing of who wrote."""
    auto = said["auto_submitted"].lower().partition(";")[0].strip()
    ours = f"@{settings.MAIL_HOST}"
    is_notice = auto not in {"", "no"} and said["message_id"].rstrip(">").endswith(ours)
    if is_notice or any(address.endswith(ours) for _, address in said["from"]):
        return deciding.OWN
    top = said["content_type"].lower()
    is_report = top.startswith("multipart/report")
    from_nobody = said["return_path"] == "<>" or (mail.told.get("null_sender") is True)
    local = (said["from"][0][1] if said["from"] else "").partition("@")[0]
    if (is_report and "disposition" not in top) or (from_nobody and local in {"mailer-daemon", "postmaster"}):
        return deciding.BOUNCE
    if auto.startswith("auto-replied") or said["x_autoreply"] or said["x_autorespond"] or from_nobody or is_report:
        return deciding.AUTO_REPLY
    precedence = said["precedence"].lower()
    if precedence in {"auto_reply", "auto-reply"}:
        return deciding.AUTO_REPLY
    if said["list_id"] or precedence in {"bulk", "list", "junk"}:
        return deciding.LIST
    return deciding.AUTOMATIC if auto not in {"", "no"} else deciding.PERSON


def facts_of(
    mail: Incoming,
    said: Mapping[str, Any],
    sender: Sender,
    rules: Mapping[str, Any],
    prove: Callable[[bool], str],
    spam: float | None,
) -> Facts:
    """Everything that the decision stands on. `prove(thoroughly)` says how far the sender is proven: thoroughly where
    it matters, for that may ask the DNS."""
    token, token_for, threads, tagged = _named(mail, said, sender)
    recent = _recent(sender)
    named = [one for one in (token, *threads, tagged, *recent) if one]
    is_agent = sender.account is not None and sender.account.role in access.COMPANY
    matters = bool(named) or sender.account is not None or bool(rules["verify_first"])
    counted = _how_often(mail, sender)
    people, of_platform = _people(named)
    return Facts(
        sender=sender.address,
        is_single=len(said["from"]) == 1 and said["from_fields"] == 1,
        kind=kind_of(mail, said),
        proof=prove(matters),
        token=token,
        token_for=token_for,
        threads=threads,
        tagged=tagged,
        recent=recent,
        people=people,
        of_platform=of_platform,
        is_agent=is_agent,
        is_known=bool(sender.keys),
        is_blocked=_listed(sender.address, rules["block"]),
        is_allowed=_listed(sender.address, rules["allow"]),
        in_ten_minutes=counted["ten"],
        in_an_hour=counted["hour"],
        most_in_an_hour=rules["most_in_an_hour"],
        spam=spam,
        spam_from=rules["spam_from"],
        verify_first=rules["verify_first"],
    )


def _how_often(mail: Incoming, sender: Sender) -> dict[str, int]:
    now = clock.now()
    rows = Incoming.objects.filter(sender=sender.address, received_at__gt=now - _HOUR).exclude(pk=mail.pk)
    ten = Count("pk", filter=Q(received_at__gt=now - _TEN_MINUTES))
    return rows.exclude(state=Incoming.State.TWICE).aggregate(hour=Count("pk"), ten=ten)


def once_of(mail: Incoming, said: Mapping[str, Any], sender: Sender) -> str | None:
    """What makes a mail the same as another one however it came: Message-ID, recipient, sender and words.

    The Message-ID alone would let anybody who knows one keep its mail from arriving.
    """
    if not said["message_id"]:
        return None
    parts = (said["message_id"], mail.recipient, sender.address, said["subject"], said["text"])
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _named(
    mail: Incoming, said: Mapping[str, Any], sender: Sender
) -> tuple[UUID | None, str, tuple[UUID, ...], UUID | None]:
    people = [address for _, address in (*said["to"], *said["cc"], *said["delivered_to"]) if address]
    replies = addresses.replies_among([mail.recipient, *people], current_company())
    tickets = _standing([one.ticket_id for one in replies], anywhere=True)
    token = next((tickets[one.ticket_id] for one in replies if one.ticket_id in tickets), None)
    here = [one for one in replies if token and tickets.get(one.ticket_id) == token]
    whose: list[UUID | str] = [*sender.keys, sender.address]
    mine = any(one.is_of(who) for one in here for who in whose)
    token_for = sender.address if mine else "somebody else" if token else ""
    return token, token_for, _threads(said), _tagged(said["subject"])


def _standing(keys: Iterable[UUID], *, anywhere: bool = False) -> dict[UUID, UUID]:
    """For each of these requests of the company's desk the one that it is read in now; deleted ones are none.

    Only a signed address leads to what the company asked the platform (`anywhere`).
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    rows = Ticket.objects.filter(pk__in=wanted, deleted_at=None)
    rows = rows if anywhere else rows.filter(desk=Ticket.Desk.COMPANY)
    return {key: into or key for key, into in rows.values_list("pk", "merged_into_id")}


def _threads(said: Mapping[str, Any]) -> tuple[UUID, ...]:
    wanted = list(dict.fromkeys([*said["in_reply_to"], *said["references"]]))
    if not wanted:
        return ()
    found: dict[str, Any] = dict(
        Incoming.objects.filter(message_id__in=wanted, ticket_id__isnull=False, state=Incoming.State.FILED)
        .order_by("received_at")
        .values_list("message_id", "ticket_id")
    )
    about: dict[str, Any] = dict(
        apps.get_model("mail", "Outgoing")
        ._default_manager.filter(message_id__in=wanted, about__isnull=False)
        .values_list("message_id", "about")
    )
    spoken: dict[Any, Any] = dict(Message.objects.filter(pk__in=about.values()).values_list("pk", "ticket_id"))
    found |= {one: spoken.get(key, key) for one, key in about.items()}
    found |= {one: UUID(key[1]) for one in wanted if (key := _THREAD.fullmatch(one))}
    standing = _standing(found.values())
    return tuple(dict.fromkeys(standing[found[one]] for one in wanted if found.get(one) in standing))


def _tagged(subject: str) -> UUID | None:
    numbers = list(dict.fromkeys(one.upper() for one in _TAG.findall(subject)))[:_MOST_TAGS]
    if not numbers:
        return None
    keys = dict(Ticket.objects.filter(number__in=numbers, desk=Ticket.Desk.COMPANY).values_list("number", "pk"))
    standing = _standing(keys.values())
    return next((standing[keys[one]] for one in numbers if keys.get(one) in standing), None)


def _recent(sender: Sender) -> tuple[UUID, ...]:
    if not sender.keys:
        return ()
    active = ("new", "open", "waiting", "on_hold")
    rows = Ticket.objects.standing().filter(requester_id__in=sender.keys, desk=Ticket.Desk.COMPANY, category__in=active)
    rows = rows.filter(last_message_at__gt=clock.now() - RECENT)
    return tuple(rows.order_by("-last_message_at").values_list("pk", flat=True)[:2])


def _people(tickets: Iterable[UUID]) -> tuple[dict[UUID, frozenset[str]], frozenset[UUID]]:
    """The addresses of those who take part in each request: who asked, who was let in as a copy, who follows. And which
    of the requests are the platform's to answer."""
    rows = list(Ticket.objects.filter(pk__in=set(tickets)))
    keys = {key for one in rows for key in (one.requester_id, *one.watchers)}
    known: dict[UUID, str] = {}
    if keys:
        known |= dict(User.objects.filter(pk__in=keys, is_active=True).values_list("pk", "email"))
        known |= dict(Contact.objects.filter(pk__in=keys).values_list("pk", "email"))
    found = {}
    for one in rows:
        some = [known.get(key, "") for key in (one.requester_id, *one.watchers)]
        some += [person.get("email", "") for person in one.cc]
        found[one.pk] = frozenset(address.lower() for address in some if address)
    return found, frozenset(one.pk for one in rows if one.is_platform)


def _listed(address: str, rows: Iterable[str]) -> bool:
    """Whether an address, or its domain or one above that, stands in a list."""
    domain = address.rpartition("@")[2]
    return any(address == one or domain == one or domain.endswith(f".{one}") for one in rows if one)
