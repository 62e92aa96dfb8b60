"""Mail that is brought to this installation: the company that it is for is found, and its bytes are kept there."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction

from portico.database import company_scope, platform_scope
from portico.errors import Refused
from tenant_apps.mailroom.actions import take
from tenant_apps.mailroom.addresses import Place, place_of, plain
from tenant_apps.mailroom.reading import headers
from tenant_apps.mailroom.reading.limits import TooMuch


class Nowhere(Exception):
    """The address leads to nobody here."""


class Rests(Exception):
    """The company takes no mail just now; whoever brings it may come again."""


def find(recipient: str) -> Place:
    """The company that an address leads to. Nowhere, or Rests."""
    with platform_scope(), transaction.atomic():
        place = place_of(recipient)
    if place is None:
        raise Nowhere(recipient)
    if place.rests:
        raise Rests(recipient)
    return place


def deliver(raw: bytes, recipient: str = "", *, via: str, envelope_from: str = "", **told: Any) -> UUID:
    """Keep a mail for the company of its recipient; without one, of the first address in its head that leads here.

    Its id, once it is kept for good. Nowhere, Rests, or Refused when it is too large.
    """
    place, recipient = _place(raw, recipient)
    with company_scope(place.company), transaction.atomic():
        return take(raw, recipient, via=via, envelope_from=envelope_from, told=told).pk


def _place(raw: bytes, recipient: str) -> tuple[Place, str]:
    if recipient:
        return find(recipient), plain(recipient)
    try:
        fields, _ = headers.head_of(raw, 0, len(raw))
    except TooMuch:
        raise Refused("too_large", "The head of this mail is too large.") from None
    for _, address in headers.people(fields, "delivered-to", "x-original-to", "to", "cc"):
        with suppress(Nowhere):
            return find(address), address
    raise Nowhere("nobody in its head")
