"""Who may vouch for a company's people, and whom they vouched for."""

from typing import Any, Self
from uuid import UUID

from django.db import models

from portico import clock, vault
from portico.ids import uuid7

KINDS = {
    "oidc": "OpenID Connect",
    "saml": "SAML",
    "ldap": "LDAP",
    "google": "Google",
    "microsoft": "Microsoft",
    "facebook": "Facebook",
    "linkedin": "LinkedIn",
}
SOCIAL = ("google", "microsoft", "facebook", "linkedin")
NEVER_VOUCH = frozenset({"facebook"})  # it hands out addresses that nobody has verified
# What somebody may become who comes for the first time. Whoever runs the desk is made by its people, not by a provider.
ROLES = {"": "Nobody new comes in", "customer": "Customer", "member": "Member", "agent": "Agent"}


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Connections of this company."""

    def working(self) -> Self:
        """Those that people see on the sign-in page."""
        return self.filter(is_active=True)


class Connection(models.Model):
    """A provider that says who somebody is. `options` by kind:

    {"issuer": "https://…", "vouches": false}                                    OpenID Connect
    {"directory": "tenant id", "vouches": false}                                 Microsoft
    {"entity_id": "…", "sso_url": "https://…", "certificates": ["MII…"], "starts_there": false}   SAML
    {"host": "…", "port": 636, "tls": "ldaps", "base": "dc=…", "filter": "(uid={user})"}   LDAP, as `client_id`

    Without `client_id` a social provider uses the platform's credentials. `secret` is encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=False, db_default=False)
    client_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    secret = models.TextField(blank=True, default="", db_default="")
    options = models.JSONField(default=dict, db_default={})
    # Whose addresses it speaks for. Believed only while the company has proven them (`asks.proven_domains`).
    domains = models.JSONField(default=list, db_default=[])
    default_role = models.CharField(max_length=30, blank=True, default="", db_default="")
    # People of these domains sign in here and not with a password; owners always may.
    is_enforced = models.BooleanField(default=False, db_default=False)
    tried_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sso_enforced_is_active", condition=~models.Q(is_enforced=True, is_active=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return KINDS.get(self.kind, self.kind)

    @property
    def is_saml(self) -> bool:
        return self.kind == "saml"

    @property
    def is_ldap(self) -> bool:
        return self.kind == "ldap"

    def keep_secret(self, text: str) -> None:
        """Remember the client's secret, encrypted for this row alone."""
        self.secret = vault.close(text, self._secret_name)

    @property
    def client_secret(self) -> str:
        """The client's secret; empty when there is none, or when it cannot be read any more."""
        return vault.opened(self.secret, self._secret_name)

    @property
    def _secret_name(self) -> str:
        return f"sso.connection:{self.pk}"


class LinkQuerySet(models.QuerySet["Link"]):
    """Links of this company."""

    def of_directory(self, kind: str) -> Self:
        """What the company's directory (SCIM) keeps of people (`person`) or groups (`team`)."""
        return self.filter(connection=None, kind=kind)

    def of_person(self, person: UUID | None) -> Self:
        """Where somebody can sign in."""
        return self.filter(kind="person", target=person).exclude(connection=None)


class Link(models.Model):
    """Somebody, or a group, as others know them. With a connection: the account of this subject there.

    Without: what the company's directory (SCIM) keeps of a person or a team; `subject` is then the userName in lower
    case or the id of the team, and `facts` the attributes as they were sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=6, default="person", db_default="person")
    subject = models.CharField(max_length=255)
    target = models.UUIDField(db_index=True)
    facts = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="sso_link_once", fields=["connection", "kind", "subject"], nulls_distinct=False
            ),
            # One account there for one here: an address that goes to somebody else there does not bring them in here.
            models.UniqueConstraint(
                name="sso_link_once_a_target", fields=["connection", "kind", "target"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def was(self) -> dict[str, Any]:
        """The attributes as the directory sent them, to be changed."""
        return dict(self.facts)
