"""What tickets are made of: state, constraints and what an actor can see. Verbs are in `actions`."""

from tenant_apps.tickets.models.beside import Counter, Link, Recipe, Seat, Setting, Tally
from tenant_apps.tickets.models.files import Attachment
from tenant_apps.tickets.models.message import BODY_LENGTH, Message
from tenant_apps.tickets.models.ticket import COMMENT_LENGTH, KEPT_FOR, SUBJECT_LENGTH, Ticket

__all__ = [
    "BODY_LENGTH",
    "COMMENT_LENGTH",
    "KEPT_FOR",
    "SUBJECT_LENGTH",
    "Attachment",
    "Counter",
    "Link",
    "Message",
    "Recipe",
    "Seat",
    "Setting",
    "Tally",
    "Ticket",
]
