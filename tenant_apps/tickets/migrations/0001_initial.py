"""Tickets, messages and the counter of numbers."""

import django.db.models.deletion
import portico.clock
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                ("last", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "desk",
                    models.CharField(
                        choices=[("platform", "Platform"), ("company", "Company")], default="platform", max_length=10
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[("support", "Support"), ("website_design", "Website Design")],
                        default="support",
                        max_length=20,
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("sub_subject", models.CharField(blank=True, max_length=200)),
                ("status", models.CharField(default="new", max_length=40)),
                ("category", models.CharField(default="new", max_length=10)),
                ("urgency", models.CharField(default="medium", max_length=10)),
                ("importance", models.CharField(default="medium", max_length=10)),
                ("requester_id", models.UUIDField()),
                ("requester_name", models.CharField(max_length=200)),
                ("assignee_id", models.UUIDField(blank=True, null=True)),
                ("assignee_name", models.CharField(blank=True, max_length=200)),
                ("unread", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=portico.clock.now)),
                ("updated_at", models.DateTimeField(default=portico.clock.now)),
                ("last_activity_at", models.DateTimeField(default=portico.clock.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("index_id", models.BigIntegerField(editable=False, null=True)),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="ticket_activity",
                    ),
                    models.Index(
                        models.F("status"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="ticket_status_activity",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", "closed"), ("closed_at__isnull", False)),
                            models.Q(models.Q(("category", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="ticket_closed_at_iff_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ("new", "open", "waiting", "on_hold", "solved", "closed"))),
                        name="ticket_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("desk", "platform"), _negated=True),
                            (
                                "status__in",
                                (
                                    "new",
                                    "triaged",
                                    "in_progress",
                                    "waiting_on_tenant",
                                    "needs_engineering",
                                    "solved",
                                    "closed",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_platform_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ("critical", "high", "medium", "low"))),
                        name="ticket_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("importance__in", ("critical", "high", "medium", "low"))),
                        name="ticket_importance_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("assignee_id__isnull", True), ("assignee_name", "")),
                            models.Q(("assignee_id__isnull", False), models.Q(("assignee_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="ticket_assignee_has_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "sender_type",
                    models.CharField(
                        choices=[("tenant", "Tenant"), ("agent", "Agent"), ("system", "System")], max_length=10
                    ),
                ),
                ("sender_user_id", models.UUIDField(blank=True, null=True)),
                ("sender_admin_id", models.UUIDField(blank=True, null=True)),
                ("sender_name", models.CharField(max_length=200)),
                ("body", models.TextField(max_length=20000)),
                ("created_at", models.DateTimeField(default=portico.clock.now)),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["ticket", "created_at"], name="message_ticket_created")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sender_admin_id__isnull", True),
                                ("sender_type", "tenant"),
                                ("sender_user_id__isnull", False),
                            ),
                            models.Q(
                                ("sender_admin_id__isnull", False),
                                ("sender_type", "agent"),
                                ("sender_user_id__isnull", True),
                            ),
                            models.Q(
                                ("sender_admin_id__isnull", True),
                                ("sender_type", "system"),
                                ("sender_user_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="message_sender_matches_type",
                    )
                ],
            },
        ),
    ]
