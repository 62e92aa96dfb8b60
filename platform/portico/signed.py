"""Whether a post is from the mail provider that it says: each by its provider's own rule, beside what else it shows.

Postmark and Brevo sign nothing, and SendGrid no incoming mail: there the secret that they show is all there is.
"""

import hashlib
import hmac
import json
import re
import time
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.cache import cache
from django.http import HttpRequest

from portico import clock, fetching
from portico.cache import platform_key

log = structlog.get_logger("portico.mail")

# Who posts something this old, or this far ahead, plays it back: Resend signs anew each time it tries.
_SVIX_SECONDS = 300
# Mailgun tries for eight hours, with the same signature; it signs no words, so each stands for one post alone.
_MAILGUN_SECONDS = 12 * 3600
_SNS_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")
_SNS_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        ("SubscriptionConfirmation", "UnsubscribeConfirmation"),
        ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_CERTIFICATE_KEPT = 24 * 3600


def is_of_mailgun(request: HttpRequest, key: str) -> bool:
    """By its key, over a moment and a token; the token stands for the first post that it came with."""
    from anymail.exceptions import AnymailWebhookValidationFailure
    from anymail.webhooks.mailgun import MailgunBaseWebhookView

    if not key:  # whoever has none could be told anything by anybody
        return False
    try:
        view = MailgunBaseWebhookView(webhook_signing_key=key, api_key="-")
        MailgunBaseWebhookView.validate_request(view, request)
        told = json.loads(request.body)["signature"] if request.content_type == "application/json" else request.POST
        is_fresh = abs(time.time() - int(told["timestamp"])) < _MAILGUN_SECONDS
    except (AnymailWebhookValidationFailure, ValueError, TypeError, KeyError, UnicodeError):
        return False
    return is_fresh and _first_of(str(told["token"]), request.body)


def _first_of(token: str, body: bytes) -> bool:
    place = f"mailgun:{hashlib.sha256(token.encode()).hexdigest()}"
    said = hashlib.sha256(body).hexdigest()
    return bool(cache.add(place, said, 2 * _MAILGUN_SECONDS)) or cache.get(place) == said


def is_of_svix(request: HttpRequest, secret: str) -> bool:
    """As Resend signs (Standard Webhooks): over number, moment and words; one of several signatures has to hold."""
    number, moment = request.headers.get("svix-id", ""), request.headers.get("svix-timestamp", "")
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (NotBase64, ValueError):
        return False
    if not key or not moment.isdecimal() or abs(time.time() - int(moment[:12])) > _SVIX_SECONDS:
        return False
    made = hmac.new(key, f"{number}.{moment}.".encode() + request.body, hashlib.sha256).digest()
    given = [one.partition(",") for one in request.headers.get("svix-signature", "").split()[:10]]
    return any(version == "v1" and _same(text, made) for version, _, text in given)


def _same(text: str, made: bytes) -> bool:
    try:
        return hmac.compare_digest(b64decode(text, validate=True), made)
    except (NotBase64, ValueError):
        return False


def is_of_amazon(said: dict[str, Any]) -> bool:
    """By the certificate that the post names, which has to lie at Amazon's own notification service."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    signed = _SNS_SIGNED.get(str(said.get("Type")))
    digest = {"1": hashes.SHA1, "2": hashes.SHA256}.get(str(said.get("SignatureVersion")))  # noqa: S303 (theirs)
    if signed is None or digest is None or not all(isinstance(said.get(name, ""), str) for name in signed):
        return False
    words = "".join(f"{name}\n{said[name]}\n" for name in signed if name in said)
    try:
        certificate = x509.load_pem_x509_certificate(_certificate(str(said.get("SigningCertURL", ""))))
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or not _holds_now(certificate):
            return False
        key.verify(
            b64decode(str(said.get("Signature", "")), validate=True), words.encode(), padding.PKCS1v15(), digest()
        )
    except (InvalidSignature, NotBase64, ValueError):
        return False
    except fetching.Unreachable as no:
        log.warning("mail.certificate", why=no.message)
        return False
    return True


def is_amazons(address: str) -> bool:
    """Whether an address is one of Amazon's notification service: nothing else that a post names is asked."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.port in (None, 443) and bool(_SNS_HOST.fullmatch(parts.hostname or ""))
    except ValueError:
        return False


def say_yes(said: dict[str, Any]) -> bool:
    """Answer Amazon's question whether we want to hear a topic, by opening its own address and no other. Whether that
    was done; Unreachable when it could not be."""
    address = str(said.get("SubscribeURL", ""))
    if said.get("Type") != "SubscriptionConfirmation" or not is_amazons(address):
        return False
    fetching.fetch(address)
    return True


def _certificate(address: str) -> bytes:
    if not is_amazons(address) or not urlsplit(address).path.endswith(".pem") or "?" in address:
        raise fetching.Unreachable("This certificate does not lie at Amazon.")
    place = certificate_key(address)
    kept = cache.get(place)
    if kept is None:
        answer = fetching.fetch(address)
        if answer.status != 200:
            raise fetching.Unreachable(f"Amazon answered {answer.status} when asked for its certificate.")
        kept = answer.body.decode("ascii", "replace")
        cache.set(place, kept, _CERTIFICATE_KEPT)
    return str(kept).encode()


def certificate_key(address: str) -> str:
    """Where a certificate is kept meanwhile: it is the same for all companies."""
    return platform_key(f"sns:{hashlib.sha256(address.encode()).hexdigest()}")


def _holds_now(certificate: Any) -> bool:
    return bool(certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc)
