"""The queue is searched by words, and narrowed by type, requester and time; what is done with all that match is kept."""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models import F, Q

import portico.clock
from shared_apps.console.words import kept


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('console', '0005_incidents'),
    ]

    operations = [
        migrations.AddField(
            'ticketindex',
            'words',
            models.GeneratedField(expression=kept(), output_field=SearchVectorField(), db_persist=True),
        ),
        migrations.CreateModel(
            'Batch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('do', models.CharField(max_length=80)),
                ('query', models.CharField(blank=True, max_length=2000)),
                (
                    'state',
                    models.CharField(
                        choices=[('going', 'Going'), ('done', 'Done'), ('undoing', 'Undoing'), ('undone', 'Undone')],
                        default='going',
                        max_length=8,
                    ),
                ),
                ('number', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('todo', models.JSONField(default=list)),
                ('steps', models.JSONField(default=list)),
                ('refused', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=portico.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                (
                    'owner',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.user'
                    ),
                ),
            ],
        ),
        migrations.AlterField('savedview', 'query', models.CharField(blank=True, max_length=1200)),
        AddIndexConcurrently(
            'ticketindex',
            models.Index('type', F('last_activity_at').desc(), F('id').desc(), name='index_type_activity'),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index('requester_id', F('last_activity_at').desc(), F('id').desc(), name='index_requester_activity'),
        ),
        AddIndexConcurrently(
            'ticketindex', models.Index(F('created_at').desc(), F('id').desc(), name='index_created')
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                F('closed_at').desc(), F('id').desc(), name='index_closed', condition=Q(closed_at__isnull=False)
            ),
        ),
        AddIndexConcurrently('ticketindex', GinIndex(fields=['words'], name='index_words', fastupdate=False)),
    ]
