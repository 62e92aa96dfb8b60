"""The chain over the journal."""

import django.contrib.postgres.fields
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(unique=True)),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "hashes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("upto", models.UUIDField(db_index=True)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
    ]
