"""What a domain's DNS says about who may send mail in its name, and what it should say so that ours arrive.

SPF: RFC 7208. DKIM: RFC 6376. DMARC: RFC 7489.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portico import asks, dns

_LONGEST = 500
_ALL = re.compile(r"\s([~?+-]?all)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Advice:
    """One record: its `name`, what it should hold (`value`), what it holds (`seen`), and what that means in `words`.

    `tone` is green when nothing has to be done, amber when something should, red when mails are likely to be lost.
    """

    kind: str
    name: str
    value: str
    seen: str
    words: str
    tone: str


def look(domain: str) -> dict[str, Any]:
    """The records as they are, to be kept as JSON. Raises `dns.Silent`."""
    signs = dkim(domain)
    return {
        "spf": _starting("v=spf1", dns.texts(domain)),
        "dmarc": _starting("v=dmarc1", dns.texts(f"_dmarc.{domain}")),
        "dkim": [one[:_LONGEST] for one in dns.texts(signs[0])] if signs else [],
    }


def advice(domain: str, found: Mapping[str, Any], signs: tuple[str, str] | None = None) -> list[Advice]:
    """What to publish for a domain, and how it stands now; `signs` is what `dkim` says of it."""
    signed = [_signed(*signs, found["dkim"])] if signs else []
    return [_spf(domain, found["spf"]), *signed, _dmarc(domain, found["dmarc"])]


def dkim(domain: str) -> tuple[str, str] | None:
    """The name and the text of the record by which mails of this company from this domain are verified, if any. In the
    company's scope."""
    told = asks.dkim_record()
    if not told or not str(told["host"]).endswith(f"._domainkey.{domain}"):
        return None
    return str(told["host"]), str(told["value"])


def _spf(domain: str, seen: list[str]) -> Advice:
    ours = f"include:{settings.MAIL_HOST}"
    if len(seen) > 1:
        words = f"There are {len(seen)} SPF records, and receivers ignore all of them. Keep one."
        return Advice("SPF", domain, _with(seen[0], ours), " | ".join(seen), words, "red")
    if not seen:
        words = "Nothing says who may send mail for this domain. Add this record."
        return Advice("SPF", domain, f"v=spf1 {ours} ~all", "", words, "amber")
    if ours in seen[0].lower().split():
        return Advice("SPF", domain, seen[0], seen[0], "Portico may send mail for this domain.", "green")
    words = "Portico is not among those who may send for this domain. Change the record you have; do not add a second."
    strict = seen[0].lower().rstrip().endswith("-all")
    return Advice("SPF", domain, _with(seen[0], ours), seen[0], words, "red" if strict else "amber")


def _signed(name: str, value: str, seen: list[str]) -> Advice:
    if any(_bare(one) == _bare(value)[:_LONGEST] for one in seen):
        return Advice("DKIM", name, value, seen[0], "Our signature can be verified.", "green")
    words = "There is another key than ours." if seen else "Our signature cannot be verified yet. Add this record."
    return Advice("DKIM", name, value, seen[0] if seen else "", words, "red" if seen else "amber")


def _dmarc(domain: str, seen: list[str]) -> Advice:
    name, ask = f"_dmarc.{domain}", "v=DMARC1; p=none"
    if not seen:
        words = "Nothing says what receivers do with forged mail. Begin with this record, and make it stricter later."
        return Advice("DMARC", name, ask, "", words, "amber")
    if len(seen) > 1:
        return Advice("DMARC", name, seen[0], " | ".join(seen), "There is more than one. Keep one.", "red")
    policy = re.search(r"\bp\s*=\s*(none|quarantine|reject)\b", seen[0], re.IGNORECASE)
    does = {"none": "only watch", "quarantine": "put forged mail into the spam folder", "reject": "refuse forged mail"}
    if policy is None:
        return Advice("DMARC", name, ask, seen[0], "It has no policy (p=), so receivers ignore it.", "amber")
    return Advice("DMARC", name, seen[0], seen[0], f"Receivers {does[policy[1].lower()]}.", "green")


def _with(record: str, ours: str) -> str:
    """The record with us in it, before the word about all others."""
    return _ALL.sub(rf" {ours} \1", record, count=1) if _ALL.search(record) else f"{record} {ours} ~all"


def _starting(mark: str, records: list[str]) -> list[str]:
    return [one[:_LONGEST] for one in records if one.lower().split(" ")[0].rstrip(";") == mark][:3]


def _bare(record: str) -> str:
    return re.sub(r"\s+", "", record)
