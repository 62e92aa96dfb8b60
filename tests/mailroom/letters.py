"""Mails as tests write them, and as the worker would have dealt with them."""

from email.message import EmailMessage
from uuid import uuid4

CLEO, ADA, BEN, STRANGER = "cleo@acme.example", "ada@acme.example", "ben@acme.example", "zoe@elsewhere.example"


def letter(sender=CLEO, to="acme@mail.localhost", subject="The lamp", text="It flickers.", **fields):
    """The bytes of a mail; further words are fields of its head, with `_` for `-`."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = f"<{uuid4().hex}@elsewhere.example>"
    for name, value in fields.items():
        del made[name.replace("_", "-")]
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def proven(sender, relay="mx.portico.example"):
    """What the relay that we trust says of a sender."""
    return f"{relay}; dmarc=pass header.from={sender.rpartition('@')[2].rstrip('>')}"
