"""What a subdomain may be called, and what to call it: pure functions, no database."""

import re
import unicodedata

SHORTEST, LONGEST = 3, 40
_KEPT = """
abuse account accounts admin administrator api app apps assets auth autoconfig autodiscover base beta billing blog
cdn chat ci cms company console contact customer customers dashboard data db default demo dev developer developers
dns docs documentation domain domains email example faq files ftp git health healthz help hello home host
hostmaster house id images imap img info internal invalid ipv4 ipv6 isatap legal live local localdomain localhost
login logout mail mailer manager marketing media metrics mobile monitor mta-sts mx news newsletter noc none
noreply no-reply ns null office owner pages partner partners payment payments phishing platform pop pop3 portal
portico postmaster press privacy private production proxy public readyz register root sales security server
service shop signin signup smtp sso ssl staff staging static stats status store support sys sysadmin system team
terms test testing tls undefined upload uploads user users vpn webmail webmaster welcome wiki wpad ws www
"""
RESERVED = frozenset(_KEPT.split())
_NUMBERED = re.compile(r"(?:ns|mx|www|smtp|imap|mail)\d+")
_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Letters that the compatibility forms of Unicode do not take apart, as their own languages write them in ASCII.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def tidy(text: str) -> str:
    """What somebody typed as an address: case and surrounding blanks do not count, full-width letters do not either."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def suggest(name: str) -> str:
    """An address made from a company's name, in plain letters; empty when none can be made."""
    text = unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS).translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST].strip("-")
    if problem(slug):
        slug = f"{slug}-desk" if slug and not problem(f"{slug}-desk") else ""
    return slug


def alternatives(slug: str) -> list[str]:
    """Addresses near one that is taken, the best first."""
    stem = slug[: LONGEST - 6].rstrip("-")
    return [one for one in (f"{stem}-desk", f"{stem}-help", f"{stem}-2", f"{stem}-3") if not problem(one)]


def problem(slug: str) -> str:
    """What stands against this address (as `tidy` returns it), in words for a person; empty when nothing does."""
    if not slug:
        return "Choose an address for your desk."
    if len(slug) > LONGEST:
        return f"This is too long: an address has at most {LONGEST} letters."
    if slug.startswith("xn--") or slug[2:4] == "--":
        return "Addresses with xn-- stand for other scripts. Write it in plain letters from a to z."
    if not slug.isascii():
        return _in_plain_letters(slug)
    if not _SHAPE.fullmatch(slug):
        return "Use letters from a to z, digits, and single hyphens between them."
    if len(slug) < SHORTEST:
        return f"This is too short: an address has at least {SHORTEST} letters."
    if not re.search("[a-z]", slug):
        return "An address needs at least one letter."
    if slug in RESERVED or _NUMBERED.fullmatch(slug):
        return "This address is kept for the platform itself. Please choose another."
    return ""


def _in_plain_letters(slug: str) -> str:
    words = "Browsers write this address in another script. Use letters from a to z"
    plain = suggest(slug)
    return f"{words}, for example {plain}." if plain else f"{words}."
