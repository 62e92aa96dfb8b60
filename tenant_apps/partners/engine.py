"""OAuth 2.0 itself: the rules are oauthlib's, the rows are ours. Loaded when one of its addresses is asked, not before.

Only what is named in `_ASKED` and `_SENT` reaches oauthlib, which would take any parameter for an attribute of its own.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus, urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    ClientCredentialsGrant,
    IntrospectEndpoint,
    OAuth2Error,
    RefreshTokenGrant,
    RequestValidator,
    RevocationEndpoint,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc6749.errors import FatalClientError, InvalidRequestError
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256

from tenant_apps.partners import families, redirects
from tenant_apps.partners.models import App, Grant

_ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method")
_OF_TOKENS = (
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "token",
    "token_type_hint",
)
_SENT = ("client_id", "client_secret", *_OF_TOKENS)
_CHALLENGE, _VERIFIER = re.compile(r"[A-Za-z0-9_-]{43}"), re.compile(r"[A-Za-z0-9._~-]{43,128}")
_SEEN_EVERY = timedelta(minutes=5)


class NotKnown(Exception):
    """Nobody to send the person back to: no such application, or not this address of it."""


class SentBack(Exception):
    """The application is told what is wrong, at an address that it registered."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks of a person."""

    app: App
    scopes: list[str]
    redirect: str
    state: str
    challenge: str


def asked(query: Iterable[tuple[str, str]], issuer: str) -> Asked:
    """What is asked for. NotKnown, or SentBack with the reason."""
    said = _once(query, _ASKED)
    if said is None:
        raise NotKnown
    try:
        wanted, found = _server().validate_authorization_request(f"/oauth/authorize?{urlencode(said)}")
    except FatalClientError:
        raise NotKnown from None
    except OAuth2Error as no:
        raise SentBack(answer(no.redirect_uri, issuer, dict(no.twotuples))) from None
    return Asked(found["request"].client, wanted, found["redirect_uri"], said.get("state", ""), said["code_challenge"])


def answer(redirect: str, issuer: str, words: Mapping[str, str]) -> str:
    """The address to send a person back to. The issuer stands in it against mix-up (RFC 9207)."""
    return str(add_params_to_uri(redirect, [*words.items(), ("iss", issuer)]))


def respond(what: str, body: Iterable[tuple[str, str]], authorization: str) -> tuple[Mapping[str, str], str, int]:
    """Headers, body and status of the answer to a program; `what` is token, revocation or introspect."""
    said = _once(body, _SENT)
    if said is None:
        no = InvalidRequestError(description="A parameter was sent twice.")
        return {}, no.json, no.status_code
    act = getattr(_server(), f"create_{what}_response")
    try:
        headers, text, status = act("/oauth", "POST", urlencode(said), {"Authorization": authorization})
    except OAuth2Error as no:
        headers, text, status = no.headers, no.json, no.status_code
    return headers, text or "", status


