"""Taking files in, looking them over, and sending them along."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import PureWindowsPath
from typing import IO, Any
from uuid import UUID

from django.conf import settings as installation
from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, QuerySet, Sum, UUIDField, Value
from django.http import HttpRequest

from portico import clock, scanner
from portico.actor import SYSTEM, Actor
from portico.database.kept import Among, Asking, Kept, together
from portico.errors import Invalid, Refused
from portico.events import record
from portico.ids import uuid7
from portico.storage import CompanyStorage
from tenant_apps.tickets import access, settings
from tenant_apps.tickets.attachments import looking
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tenant_apps.tickets.text import is_storable
from tenants.due import remind

# An uploaded file that nobody sends is thrown away after this.
KEPT_UNSENT = timedelta(hours=24)
_PIECE = 256 * 1024


@transaction.atomic
def receive(file: UploadedFile, *, by: Actor, desk: str = access.COMPANY_DESK) -> Attachment:
    """Keep a file that somebody uploads, for a message on this desk that they have not sent yet.

    Invalid under `files` when it is too large, empty, a program, or of a kind the company refuses. What the scanner
    finds is kept in quarantine (`require_taken` tells it) and never handed out.
    """
    access.require(by, "reply", desk)
    rules = settings.DEFAULTS["attachments"] | settings.read("attachments")["attachments"]
    name = _name(file.name or "")
    _require_fit(file, name, rules)
    _require_room(file.size or 0)
    content: IO[bytes] = file.file  # type: ignore[assignment]
    seen, key = looking.look(content), uuid7()
    kept_as, small, _ = _names(key)
    attachment = Attachment.objects.create(
        pk=key,
        uploader_id=by.id,
        uploader_name=by.label,
        name=name,
        size=file.size or 0,
        content_type=seen.content_type,
        sha256=_digest(content),
        kept_as=kept_as,
        thumbnail=small if seen.small else "",
        width=seen.width,
        height=seen.height,
    )
    storage = CompanyStorage()
    content.seek(0)
    storage.save(kept_as, File(content))
    if seen.small:
        storage.save(small, ContentFile(seen.small))
        storage.save(large_of(attachment), ContentFile(seen.large))
    _look_over(attachment, content)
    remind("drop_upload", attachment.pk.hex, attachment.created_at + KEPT_UNSENT)
    return attachment


def send_along(message: Message, files: Sequence[UUID], *, by: Actor) -> list[Attachment]:
    """Bind uploaded files to a message that is just being written; within the action that writes it.

    Invalid unless each was uploaded by the same person, is not sent yet, and is not held back.
    """
    wanted = list(dict.fromkeys(files))
    if not wanted:
        return []
    most = int((settings.DEFAULTS["attachments"] | settings.read("attachments")["attachments"])["most_files"])
    if len(wanted) > most:
        raise Invalid({"files": [f"At most {most} files fit into one message."]})
    mine = Attachment.objects.filter(pk__in=wanted, message=None, uploader_id=by.id)
    found = list(mine.exclude(state=Attachment.State.QUARANTINED).select_for_update().order_by("pk"))
    if len(found) != len(wanted):
        raise Invalid({"files": ["One of the files is not there any more. Please add it again."]})
    Attachment.objects.filter(pk__in=wanted).update(message=message, ticket=message.ticket)
    ticket: Ticket = message.ticket
    for one in found:
        facts = {"attachment": str(one.pk), "name": one.name, "message": str(message.pk)}
        record("attachment.add", ticket, by=by, desk=ticket.desk, **facts)
    return found


def of_message(message: Message) -> list[Attachment]:
    """The files that go along with a message."""
    return list(Attachment.objects.filter(message=message).order_by("pk"))


def give_back(message: Message) -> None:
    """The files of a message that is taken back are their uploader's again, as before it was sent."""
    unsent = clock.now() + KEPT_UNSENT
    for one in of_message(message):
        Attachment.objects.filter(pk=one.pk).update(message=None, ticket=None)
        remind("drop_upload", one.pk.hex, unsent)


def of_form(request: HttpRequest, desk: str = access.COMPANY_DESK) -> list[UUID]:
    """The files of a posted form: those uploaded before (`attachments`), and those that came along (`files`)."""
    before = [key for text in request.POST.getlist("attachments") if (key := _key(text))]
    given = [file for file in request.FILES.getlist("files") if file.name]
    came = [receive(file, by=request.actor, desk=desk) for file in given]  # type: ignore[attr-defined]
    for one in came:
        require_taken(one)
    return [*before, *(one.pk for one in came)]


def require_taken(attachment: Attachment) -> None:
    """Invalid for a file that the scanner holds back. Its row stays, for whoever has to know what somebody tried."""
    if attachment.state == Attachment.State.QUARANTINED:
        raise Invalid({"files": [f"{attachment.name} was not taken: {attachment.reason}."]})


def attach(messages: Iterable[Message]) -> None:
    """Give each message its `files`, in one statement for all."""
    given = list(messages)
    hand_out(given, *together(asking(given)))


def asking(messages: list[Message]) -> Asking:
    """The statement of `attach`, to be sent together with others."""
    return _SENT.asking(messages=[message.pk for message in messages]) if messages else Asking("", ())


