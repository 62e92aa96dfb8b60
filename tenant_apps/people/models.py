"""Teams, and contacts: people who write to the company without an account of their own."""

from django.db import models
from django.db.models.functions import Lower

from portico import clock
from portico.ids import uuid7


class Team(models.Model):
    """People who share work. Who is in it says each account's `profile["teams"]`, which comes with the actor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Somebody whom the company knows by address alone. `user_id` is set when they have an account after all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=40, blank=True, default="", db_default="")
    organisation = models.CharField(max_length=120, blank=True, default="", db_default="")
    user_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="contact_email_once")]

    def __str__(self) -> str:
        return self.name
