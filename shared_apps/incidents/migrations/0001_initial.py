"""Incidents, what happened with them, and what each company may know."""

import django.db.models.deletion
import portico.clock
import portico.ids
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('headline', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=120)),
                ('subject', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved')], default='investigating', max_length=13)),
                ('words', models.TextField(blank=True, default='')),
                ('said_at', models.DateTimeField(null=True)),
                ('turn', models.PositiveIntegerField(default=0)),
                ('lead_id', models.UUIDField()),
                ('lead_name', models.CharField(max_length=200)),
                ('opened_at', models.DateTimeField(default=portico.clock.now)),
                ('solved_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(models.F('id'), condition=models.Q(('state', 'resolved'), _negated=True), name='incident_open'), models.Index(models.OrderBy(models.F('solved_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='incident_past')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('solved_at__isnull', False), ('state', 'resolved')), models.Q(models.Q(('state', 'resolved'), _negated=True), ('solved_at__isnull', True)), _connector='OR'), name='incident_solved_at_iff_resolved')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=portico.clock.now)),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('told', 'Told'), ('note', 'Note'), ('linked', 'Linked'), ('unlinked', 'Unlinked'), ('changed', 'Changed'), ('solved', 'Solved'), ('reopened', 'Reopened')], max_length=10)),
                ('author_name', models.CharField(max_length=200)),
                ('state', models.CharField(blank=True, default='', max_length=13)),
                ('words', models.TextField(blank=True, default='')),
                ('company_id', models.BigIntegerField(null=True)),
                ('row_id', models.BigIntegerField(null=True)),
                ('incident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='incidents.incident')),
            ],
            options={
                'indexes': [models.Index(models.F('incident'), models.OrderBy(models.F('at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='entry_of_incident'), models.Index(models.F('company_id'), condition=models.Q(('company_id__isnull', False)), name='entry_of_company')],
            },
        ),
        migrations.CreateModel(
            name='Affected',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('company_id', models.BigIntegerField()),
                ('schema', models.CharField(max_length=63)),
                ('generation', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved')], max_length=13)),
                ('words', models.TextField(blank=True, default='')),
                ('said_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('turn', models.PositiveIntegerField()),
                ('story', models.JSONField(default=list)),
                ('ticket_id', models.UUIDField()),
                ('number', models.CharField(max_length=40)),
                ('trouble', models.JSONField(default=dict)),
                ('incident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='affected', to='incidents.incident')),
            ],
            options={
                'indexes': [models.Index(fields=['schema'], name='affected_by_schema')],
                'constraints': [models.UniqueConstraint(fields=('incident', 'company_id'), name='affected_once')],
            },
        ),
    ]
