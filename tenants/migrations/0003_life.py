"""States, notice and end of a company; what is left of an erased one, and what has still to go."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_fleet'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('company_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('slug_sha256', models.CharField(db_index=True, max_length=64)),
                ('company_sha256', models.CharField(max_length=64)),
                ('erased_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rests_until', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='company',
            name='erase_after',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='company',
            name='notice',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AlterField(
            model_name='company',
            name='state',
            field=models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended'), ('archived', 'Archived'), ('erasing', 'Erasing')], default='active', max_length=12),
        ),
        migrations.CreateModel(
            name='Leftover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('schema', 'Schema'), ('files', 'Files')], max_length=6)),
                ('place', models.CharField(max_length=63)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'place'), name='leftover_once')],
            },
        ),
    ]
