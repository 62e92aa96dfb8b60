"""What a connection needs to ask its provider: where that is, and as whom it is asked."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from tenant_apps.sso import ldap
from tenant_apps.sso.models import SOCIAL, Connection

_DISCOVERY = "/.well-known/openid-configuration"
# Before a social provider says anything, what is known of it (`settings.SOCIAL_PROVIDERS`).
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider, and the client that the company (or the platform) has there.

    `issuer` may hold `{tenantid}`: Microsoft's common directory says in each token whose it is. `is_shared` = asked
    with the platform's credentials, so that the answer comes back by the one callback host.
    """

    kind: str
    issuer: str
    client_id: str
    secret: str
    is_shared: bool = False
    known: dict[str, Any] = field(default_factory=dict)
    wants_groups: bool = False

    @property
    def discovery(self) -> str:
        """Where the provider says the rest, or nothing when all is known."""
        return (
            ""
            if all(one in self.known for one in _ENDPOINTS)
            else self.known.get("discovery") or (self.issuer.rstrip("/").replace("{tenantid}", "common") + _DISCOVERY)
        )

    @property
    def always_has_nonce(self) -> bool:
        """Whether its tokens repeat the nonce; one that is repeated must be right in any case."""
        return bool(self.known.get("nonce", True))


def provider_of(connection: Connection) -> Provider:
    """The provider behind a connection that is neither SAML's nor LDAP's."""
    if connection.kind == "oidc":
        issuer = connection.options.get("issuer", "")
        wants_groups = bool(connection.options.get("roles"))
        return Provider("oidc", issuer, connection.client_id, connection.client_secret, wants_groups=wants_groups)
    known: dict[str, Any] = {**settings.SOCIAL_PROVIDERS[connection.kind]}
    issuer = str(known.pop("issuer"))
    if connection.options.get("directory"):
        issuer = issuer.replace("{tenantid}", connection.options["directory"])
        known["discovery"] = issuer + _DISCOVERY
    if connection.client_id:
        return Provider(connection.kind, issuer, connection.client_id, connection.client_secret, False, known)
    client_id, secret = settings.SOCIAL_CLIENTS.get(connection.kind, ("", ""))
    return Provider(connection.kind, issuer, client_id, secret, True, known)


def lacks(connection: Connection) -> list[str]:
    """What is missing before anybody can sign in with it, in words for whoever sets it up."""
    if connection.is_saml:
        wanted = {"entity_id": "the provider’s entity id", "sso_url": "its sign-in address"}
        found = [words for name, words in wanted.items() if not connection.options.get(name)]
        return found + ([] if connection.options.get("certificates") else ["its certificate"])
    if connection.is_ldap:
        wanted = {"host": "the directory’s host", "base": "where its people are", "filter": "how they are found"}
        found = [words for name, words in wanted.items() if not connection.options.get(name)]
        return found + ([] if ldap.is_here() else ["LDAP, which this installation was made without"])
    provider = provider_of(connection)
    wanted = {"issuer": "the issuer’s address", "client_id": "a client id", "secret": "a client secret"}
    missing = [words for name, words in wanted.items() if not getattr(provider, name)]
    if provider.is_shared and missing:
        return [f"credentials: this installation has none for {connection.kind_label}, so give your own"]
    return missing


def platform_has(kind: str) -> bool:
    """Whether the platform has credentials of its own for a social provider."""
    return kind in SOCIAL and all(settings.SOCIAL_CLIENTS.get(kind, ("", "")))


def shared_callback(kind: str) -> str:
    """Where a social provider answers to the platform's own client: one address for all companies."""
    return f"{'https' if settings.HTTPS else 'http'}://{settings.BASE_HOST}/sign-in/back/{kind}"
