"""Passkeys (WebAuthn). The relying party is the host itself, so that a passkey of one company opens nothing elsewhere.

What the browser is asked waits in the session, for one purpose, one answer and five minutes.
"""

import json
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portico.errors import Invalid
from shared_apps.accounts import factors
from shared_apps.accounts.models import User

ADD, IN, SECOND, SURE = "add", "in", "second", "sure"
WRONG = "This passkey was not accepted. Try again, or choose another way."
_WAITS, _LASTS = "passkey", 300


def ask_for_new(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey for this person."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    options, state = _server(request).register_begin(
        user=PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.name),
        credentials=_known(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        extensions={"credProps": True},
    )
    return _waits(request, ADD, options, state)


def read_new(request: HttpRequest, text: str) -> dict[str, Any]:
    """The browser's answer, once it is verified, as it is kept. Invalid for any other."""
    answer, state = _answer(text), _state(request, ADD)
    try:
        _server(request).register_complete(state, answer)
    except (ValueError, TypeError, KeyError):
        raise _refused() from None
    return answer


def ask(request: HttpRequest, purpose: str, user: User | None = None) -> dict[str, Any]:
    """What the browser needs to prove a passkey: one of this person's, or whichever it has for this host.

    Where nobody is named yet a passkey stands for password and second step in one, so it has to ask for finger, face or
    PIN.
    """
    from fido2.webauthn import UserVerificationRequirement

    options, state = _server(request).authenticate_begin(
        credentials=_known(user) if user else None,
        user_verification=UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED,
    )
    return _waits(request, purpose, options, state)


def prove(request: HttpRequest, purpose: str, text: str, user: User | None = None) -> User:
    """Whose passkey answered: this person's, or whoever's. Invalid when it is none of theirs, or not of this host."""
    from allauth.mfa.webauthn.internal import auth

    answer, state = _answer(text), _state(request, purpose)
    found = user or _whose(answer)
    try:
        if found is None:
            raise _refused()
        used = _server(request).authenticate_complete(state, auth.get_credentials(found), answer)
        row = auth.get_authenticator_by_credential_id(found, used.credential_id)
        if row is None:
            raise _refused()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _refused() from None
    factors.rows(found).filter(pk=row.pk).update(last_used_at=timezone.now())
    return found


def _whose(answer: dict[str, Any]) -> User | None:
    from fido2.utils import websafe_decode

    try:
        key = UUID(bytes=websafe_decode(answer["response"]["userHandle"]))
    except (ValueError, TypeError, KeyError):
        return None
    return User.objects.filter(pk=key, is_active=True).first()


def _server(request: HttpRequest) -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    host = request.get_host().lower()
    origin = f"{'https' if settings.HTTPS else 'http'}://{host}"
    rp = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=_place(request))
    return Fido2Server(rp, verify_origin=lambda said: said == origin)


def _place(request: HttpRequest) -> str:
    company = request.door.company
    return company.name if company else "Portico console"


def _known(user: User) -> Any:
    from allauth.mfa.webauthn.internal import auth

    return auth.get_credentials(user)


def _waits(request: HttpRequest, purpose: str, options: Any, state: Any) -> dict[str, Any]:
    request.session[_WAITS] = {"purpose": purpose, "state": state, "until": int(time.time()) + _LASTS}
    return dict(options)


def _state(request: HttpRequest, purpose: str) -> Any:
    """What was asked; it is answered once, rightly or not."""
    kept = request.session.pop(_WAITS, None)
    if not kept or kept["purpose"] != purpose or kept["until"] < time.time():
        raise _refused()
    return kept["state"]


def _answer(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) < 20_000 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise _refused()
    return found


def _refused() -> Invalid:
    return Invalid({"credential": [WRONG]}, WRONG)
