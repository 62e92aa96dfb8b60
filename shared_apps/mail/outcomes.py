"""What became of a mail that was handed over, in plain words, and whether it makes sense to try again."""

import smtplib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from shared_apps.mail.models import Outgoing, Suppressed

State = Outgoing.State
_LATER = "The mail server could not be reached. It is tried again."
# Answers of a provider's API that are about us, not about the letter.
_OURS = {401, 403, 404, 429}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The letter's next state: `sent`, `queued` (again, later), `bounced` or `failed`; with the words for people."""

    state: str
    words: str = ""
    provider_id: str = ""


def taken(mail: EmailMessage) -> Outcome:
    """It was taken. Providers tell the name they know it by."""
    status = getattr(mail, "anymail_status", None)
    return Outcome(State.SENT, provider_id=str(getattr(status, "message_id", "") or ""))


def read(trouble: Exception) -> Outcome:
    """What an error says."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(trouble.recipients.values()))
        return _answer(code, words, permanent=State.BOUNCED)
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return Outcome(State.QUEUED, "The mail server does not accept our name and password. It is tried again.")
    if isinstance(trouble, smtplib.SMTPSenderRefused):
        return _answer(trouble.smtp_code, trouble.smtp_error, permanent=State.FAILED)
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _answer(trouble.smtp_code, trouble.smtp_error, permanent=State.FAILED)
    if isinstance(trouble, ImproperlyConfigured):
        return Outcome(State.QUEUED, f"Outgoing mail is not set up rightly. {_line(trouble)}")
    if isinstance(trouble, OSError | smtplib.SMTPException):
        return Outcome(State.QUEUED, _LATER)
    return _provider(trouble)


def why_suppressed(row: Suppressed) -> str:
    """Why an address gets no such letter."""
    return {
        Suppressed.Reason.BOUNCE: "Not sent: earlier mail to this address came back.",
        Suppressed.Reason.COMPLAINT: "Not sent: somebody marked our mail to this address as unwanted.",
        Suppressed.Reason.UNSUBSCRIBED: "Not sent: this person wants no such notices.",
    }[Suppressed.Reason(row.reason)]


def suppress(address: str, reason: str, words: str, stream: str = "") -> None:
    """No more letters to this address, of this stream or of all."""
    found = {"reason": reason, "words": words[:500]}
    Suppressed.objects.get_or_create(address=address.lower(), stream=stream, defaults=found)


def _answer(code: int, words: object, *, permanent: str) -> Outcome:
    said = _line(words)
    if 500 <= code < 600:
        if permanent == State.BOUNCED:
            return Outcome(State.BOUNCED, f"The address does not take mail. Its server said: {said}")
        return Outcome(State.FAILED, f"The mail server refused this letter: {said}")
    return Outcome(State.QUEUED, f"The mail server asks to try again later: {said}")


def _provider(trouble: Any) -> Outcome:
    status = getattr(trouble, "status_code", None)
    if type(trouble).__name__ == "AnymailRecipientsRefused":
        return Outcome(State.BOUNCED, "The mail provider knows that this address takes no mail.")
    if isinstance(status, int) and 400 <= status < 500 and status not in _OURS:
        return Outcome(State.FAILED, f"The mail provider refused this letter ({status}).")
    if isinstance(status, int):
        return Outcome(State.QUEUED, f"The mail provider answered {status}. It is tried again.")
    return Outcome(State.QUEUED, _LATER)


def _line(words: object) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split())[:300]
