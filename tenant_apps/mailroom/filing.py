"""What `ingest_inbound_email` does: a mail is read, decided about, and led to a request, put aside, or noted.

Whatever happens, it ends in one of these; what cannot be read or written is put aside with the reason, to be tried
again. Everything is one transaction: a worker that dies leaves the mail waiting.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings as installation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from portico import asks, clock
from portico.actor import SYSTEM, Actor
from portico.database.kept import Kept
from portico.errors import Invalid, Refusal
from portico.events import record
from portico.storage import CompanyStorage
from tenant_apps.mailroom import channels, deciding, gathering, health, looking, proving, routing, spam, speaking
from tenant_apps.mailroom.deciding import Decision
from tenant_apps.mailroom.looking import Known, Sender
from tenant_apps.mailroom.models import SUBJECT, Incoming
from tenant_apps.mailroom.reading import Read, Unreadable, read
from tenant_apps.tickets import actions, attachments, kinds, settings
from tenant_apps.tickets.models import BODY_LENGTH, Message, Ticket

log = structlog.get_logger("portico.mail")

NO_WORDS, NO_SUBJECT = "(This mail has no words.)", "(no subject)"
_MORE = "\n\n(The rest stands in the original.)"
_MOST_TRIES = 4
_START = 2_000  # so much of a held mail's words stands beside the reason
# What a company has set up that a mail may need; one that comes alone would ask for each.
_SET_UP = ("mail", "types", "default_type", "type_order", "departments", "assignment", "attachments")
_UNREAD = ("refused", "trouble")  # what is tried again is no mail that came before
_State = Incoming.State
Content = Callable[[], tuple[bytes, Read]]


def ingest(key: UUID, content: Content | None = None, *, tries: int = 0) -> Incoming | None:
    """Deal with a mail that waits; None when there is none, or it has been dealt with. `content` has read it before."""
    mail = _WAITING.first(key=key)
    if mail is None:
        return None
    if tries > _MOST_TRIES:
        return put_aside(mail, "trouble", words="The worker died of it several times.")
    settings.hold(*_SET_UP)
    try:
        raw, found = content() if content else read_again(mail)
    except Unreadable as no:
        return put_aside(mail, no.problem, words=no.words)
    try:
        return _led(mail, found, raw)
    except Refusal as no:
        texts = [text for some in no.fields.values() for text in some] if isinstance(no, Invalid) else []
        return put_aside(mail, "refused", words=" ".join(texts) or no.message)
    except Exception as trouble:  # a mistake of ours: the mail is kept, and tried again when it is mended
        log.exception("mail.trouble", mail=mail.pk.hex)
        return put_aside(mail, "trouble", words=f"{type(trouble).__name__}"[:200])


def _waiting(*, key: UUID) -> QuerySet[Incoming]:
    return Incoming.objects.select_for_update(of=("self",)).filter(pk=key, state=_State.WAITING)


def _first(*, ticket: UUID) -> QuerySet[Message, UUID]:
    return Message.objects.filter(ticket=ticket).order_by("created_at", "id").values_list("pk", flat=True)[:1]


_WAITING, _FIRST = Kept(_waiting), Kept(_first)


def raw_of(mail: Incoming) -> bytes:
    """The bytes as they came."""
    with CompanyStorage().open(mail.kept_as) as content:
        return bytes(content.read())


def read_again(mail: Incoming) -> tuple[bytes, Read]:
    """A mail's bytes and what they say; the database is not asked. Unreadable when they are too much of anything."""
    raw = raw_of(mail)
    return raw, read(raw, **{name: mail.told[name] for name in ("provider", "content_type") if name in mail.told})


def put_aside(mail: Incoming, why: str, *, words: str = "", **more: Any) -> Incoming:
    """Hold the mail back for somebody to look at."""
    mail.state, mail.why = _State.HELD, {"why": why, **({"words": words} if words else {}), **more}
    mail.once = mail.once if why not in _UNREAD else None
    mail.save()
    record("mail.hold", mail, by=SYSTEM, why=why, sender=mail.sender, desk="company")
    return mail


def _led(mail: Incoming, found: Read, raw: bytes) -> Incoming:
    try:
        with transaction.atomic():
            return _dealt_with(mail, found, raw)
    except IntegrityError:  # the same mail, or another one of a new sender's, came at this moment: now it is known
        with transaction.atomic():
            return _dealt_with(mail, found, raw)


