"""Which of a company's addresses a mail came to: as it was called on the way in, or as customers wrote it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from portico.database import current_company
from portico.database.kept import Among, Asking, Kept
from tenant_apps.mailroom.models import Channel


def asking(recipient: str, said: Mapping[str, Any]) -> Asking:
    """The statement that finds the channels a mail may have come by, and those among its addresses."""
    wanted = _wanted(recipient, said)
    return _PLACES.asking(addresses=wanted, keys=_keys(wanted))


def channel_for(recipient: str, said: Mapping[str, Any], places: Iterable[Channel]) -> Channel | None:
    """Of these the one whose address this was sent to, or whose own address here; else the default one, or None."""
    rows = [one for one in places if one.is_active]
    by_address = {one.address: one for one in rows} | {incoming_address(one): one for one in rows}
    found = next((by_address[one] for one in _wanted(recipient, said) if one in by_address), None)
    return found or next((one for one in rows if one.is_default), None)


def incoming_address(channel: Channel) -> str:
    """The channel's own address here, to which the company has its mail forwarded."""
    return f"{current_company().slug}+{channel.pk.hex}@{settings.MAIL_HOST}"


def ours_among(addresses: Iterable[str], places: Iterable[Channel]) -> set[str]:
    """Those that lead here, to one of these channels or without any: nobody of them is a person."""
    known = {one.address for one in places}
    return {one for one in addresses if one in known or one.endswith(f"@{settings.MAIL_HOST}")}


def _wanted(recipient: str, said: Mapping[str, Any]) -> list[str]:
    return [recipient, *(address for _, address in (*said["delivered_to"], *said["to"], *said["cc"]))]


def _places(*, addresses: list[str], keys: list[UUID]) -> QuerySet[Channel]:
    return Channel.objects.filter(Q(Among(F("address"), addresses)) | Q(is_default=True) | Q(Among(F("pk"), keys)))


_PLACES = Kept(_places)


def _keys(addresses: Iterable[str]) -> list[UUID]:
    mark, end = f"{current_company().slug}+", f"@{settings.MAIL_HOST}"
    keys = [one.removeprefix(mark).removesuffix(end) for one in addresses if one.startswith(mark) and one.endswith(end)]
    return [UUID(one) for one in keys if len(one) == 32 and set(one) <= set("0123456789abcdef")]
