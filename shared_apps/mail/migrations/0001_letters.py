"""Letters on their way, and addresses that get none."""

import django.utils.timezone
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('stream', models.CharField(max_length=8)),
                ('template', models.CharField(max_length=60)),
                ('to', models.CharField(max_length=254)),
                ('to_name', models.CharField(blank=True, default='', max_length=120)),
                ('facts', models.JSONField(db_default={}, default=dict)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('headers', models.JSONField(db_default={}, default=dict)),
                ('about', models.UUIDField(null=True)),
                ('person', models.UUIDField(null=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Sending'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('opened', 'Opened'), ('bounced', 'Bounced'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('suppressed', 'Suppressed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('attempt', models.UUIDField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('provider_id', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['due_at'], name='outgoing_due'), models.Index(condition=models.Q(('about__isnull', False)), fields=['about'], name='outgoing_about'), models.Index(fields=['-created_at'], name='outgoing_newest'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='outgoing_provider')],
            },
        ),
        migrations.CreateModel(
            name='Suppressed',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=254)),
                ('stream', models.CharField(blank=True, default='', max_length=8)),
                ('reason', models.CharField(choices=[('bounce', 'Bounce'), ('complaint', 'Complaint'), ('unsubscribed', 'Unsubscribed')], max_length=12)),
                ('words', models.CharField(blank=True, default='', max_length=500)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address', 'stream'), name='suppressed_once')],
            },
        ),
    ]
