"""Applications of partners, and who lets which act. What they act with is an ordinary key (`accounts.Token`)."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portico.ids import uuid7
from shared_apps.accounts.models import User


class AppQuerySet(models.QuerySet["App"]):
    """Applications of partners."""

    def living(self) -> Self:
        """Those that the company has not ended."""
        return self.filter(ended_at=None)


class App(models.Model):
    """An application of a partner. Of its secret only the digest is kept; after a change the one before is good for a
    day. One with a role may also act by itself, as a key of the company does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    redirects = models.JSONField(default=list, db_default=[])  # where people are sent back to, to the letter
    scopes = models.JSONField(default=list, db_default=[])  # the most it may ask for
    is_confidential = models.BooleanField(default=True, db_default=True)
    role = models.CharField(max_length=30, default="", db_default="")
    digest = models.CharField(max_length=64, default="", db_default="")
    tail = models.CharField(max_length=4, default="", db_default="")
    former_digest = models.CharField(max_length=64, default="", db_default="")
    former_until = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=120, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AppQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def client_id(self) -> str:
        """What the application calls itself by."""
        return str(self.pk)

    @property
    def has_former(self) -> bool:
        """Whether its secret was changed and the one before is still good."""
        return self.former_until is not None and self.former_until > timezone.now()


class GrantQuerySet(models.QuerySet["Grant"]):
    """Who lets which application act."""

    def living(self) -> Self:
        """Those that an application took up and nobody ended."""
        return self.filter(~Q(used_at=None), ended_at=None, until__gt=timezone.now())

    def of_person(self, person: UUID) -> Self:
        """Those of one person."""
        return self.filter(user_id=person)


class Grant(models.Model):
    """A person lets an application act for them: first a code, then the family of what was made from it.

    The key that the application holds has the same id. A refresh token names its family and its turn: a turn that is
    over tells that somebody has a copy. Only digests are kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="grants")
    # Accounts of companies are never deleted; those of staff stand where this table does not.
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, related_name="+")
    scopes = models.JSONField(default=list, db_default=[])
    redirect = models.CharField(max_length=500)
    challenge = models.CharField(max_length=43)
    code_digest = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    family_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 (empty until it is used)
    turn_digest = models.CharField(max_length=64, default="", db_default="")
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)
