"""The chain over the platform's audit; who acted for whom, and in which request."""

import django.contrib.postgres.fields
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
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
        migrations.AddField(
            model_name="platformauditlog",
            name="acting_for",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="platformauditlog",
            name="request_id",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="platformauditlog",
            index=models.Index(models.F("actor_label"), models.OrderBy(models.F("at"), descending=True), name="audit_actor_at"),
        ),
        migrations.AddIndex(
            model_name="platformauditlog",
            index=models.Index(models.F("verb"), models.OrderBy(models.F("at"), descending=True), name="audit_verb_at"),
        ),
        migrations.AddIndex(
            model_name="platformauditlog",
            index=models.Index(models.OrderBy(models.F("at"), descending=True), models.OrderBy(models.F("id"), descending=True), name="audit_at"),
        ),
        migrations.AddIndex(
            model_name="platformauditlog",
            index=models.Index(
                models.F("request_id"), condition=models.Q(("request_id", ""), _negated=True), name="audit_request"
            ),
        ),
        # Processes of the release before go on adding rows while this one comes up. Not as a `db_default`: Django
        # would ask for the value in return, and companies may add rows here but read none.
        migrations.RunSQL(
            "ALTER TABLE audit_platformauditlog"
            " ALTER COLUMN acting_for SET DEFAULT '', ALTER COLUMN request_id SET DEFAULT ''",
            migrations.RunSQL.noop,
        ),
    ]
