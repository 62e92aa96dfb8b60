"""What a mail service tells of letters: delivered, opened, came back, complained about. Whoever tells shows a secret.

At a company's own door its own service speaks, of its letters alone. At the base the installation's service speaks of
everybody's, and each letter says whose it is (its metadata).
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portico import clock, fetching, signed
from portico.database import current_scope, visit
from portico.errors import Invalid, Missing
from shared_apps.mail import outcomes, senders, transport
from shared_apps.mail.models import Outgoing, Suppressed
from tenants.models import Company

log = structlog.get_logger("portico.mail")
State = Outgoing.State
SERVICES = {
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "ses": "AmazonSESTrackingWebhookView",
}
# What anymail asks for before it reads, and is not used: signatures and topics are looked at here.
_MORE: dict[str, dict[str, Any]] = {
    "mailgun": {"webhook_signing_key": "not-used"},
    "ses": {"auto_confirm_sns_subscriptions": False},
}
# What is known already is not overtaken by what is told late.
_RANK = [State.QUEUED, State.SENDING, State.SENT, State.DELIVERED, State.OPENED]
_DIGITS = 19  # of a bigint
_HARD = frozenset({"bounced", "invalid"})


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def told(request: HttpRequest, provider: str) -> HttpResponse:
    """Events of a service. Twice is once; what is about no letter here is taken, for asking again would not help."""
    secret, key = _secret(provider)
    if request.method != "POST":
        return HttpResponse()
    view = _view(provider, secret)
    if not _is_known(view, request) or not _is_signed(provider, request, key):
        # Not 403: some services take that as the last word, and never tell anything again.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="mail events"'})
    if provider == "ses" and not _is_answered(request):
        return HttpResponse("Please ask again.", status=429, content_type="text/plain")
    for event in _events(view, request):
        _hear_somewhere(event)
    return HttpResponse()


def _secret(provider: str) -> tuple[str, str]:
    """What this service has to show, and the key that it signs with, if it signs; Missing when nobody expects it."""
    scope = current_scope()
    if scope and scope.company:
        sender = senders.found()
        kept = senders.secrets_of(sender) if sender and sender.provider == provider else {}
        found, key = kept.get("told_with", ""), kept.get("signing_key", "")
    else:
        is_ours = settings.EMAIL_URL.startswith(f"{provider}://")
        found, key = (settings.MAIL_EVENTS_SECRET, settings.MAIL_EVENTS_KEY) if is_ours else ("", "")
    if not found or provider not in SERVICES:
        raise Missing
    return found, key if provider in senders.SIGN else ""


def _view(provider: str, secret: str) -> Any:
    """What reads this service's events."""
    from importlib import import_module  # anymail is large, and services tell seldom

    module = import_module(f"anymail.webhooks.{transport.PROVIDERS[provider][0]}")
    # Each asks for a password; signatures are looked at before (`portico.signed`), where a key for them is known.
    more = _MORE.get(provider, {})
    return getattr(module, SERVICES[provider])(webhook_secret=secret, **more)


def _is_known(view: Any, request: HttpRequest) -> bool:
    from anymail.exceptions import AnymailWebhookValidationFailure
    from anymail.webhooks.base import AnymailBasicAuthMixin

    try:
        AnymailBasicAuthMixin.validate_request(view, request)
    except AnymailWebhookValidationFailure:
        return False
    return True


def _is_signed(provider: str, request: HttpRequest, key: str) -> bool:
    """Amazon signs whatever it posts. Others do with a key of ours, where one was given."""
    if provider == "ses":
        return signed.is_of_amazon(_object(request))
    return not key or senders.SIGN[provider](request, key)


def _is_answered(request: HttpRequest) -> bool:
    """Whether Amazon has its answer, if it asks whether we want to hear. Who has shown the password may ask."""
    try:
        signed.say_yes(_object(request))
    except fetching.Unreachable:
        return False
    return True


