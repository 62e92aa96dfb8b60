"""What a domain may be: pure rules, no DNS. Domains are kept as the DNS has them: lower case, in ASCII."""

import re
import unicodedata
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings

LONGEST = 253
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Names that are answered by a machine itself or by a local network, never by the public DNS.
_INNER = frozenset({"localhost", "local", "internal", "invalid", "lan", "home", "corp", "onion", "arpa"})
_SUFFIXES = Path(__file__).parent / "suffixes.txt"
_IN_WORDS = "Write the domain alone, for example help.example.com."


def tidy(text: str) -> str:
    """What somebody typed or copied, as a domain in ASCII; as it is when it cannot be one."""
    name = unicodedata.normalize("NFKC", text.strip()).lower()
    name = re.sub(r"^[a-z]+://", "", name).partition("/")[0].rpartition("@")[2].rstrip(".")
    if name.isascii() or len(name) > LONGEST:
        return name
    import idna

    try:
        return str(idna.encode(name, uts46=True).decode())
    except idna.IDNAError:
        return name


def readable(domain: str) -> str:
    """The domain in its own script, beside which `domain` itself has to stand: letters of two scripts look alike."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return str(idna.decode(domain))
    except idna.IDNAError:
        return domain


def problem(domain: str) -> str:
    """What stands against this domain (as `tidy` returns it), in words for a person; empty when nothing does."""
    if not domain:
        return "Which domain is it?"
    parts = domain.split(".")
    if len(domain) > LONGEST or not all(_LABEL.fullmatch(part) for part in parts) or _is_address(domain):
        return f"This is no domain. {_IN_WORDS}"
    if not _is_written(parts):
        return "This domain is not written as its own rules ask. Please type it in its own letters."
    base = settings.BASE_HOST.partition(":")[0]
    if domain == base or domain.endswith(f".{base}"):
        return f"Addresses below {base} are the platform’s own."
    if len(parts) < 2 or parts[-1] in _INNER or parts[-1].isdecimal():
        return f"The public DNS knows no such domain. {_IN_WORDS}"
    if is_public_suffix(domain):
        return f"Anybody may register names below {domain}, so it cannot be one company’s."
    return ""


def is_public_suffix(domain: str) -> bool:
    """Whether names directly below are registered by anybody. Read when asked: companies add a domain now and then."""
    _, _, above = domain.partition(".")
    wanted = {domain, f"*.{domain}", f"*.{above}", f"!{domain}"}
    with _SUFFIXES.open(encoding="utf-8") as lines:
        found = wanted.intersection(line.rstrip("\n") for line in lines)
    return bool(found) and f"!{domain}" not in found


def _is_address(domain: str) -> bool:
    try:
        ip_address(domain)
    except ValueError:
        return False
    return True


def _is_written(parts: list[str]) -> bool:
    """Whether every part in `xn--` stands for what it says, and for nothing that only looks like it."""
    import idna

    try:
        return all(not part.startswith("xn--") or idna.alabel(idna.ulabel(part)).decode() == part for part in parts)
    except idna.IDNAError:
        return False
