"""One callback host for all companies: a provider knows the base host alone, which hands its answer on to the company.

What a browser carries through the provider (`state`) names its company, generation and connection, and is signed, so
that the base host knows where to. It reads nothing of the answer and keeps nothing: the company's own host looks up
in the browser's session what was begun there, and without it the answer is worth nothing. The signed hand-over proves
that the answer came to the address that the provider was told.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portico.database import CompanyRef
from portico.errors import Refused

LASTS = 900
_HANDED_WITHIN = 60
_STATE, _HANDED = "portico.handover.state", "portico.handover.handed"
_LONGEST = 6_000


@dataclass(frozen=True, slots=True)
class State:
    """What a `state` says: company with generation (`CompanyRef.key`), and the connection there."""

    company: str
    connection: UUID


def new_state(company: CompanyRef, connection: UUID) -> str:
    """A state that nobody can guess, for one beginning at this company."""
    return signing.dumps([company.key, str(connection), secrets.token_urlsafe(16)], salt=_STATE)


def read_state(text: str) -> State | None:
    """What a state says; None when it is too old, or was not made here."""
    try:
        company, connection, _ = signing.loads(text, salt=_STATE, max_age=LASTS)
        return State(str(company), UUID(connection))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_handed(query: str, proof: str) -> bool:
    """Whether the base host handed this answer over, just now."""
    try:
        return bool(signing.loads(proof, salt=_HANDED, max_age=_HANDED_WITHIN) == _digest(query))
    except signing.BadSignature:
        return False


@never_cache
@require_safe
def back(request: HttpRequest, kind: str) -> HttpResponse:
    """The one callback host: on to the company that the state names, when that is a company of today."""
    from portico import asks  # pages come with it, which come with the URLs

    query = request.META.get("QUERY_STRING", "")
    said = read_state(request.GET.get("state", "")) if len(query) < _LONGEST else None
    number = (said.company if said else "").partition(".")[0]
    company = asks.company_by_id(int(number)) if number.isdecimal() else None
    if said is None or company is None or company.key != said.company:
        raise Refused("begin_anew", "This sign-in has ended. Please begin again on the sign-in page of your desk.")
    host = f"{'https' if settings.HTTPS else 'http'}://{company.slug}.{settings.BASE_HOST}"
    proof = signing.dumps(_digest(query), salt=_HANDED)
    return HttpResponseRedirect(f"{host}/sign-in/with/{said.connection}/back?{query}&handed={proof}")


def _digest(query: str) -> str:
    return sha256(query.encode()).hexdigest()
