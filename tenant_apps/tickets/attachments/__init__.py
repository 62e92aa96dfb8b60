"""Files that people send: taken in and looked at, sent along with a message, handed out from an origin of their own."""

from tenant_apps.tickets.attachments.keeping import (
    asking,
    attach,
    copies_of,
    erase,
    give_back,
    hand_out,
    of_form,
    of_message,
    receive,
    require_taken,
    scan,
    send_along,
    throw_away,
    unlink,
)
from tenant_apps.tickets.attachments.links import address, opened

__all__ = [
    "address",
    "asking",
    "attach",
    "copies_of",
    "erase",
    "give_back",
    "hand_out",
    "of_form",
    "of_message",
    "opened",
    "receive",
    "require_taken",
    "scan",
    "send_along",
    "throw_away",
    "unlink",
]
