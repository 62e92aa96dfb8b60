"""The same files once more, for words that are said in two places."""

from copy import copy

from portico import clock
from portico.ids import uuid7
from portico.storage import CompanyStorage
from tenant_apps.tickets.attachments.keeping import copies_of, of_message
from tenant_apps.tickets.models import Attachment, Message
from tenants.due import remind


def copy_along(message: Message, to: Message) -> list[Attachment]:
    """Give another message the files of this one, each with bytes of its own: either may be erased alone.

    What the scanner holds back stays where it is; what it has not seen yet, it sees twice.
    """
    held_back = Attachment.State.QUARANTINED
    return [_copied(one, to) for one in of_message(message) if one.state != held_back]


def _copied(file: Attachment, to: Message) -> Attachment:
    made = copy(file)
    made.pk, made._state = uuid7(), copy(file._state)
    made._state.adding = True
    names, storage = copies_of(made), CompanyStorage()
    for before, after in zip(copies_of(file), names, strict=True):
        if storage.exists(before):
            with storage.open(before) as content:
                storage.save(after, content)
    made.kept_as, made.thumbnail = names[0], names[1] if file.thumbnail else ""
    made.message, made.ticket = to, to.ticket
    made.save(force_insert=True)
    if made.state == Attachment.State.UNSCANNED:
        remind("scan", made.pk.hex, clock.now())
    return made
