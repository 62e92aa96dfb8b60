"""What mail providers post to a company: checked for its secret and its signature, kept as it is, and answered.

The post itself is what is kept: taking a provider's form apart is work for the reader's process (`reading.payloads`).
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portico import fetching, signed
from portico.errors import Missing
from tenant_apps.mailroom import buckets, health
from tenant_apps.mailroom.actions.taking import take
from tenant_apps.mailroom.models import Channel
from tenant_apps.mailroom.tokens import secrets_of


@csrf_exempt
@require_POST
def come_in(request: HttpRequest, channel_id: UUID, code: str) -> HttpResponse:
    """Keep what a provider posts. A wrong secret finds nothing; what is not signed as it should be is refused."""
    channel = Channel.objects.filter(pk=channel_id, way=Channel.Way.WEBHOOK, is_active=True).first()
    if channel is None or not constant_time_compare(channel.code, code):
        raise Missing
    body = request.read()
    request._body = body  # larger than what Django keeps in memory for a form
    said = _object(body)
    if not _is_signed(request, channel, said):
        health.failed(channel, "What came there was not signed as it should be.")
        return HttpResponse("The signature does not fit.", status=403, content_type="text/plain")
    health.posted(channel)
    if channel.provider == "ses" and said.get("Type") != "Notification":
        return _answered(channel, said)
    if channel.provider == "resend" and said.get("type") != "email.received":
        return HttpResponse("This is no mail.", content_type="text/plain")
    told = {"provider": channel.provider, "content_type": request.headers.get("Content-Type", "")[:300]}
    for piece, number in _pieces(channel.provider, body, said):
        more = {"missing": channel.provider} if _names_more(channel.provider, piece) else {}
        take(piece, channel.address, via="provider", channel=channel, told=told | more, provider_id=number)
    return HttpResponse("Kept.", content_type="text/plain")


def _object(body: bytes) -> dict[str, Any]:
    """What was posted as JSON; empty for a form."""
    try:
        said = json.loads(body) if body[:1] == b"{" else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_signed(request: HttpRequest, channel: Channel, said: dict[str, Any]) -> bool:
    """By the provider's own rule. The others have the secret in their address alone."""
    key = secrets_of(channel).get("signing_key", "")
    match channel.provider:
        case "mailgun":
            return signed.is_of_mailgun(request, key)
        case "resend":
            return signed.is_of_svix(request, key)
        case "ses":
            return _is_of_topic(said, channel.options.get("topic"))
    return True


def _pieces(provider: str, body: bytes, said: dict[str, Any]) -> Iterator[tuple[bytes, str]]:
    """One post for each mail in it, with the number that the provider has for it, if it is known."""
    if provider == "brevo" and isinstance(said.get("items"), list):
        for one in said["items"]:
            yield json.dumps({"items": [one]}).encode(), ""
    elif provider == "resend":
        number = said["data"].get("email_id") if isinstance(said.get("data"), dict) else ""
        yield body, str(number or "")
    else:
        yield body, str(said.get("MessageId", "")) if provider == "ses" else ""  # the reader says what is wrong with it


def _names_more(provider: str, piece: bytes) -> bool:
    """Whether a part of the mail has still to be fetched (`collecting`)."""
    if provider == "resend":
        return True
    if provider == "ses":
        return buckets.names_one(_object(piece))
    found = _object(piece).get("items") if provider == "brevo" else None
    return bool(found and isinstance(found[0], dict) and found[0].get("Attachments"))


def _is_of_topic(said: dict[str, Any], topic: str | None) -> bool:
    """Amazon signs for whoever has a topic there: the channel hears the one that it confirmed first."""
    return (not topic or said.get("TopicArn") == topic) and signed.is_of_amazon(said)


def _answered(channel: Channel, said: dict[str, Any]) -> HttpResponse:
    """Say yes to Amazon when it asks whether we want to hear this topic, which is the one that is heard from now on."""
    try:
        is_heard = signed.say_yes(said)
    except fetching.Unreachable as no:
        health.failed(channel, f"Amazon could not be answered: {no.message}")
        # Amazon asks again after this, too, and unlike a 5xx it keeps what was just written.
        return HttpResponse("Please ask again.", status=429, content_type="text/plain")
    if is_heard:
        channel.options = channel.options | {"topic": str(said["TopicArn"])[:300]}
        channel.save(update_fields=["options"])
    return HttpResponse("Heard.", content_type="text/plain")
