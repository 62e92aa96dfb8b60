"""Finding requests by words: in number, subject and requester, or in one message that the searcher is told."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from portico.actor import Actor
from portico.database.kept import Among
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.models.message import MessageQuerySet
from tenant_apps.tickets.models.ticket import TicketQuerySet
from tenant_apps.tickets.models.words import Part, folded, in_messages, parts, vector

MOST = 5_000  # of words that stand everywhere the latest so many count: the others are never waited for
_BEFORE, _AFTER = 40, 110
_BETWEEN = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the words were found: who said it, and the text in pieces, each with whether it is one of the words."""

    who: str
    is_note: bool
    pieces: tuple[tuple[str, bool], ...]


def about(
    rows: TicketQuerySet, words: str, actor: Actor, *, as_customer: bool = False, numbers: Collection[str] = ()
) -> TicketQuerySet:
    """Those of these tickets that all the words are about, or that have one of the numbers; all of them for no words.

    `rows` is what the actor sees. Notes are found by agents alone, and not where they ask `as_customer`.
    """
    wanted = parts(words)
    if not wanted:
        return rows
    seen = Ticket.objects.filter(pk__in=rows.order_by().values("pk"))
    heads = seen.matching(words).order_by("-last_activity_at", "-id").values("pk")[:MOST]
    said = _said(wanted, actor, as_customer).filter(ticket__in=_with_merged(actor)).order_by("-id")
    keys = said.values(key=Coalesce("ticket__merged_into", "ticket"))[:MOST]
    either = Q(Among(F("pk"), ArraySubquery(heads))) | Q(Among(F("pk"), ArraySubquery(keys)))
    if "@" in words and not as_customer:
        either |= Q(Among(F("requester_id"), ArraySubquery(_accounts(words))))
    return rows.filter(either | Q(number__in=numbers) if numbers else either)


def hits(tickets: Iterable[Ticket], words: str, actor: Actor, *, as_customer: bool = False) -> dict[UUID, Hit]:
    """For each ticket the latest message with the words; else the address of who asks. One statement for all."""
    wanted, shown = parts(words), list(tickets)
    if not wanted or not shown:
        return {}
    found = {one.pk: hit for one in shown if (hit := _address(one, wanted))}
    keys = [one.pk for one in shown]
    here = Q(ticket__in=keys) | Q(ticket__merged_into__in=keys)
    said = _said(wanted, actor, as_customer).filter(here).annotate(key=Coalesce("ticket__merged_into", "ticket"))
    one: Any
    for one in said.order_by("key", "-id").distinct("key").only("sender_name", "body", "is_internal"):
        found[one.key] = Hit(one.sender_name, one.is_internal, _cut(one.body, wanted))
    return found


def _accounts(address: str) -> QuerySet[Any]:
    """Accounts whose address begins so: what they asked themselves is kept without it."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    people = apps.get_model("accounts", "User")._default_manager.filter(email__istartswith=address.strip())
    return people.order_by("pk").values("pk")[:MOST]


def _said(wanted: list[Part], actor: Actor, as_customer: bool) -> MessageQuerySet:
    with_words = Message.objects.alias(words=vector("sender_name", "body")).filter(words=in_messages(wanted))
    told: MessageQuerySet = with_words.told_to_customers(actor) if as_customer else with_words.told_to(actor)
    return told


def _with_merged(actor: Actor) -> TicketQuerySet:
    return Ticket.objects.visible_to(actor, Ticket.Desk.COMPANY).values("pk")  # type: ignore[return-value]


def _address(ticket: Ticket, wanted: list[Part]) -> Hit | None:
    places = [one for part in wanted for one in part.places(folded(ticket.requester_email))]
    return Hit("", False, _cut(ticket.requester_email, wanted)) if places else None


def _cut(text: str, wanted: list[Part]) -> tuple[tuple[str, bool], ...]:
    """The text around the first of the words, in one line."""
    places = sorted(place for part in wanted for place in part.places(folded(text)))
    begins = places[0][0] if places else 0
    start = max(0, begins - _BEFORE)
    if start and (gap := _BETWEEN.search(text, start, begins)):
        start = gap.end()  # with a whole word
    end = min(len(text), start + _BEFORE + _AFTER)
    pieces, at = [("…" if start else "", False)], start
    for first, last in places:
        if at <= first < end:
            pieces += [(text[at:first], False), (text[first : min(last, end)], True)]
            at = min(last, end)
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple((" ".join(f"|{one}|".split())[1:-1], is_word) for one, is_word in pieces if one)
