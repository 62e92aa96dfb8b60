"""`/billing/webhook` on the base host: what Stripe tells. Proven by its signature over the very bytes that came.

https://docs.stripe.com/webhooks#verify-manually: HMAC-SHA256 of "timestamp.body"; Stripe's own library says no more,
and takes 30 MB that a web process does not carry for it.
"""

import hashlib
import hmac
import json
import time
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.billing import actions

log = structlog.get_logger("portico.billing")
OLDEST = 300  # seconds; the clocks of both may differ by as much


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Taken: 200, also when it was told before or concerns nobody here. Not proven or unreadable: 400, and a line."""
    body = request.body
    if not proven(body, request.headers.get("Stripe-Signature", "")):
        log.warning("billing.webhook_refused")
        return HttpResponse("The signature is not Stripe's.\n", status=400, content_type="text/plain")
    told = _read(body)
    if told is None:
        return HttpResponse("This is no event.\n", status=400, content_type="text/plain")
    found = actions.hear(*told)
    log.info("billing.webhook", event_id=told[0], kind=told[1], found=found)
    return HttpResponse(f"{found}\n", content_type="text/plain")


def proven(body: bytes, header: str) -> bool:
    """Whether one of the secrets of this installation signed exactly this, lately."""
    pairs = [tuple(part.strip().split("=", 1)) for part in header.split(",") if "=" in part]
    stamps = [value for name, *rest in pairs if name == "t" for value in rest]
    signed = [value for name, *rest in pairs if name == "v1" for value in rest]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) < 12):
        return False
    if abs(time.time() - int(stamps[0])) > OLDEST:
        return False
    secrets = [one.strip() for one in settings.STRIPE_WEBHOOK_SECRET.split(",") if one.strip()]
    right = [hmac.new(one.encode(), stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest() for one in secrets]
    return any(hmac.compare_digest(one.encode(), given.encode()) for one in right for given in signed)


def _read(body: bytes) -> tuple[str, str, str] | None:
    """Id, type and customer of an event; None for what is none."""
    try:
        event = json.loads(body)
        thing: Any = event["data"]["object"]
        customer = thing.get("id") if thing.get("object") == "customer" else thing.get("customer")
        whose = customer.get("id") if isinstance(customer, dict) else customer or ""
        told = (event["id"], event["type"], whose)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    words = [one for one in told if isinstance(one, str) and one.isprintable() and len(one) <= 120]
    return (words[0], words[1], words[2]) if len(words) == 3 and words[0] else None
