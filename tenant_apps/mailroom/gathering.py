"""The facts about a mail, put together for the decision: who wrote, what it refers to, and how often they write."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from tenant_apps.mailroom import deciding
from tenant_apps.mailroom.deciding import Facts
from tenant_apps.mailroom.looking import Known
from tenant_apps.mailroom.models import Incoming
from tenant_apps.tickets import access


def kind_of(mail: Incoming, said: Mapping[str, Any]) -> str:
    """Whether a person wrote this, or which kind of machine. No answer to `X-Auto-Response-Suppress` alone: that asks
    for none, and says nothing of who wrote."""
    auto = said["auto_submitted"].lower().partition(";")[0].strip()
    ours = f"@{settings.MAIL_HOST}"
    is_notice = auto not in {"", "no"} and said["message_id"].rstrip(">").endswith(ours)
    if is_notice or any(address.endswith(ours) for _, address in said["from"]):
        return deciding.OWN
    top = said["content_type"].lower()
    is_report = top.startswith("multipart/report")
    from_nobody = said["return_path"] == "<>" or (mail.told.get("null_sender") is True)
    local = (said["from"][0][1] if said["from"] else "").partition("@")[0]
    if (is_report and "disposition" not in top) or (from_nobody and local in {"mailer-daemon", "postmaster"}):
        return deciding.BOUNCE
    if auto.startswith("auto-replied") or said["x_autoreply"] or said["x_autorespond"] or from_nobody or is_report:
        return deciding.AUTO_REPLY
    precedence = said["precedence"].lower()
    if precedence in {"auto_reply", "auto-reply"}:
        return deciding.AUTO_REPLY
    if said["list_id"] or precedence in {"bulk", "list", "junk"}:
        return deciding.LIST
    return deciding.AUTOMATIC if auto not in {"", "no"} else deciding.PERSON


def facts_of(
    mail: Incoming,
    said: Mapping[str, Any],
    known: Known,
    rules: Mapping[str, Any],
    prove: Callable[[bool], str],
    spam: float | None,
) -> Facts:
    """Everything that the decision stands on. `prove(thoroughly)` says how far the sender is proven: thoroughly where
    it matters, for that may ask the DNS."""
    sender, standing, at_home = known.sender, known.standing, known.at_home
    token, token_for = _token(known)
    # Only a signed address leads to what the company asked the platform.
    threads = tuple(dict.fromkeys(standing[one] for one in known.threads.values() if standing.get(one) in at_home))
    tagged = next((standing[one] for one in known.tagged if one in standing), None)
    named = [one for one in (token, *threads, tagged, *known.recent) if one]
    matters = bool(named or sender.account or rules["verify_first"])
    return Facts(
        sender=sender.address,
        is_single=len(said["from"]) == 1 and said["from_fields"] == 1,
        kind=kind_of(mail, said),
        proof=prove(matters),
        token=token,
        token_for=token_for,
        threads=threads,
        tagged=tagged,
        recent=known.recent,
        people={one: known.people(one) for one in named},
        of_platform=frozenset(named) - at_home,
        is_agent=sender.account is not None and sender.account.role in access.COMPANY,
        is_known=bool(sender.keys),
        is_blocked=_listed(sender.address, rules["block"]),
        is_allowed=_listed(sender.address, rules["allow"]),
        in_ten_minutes=known.in_ten_minutes,
        in_an_hour=known.in_an_hour,
        most_in_an_hour=rules["most_in_an_hour"],
        spam=spam,
        spam_from=rules["spam_from"],
        verify_first=rules["verify_first"],
    )


def _token(known: Known) -> tuple[UUID | None, str]:
    """The request of a signed reply address among the mail's, and whom that address was made for."""
    standing, sender = known.standing, known.sender
    token = next((standing[one.ticket_id] for one in known.replies if one.ticket_id in standing), None)
    here = [one for one in known.replies if token and standing.get(one.ticket_id) == token]
    whose: list[UUID | str] = [*sender.keys, sender.address]
    mine = any(one.is_of(who) for one in here for who in whose)
    return token, sender.address if mine else "somebody else" if token else ""


def _listed(address: str, rows: Iterable[str]) -> bool:
    """Whether an address, or its domain or one above that, stands in a list."""
    domain = address.rpartition("@")[2]
    return any(address == one or domain == one or domain.endswith(f".{one}") for one in rows if one)
