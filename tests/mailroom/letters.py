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


def report(message_id, recipient, status="5.1.1"):
    """What a mail server says of a mail that it could not hand over (RFC 3464)."""
    head = [
        *("From: mailer-daemon@elsewhere.example", "To: acme@mail.localhost", "Subject: Undelivered"),
        *(f"Message-ID: <{uuid4().hex}@elsewhere.example>", "MIME-Version: 1.0"),
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    ]
    said = ["Reporting-MTA: dns; elsewhere.example", "", f"Final-Recipient: rfc822; {recipient}", "Action: failed"]
    parts = {
        "text/plain": "It did not arrive.",
        "message/delivery-status": "\n".join([*said, f"Status: {status}"]),
        "text/rfc822-headers": f"Message-ID: {message_id}\nTo: {recipient}",
    }
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n\n" for kind, text in parts.items())
    return ("\n".join(head) + f"\n\n{body}--b--\n").encode()
