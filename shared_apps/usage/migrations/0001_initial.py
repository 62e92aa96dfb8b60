"""Hours of desktop apps, of all companies."""

import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Hour",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.BigIntegerField()),
                ("schema", models.CharField(max_length=63)),
                ("hour", models.DateTimeField()),
                ("version", models.CharField(max_length=40)),
                ("system", models.CharField(max_length=20)),
                ("launches", models.PositiveIntegerField(default=0)),
                ("syncs", models.PositiveIntegerField(default=0)),
                ("failed_syncs", models.PositiveIntegerField(default=0)),
                ("error_pages", models.PositiveIntegerField(default=0)),
                ("crashes", models.PositiveIntegerField(default=0)),
                ("features", models.PositiveIntegerField(default=0)),
                ("people", models.PositiveIntegerField(default=0)),
                ("sync_ms", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["hour"], name="usage_by_hour")],
                "constraints": [
                    models.UniqueConstraint(fields=("company_id", "hour", "version", "system"), name="usage_hour_once")
                ],
            },
        ),
    ]
