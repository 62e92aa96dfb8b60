"""What is done with mail that was held back: let in, tried again, deleted and brought back, its sender kept out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings as installation
from django.db import transaction

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.errors import Missing, Refused
from portico.events import record
from portico.storage import CompanyStorage
from tenant_apps.journal.models import Event
from tenant_apps.mailroom import filing
from tenant_apps.mailroom.actions.taking import ingest_later
from tenant_apps.mailroom.models import Incoming
from tenant_apps.tickets import access, settings
from tenant_apps.tickets import actions as ticket_actions
from tenant_apps.tickets.models import Ticket
from tenants.due import forget, remind

KEPT_FOR = timedelta(days=30)
PURGE = "purge_mail"
_MOST_COPIES = 200
_VERB = "work_on_all"  # whoever leads the desk
_State = Incoming.State


@transaction.atomic
def release(mail: Incoming, ticket: Ticket | None = None, *, by: Actor) -> Incoming:
    """Let a held mail in: into this request, or as a new one. The worker does it, within seconds."""
    mail = _lock(mail, by, _State.HELD)
    if not mail.sender:
        raise Refused("no_sender", "This mail has no sender who could be answered. Its original can be read.")
    return _again(mail, by, "mail.release", {"ticket": str(ticket.pk) if ticket else ""})


@transaction.atomic
def let_in_confirmed(mail: Incoming) -> Incoming:
    """Let a held mail in as a new request, since its sender has shown that the address is theirs (`confirming`)."""
    mail = _lock(mail, SYSTEM, _State.HELD)
    return _again(mail, SYSTEM, "mail.confirm", {"ticket": "", "way": "link"})


@transaction.atomic
def replay(mail: Incoming, *, by: Actor) -> Incoming:
    """Read and decide anew, by the rules as they are now."""
    return _again(_lock(mail, by, _State.HELD), by, "mail.replay", None)


@transaction.atomic
def delete(mail: Incoming, *, by: Actor) -> Incoming:
    """Delete a held mail. For KEPT_FOR it can be brought back, then its bytes go for good."""
    mail = _lock(mail, by, _State.HELD)
    mail.state = _State.DELETED
    mail.save(update_fields=["state"])
    remind(PURGE, mail.pk.hex, clock.now() + KEPT_FOR)
    record("mail.delete", mail, by=by, sender=mail.sender, desk="company")
    return mail


@transaction.atomic
def bring_back(mail: Incoming, *, by: Actor) -> Incoming:
    """Undo deleting."""
    mail = _lock(mail, by, _State.DELETED)
    mail.state = _State.HELD
    mail.save(update_fields=["state"])
    forget(PURGE, mail.pk.hex)
    record("mail.bring_back", mail, by=by, sender=mail.sender, desk="company")
    return mail


@transaction.atomic
def block(mail: Incoming, *, by: Actor) -> Event | None:
    """Keep the sender out from now on, and delete what is held of them; the change of the settings, to be undone."""
    access.require(by, "configure", access.COMPANY_DESK)
    if not mail.sender:
        raise Refused("no_sender", "This mail does not say clearly who sent it.")
    rules = settings.read("mail")["mail"]
    blocked = [one for one in settings.DEFAULTS["mail"]["block"] + list(rules.get("block", ())) if one != mail.sender]
    for one in Incoming.objects.held().filter(sender=mail.sender):
        delete(one, by=by)
    changed: Event | None = ticket_actions.set_to("mail", rules | {"block": [*blocked, mail.sender]}, by=by)
    return changed


def purge(key: Any) -> None:
    """Delete a mail for good that was deleted long enough ago, with its bytes; for the worker."""
    mail = Incoming.objects.filter(pk=key, state=_State.DELETED).first()
    if mail:
        erase(mail)


def drop_copies() -> bool:
    """Old mails that came twice go, with their bytes: the first one is there. Whether there may be more."""
    if not installation.MAIL_KEPT_DAYS:
        return False
    before = clock.now() - timedelta(days=installation.MAIL_KEPT_DAYS)
    old = list(Incoming.objects.filter(state=_State.TWICE, received_at__lt=before)[:_MOST_COPIES])
    for mail in old:
        erase(mail)
    return len(old) == _MOST_COPIES


def erase(mail: Incoming) -> None:
    """Its row and its bytes go."""
    storage = CompanyStorage()
    for name in (mail.kept_as, filing.look_of(mail), mail.told.get("posted_as")):
        if name and storage.exists(name):
            storage.delete(name)
    Incoming.objects.filter(pk=mail.pk).delete()


def erase_of(tickets: Iterable[UUID]) -> None:
    """The mails of requests that are erased go with them, with their bytes."""
    for mail in Incoming.objects.filter(ticket_id__in=list(tickets)):
        erase(mail)


def _again(mail: Incoming, by: Actor, verb: str, forced: dict[str, str] | None) -> Incoming:
    mail.told = {name: value for name, value in mail.told.items() if name != "forced"}
    if forced is not None:
        mail.told["forced"] = forced
    mail.state = _State.WAITING
    mail.save(update_fields=["told", "state"])
    record(verb, mail, by=by, sender=mail.sender, desk="company")
    ingest_later(mail)
    return mail


def _lock(mail: Incoming, by: Actor, state: str) -> Incoming:
    access.require(by, _VERB, access.COMPANY_DESK)
    found = Incoming.objects.select_for_update(of=("self",)).filter(pk=mail.pk).first()
    if found is None:
        raise Missing
    if found.state != state:
        raise Refused("changed_meanwhile", "Somebody has dealt with this mail meanwhile.")
    return found
