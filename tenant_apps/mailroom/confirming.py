"""Asking a new sender whether a mail is theirs, where the company lets in nobody else: one letter with a link.

Whoever forges a sender must not make us write to strangers: the letter says nothing that came with the mail, goes to
an address once a day, never answers a machine, and is of a stream of its own, which its reader may end.
"""

import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from portico import clock, mailing
from portico.actor import SYSTEM
from portico.database import current_company
from portico.errors import Missing, Refused
from portico.events import record
from portico.mailing import VERIFY, Letter
from portico.throttle import Limit, count
from tenant_apps.mailroom.actions import holding
from tenant_apps.mailroom.models import Incoming

LASTS = timedelta(days=7)
DAY = timedelta(days=1)
TEMPLATE = "mail_confirm"
# By all companies together to one address, and by one company to all addresses, in a day.
MOST_TO_ONE, MOST_OF_COMPANY = 3, 500
_SIGNED = 32


def ask_sender(event: Any) -> None:
    """A reaction to held mail: ask its sender, when being new is all that holds it back."""
    if event.facts.get("why") != "unverified":
        return
    mail = Incoming.objects.filter(pk=event.subject_id, state=Incoming.State.HELD).first()
    if mail is None or not _may_be_asked(mail):
        return
    facts = {"came_at": f"{mail.received_at:%d.%m.%Y %H:%M} UTC", "days": LASTS.days, "link": link_for(mail)}
    asked = Letter(to=mail.sender, template=TEMPLATE, stream=VERIFY, about=mail.pk, facts=facts, once=_today())
    mailing.post(asked)  # once a day, even where two workers come here at once
    mail.why["asked_at"] = clock.now().isoformat()
    mail.save(update_fields=["why"])
    record("mail.ask", mail, by=SYSTEM, sender=mail.sender, desk="company")


def link_for(mail: Incoming) -> str:
    """The whole address at which the sender of this mail says that it is theirs."""
    return mailing.address(f"/mail/confirm/{mail.pk.hex}{_signature(mail.pk)}")


def mail_of(token: str) -> Incoming:
    """The mail of such a link; Missing for any other, and once it is too old."""
    try:
        key = UUID(token[:32])
    except ValueError:
        raise Missing from None
    if not hmac.compare_digest(token[32:].encode(), _signature(key).encode()):
        raise Missing
    mail = Incoming.objects.filter(pk=key, received_at__gt=clock.now() - LASTS).first()
    if mail is None:
        raise Missing
    return mail


def waits(mail: Incoming) -> bool:
    """Whether it still waits for its sender's word."""
    return mail.state == Incoming.State.HELD and mail.why.get("why") == "unverified"


@transaction.atomic
def confirm(mail: Incoming) -> int:
    """Its sender says that it is theirs: it is let in, with whatever else of theirs waits for the same. How many."""
    if not waits(mail):
        raise Refused("not_waiting", "This mail is not waiting any more.")
    rows = Incoming.objects.held().filter(
        sender=mail.sender, why__why="unverified", received_at__gt=clock.now() - LASTS
    )
    found = list(rows)
    for one in reversed(found):  # the oldest first, as they were written
        holding.let_in_confirmed(one)
    return len(found)


def _may_be_asked(mail: Incoming) -> bool:
    if not mail.why.get("may_answer") or not mailing.is_address(mail.sender):
        return False
    others = Incoming.objects.filter(sender=mail.sender, received_at__gt=clock.now() - LASTS).exclude(pk=mail.pk)
    asked = others.filter(why__asked_at__gt=(clock.now() - DAY).isoformat())
    if "asked_at" in mail.why or asked.exists():
        return False
    limits = [
        Limit("mail-confirm-one", _person(mail.sender), MOST_TO_ONE, is_shared=True),
        Limit("mail-confirm", current_company().key, MOST_OF_COMPANY),
    ]
    left = count(limits, int(DAY.total_seconds()))
    return left is None or not left.wait


def _person(address: str) -> str:
    """Whose mailbox an address most likely is: what stands behind a plus leads to the same one."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _today() -> UUID:
    start = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return UUID(int=int(start.timestamp() * 1000) << 80)


def _signature(key: UUID) -> str:
    words = f"{current_company().key}:{key.hex}"
    return salted_hmac("portico.mailroom.confirm", words, algorithm="sha256").hexdigest()[:_SIGNED]
