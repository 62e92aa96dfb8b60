"""A letter with everything around it: from whom, to whom, and what tells programs what it is."""

from email.headerregistry import Address
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from portico.mailing import NOTICE
from shared_apps.mail import rendering
from shared_apps.mail.models import Outgoing


class Mail(EmailMultiAlternatives):
    """A mail that is put together once: what was signed is what is sent."""

    made: Message | None = None

    def message(self) -> Any:
        if self.made is None:
            self.made = super().message()
        return self.made


def compose(row: Outgoing) -> Mail:
    """The mail of this letter. `rendering.Broken` when its template cannot be filled in."""
    words = rendering.render(row.template, row.facts)
    mail = Mail(
        subject=words.subject,
        body=words.text,
        from_email=mailbox(rendering.shown_brand().house, settings.MAIL_FROM),
        to=[mailbox(row.to_name, row.to)],
        headers=_headers(row),
    )
    mail.attach_alternative(words.html, "text/html")
    if reply_to := row.headers.get("reply_to"):
        mail.reply_to = [mailbox(rendering.shown_brand().house, str(reply_to))]
    return mail


def mailbox(name: str, address: str) -> str:
    """`"Acme, Ltd" <desk@acme.example>`, whatever stands in the name."""
    user, _, domain = address.rpartition("@")
    return str(Address(display_name=rendering.one_line(name), username=user, domain=domain))


def _headers(row: Outgoing) -> dict[str, str]:
    found = {"Message-ID": row.message_id, "X-Auto-Response-Suppress": "All"}
    if not row.headers.get("by_hand"):
        found["Auto-Submitted"] = "auto-generated"
    if answers := row.headers.get("in_reply_to"):
        found["In-Reply-To"] = rendering.one_line(str(answers))
    if thread := row.headers.get("references"):
        found["References"] = rendering.one_line(" ".join(map(str, thread)))[:1800]
    if row.stream == NOTICE:
        found["Precedence"] = "bulk"
    return found
