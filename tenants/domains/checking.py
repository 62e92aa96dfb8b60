"""What the DNS says of a domain, held against what it has to say. Takes seconds: never while rows are locked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings

from portico import dns
from tenants.domains import sender
from tenants.models import Domain

_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """`is_proven`: the TXT record is there. `is_pointed`: the host leads here. `is_silent`: nobody answered, so the
    two are not known. `texts` and `leads_to` are what stood there instead, `sender` what is said about mail."""

    is_proven: bool = False
    is_pointed: bool = False
    is_silent: bool = False
    texts: tuple[str, ...] = ()
    leads_to: str = ""
    sender: Mapping[str, Any] = field(default_factory=dict)

    def is_right(self, use: str) -> bool:
        """Whether this is all that it takes."""
        return self.is_proven and (self.is_pointed or use == Domain.Use.MAIL)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"texts": list(self.texts)}


def record_of(domain: str) -> str:
    """The name of the TXT record that proves a domain."""
    return f"_portico.{domain}"


def target_of(slug: str) -> str:
    """Where the CNAME of a company's own domain leads: its subdomain, without the port."""
    return f"{slug}.{settings.BASE_HOST.partition(':')[0]}"


def look(domain: str, token: str, use: str, slug: str) -> Found:
    """Ask for the record that proves the domain and, for a portal, whether its host leads here."""
    try:
        texts = dns.texts(record_of(domain))
        is_mail = use == Domain.Use.MAIL
        leads_to, is_pointed = ("", False) if is_mail else _pointed(domain, target_of(slug))
        sent = sender.look(domain) if is_mail else {}
    except dns.Silent:
        return Found(is_silent=True)
    is_proven = token in (one.strip() for one in texts)
    return Found(is_proven, is_pointed, False, tuple(one[:100] for one in texts[:_MOST_SHOWN]), leads_to[:253], sent)


def _pointed(domain: str, target: str) -> tuple[str, bool]:
    """Where it leads in words, and whether that is here. A domain that may have no CNAME has our addresses instead."""
    leads_to = dns.alias(domain)
    if leads_to == target:
        return leads_to, True
    addresses = dns.addresses(domain)
    is_here = bool(addresses) and addresses <= dns.addresses(target)
    return leads_to or ", ".join(sorted(addresses)[:_MOST_SHOWN]), is_here
