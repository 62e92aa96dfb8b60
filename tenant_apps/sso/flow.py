"""What a browser began at a provider: kept in its own session of this company, found again once, and good once."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from portico import handover
from portico.database import current_company
from portico.mailing import address
from tenant_apps.sso import oidc, providers, saml
from tenant_apps.sso.models import Connection
from tenant_apps.sso.trust import Claim, Untrusted

_KEY, _MOST = "sso", 5
AGAIN = "This sign-in has ended, or was begun in another browser. Please begin again."


@dataclass(frozen=True, slots=True)
class Begun:
    """A way to a provider and back. `purpose` is sign-in, link, try or join: `person` asked for the middle two, and is
    the mark of the invitation for the last."""

    connection: str
    purpose: str
    next: str
    person: str
    nonce: str
    verifier: str
    request_id: str
    at: float


def begin(request: HttpRequest, connection: Connection, *, purpose: str, next: str = "", person: str = "") -> str:
    """The address at the provider; on the way back `take` knows this browser again."""
    state = handover.new_state(current_company(), connection.pk)
    nonce, verifier, request_id = secrets.token_urlsafe(24), secrets.token_urlsafe(48), ""
    if connection.is_saml:
        to, request_id = saml.begin(connection, us(connection), relay=state)
    else:
        provider = providers.provider_of(connection)
        to = oidc.begin(
            provider, redirect_uri=_callback(connection, provider), state=state, nonce=nonce, verifier=verifier
        )
    kept = sorted(_kept(request).items(), key=lambda one: one[1]["at"])[-_MOST + 1 :]
    begun = Begun(str(connection.pk), purpose, next, person, nonce, verifier, request_id, time.time())
    request.session[_KEY] = dict(kept) | {_digest(state): asdict(begun)}
    return to


def take(request: HttpRequest, connection: Connection, state: str) -> Begun:
    """What this browser began with this state, which is used up; Untrusted when it did not, or too long ago."""
    said, kept = handover.read_state(state), _kept(request)
    found = kept.pop(_digest(state), None)
    if found is not None:
        request.session[_KEY] = kept
    if said is None or found is None or time.time() - found["at"] > handover.LASTS:
        raise Untrusted("wrong_state", AGAIN)
    here = (current_company().key, connection.pk, str(connection.pk))
    if (said.company, said.connection, found["connection"]) != here:
        raise Untrusted("wrong_state", AGAIN)
    use_once(connection, f"state:{_digest(state)}")
    return Begun(**found)


def claim_of_oidc(request: HttpRequest, connection: Connection, begun: Begun) -> Claim:
    """Whom the provider vouches for in the answer that came back with the browser."""
    provider = providers.provider_of(connection)
    if provider.is_shared:
        query, _, proof = request.META.get("QUERY_STRING", "").rpartition("&handed=")
        if not handover.is_handed(query, proof):
            raise Untrusted("not_handed", AGAIN)
    answer: Mapping[str, str] = request.GET.dict()
    return oidc.complete(
        provider, answer, redirect_uri=_callback(connection, provider), nonce=begun.nonce, verifier=begun.verifier
    )


def claim_of_saml(connection: Connection, answer: str, begun: Begun) -> Claim:
    """The same for an assertion, which is good once."""
    claim, assertion = saml.complete(connection, us(connection), answer, request_id=begun.request_id)
    use_once(connection, f"assertion:{_digest(assertion)}")
    return claim


def us(connection: Connection) -> saml.Us:
    """What a SAML provider knows this company by."""
    at = [address(reverse(f"sso:{name}", args=[connection.pk])) for name in ("metadata", "acs")]
    return saml.Us(*at)


def callback(connection: Connection) -> str:
    """Where the provider answers to, for whoever registers it there."""
    return _callback(connection, providers.provider_of(connection))


def use_once(connection: Connection, mark: str) -> None:
    """Untrusted when this was used before; of two at once the second waits for the first. Marks are kept for a day,
    much longer than what they mark is good for."""
    answers: Any = apps.get_model("accounts", "StoredAnswer")._default_manager
    try:
        with transaction.atomic():
            answers.create(actor_id=connection.pk, key=f"sso:{mark}", digest="")
    except IntegrityError:
        raise Untrusted("used", "This answer was used already. Please begin again.") from None


def _callback(connection: Connection, provider: providers.Provider) -> str:
    if provider.is_shared:
        return providers.shared_callback(connection.kind)
    return address(reverse("sso:back", args=[connection.pk]))


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return dict(request.session.get(_KEY, {}))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]


def mean(request: HttpRequest, connection_id: UUID, purpose: str, person: Any) -> None:
    """A form of ours said what the next way to this provider is for; a link from elsewhere cannot."""
    request.session["sso-meant"] = [str(connection_id), purpose, str(person), time.time()]


def meant(request: HttpRequest, connection_id: UUID) -> tuple[str, str]:
    """What the way to this provider is for, and whose it is; said once, within a few minutes."""
    said = request.session.pop("sso-meant", None) if "sso-meant" in request.session else None
    if said and said[0] == str(connection_id) and time.time() - said[3] < 300:
        return said[1], said[2]
    return "sign-in", ""
