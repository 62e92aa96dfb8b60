"""The ticket index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TicketIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company_id", models.BigIntegerField()),
                ("schema", models.CharField(max_length=63)),
                ("ticket_id", models.UUIDField()),
                ("number", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=60)),
                ("sub_subject", models.CharField(blank=True, max_length=200)),
                ("type", models.CharField(max_length=20)),
                ("status", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=10)),
                ("priority", models.CharField(max_length=2)),
                ("assignee_id", models.UUIDField(null=True)),
                ("assignee_name", models.CharField(blank=True, max_length=200)),
                ("requester_id", models.UUIDField()),
                ("requester_name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("last_activity_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("sla_due_at", models.DateTimeField(null=True)),
                ("unread", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company_id", "status"], name="index_company_status"),
                    models.Index(
                        models.F("company_id"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="index_company_activity",
                    ),
                    models.Index(
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="index_activity",
                    ),
                    models.Index(
                        models.F("status"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="index_status_activity",
                    ),
                    models.Index(
                        models.F("subject"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="index_subject_activity",
                    ),
                    models.Index(
                        models.F("assignee_id"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="index_assignee_activity",
                    ),
                    models.Index(
                        models.F("assignee_id"),
                        models.F("status"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        include=("subject",),
                        name="index_assignee_status",
                    ),
                    models.Index(
                        models.F("subject"),
                        models.F("status"),
                        models.OrderBy(models.F("last_activity_at"), descending=True),
                        include=("assignee_id",),
                        name="index_subject_status",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company_id", "ticket_id"), name="index_one_row_per_ticket")
                ],
            },
        ),
    ]
