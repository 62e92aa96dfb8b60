"""A company's own sender: its address, the key that signs for its domain, and its own mail service."""

import json
import secrets
from dataclasses import dataclass

from django.conf import settings

from portico import asks, held, signed, vault
from portico.database import current_company
from shared_apps.mail import transport
from shared_apps.mail.models import Sender

# Those that know a company by a key of its own. Amazon's would take this machine's rights instead.
PROVIDERS = {
    "": "Portico’s own way",
    "postmark": "Postmark",
    "resend": "Resend",
    "sendgrid": "SendGrid",
    "brevo": "Brevo",
    "mailgun": "Mailgun",
}
# Those that sign what they tell, when they are given a key for it.
SIGN = {"mailgun": signed.is_of_mailgun, "resend": signed.is_of_svix}


@dataclass(frozen=True, slots=True)
class Signature:
    """What signs a mail (RFC 6376)."""

    domain: str
    selector: str
    private_key: bytes


@dataclass(frozen=True, slots=True)
class Way:
    """How a company's mails leave: from which address, by which way (empty for the installation's own)."""

    address: str
    is_own: bool = False  # proven to be the company's
    url: str = ""
    signature: Signature | None = None
    tracks_opens: bool = False


def way() -> Way:
    """How the mails of the company whose scope holds leave; within a batch it is looked up once."""
    return held.once("mail.way", _way)


def _way() -> Way:
    sender = found()
    if sender is None:
        return Way(address_of(None))
    return Way(address_of(sender), is_proven(sender), url_of(sender), signature_of(sender), sender.tracks_opens)


def found() -> Sender | None:
    """The company's own sender, if it has one."""
    return Sender.objects.first()


def secrets_of(sender: Sender) -> dict[str, str]:
    """What is sealed in it; nothing when it was sealed elsewhere, as after a restore."""
    opened = vault.opened(sender.sealed, _name(sender)) or vault.opened(sender.sealed, _former_name())
    return dict(json.loads(opened)) if opened else {}


def seal(sender: Sender, kept: dict[str, str]) -> None:
    """Put these secrets into it."""
    sender.sealed = vault.close(json.dumps(kept), _name(sender))


def domain_of(address: str) -> str:
    """The domain of an address, in small letters."""
    return address.rpartition("@")[2].lower()


def is_proven(sender: Sender) -> bool:
    """Whether the company has shown that the domain of its address is its own. Nobody writes in a stranger's name."""
    return bool(sender.address) and domain_of(sender.address) in asks.proven_domains()


def address_of(sender: Sender | None) -> str:
    """From where its mails come."""
    return sender.address if sender and is_proven(sender) else str(settings.MAIL_FROM)


def signature_of(sender: Sender | None) -> Signature | None:
    """What signs its mails: only those of its own domain, and only where the service does not sign itself."""
    if sender is None or sender.provider or not is_proven(sender):
        return None
    key = secrets_of(sender).get("dkim", "")
    return Signature(domain_of(sender.address), sender.selector, key.encode()) if key else None


def url_of(sender: Sender | None) -> str:
    """The way its mails take; empty for the installation's own."""
    if sender is None or not sender.provider:
        return ""
    kept = secrets_of(sender)
    return transport.url_of(sender.provider, kept.get("key", ""), domain_of(sender.address)) if kept.get("key") else ""


def new_pair() -> tuple[str, str]:
    """A private key and, as DNS has it, its public one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), "".join(public.decode().splitlines()[1:-1])


def new_selector() -> str:
    """A name for a key that no other key of this domain has."""
    return f"portico-{secrets.token_hex(4)}"


def dkim_record() -> dict[str, str] | None:
    """What the company's DNS has to say so that its signature is believed: `host`, `kind` and `value`, or None."""
    sender = found()
    if sender is None or not sender.public_key or not sender.address:
        return None
    host = f"{sender.selector}._domainkey.{domain_of(sender.address)}"
    return {"host": host, "kind": "TXT", "value": f"v=DKIM1; k=rsa; p={sender.public_key}"}


def _name(sender: Sender) -> str:
    """What its secrets are bound to: the row, which a restored company has again."""
    return f"mail.sender {sender.pk}"


def _former_name() -> str:
    """What they were bound to before: the company in its generation."""
    return f"mail.sender {current_company().key}"
