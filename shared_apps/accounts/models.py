"""Accounts, tokens, and answers kept for repeated requests. The same tables stand in `public` and in each company."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portico.ids import uuid7

COMPANY_ROLES = {"owner": "Owner", "manager": "Manager", "agent": "Agent", "member": "Member", "customer": "Customer"}
STAFF_ROLES = {
    "platform_owner": "Platform owner",
    "platform_admin": "Platform admin",
    "platform_supervisor": "Supervisor",
    "platform_support": "Support",
    "platform_engineer": "Engineer",
    "platform_account_manager": "Account manager",
}
ROLES = COMPANY_ROLES | STAFF_ROLES


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; the address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person of one company, or of the platform's staff. The same address elsewhere is another account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=list(ROLES.items()))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # {"teams": [ids], "sees": "none|own|team|all", "skills": […], "capacity": 0, "signature": "…", "away": false,
    # "columns": [what the rows of their list show], "role": {"key", "name", "may": […]} of the company's own making,
    # "photo": key, "zone": "Europe/Oslo", "language": "no", "out": {"from": day, "until": day, "note": "…"}}
    profile = models.JSONField(default=dict, db_default={}, blank=True)

    # What only signing in asks for, and no export holds: {"factors": how many second steps, "password_at": "…",
    # "history": [hashes], "epoch": "…", "known": [marks of browsers], "reset", "verify", "code": what was sent
    # (`proofs`), "tries": [times of wrong second steps]}. Written under the row's lock.
    security = models.JSONField(default=dict, db_default={}, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def role_label(self) -> str:
        """The role in words: one of the company's own making as the company calls it."""
        own = self.profile.get("role") or {}
        return str(own.get("name") or ROLES.get(self.role, self.role))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, which changes with the password; with the epoch, too, so that all sessions end at once."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        said = self.password + self.security.get("epoch", "")
        return str(salted_hmac(salt, said, secret=secret, algorithm="sha256").hexdigest())


class TokenQuerySet(models.QuerySet["Token"]):
    """Keys for programs."""

    def living(self) -> Self:
        """Those that still open something."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()), revoked_at=None)

    def made_here(self) -> Self:
        """Those that somebody made, apart from what partners' applications were given."""
        return self.filter(app_id=None)

    def of_companies(self) -> Self:
        """Those that belong to the company and to no person."""
        return self.made_here().filter(user=None)


class Token(models.Model):
    """A key for programs: a bearer token of a person, or of the company itself, which then has a role of its own.

    Only its digest is kept; it ends the moment it is revoked. After a change of its secret the one before is good
    until `former_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # What it may be used for (`portico.api.scopes`). Keys from before there were scopes may do everything.
    scopes = models.JSONField(default=list, db_default=["*"])
    tail = models.CharField(max_length=4, default="", db_default="")
    used_from = models.CharField(max_length=45, default="", db_default="")
    role = models.CharField(max_length=30, default="", db_default="")
    addresses = models.JSONField(default=list, db_default=[])  # networks it may come from; none is all
    made_by = models.CharField(max_length=120, default="", db_default="")
    former_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 (two empty texts would be one)
    former_until = models.DateTimeField(null=True)
    # The application that it was given to (`tenant_apps.partners`); without a person it acts by itself.
    app_id = models.UUIDField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label

    @property
    def is_living(self) -> bool:
        """Whether it still opens something."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def has_former(self) -> bool:
        """Whether its secret was changed and the one before is still good."""
        return self.former_until is not None and self.former_until > timezone.now()


class StoredAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key, given again to its repetitions for 24 hours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.UUIDField()
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_once", fields=["actor_id", "key"])]

    def __str__(self) -> str:
        return self.key
