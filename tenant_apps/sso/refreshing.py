"""What SAML providers say of themselves is read anew each day, so that a changed certificate locks nobody out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock, fetching
from portico.actor import SYSTEM
from portico.errors import Invalid
from portico.events import record
from tenant_apps.sso import saml
from tenant_apps.sso.models import Connection
from tenants.due import forget, remind

JOB = "refresh_connection"
NOTE = "metadata_read"  # among the options: when it was read last, and what was the matter
_EVERY, _AFTER_TROUBLE = timedelta(days=1), timedelta(hours=3)
_READ = ("sso_url", "certificates")  # never the entity id: that is who it is


def plan(connection: Connection) -> None:
    """Have its metadata read anew in a day, where an address of it is set; else no longer."""
    if connection.is_saml and connection.options.get("metadata_url"):
        remind(JOB, connection.pk.hex, clock.now() + _EVERY)
    else:
        forget(JOB, connection.pk.hex)


def refresh(connection_id: UUID) -> None:
    """Read it now, and plan the next time. What cannot be read changes nothing, and stands on the connection's page."""
    found = Connection.objects.filter(pk=connection_id, kind="saml").first()
    address = found.options.get("metadata_url") if found else ""
    if not found or not address:
        return
    said, problem = _read(found, address)
    with transaction.atomic():
        _keep(connection_id, address, said, problem)
    remind(JOB, connection_id.hex, clock.now() + (_AFTER_TROUBLE if problem else _EVERY))


def read(address: str) -> dict[str, Any]:
    """What the metadata at this address says; Invalid or Unreachable with the reason."""
    answer = fetching.fetch(address)
    if answer.status != 200:
        raise fetching.Unreachable(f"The provider answered {answer.status}.")
    return saml.read_metadata(answer.body)


def _read(connection: Connection, address: str) -> tuple[dict[str, Any], str]:
    try:
        said = read(address)
        fetching.check(said["sso_url"])
    except fetching.Unreachable as no:
        return {}, no.message
    except Invalid as no:
        return {}, " ".join(sum(no.fields.values(), []))
    if said["entity_id"] != connection.options.get("entity_id"):
        return {}, "The metadata at this address is another provider’s by now. Nothing was taken from it."
    if not said["certificates"]:
        return {}, "The metadata names no certificate any more. Nothing was taken from it."
    return said, ""


def _keep(connection_id: UUID, address: str, said: dict[str, Any], problem: str) -> None:
    """Held only now, so that nobody waits for the provider; what was set meanwhile is not written over."""
    found = Connection.objects.select_for_update(no_key=True).filter(pk=connection_id).first()
    if found is None or found.options.get("metadata_url") != address:
        return
    before = {name: found.options.get(name) for name in _READ}
    after = {name: said[name] for name in _READ} if said else before
    noted = {"at": clock.now().isoformat(), "problem": problem[:300]}
    found.options = found.options | after | {NOTE: noted}
    found.save(update_fields=["options"])
    if after != before:
        record("connection.refresh", found, by=SYSTEM, desk="company", name=found.name, before=before, after=after)
