"""Reply addresses: each names one request of one company and one person, and is signed. No guess makes another.

`reply+<token>@<MAIL_HOST>`. The token fits into the 64 signs of a local part (RFC 5321 §4.5.3.1.1) and survives
programs that change its case: 36 bytes in base 32, the last ten of them a signature. It proves who was written to, not
who writes: whoever takes a mail in has to know the sender as well. It ends with the company's generation.
"""

import base64
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from portico.database import CompanyRef

_HEAD = struct.Struct(">IH16s4s")  # company, generation, ticket, mark of the person
_SIGNED = 10
_LOCAL = re.compile(r"reply\+([a-z2-7]{58})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """What a genuine reply address says."""

    company_id: int
    generation: int
    ticket_id: UUID
    mark: bytes

    def is_of(self, person: UUID | str) -> bool:
        """Whether it was given to this person (the id of an account or contact, or an address without either)."""
        return hmac.compare_digest(self.mark, _mark(person))


def reply_address(company: CompanyRef, ticket_id: UUID, person: UUID | str) -> str:
    """The address that this person answers to about this request."""
    head = _HEAD.pack(company.id, company.generation & 0xFFFF, ticket_id.bytes, _mark(person))
    token = base64.b32encode(head + _signature(head)).decode().rstrip("=").lower()
    return f"reply+{token}@{settings.MAIL_HOST}"


def read_reply_address(address: str) -> ReplyAddress | None:
    """What the address says when it is one of ours and genuine, whatever company's scope holds; else None.

    The generation is the last 16 bits of the company's: compare with `generation & 0xFFFF`.
    """
    local, _, domain = address.strip().rpartition("@")
    found = _LOCAL.fullmatch(local)
    if not found or domain.lower().rstrip(".") != settings.MAIL_HOST:
        return None
    token = base64.b32decode(found[1].upper() + "======")
    head, signature = token[: _HEAD.size], token[_HEAD.size :]
    if not hmac.compare_digest(signature, _signature(head)):
        return None
    company_id, generation, ticket, mark = _HEAD.unpack(head)
    return ReplyAddress(company_id, generation, UUID(bytes=ticket), mark)


def _mark(person: UUID | str) -> bytes:
    return hashlib.sha256(str(person).strip().lower().encode()).digest()[:4]


def _signature(head: bytes) -> bytes:
    return salted_hmac("portico.replying", head, algorithm="sha256").digest()[:_SIGNED]
