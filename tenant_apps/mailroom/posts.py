"""What mail providers post to a company: checked for its secret and its signature, kept as it is, and answered.

The post itself is what is kept: taking a provider's form apart is work for the reader's process (`reading.payloads`).
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portico.errors import Missing
from tenant_apps.mailroom.actions.taking import take
from tenant_apps.mailroom.models import Channel
from tenant_apps.mailroom.tokens import secrets_of

log = structlog.get_logger("portico.mail")


@csrf_exempt
@require_POST
def come_in(request: HttpRequest, channel_id: UUID, code: str) -> HttpResponse:
    """Keep what a provider posts. A wrong secret finds nothing; what is not signed as it should be is refused."""
    channel = Channel.objects.filter(pk=channel_id, way=Channel.Way.WEBHOOK, is_active=True).first()
    if channel is None or not constant_time_compare(channel.code, code):
        raise Missing
    body = request.read()
    request._body = body  # larger than what Django keeps in memory for a form
    if not _is_signed(request, channel):
        return HttpResponse("The signature does not fit.", status=403, content_type="text/plain")
    if channel.provider == "ses" and _confirmed(body):
        return HttpResponse("Confirmed.", content_type="text/plain")
    told = {"provider": channel.provider, "content_type": request.headers.get("Content-Type", "")[:300]}
    for piece in _pieces(channel.provider, body):
        take(piece, channel.address, via="provider", channel=channel, told=told)
    return HttpResponse("Kept.", content_type="text/plain")


def _is_signed(request: HttpRequest, channel: Channel) -> bool:
    """By the provider's own rule, as its library knows it. The others have the secret in their address alone."""
    if channel.provider != "mailgun":
        return True
    from anymail.exceptions import AnymailWebhookValidationFailure
    from anymail.webhooks.mailgun import MailgunInboundWebhookView

    view = MailgunInboundWebhookView(webhook_signing_key=secrets_of(channel).get("signing_key", ""), api_key="-")
    try:
        MailgunInboundWebhookView.validate_request(view, request)
    except AnymailWebhookValidationFailure:
        return False
    return True


def _pieces(provider: str, body: bytes) -> Iterator[bytes]:
    """One post for each mail in it."""
    if provider != "brevo":
        yield body
        return
    try:
        items = json.loads(body)["items"]
    except (ValueError, KeyError, TypeError):
        yield body  # the reader says what is wrong with it
        return
    for one in items:
        yield json.dumps({"items": [one]}).encode()


def _confirmed(body: bytes) -> bool:
    """Answer Amazon's question whether we want to hear: by opening its own address, and no other."""
    said: dict[str, Any] = json.loads(body) if body[:1] == b"{" else {}
    if said.get("Type") != "SubscriptionConfirmation":
        return False
    import httpx

    address = urlsplit(str(said.get("SubscribeURL", "")))
    host = address.hostname or ""
    if address.scheme == "https" and host.startswith("sns.") and host.endswith(".amazonaws.com"):
        httpx.get(address.geturl(), timeout=10)
    else:
        log.warning("mail.subscription", host=host)
    return True
