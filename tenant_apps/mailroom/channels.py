"""Which of a company's addresses a mail came to: as it was called on the way in, or as customers wrote it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q

from portico.database import current_company
from tenant_apps.mailroom.models import Channel


def channel_for(recipient: str, said: Mapping[str, Any]) -> Channel | None:
    """The channel whose address this was sent to, or whose own address here; else the default one, or None."""
    wanted = [recipient, *(address for _, address in (*said["delivered_to"], *said["to"], *said["cc"]))]
    rows = list(
        Channel.objects.filter(Q(address__in=wanted) | Q(is_default=True) | Q(pk__in=_keys(wanted)), is_active=True)
    )
    by_address = {one.address: one for one in rows} | {incoming_address(one): one for one in rows}
    found = next((by_address[one] for one in wanted if one in by_address), None)
    return found or next((one for one in rows if one.is_default), None)


def incoming_address(channel: Channel) -> str:
    """The channel's own address here, to which the company has its mail forwarded."""
    return f"{current_company().slug}+{channel.pk.hex}@{settings.MAIL_HOST}"


def ours_among(addresses: Iterable[str]) -> set[str]:
    """Those that lead here: nobody of them is a person."""
    given = list(addresses)
    if not given:
        return set()
    here = {one for one in given if one.endswith(f"@{settings.MAIL_HOST}")}
    return here | set(Channel.objects.filter(address__in=given).values_list("address", flat=True))


def _keys(addresses: Iterable[str]) -> list[str]:
    mark, end = f"{current_company().slug}+", f"@{settings.MAIL_HOST}"
    keys = [one.removeprefix(mark).removesuffix(end) for one in addresses if one.startswith(mark) and one.endswith(end)]
    return [one for one in keys if len(one) == 32 and set(one) <= set("0123456789abcdef")]
