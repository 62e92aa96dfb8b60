"""Whose an address is. `<slug>@MAIL_HOST` leads to a company without any setup, `reply+…` to one of its requests."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from portico.database import CompanyRef
from portico.replying import ReplyAddress, read_reply_address
from tenants.models import Company
from tenants.routing import door_of

_PLAIN = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]{1,64}@[^\s@<>,;:\"()\[\]\\\x00-\x1f]{1,253}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where mail for an address goes; `rests` says that the company takes none just now and may later."""

    company: CompanyRef
    rests: bool = False


def plain(address: str) -> str:
    """The address in lower case; empty when it is none."""
    text = address.strip().strip("<>").lower()
    return text if _PLAIN.fullmatch(text) else ""


def place_of(address: str) -> Place | None:
    """The company behind an address, or None. Needs the platform's scope and a transaction."""
    local, _, domain = plain(address).rpartition("@")
    if not local:
        return None
    if domain != settings.MAIL_HOST:
        door = door_of(domain)
        return Place(door.company, door.state != "active") if door and door.company else None
    reply = read_reply_address(f"{local}@{domain}")
    if reply:
        row = Company.objects.filter(pk=reply.company_id).first()
        return _place(row) if row and row.generation & 0xFFFF == reply.generation else None
    return _place(Company.objects.filter(slug=local.partition("+")[0]).first())


def own_address(company: CompanyRef, more: str = "") -> str:
    """The address that a company has from the start; with `more` that of one of its channels."""
    return f"{company.slug}{f'+{more}' if more else ''}@{settings.MAIL_HOST}"


def replies_among(addresses: Iterable[str], company: CompanyRef) -> list[ReplyAddress]:
    """The genuine reply addresses of this company among these."""
    found = (read_reply_address(one) for one in addresses)
    here = (company.id, company.generation & 0xFFFF)
    return [one for one in found if one and (one.company_id, one.generation) == here]


def _place(company: Company | None) -> Place | None:
    if company is None or company.state not in (Company.State.ACTIVE, Company.State.SUSPENDED):
        return None
    return Place(company.ref, company.state == Company.State.SUSPENDED)
