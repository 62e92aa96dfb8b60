"""The platform's audit log."""

import portico.clock
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PlatformAuditLog",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=portico.clock.now)),
                ("verb", models.CharField(max_length=60)),
                ("company_id", models.BigIntegerField(null=True)),
                ("schema", models.CharField(blank=True, default="", max_length=63)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=60)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(max_length=200)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("company_id"), models.OrderBy(models.F("at"), descending=True), name="audit_company_at"
                    ),
                    models.Index(
                        models.F("subject_id"), models.OrderBy(models.F("at"), descending=True), name="audit_subject_at"
                    ),
                ],
            },
        ),
    ]