def hand_out(messages: list[Message], files: list[Attachment]) -> None:
    """Give each message its `files` out of those that `asking` found."""
    by_key: dict[UUID | None, Message] = {message.pk: message for message in messages}
    for message in messages:
        message.__dict__["files"] = []
    for one in files:
        by_key[one.message_id].__dict__["files"].append(one)


def _sent(messages: list[UUID]) -> QuerySet[Attachment]:
    keys = Value(messages, output_field=ArrayField(UUIDField()))
    return Attachment.objects.filter(Among(F("message_id"), keys)).order_by("created_at", "id")


_SENT = Kept(_sent, is_steady=True)


def scan(attachment: Attachment) -> None:
    """Look a file over again that could not be when it came; for the worker. Does nothing while the scanner is away."""
    with CompanyStorage().open(attachment.kept_as) as content:
        _look_over(attachment, content)


def throw_away(attachment: Attachment) -> bool:
    """Remove a file that was never sent; False when it was, after all, or stands in quarantine."""
    unsent = Attachment.objects.filter(pk=attachment.pk, message=None)
    gone, _ = unsent.exclude(state=Attachment.State.QUARANTINED).delete()
    if not gone:
        return False
    _unlink_later(attachment)
    return True


def erase(attachment: Attachment) -> None:
    """Remove a file whatever became of it, with the request that it was sent to; within the action that erases that."""
    _unlink_later(attachment)
    Attachment.objects.filter(pk=attachment.pk).delete()


def _unlink_later(attachment: Attachment) -> None:
    """Have its bytes removed once its row is gone for sure: what is rolled back has its file still."""
    remind("unlink", attachment.pk.hex, clock.now())


def unlink(key: UUID) -> bool:
    """Take the bytes of a file without a row out of the company's storage; for the worker. A second time does no harm.

    False when there is a row after all, and nothing was done.
    """
    if Attachment.objects.filter(pk=key).exists():
        return False
    storage = CompanyStorage()
    for name in _names(key):
        if storage.exists(name):
            storage.delete(name)
    return True


def _names(key: UUID) -> tuple[str, str, str]:
    """What a file and its two copies are called in the company's storage."""
    kept_as = f"attachments/{key.hex}"
    return kept_as, f"{kept_as}.small.webp", f"{kept_as}.large.webp"


def copies_of(attachment: Attachment) -> tuple[str, str, str]:
    """All that there may be of a file in the company's storage, by name."""
    return _names(attachment.pk)


def large_of(attachment: Attachment) -> str:
    """Where the large copy of a picture is kept; empty for what is no picture."""
    return attachment.thumbnail.replace(".small.", ".large.")


def _look_over(attachment: Attachment, content: IO[bytes]) -> None:
    """Clean or quarantined by the scanner's word; without an answer it waits, and is handed out once it is clean."""
    if not installation.SCANNER_URL:
        return
    content.seek(0)
    try:
        found = scanner.scan(content)
    except scanner.Away:
        remind("scan", attachment.pk.hex, clock.now() + timedelta(minutes=1))
        return
    attachment.state = Attachment.State.QUARANTINED if found else Attachment.State.CLEAN
    attachment.reason = found[:200]
    attachment.save(update_fields=["state", "reason"])
    if found:
        record("attachment.quarantine", attachment, by=SYSTEM, name=attachment.name, found=attachment.reason)


def _name(given: str) -> str:
    """The file's own name: without folders, control characters and half characters, at most 255 long."""
    name = PureWindowsPath(given.replace("/", "\\")).name
    name = "".join(char for char in name if char.isprintable() and is_storable(char)).strip(" .")
    if len(name) > 255:
        end = looking.ending(name)[:10]
        name = f"{name[: 254 - len(end)]}.{end}"
    return name or "file"


def _require_fit(file: UploadedFile, name: str, rules: dict[str, Any]) -> None:
    most = int(rules["most_bytes"])
    if not file.size:
        raise Invalid({"files": [f"{name} is empty."]})
    if file.size > most:
        raise Invalid({"files": [f"{name} has {_size(file.size)}; at most {_size(most)} fit."]})
    refused = looking.REFUSED | {str(one).lower().lstrip(".") for one in rules.get("refused", ())}
    if looking.ending(name) in refused or looking.is_program(file.file):  # type: ignore[arg-type]
        raise Invalid({"files": [f"{name} is of a kind that is not taken here."]})


def _require_room(size: int) -> None:
    """Refused when the company's plan has no room for it. What is there stays, and is handed out as before."""
    from portico import asks  # it looks across, and asks this package

    most = asks.plan_limit("storage")
    if most is None:
        return
    there = Attachment.objects.aggregate(size=Sum("size"))["size"] or 0
    if there + size > most:
        raise Refused(
            "storage_full",
            f"No more files fit here: this desk has room for {most // 2**30} GB. Words can be sent as before; "
            "owners find more room under Settings, Plan and billing.",
        )


def _size(number: int) -> str:
    megabytes = number / settings.MEGABYTE
    return f"{megabytes:.0f} MB" if megabytes >= 10 else f"{megabytes:.1f} MB"


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
