"""What is wrong with this installation's mail: whether it leaves, whether anybody takes it in, and who believes it."""

import socket
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from portico import dns
from portico.embedded.checkup import Wrong, connected

_SECONDS = 4.0
_UNPROVEN = "SELECT domain, state FROM public.tenants_domain WHERE use = 'mail' AND state <> 'active' ORDER BY domain"
_PORTS = {"smtp": 25, "smtps": 465}


def way_out() -> str:
    """How letters leave. Wrong when they reach nobody although others are served."""
    address = urlsplit(settings.EMAIL_URL)
    if not settings.EMAIL_URL or address.scheme == "file":
        said = "EMAIL_URL is not set" if not settings.EMAIL_URL else "EMAIL_URL names a folder"
        words = f"{said}: letters (invitations, codes, answers) lie in a folder and reach nobody"
        if settings.HTTPS:
            raise Wrong(f"{words}. Name a mail server or a provider.")
        return words
    if address.scheme not in _PORTS:
        return f"letters leave by {address.scheme}"
    port = address.port or _PORTS[address.scheme]
    trouble = _trouble(address.hostname or "", port, greets=address.scheme == "smtp")
    if trouble:
        raise Wrong(f"{address.hostname} {trouble} at port {port}: letters wait. Check EMAIL_URL.")
    return f"letters leave by {address.hostname}"


def way_in() -> str:
    """Who takes mail for MAIL_HOST. Wrong when nobody does."""
    host = settings.MAIL_HOST
    if _is_of_this_machine(host):
        return f"{host} is known to this machine alone; `manage.py mailserver` takes mail for it"
    try:
        servers = dns.mail_servers(host) or [host]
    except dns.Silent:
        raise Wrong(f"the DNS does not say who takes mail for {host}: nobody answered.") from None
    if not any(_trouble(one, 25, greets=True) == "" for one in servers[:3]):
        raise Wrong(
            f"nobody takes mail for {host}: {', '.join(servers[:3])} does not answer at port 25 (asked from here). "
            f"Run `manage.py mailserver` there, or set the MX of MAIL_HOST."
        )
    return f"{servers[0]} takes mail for {host}"


def senders() -> str:
    """Whether receivers believe MAIL_FROM, and companies have proven their own domains."""
    domain = settings.MAIL_FROM.rpartition("@")[2].rstrip(">").lower()
    if not _is_of_this_machine(domain):
        _require_believed(domain)
    broken, waiting = _unproven()
    if broken:
        raise Wrong(f"{_some(broken)} had been proven as a company's mail domain, and is not any more.")
    rest = f"; not proven yet, and not used: {_some(waiting)}" if waiting else ""
    return f"letters come from {settings.MAIL_FROM}{rest}"


def _require_believed(domain: str) -> None:
    try:
        spf = any(one.lower().startswith("v=spf1") for one in dns.texts(domain))
        dmarc = any(one.lower().startswith("v=dmarc1") for one in dns.texts(f"_dmarc.{domain}"))
    except dns.Silent:
        raise Wrong(f"the DNS does not say who may send for {domain}: nobody answered.") from None
    missing = [name for name, is_there in (("SPF", spf), ("DMARC", dmarc)) if not is_there]
    if missing:
        raise Wrong(f"{domain}, from which letters come, has no {' and no '.join(missing)} record: many refuse them.")


def _unproven() -> tuple[list[str], list[str]]:
    with connected(settings.DATABASE_OWNER_URL, "DATABASE_OWNER_URL") as asked:
        try:
            found = asked.execute(_UNPROVEN).fetchall()
        except psycopg.errors.UndefinedTable:  # nothing is set up yet, as another finding says
            found = []
    rows = [(str(domain), str(state)) for domain, state in found]
    return [name for name, state in rows if state == "broken"], [name for name, state in rows if state != "broken"]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _is_of_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith((".localhost", ".test", ".example", ".invalid"))


def _trouble(host: str, port: int, *, greets: bool) -> str:
    """What a mail server does wrong; empty when it answers as one does."""
    try:
        with socket.create_connection((host, port), _SECONDS) as line:
            line.settimeout(_SECONDS)
            return "" if not greets or line.recv(3) == b"220" else "does not answer as a mail server"
    except (OSError, UnicodeError):
        return "does not answer"
