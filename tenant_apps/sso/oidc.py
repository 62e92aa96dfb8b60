"""OpenID Connect, the code flow with PKCE: where to send somebody, and what the provider says of them afterwards.

Sources: OpenID Connect Core 1.0 section 3.1.3.7, RFC 7636 (PKCE), RFC 9207 (`iss` in the answer), RFC 9700.
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from portico import fetching
from portico.fetching import Unreachable
from tenant_apps.sso.providers import Provider
from tenant_apps.sso.trust import Claim, Untrusted

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_KEPT, _LEEWAY, _OLDEST = 3600, 60, 600
_MOST_TOKEN = 32_000


def begin(provider: Provider, *, redirect_uri: str, state: str, nonce: str, verifier: str, hint: str = "") -> str:
    """The address at the provider where somebody says who they are."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    about = described(provider)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": _scope(provider, about),
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | ({"login_hint": hint} if hint else {})
    address = str(about.get("authorization_endpoint", ""))
    fetching.check(address)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def complete(provider: Provider, given: Mapping[str, str], *, redirect_uri: str, nonce: str, verifier: str) -> Claim:
    """Whom the provider vouches for, from what came back with the browser. Untrusted or Unreachable with the reason."""
    about = described(provider)
    _require_issuer(provider, about, given.get("iss"))
    if given.get("error"):
        raise Untrusted("denied", "The provider did not let you in, or you went back.")
    said = _exchange(provider, about, given.get("code", ""), redirect_uri, verifier)
    claims = _verified(provider, about, str(said.get("id_token", "")), nonce)
    is_short = "email" not in claims or (provider.wants_groups and "groups" not in claims)
    if is_short and about.get("userinfo_endpoint") and said.get("access_token"):
        claims = _userinfo(about, str(said["access_token"]), claims["sub"]) | claims
    return Claim.of_oidc(provider.kind, claims)


def _scope(provider: Provider, about: dict[str, Any]) -> str:
    """What is asked for; groups where roles follow them and the provider knows the word."""
    plain = "openid email" if provider.kind == "facebook" else "openid email profile"
    asks_groups = provider.wants_groups and "groups" in about.get("scopes_supported", ())
    return f"{plain} groups" if asks_groups else plain


def described(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0), kept for an hour."""
    if not provider.discovery:
        return dict(provider.known)
    about = _kept(provider.discovery)
    said = about.get("issuer")
    if said != provider.issuer:
        raise Unreachable("The provider calls itself by another name than the issuer that was set.")
    return about | {name: value for name, value in provider.known.items() if name != "discovery"}


def _kept(address: str, *, anew: bool = False) -> dict[str, Any]:
    key = f"sso:{hashlib.sha256(address.encode()).hexdigest()}"
    found = None if anew else _try(lambda: cache.get(key))
    if isinstance(found, dict):
        return found
    said = fetching.fetch(address)
    if said.status != 200:
        raise Unreachable(f"The provider answered {said.status}.")
    read = said.json()
    _try(lambda: cache.set(key, read, _KEPT))
    return read


def _try(ask: Any) -> Any:
    try:
        return ask()
    except Exception:  # the client's own errors and the library's differ by version; without cache it is asked anew
        return None


def _require_issuer(provider: Provider, about: dict[str, Any], said: str | None) -> None:
    """Of an answer of another provider nothing is believed (the mix-up of RFC 9207)."""
    if said is None and about.get("authorization_response_iss_parameter_supported"):
        raise Untrusted("wrong_issuer", "The answer does not say which provider it is from.")
    if said is not None and "{tenantid}" not in provider.issuer and said != provider.issuer:
        raise Untrusted("wrong_issuer", "The answer is from another provider.")


def _exchange(provider: Provider, about: dict[str, Any], code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
    if not code or len(code) > 4_000:
        raise Untrusted("no_code", "The provider sent you back without an answer.")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    headers = {}
    ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if provider.kind == "oidc" and "client_secret_post" not in ways:
        pair = urlencode({provider.client_id: provider.secret}).replace("=", ":", 1)  # RFC 6749 section 2.3.1
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.secret}
    said = fetching.fetch(str(about.get("token_endpoint", "")), form=form, headers=headers)
    if said.status != 200:
        raise Untrusted(
            "refused_code", f"The provider did not accept its own answer ({said.status}). Please try again."
        )
    return said.json()


def _verified(provider: Provider, about: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    import jwt

    if not token or len(token) > _MOST_TOKEN:
        raise Untrusted("no_token", "The provider did not say who you are.")
    try:
        key = _key_for(about, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as wrong:
        raise Untrusted("wrong_token", f"What the provider said is not valid ({type(wrong).__name__}).") from None
    _require_ours(provider, claims, nonce)
    return claims


def _require_ours(provider: Provider, claims: dict[str, Any], nonce: str) -> None:
    """What the signature does not say: from whom, for whom, for which beginning, and when."""
    expected = provider.issuer
    if "{tenantid}" in expected:
        expected = expected.replace("{tenantid}", str(claims.get("tid", "")))
    if claims["iss"] != expected:
        raise Untrusted("wrong_issuer", "The answer is from another provider.")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", provider.client_id) != provider.client_id or (len(audience) > 1 and "azp" not in claims):
        raise Untrusted("wrong_party", "The answer was meant for somebody else.")
    if ("nonce" in claims or provider.always_has_nonce) and not constant_time_compare(
        str(claims.get("nonce", "")), nonce
    ):
        raise Untrusted("wrong_nonce", "The answer belongs to another sign-in.")
    if float(claims["iat"]) < time.time() - _OLDEST:
        raise Untrusted("too_old", "The answer is too old.")


def _key_for(about: dict[str, Any], header: dict[str, Any]) -> Any:
    """The provider's key with the token's number. When it is not among those that are kept, they are read anew once."""
    import jwt

    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    for anew in (False, True):
        keys = _kept(str(about.get("jwks_uri", "")), anew=anew).get("keys", [])
        fitting = [one for one in keys if isinstance(one, dict) and one.get("use", "sig") == "sig"]
        named = [one for one in fitting if "kid" not in header or one.get("kid", header["kid"]) == header["kid"]]
        if len(named) == 1 and named[0].get("kty") != "oct":
            return jwt.PyJWK.from_dict(named[0], algorithm=header["alg"])
    raise jwt.InvalidKeyError


def _userinfo(about: dict[str, Any], token: str, subject: str) -> dict[str, Any]:
    said = fetching.fetch(str(about["userinfo_endpoint"]), headers={"Authorization": f"Bearer {token}"})
    found = said.json() if said.status == 200 else {}
    if found.get("sub") != subject:  # OpenID Connect Core section 5.3.2
        return {}
    return {name: found[name] for name in ("email", "email_verified", "name", "hd", "groups") if name in found}
