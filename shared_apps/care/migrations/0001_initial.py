"""What staff agree and note about companies."""

import django.contrib.postgres.fields
import portico.clock
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Care',
            fields=[
                ('company_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('tier', models.CharField(choices=[('enterprise', 'Enterprise'), ('standard', 'Standard'), ('free', 'Free')], default='standard', max_length=12)),
                ('agents', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('company_id', models.BigIntegerField()),
                ('author_id', models.UUIDField()),
                ('author_name', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(default=portico.clock.now)),
                ('edited_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('deleted_by', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('company_id'), models.OrderBy(models.F('id'), descending=True), name='care_note_of_company'), models.Index(models.F('deleted_at'), condition=models.Q(('deleted_at__isnull', False)), name='care_note_deleted')],
            },
        ),
    ]
