"""Taking mail in: its bytes first, whatever they are. Whoever brought it is answered once this is committed."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from portico import clock
from portico.database import current_company
from portico.errors import Refused
from portico.ids import uuid7
from portico.storage import CompanyStorage
from tenant_apps.mailroom.models import ADDRESS, Channel, Incoming
from tenants.due import plan

JOB, COLLECT = "ingest_inbound_email", "collect_mail"
MOST_BYTES = 50 * 1024 * 1024
# A mail that the worker did not take within this time is sent again by the sweep.
_PATIENCE = timedelta(seconds=30)


@transaction.atomic
def take(
    raw: bytes,
    recipient: str,
    *,
    via: str,
    envelope_from: str = "",
    channel: Channel | None = None,
    provider_id: str = "",
    told: Mapping[str, Any] | None = None,
) -> Incoming:
    """Keep a mail as it came, for the company whose scope holds; the same delivery again is the row that is there.

    `provider_id` is the number that a provider or mailbox has for it; without one its bytes tell. Refused when it is
    larger than anything that is taken.
    """
    if len(raw) > MOST_BYTES:
        raise Refused("too_large", "This mail is too large.")
    recipient = recipient[:ADDRESS].lower()
    key = _key(raw, recipient, channel, provider_id)
    known = Incoming.objects.filter(key=key).first()
    if known:
        return known
    mail = Incoming(pk=uuid7(), key=key, recipient=recipient, via=via, size=len(raw))
    mail.envelope_from, mail.channel, mail.told = envelope_from[:ADDRESS].lower(), channel, dict(told or {})
    mail.received_at, mail.kept_as = clock.now(), f"mail/{mail.pk.hex}.eml"
    CompanyStorage().save(mail.kept_as, ContentFile(raw))
    mail.save(force_insert=True)
    ingest_later(mail)
    return mail


def ingest_later(mail: Incoming) -> None:
    """Have the worker read it: soon, and again while it has not. What is missing of it is fetched first."""
    from portico import tasks  # tasks know what is done with mail, which is done here

    is_whole = not mail.told.get("missing")
    plan(JOB if is_whole else COLLECT, mail.pk.hex, _PATIENCE)
    publish = tasks.ingest_inbound_email.nudge if is_whole else tasks.collect_mail.send
    publish(current_company(), mail.pk.hex)


def _key(raw: bytes, recipient: str, channel: Channel | None, provider_id: str) -> str:
    place = str(channel.pk) if channel else ""
    digest = hashlib.sha256(f"{place}|{recipient}|{provider_id}|".encode())
    if not provider_id:
        digest.update(raw)
    return digest.hexdigest()