def _dealt_with(mail: Incoming, found: Read, raw: bytes) -> Incoming:
    said, rules = found.said, settings.DEFAULTS["mail"] | settings.read("mail")["mail"]
    known = looking.look_up(mail, said)
    sender = known.sender
    mail.message_id, mail.subject = said["message_id"][:300], said["subject"][:SUBJECT]
    mail.sender, mail.sender_name = sender.address[:320], sender.name
    mail.channel = mail.channel or channels.channel_for(mail.recipient, said, known.places)
    if known.before:
        mail.state, mail.once, mail.why = _State.TWICE, None, {"why": "twice", "as": str(known.before)}
        mail.save()
        return mail
    mail.once = known.once
    _keep_look(mail, said["look"])
    decision = _forced(mail) if "forced" in mail.told else decided(mail, found, raw, known, rules)
    return carry_out(mail, found, known, decision)


def decided(mail: Incoming, found: Read, raw: bytes, known: Known, rules: Mapping[str, Any]) -> Decision:
    """What is to become of the mail; nothing is written."""
    trusted = (mail.channel.options.get("trusted") if mail.channel else "") or installation.MAIL_TRUSTED_RELAY

    def prove(thoroughly: bool) -> str:
        told = mail.told.get("proof") or proving.by_relay(found.said, trusted)
        return told or (proving.by_signature(found.said, raw) if thoroughly else "")

    facts = gathering.facts_of(mail, found.said, known, rules, prove, spam.score_of(mail, found.said, raw))
    return deciding.decide(facts)


def _forced(mail: Incoming) -> Decision:
    """What somebody has decided by hand."""
    wanted = mail.told["forced"]
    ticket = UUID(wanted["ticket"]) if wanted.get("ticket") else None
    return Decision(deciding.JOIN if ticket else deciding.OPEN, "released", wanted.get("way", "hand"), ticket)


def carry_out(mail: Incoming, found: Read, known: Known, decision: Decision) -> Incoming:
    """Do what was decided, and keep why."""
    said, sender = found.said, known.sender
    mail.why = _facts_of(decision) | {"people": _copies(said, known), "notes": said["notes"]}
    if decision.action == deciding.HOLD:
        more = {name: value for name, value in mail.why.items() if name != "why"}
        return put_aside(mail, decision.why, start=said["text"][:_START], files=_names(said), **more)
    if decision.action == deciding.NOTE:
        return _note(mail, said, decision)
    body = body_of(said)
    if decision.action == deciding.JOIN and decision.ticket:
        ticket = known.tickets.get(decision.ticket) or Ticket.objects.get(pk=decision.ticket)
        if not _takes_no_more(ticket):
            return _join(mail, ticket, body, found, sender, decision)
        if ticket.is_platform:
            return put_aside(mail, "platform_closed", start=said["text"][:_START])
        mail.why["follows"] = ticket.number
        return _open(mail, body, found, sender, decision, follows=ticket)
    return _open(mail, body, found, sender, decision)


def _names(said: dict[str, Any]) -> list[str]:
    return [f"{one['name']}" for one in said["files"]][:20]


def _note(mail: Incoming, said: dict[str, Any], decision: Decision) -> Incoming:
    mail.state, mail.ticket_id = _State.NOTED, decision.ticket
    mail.why |= {"report": said["report"]} if said["report"] else {}
    mail.save()
    if report := said["report"]:
        _tell_sender(report)
    ticket = Ticket.objects.filter(pk=decision.ticket).first() if decision.ticket else None
    if ticket:
        desk = {} if ticket.is_platform else {"desk": "company"}
        record("ticket.mail.note", ticket, by=SYSTEM, why=decision.why, sender=mail.sender, **desk)
    return mail


def _tell_sender(report: dict[str, Any]) -> None:
    """Whoever sent the mail that came back hears of it. Its Message-ID is known to who was written to alone."""
    if report.get("message_id") and report.get("action", "failed") == "failed":
        status = report.get("status", "")
        asks.mail_came_back(report["message_id"], f"{status} (by a report)".strip(), is_hard=status[:1] == "5")


def _join(mail: Incoming, ticket: Ticket, body: str, found: Read, sender: Sender, decision: Decision) -> Incoming:
    who = speaking.speaker(ticket, sender, decision)
    files = _files(mail, found, by=who)
    message = actions.reply(ticket, body, by=who, channel=Ticket.Channel.EMAIL, files=files)
    return _filed(mail, ticket, message.pk, decision)


