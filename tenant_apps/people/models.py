"""Teams; contacts, who write to the company without an account of their own; invitations, and lists of them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from portico import clock
from portico.ids import uuid7
from shared_apps.accounts.invited import Asked


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


class Invitation(Asked):
    """A link that makes somebody one of the company's people, once. It is mailed, and shown to nobody else."""

    inviter_id = models.UUIDField()  # a person, or a key of the company
    inviter_name = models.CharField(max_length=120)
    name = models.CharField(max_length=120, blank=True, default="", db_default="")
    teams = models.JSONField(default=list, db_default=[], blank=True)  # ids; whoever joins is in them
    lasts_days = models.PositiveSmallIntegerField(default=7, db_default=7)
    sent_at = models.DateTimeField(default=clock.now)
    import_id = models.UUIDField(null=True, blank=True)  # the list that it came out of
    user_id = models.UUIDField(null=True, blank=True)  # who joined with it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="people_invitation_once", condition=Q(used_at=None, revoked_at=None)
            )
        ]


class Import(models.Model):
    """A list of people out of a file: looked at first, then invited a hundred at a time, and taken back as a whole."""

    class State(models.TextChoices):
        LOOKED_AT = "looked_at", "Not begun"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        UNDONE = "undone", "Taken back"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOOKED_AT)
    rows = models.JSONField(default=list)  # [{"line", "email", "name", "role", "teams": [ids]}]: what can be taken
    refused = models.JSONField(default=list)  # [[line, what stood there, why not]]
    place = models.PositiveIntegerField(default=0)  # how many rows are done
    invited = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
