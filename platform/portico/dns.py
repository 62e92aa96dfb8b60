"""What the DNS says of a name, within seconds: records as text, or that nobody could be asked.

`DNS_SERVER` (host:port) is asked instead of this machine's own resolvers when it is set.
"""

from typing import Any

from django.conf import settings

# One question, with all its tries; and one server of several.
SECONDS, SECONDS_EACH = 4.0, 2.0
_MOST_RECORDS, _LONGEST_RECORD = 50, 4_000


class Silent(Exception):
    """Nobody answered in time, or the servers of the name are broken: that says nothing about what stands there."""


def texts(name: str) -> list[str]:
    """The TXT records of a name, each put together from its parts. None when the name has none; Silent."""
    found = (b"".join(one.strings)[:_LONGEST_RECORD].decode("utf-8", "replace") for one in _asked(name, "TXT"))
    return ["".join(letter if letter.isprintable() else "\ufffd" for letter in one) for one in found]


def alias(name: str) -> str:
    """Where a CNAME leads, without a dot at the end; empty when there is none; Silent."""
    return next((str(one.target).rstrip(".").lower() for one in _asked(name, "CNAME")), "")


def addresses(name: str) -> set[str]:
    """The addresses of a name, of both kinds; Silent when it has none and one kind could not be asked for."""
    found: set[str] = set()
    silent = None
    for kind in ("A", "AAAA"):
        try:
            found |= {one.address for one in _asked(name, kind)}
        except Silent as trouble:
            silent = trouble
    if silent and not found:
        raise silent
    return found


def mail_servers(name: str) -> list[str]:
    """The servers that take mail for a domain, the preferred first; Silent."""
    found = sorted((one.preference, str(one.exchange).rstrip(".").lower()) for one in _asked(name, "MX"))
    return [server for _, server in found if server]


def _asked(name: str, kind: str) -> list[Any]:
    import dns.exception  # 190 modules: a web process that never asks is spared them
    import dns.resolver

    try:
        answer = _resolver(dns.resolver).resolve(f"{name.rstrip('.')}.", kind, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as trouble:  # also names that are none: too long, an empty part
        raise Silent(type(trouble).__name__) from trouble
    return list(answer)[:_MOST_RECORDS]


def _resolver(library: Any) -> Any:
    """Made for each question: what the machine asks may change while we run, and nothing is kept between questions."""
    host, _, port = settings.DNS_SERVER.rpartition(":")
    if not host:
        try:
            made = library.Resolver()
        except library.NoResolverConfiguration as trouble:
            raise Silent("NoResolverConfiguration") from trouble
    else:
        made = library.Resolver(configure=False)
        made.nameservers, made.port = [host], int(port)
    made.lifetime, made.timeout = SECONDS, SECONDS_EACH
    return made