def _once(pairs: Iterable[tuple[str, str]], known: tuple[str, ...]) -> dict[str, str] | None:
    """What of this was said, where it was said once; what is empty counts as left out (RFC 6749 section 3.1)."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in known and value:
            if name in found:
                return None
            found[name] = value
    return found


class _Code(AuthorizationCodeGrant):
    """Codes with S256 alone: no other method can be asked for, and none falls back to another."""

    def __init__(self, validator: RequestValidator) -> None:
        super().__init__(validator)
        self._code_challenge_methods = {"S256": code_challenge_method_s256}


class _Server(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint, IntrospectEndpoint):
    """Neither the implicit grant nor passwords (RFC 9700 sections 2.1.2 and 2.4)."""

    def __init__(self, validator: "Validator") -> None:
        code = _Code(validator)
        grants = {"authorization_code": code, "refresh_token": RefreshTokenGrant(validator)}
        grants["client_credentials"] = ClientCredentialsGrant(validator)
        bearer = BearerToken(validator, families.key, families.LASTS, families.refresh)
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": code})
        TokenEndpoint.__init__(self, "authorization_code", bearer, grants)
        RevocationEndpoint.__init__(self, validator)
        IntrospectEndpoint.__init__(self, validator)


class Validator(RequestValidator):
    """Finds and judges rows for oauthlib. Every unknown, foreign, ended and late one is the same refusal."""

    def client_authentication_required(self, request: Any, *args: Any) -> bool:
        said, secret = _credentials(request)
        app = _app(said)
        return app is None or app.is_confidential or bool(secret)

    def authenticate_client(self, request: Any, *args: Any) -> bool:
        said, secret = _credentials(request)
        app = _app(said)
        if app is None or not app.is_confidential or not families.is_secret(app, secret):
            return False
        request.client, request.client_id = app, app.client_id
        _seen(app)
        return True

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any) -> bool:
        app = _app(client_id)
        if app is None or app.is_confidential:
            return False
        request.client = app
        _seen(app)
        return True

    def validate_client_id(self, client_id: str, request: Any, *args: Any) -> bool:
        request.client = _app(client_id)
        return request.client is not None

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *args: Any) -> bool:
        return redirects.fits(redirect_uri, request.client.redirects)

    def get_default_redirect_uri(self, *args: Any) -> None:
        return None  # it is always said, so that nobody is sent where the application did not mean

    def validate_response_type(self, client_id: str, response_type: str, *args: Any) -> bool:
        return response_type == "code"

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        said = request.code_challenge
        if said and not _CHALLENGE.fullmatch(said):
            raise InvalidRequestError(description="The code challenge is none of S256.", request=request)
        return True

    def get_default_scopes(self, client_id: str, request: Any, *args: Any) -> list[str]:
        return list(request.client.scopes)

    def validate_scopes(self, client_id: str, wanted: list[str], client: App, *args: Any) -> bool:
        return bool(wanted) and set(wanted) <= set(client.scopes)

    def validate_grant_type(self, client_id: str, grant_type: str, client: App, *args: Any) -> bool:
        if grant_type == "client_credentials":
            return families.acts_alone(client)
        return grant_type in {"authorization_code", "refresh_token"} and bool(client.redirects)

    def validate_code(self, client_id: str, code: str, client: App, request: Any, *args: Any) -> bool:
        grant = families.of_code(code, client, request.redirect_uri or "")
        if grant is None or not _VERIFIER.fullmatch(request.code_verifier or ""):
            return False
        request.user, request.scopes, request.grant = grant.user, grant.scopes, grant
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        return str(request.grant.challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return "S256"

    def confirm_redirect_uri(self, *args: Any) -> bool:
        return True  # judged with the code

    def invalidate_authorization_code(self, *args: Any) -> None:
        """Done when its key was made."""

    def validate_refresh_token(self, refresh_token: str, client: App, request: Any, *args: Any) -> bool:
        grant = families.of_refresh(refresh_token, client)
        if grant is None:
            return False
        request.user, request.grant = grant.user, grant
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any) -> list[str]:
        return list(request.grant.scopes)

    def save_token(self, token: dict[str, Any], request: Any, *args: Any) -> None:
        grant: Grant | None = getattr(request, "grant", None)
        if grant is None:
            families.let_alone(request.client, request.scopes, token["access_token"])
        else:
            families.go_on(grant, request.scopes, token["access_token"], token["refresh_token"])

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any) -> None:
        families.give_up(token, request.client)

    def introspect_token(self, token: str, token_type_hint: str, request: Any, *args: Any) -> Any:
        return families.told_of(token, request.client) if request.client.is_confidential else None


def _server() -> _Server:
    return _Server(Validator())


def _app(client_id: str | None) -> App | None:
    try:
        key = UUID(client_id or "")
    except ValueError:
        return None
    # One way to write it: what is compared elsewhere is the text.
    return App.objects.living().filter(pk=key).first() if str(key) == client_id else None


def _seen(app: App) -> None:
    now = timezone.now()
    if app.last_used_at is None or app.last_used_at < now - _SEEN_EVERY:
        App.objects.filter(pk=app.pk).update(last_used_at=now)


def _credentials(request: Any) -> tuple[str | None, str]:
    """Who the application says it is, in the header or in the body, never in both (RFC 6749 section 2.3)."""
    said, secret = request.client_id, request.client_secret or ""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return said, secret
    try:
        name, mark, words = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None, ""
    name = unquote_plus(name)
    if not mark or secret or (said and not constant_time_compare(said, name)):
        return None, ""
    return name, unquote_plus(words)
