"""What stands beside tickets: numbers, counters, links, what one person keeps of a ticket, settings and recipes."""

from django.db import models

from portico import clock
from portico.ids import uuid7
from tenant_apps.tickets.models.ticket import Ticket


class Counter(models.Model):
    """How many tickets a company has numbered in a year. Its row lock comes after every ticket's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Tally(models.Model):
    """A change of how many tickets of the company's desk stand in a view; together they are the number (`tally`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80, db_index=True)
    number = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"


class Link(models.Model):
    """One ticket has to do with another. Parent and child is `Ticket.parent`."""

    class Kind(models.TextChoices):
        RELATES = "relates"
        DUPLICATES = "duplicates"
        FOLLOWS = "follows"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "other", "kind"], name="link_once")]

    def __str__(self) -> str:
        return self.kind


class Seat(models.Model):
    """What one person keeps of a ticket: a favourite, words not sent yet, when they looked last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="seats")
    person_id = models.UUIDField()
    is_favourite = models.BooleanField(default=False)
    draft = models.JSONField(default=dict)  # {"body", "mode": "reply" or "note", "at"}, or {"sent": the form's key}
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "ticket"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"


class Setting(models.Model):
    """A part of the company's desk as its managers have set it (`settings.DEFAULTS` names all of them)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=40, unique=True)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.key


class Recipe(models.Model):
    """Work that is done often: a macro, a canned reply, a template for tickets, a saved view."""

    class Kind(models.TextChoices):
        MACRO = "macro"
        REPLY = "reply"
        TEMPLATE = "template"
        VIEW = "view"

    class Scope(models.TextChoices):
        PERSONAL = "personal"
        TEAM = "team"
        COMPANY = "company"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.PERSONAL)
    owner_id = models.UUIDField()
    team_id = models.UUIDField(null=True, blank=True)
    content = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name
