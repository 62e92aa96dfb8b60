"""What a desktop app tells."""

import portico.clock
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("app_launch", "Started"),
                            ("sync_success", "Synchronised"),
                            ("sync_failure", "Could not synchronise"),
                            ("error_page", "Showed an error"),
                            ("crash", "Crashed"),
                            ("feature_use", "Used a feature"),
                            ("report", "Report with a request"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=portico.clock.now)),
                ("person_id", models.UUIDField(null=True)),
                ("version", models.CharField(max_length=40)),
                ("system", models.CharField(max_length=40)),
                ("payload", models.JSONField(default=dict)),
                ("mark", models.CharField(blank=True, default="", max_length=100)),
                ("ticket_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["received_at"], name="telemetry_received"),
                    models.Index(
                        models.F("person_id"),
                        models.OrderBy(models.F("received_at"), descending=True),
                        name="telemetry_person",
                    ),
                    models.Index(
                        condition=models.Q(("ticket_id__isnull", False)), fields=["ticket_id"], name="telemetry_ticket"
                    ),
                ],
            },
        ),
    ]