def _open(
    mail: Incoming, body: str, found: Read, sender: Sender, decision: Decision, follows: Ticket | None = None
) -> Incoming:
    channel = mail.channel
    known, wanted = kinds.load(), channel.type if channel else ""
    offered = {one.key for one in known.offered_to(agent=False)}
    departments = settings.departments()
    department = channel.department if channel and channel.department in departments else ""
    ticket = actions.open_ticket(
        subject=mail.subject.strip() or NO_SUBJECT,
        description=body,
        by=SYSTEM,
        desk=Ticket.Desk.COMPANY,
        type=wanted if wanted in offered else "",
        department=department,
        channel=Ticket.Channel.EMAIL,
        requester=speaking.requester(sender, decision),
        fields_as_they_are={},  # nobody can be asked for what a type wants to know
        files=_files(mail, found, by=SYSTEM),
        follows=follows,
    )
    routing.give(ticket, sender, decision)
    return _filed(mail, ticket, _FIRST.first(ticket=ticket.pk), decision)


def _filed(mail: Incoming, ticket: Ticket, said: UUID, decision: Decision) -> Incoming:
    mail.state, mail.ticket_id, mail.said_id = _State.FILED, ticket.pk, said
    mail.why["may_answer"] = decision.may_answer
    mail.save()
    health.came(mail.channel, lag=round((clock.now() - mail.received_at).total_seconds(), 1))
    return mail


def _takes_no_more(ticket: Ticket) -> bool:
    return ticket.is_closed and ticket.kind.closed_reply != "reopen"


def body_of(said: dict[str, Any]) -> str:
    """The words as they fit into a message."""
    text = said["text"].strip() or NO_WORDS
    return text if len(text) <= BODY_LENGTH else text[: BODY_LENGTH - len(_MORE)].rstrip() + _MORE


def _files(mail: Incoming, found: Read, *, by: Actor) -> list[UUID]:
    """What came along, looked over as an upload is. What is not taken is named beside the mail, and in the original."""
    kept: list[UUID] = []
    refused: list[str] = []
    most = int((settings.DEFAULTS["attachments"] | settings.read("attachments")["attachments"])["most_files"])
    for one, content in zip(found.said["files"], found.files, strict=True):
        if len(kept) >= most:
            refused.append(f"{one['name']} (only {most} files fit into one message)")
            continue
        upload = SimpleUploadedFile(one["name"], content, one["kind"])
        try:
            with transaction.atomic():
                file = attachments.receive(upload, by=by)
                attachments.require_taken(file)
        except Invalid as no:
            refused += [text for some in no.fields.values() for text in some]
            continue
        kept.append(file.pk)
    if refused:
        mail.why["refused"] = refused[:20]
    return kept


def _copies(said: dict[str, Any], known: Known) -> list[dict[str, str]]:
    """Who else was written to: they get nothing and see nothing until somebody lets them in."""
    others = {address: name for name, address in (*said["to"], *said["cc"]) if address}
    others.pop(known.sender.address, None)
    ours = channels.ours_among(others, known.places)
    return [{"name": name, "email": one} for one, name in others.items() if one not in ours][:20]


def _facts_of(decision: Decision) -> dict[str, Any]:
    numbers = {str(pk): number for pk, number in _numbers(decision)}
    passed = [[numbers.get(str(key), ""), way, why, str(key)] for key, way, why in decision.passed]
    facts = {"why": decision.why, "way": decision.way, "proof": decision.proof, "passed": passed}
    return facts | {"may_answer": decision.may_answer}


def _numbers(decision: Decision) -> Any:
    keys = [key for key, _, _ in decision.passed]
    return Ticket.objects.filter(pk__in=keys).values_list("pk", "number") if keys else ()


def _keep_look(mail: Incoming, look: str) -> None:
    if look and not mail.has_look:
        storage, name = CompanyStorage(), look_of(mail)
        if storage.exists(name):  # of a try that was rolled back
            storage.delete(name)
        storage.save(name, ContentFile(look.encode()))
        mail.has_look = True


def look_of(mail: Incoming) -> str:
    """Where the look of a mail is kept."""
    return mail.kept_as.replace(".eml", ".html")
