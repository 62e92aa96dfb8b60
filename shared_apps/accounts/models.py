"""Accounts, tokens, and answers kept for repeated requests. The same tables stand in `public` and in each company."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

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
    # "columns": [what the rows of their list show]}
    profile = models.JSONField(default=dict, db_default={}, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def role_label(self) -> str:
        """The role in words."""
        return ROLES.get(self.role, self.role)


class Token(models.Model):
    """A bearer token for the API. Only its digest is kept; it ends the moment it is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


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