def _object(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _events(view: Any, request: HttpRequest) -> list[Any]:
    try:
        return list(view.parse_events(request))
    except Exception as trouble:  # whatever it sent, it is no event; asking again would bring the same
        log.warning("mail.event_unread", service=view.esp_name, error=type(trouble).__name__)
        raise Invalid({"body": ["This is no event of the service."]}) from None


def _hear_somewhere(event: Any) -> None:
    scope = current_scope()
    if scope and scope.company:
        return hear(event)
    place = _metadata(event).get("company", "")
    if not place:
        return hear(event)
    id, _, generation = str(place).partition(".")
    is_id = id.isdecimal() and len(id) < _DIGITS
    company = Company.objects.filter(pk=int(id), state=Company.State.ACTIVE).first() if is_id else None
    if company is None or str(company.generation) != generation:
        return None
    with visit(company.ref):
        hear(event)
    return None


def hear(event: Any) -> None:
    """Write down what became of a letter of this scope."""
    row = _letter_of(event)
    if row is None:
        return
    kind, words = event.event_type, _words(event)
    if kind in {"delivered", "opened"}:
        _raise(row, State.DELIVERED if kind == "delivered" or not _may_know_opened() else State.OPENED)
    elif kind in {"bounced", "rejected", "failed"}:
        is_hard = event.reject_reason in _HARD and not _is_soft(event)
        _lose(row, State.BOUNCED if kind == "bounced" else State.FAILED, words)
        if is_hard:
            outcomes.suppress(row.to, Suppressed.Reason.BOUNCE, words)
    elif kind == "complained":
        outcomes.suppress(row.to, Suppressed.Reason.COMPLAINT, "Marked as unwanted in their mail program.")
    elif kind == "unsubscribed":
        outcomes.suppress(row.to, Suppressed.Reason.UNSUBSCRIBED, "At the mail service.", stream="notice")


def came_back(message_id: str, words: str, *, is_hard: bool) -> bool:
    """A mail server's report of a letter of this scope: it is lost. False when there is no such letter.

    For whoever takes reports in. Anybody who got the letter could make one up: it loses that one letter, and stops mail
    to that one address until somebody tries again.
    """
    row = Outgoing.objects.select_for_update().filter(message_id=message_id).first()
    if row is None or row.sent_at is None:
        return False
    _lose(row, State.BOUNCED, f"The address does not take mail. Its server said: {words}"[:500])
    if is_hard:
        outcomes.suppress(row.to, Suppressed.Reason.BOUNCE, words)
    return True


def _letter_of(event: Any) -> Outgoing | None:
    rows = Outgoing.objects.select_for_update()
    try:
        key = UUID(str(_metadata(event).get("letter", "")))
    except ValueError:
        return rows.filter(provider_id=str(event.message_id)[:200]).first() if event.message_id else None
    return rows.filter(pk=key).first()


def _metadata(event: Any) -> Mapping[str, Any]:
    return event.metadata if isinstance(event.metadata, Mapping) else {}


def _raise(row: Outgoing, state: str) -> None:
    if row.state in _RANK and _RANK.index(State(row.state)) < _RANK.index(State(state)):
        row.state, row.heard_at = state, clock.now()
        row.save(update_fields=["state", "heard_at"])


def _lose(row: Outgoing, state: str, words: str) -> None:
    if row.state in outcomes.LOST or row.state == State.CANCELLED:
        return
    row.state, row.error, row.heard_at = state, words[:500], clock.now()
    row.save(update_fields=["state", "error", "heard_at"])
    outcomes.say_lost(row)


def _may_know_opened() -> bool:
    sender = senders.found()
    return bool(sender and sender.tracks_opens)


def _is_soft(event: Any) -> bool:
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if isinstance(bounce := told.get("bounce"), Mapping):  # Amazon's: what is not permanent may be over tomorrow
        return bounce.get("bounceType") != "Permanent"
    return any("soft" in str(told.get(name, "")).lower() for name in ("Type", "event", "type", "severity"))


def _words(event: Any) -> str:
    said = " ".join(str(event.mta_response or event.description or "").split())[:300]
    return f"The address does not take mail. {f'Its server said: {said}' if said else ''}".strip()
