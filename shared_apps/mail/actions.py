"""What a company's managers do with its outgoing mail."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from portico import clock, mailing
from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused, TooMany
from portico.events import record
from portico.mailing import Letter
from shared_apps.mail import access, senders
from shared_apps.mail.models import Sender, Suppressed

_MOST_TESTS, _A_MINUTE = 5, 60


@transaction.atomic
def set_sender(
    *,
    address: str,
    provider: str,
    key: str,
    tracks_opens: bool,
    by: Actor,
    signing_key: str = "",
    seen_version: int | None = None,
) -> Sender:
    """Write from this address, by this service. An empty key keeps the one there is; another domain gets a new pair.

    The address is used once its domain is proven to be the company's.
    """
    access.require(by, "set_up_mail")
    address = _address(address)
    if provider not in senders.PROVIDERS:
        raise Invalid({"provider": ["Please choose a service from the list."]})
    sender = _locked()
    if seen_version is not None and seen_version != (0 if sender._state.adding else sender.version):
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    kept = senders.secrets_of(sender)
    if provider and not (key or (kept.get("key") and provider == sender.provider)):
        raise Invalid({"key": ["This service needs its key."]})
    _pair(sender, address, kept)
    _service(sender, provider, key.strip(), signing_key.strip(), kept)
    sender.address, sender.provider, sender.tracks_opens = address, provider, tracks_opens
    sender.version, sender.updated_at = sender.version + (not sender._state.adding), clock.now()
    senders.seal(sender, kept)
    sender.save()
    record("mail.sender.update", sender, by=by, address=address, provider=provider, tracks_opens=tracks_opens)
    return sender


@transaction.atomic
def lift(suppressed: Any, *, by: Actor) -> None:
    """Write to this address again."""
    access.require(by, "set_up_mail")
    found = Suppressed.objects.select_for_update().filter(pk=suppressed).first()
    if found is None:
        raise Missing
    found.delete()
    record("mail.lift", None, by=by, address=found.address, reason=found.reason)


@transaction.atomic
def send_test(template: str, facts: dict[str, Any], email: str, *, by: Actor) -> None:
    """Send an example to the manager's own address, as it would leave now."""
    from portico.throttle import allow

    access.require(by, "set_up_mail")
    try:
        allow("mail-test", str(by.id), _MOST_TESTS, _A_MINUTE)
    except TooMany as no:
        raise Refused("too_many_tests", f"That were many. Please wait {no.seconds} seconds.") from None
    mailing.post(Letter(to=email, name=by.label, template=template, facts=facts, stream=mailing.TICKET))
    record("mail.test", None, by=by, template=template)


def _locked() -> Sender:
    return Sender.objects.select_for_update().first() or Sender(version=1)


def _address(typed: str) -> str:
    address = typed.strip().lower()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid({"address": ["This is not an e-mail address."]}) from None
    return address


def _pair(sender: Sender, address: str, kept: dict[str, str]) -> None:
    """A pair of keys for each domain: another company's key never signs for this one."""
    same = senders.domain_of(address) == senders.domain_of(sender.address)
    if not address:
        sender.selector = sender.public_key = ""
        kept.pop("dkim", None)
    elif not same or not kept.get("dkim"):
        sender.selector = senders.new_selector()
        kept["dkim"], sender.public_key = senders.new_pair()


def _service(sender: Sender, provider: str, key: str, signing_key: str, kept: dict[str, str]) -> None:
    if provider != sender.provider:  # another service has other keys, and shows another password
        for name in ("key", "told_with", "signing_key"):
            kept.pop(name, None)
    if not provider:
        return
    kept.setdefault("told_with", f"portico:{secrets.token_urlsafe(24)}")
    kept["key"] = key or kept["key"]
    if signing_key and provider in senders.SIGN:
        kept["signing_key"] = signing_key
