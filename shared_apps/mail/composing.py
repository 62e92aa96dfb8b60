"""A letter with everything around it: from whom, to whom, and what tells programs what it is."""

from email.headerregistry import Address
from email.message import Message
from typing import Any

from django.core.mail import EmailMultiAlternatives

from portico import asks
from portico.database import current_scope
from portico.mailing import NOTICE, mail_domain
from shared_apps.mail import rendering, senders, signing
from shared_apps.mail.models import Outgoing
from shared_apps.mail.senders import Signature, Way


class Mail(EmailMultiAlternatives):
    """A mail that is put together once: what was signed is what is sent."""

    made: Message | None = None
    signature: Signature | None = None
    way = ""  # a provider of the company's own, or nothing

    def message(self, **options: Any) -> Any:
        if self.made is None:
            self.made = super().message(**options)
            if self.signature:
                self.made = signing.sign(self.made, self.signature)
        return self.made


def compose(row: Outgoing) -> tuple[Mail, str]:
    """The mail of this letter, and what is wrong with the company's own words for it, if anything is.

    `wording.Broken` when it cannot be filled in; NotNeeded and NotYet (`portico.mailing`) from what it is about.
    """
    told = {"name": row.to_name, **asks.fill_letter(row.template, row.facts, row.person)}
    if row.stream == NOTICE and "kind" in row.facts and in_company():
        told["stop_link"] = asks.stop_link(row.pk)
    own = str(told.get("own", ""))  # what a manager tries out before it is kept
    in_its_name = in_company() and told.get("desk") != "platform"  # what Portico answers is said by Portico
    if not own and in_its_name:
        own = asks.own_words(row.template, str(told.get("language", "")))
    words = rendering.render(row.template, told, own, in_its_name)
    name = rendering.shown_brand(in_its_name).house
    way = senders.way() if in_its_name else Way(senders.address_of(None))
    mail = Mail(
        subject=words.subject,
        body=words.text,
        from_email=mailbox(name, way.address),
        to=[mailbox(row.to_name, row.to)],
        reply_to=[mailbox(name, to)] if (to := _answers_to(row, way)) else None,
        headers=_headers(row, str(told.get("stop_link", ""))),
    )
    mail.attach_alternative(words.html, "text/html")
    enclosed = told.get("enclosed")
    for file, kind, content in asks.read_enclosed(enclosed) if enclosed else ():
        mail.attach(rendering.one_line(file), content, kind)
    mail.way, mail.signature = way.url, way.signature
    _mark_for_provider(mail, row, tracks_opens=way.tracks_opens)
    return mail, words.trouble


def _answers_to(row: Outgoing, way: Way) -> str:
    """Where answers go: as the letter says, else to the company, whose door for mail is `<slug>@MAIL_HOST`."""
    scope = current_scope()
    company = scope.company if scope else None
    usual = f"{company.slug}@{mail_domain()}" if company and not way.is_own else ""
    return str(row.headers.get("reply_to") or usual)


def _mark_for_provider(mail: Any, row: Outgoing, *, tracks_opens: bool) -> None:
    """What providers take beside the mail (anymail); mail servers never see it. It comes back with what they tell."""
    scope = current_scope()
    company = scope.company if scope else None
    mail.metadata = {"letter": row.pk.hex, "company": company.key if company else ""}
    mail.track_opens, mail.track_clicks = tracks_opens, False


def in_company() -> bool:
    """Whether this is a letter of a company."""
    scope = current_scope()
    return bool(scope and scope.company)


def mailbox(name: str, address: str) -> str:
    """`"Acme, Ltd" <desk@acme.example>`, whatever stands in the name."""
    user, _, domain = address.rpartition("@")
    return str(Address(display_name=rendering.one_line(name), username=user, domain=domain))


def _headers(row: Outgoing, stop: str) -> dict[str, str]:
    found = {"Message-ID": row.message_id, "X-Auto-Response-Suppress": "All"}
    if not row.headers.get("by_hand"):
        found["Auto-Submitted"] = "auto-generated"
    if answers := row.headers.get("in_reply_to"):
        found["In-Reply-To"] = rendering.unfolded(str(answers))
    if thread := row.headers.get("references"):
        found["References"] = rendering.unfolded(" ".join(map(str, thread)))
    if stop:  # RFC 8058: one click, and no page to read
        found["List-Unsubscribe"] = f"<{stop}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found
