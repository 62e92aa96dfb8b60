"""The company's own desk: what its tickets and messages know, and what stands beside them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import portico.clock
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('uploader_id', models.UUIDField(null=True)),
                ('uploader_name', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField()),
                ('content_type', models.CharField(max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('kept_as', models.CharField(max_length=255)),
                ('thumbnail', models.CharField(blank=True, default='', max_length=255)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('state', models.CharField(choices=[('clean', 'Clean'), ('unscanned', 'Unscanned'), ('quarantined', 'Quarantined')], default='unscanned', max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=portico.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('relates', 'Relates'), ('duplicates', 'Duplicates'), ('follows', 'Follows')], max_length=12)),
                ('created_at', models.DateTimeField(default=portico.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Recipe',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('macro', 'Macro'), ('reply', 'Reply'), ('template', 'Template'), ('view', 'View')], max_length=10)),
                ('name', models.CharField(max_length=80)),
                ('scope', models.CharField(choices=[('personal', 'Personal'), ('team', 'Team'), ('company', 'Company')], default='personal', max_length=10)),
                ('owner_id', models.UUIDField()),
                ('team_id', models.UUIDField(blank=True, null=True)),
                ('content', models.JSONField(default=dict)),
                ('position', models.PositiveIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('updated_at', models.DateTimeField(default=portico.clock.now)),
            ],
            options={
                'ordering': ['position', 'name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('is_favourite', models.BooleanField(default=False)),
                ('draft', models.JSONField(default=dict)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Setting',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40, unique=True)),
                ('value', models.JSONField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(db_index=True, max_length=80)),
                ('number', models.IntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='ticket',
            name='ticket_activity',
        ),
        migrations.AddField(
            model_name='message',
            name='channel',
            field=models.CharField(db_default='portal', default='portal', max_length=16),
        ),
        migrations.AddField(
            model_name='message',
            name='edits',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='message',
            name='html',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='message',
            name='is_internal',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='message',
            name='is_staff_reply',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='message',
            name='mentions',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='message',
            name='reactions',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='message',
            name='sends_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='ai',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='cc',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='channel',
            field=models.CharField(choices=[('portal', 'Portal'), ('email', 'Email'), ('ai', 'Ai'), ('system', 'System'), ('desktop_app', 'Desktop App'), ('api', 'Api'), ('chat', 'Chat')], db_default='portal', default='portal', max_length=16),
        ),
        migrations.AddField(
            model_name='ticket',
            name='checklist',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='contact_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='counted',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='ticket',
            name='department',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='ticket',
            name='fields',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='first_reply_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='is_incident',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='ticket',
            name='is_pinned',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='ticket',
            name='is_snoozed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='ticket',
            name='last_message_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='minutes_spent',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='order_reference',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
        migrations.AddField(
            model_name='ticket',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='requester_email',
            field=models.CharField(blank=True, db_default='', default='', max_length=254),
        ),
        migrations.AddField(
            model_name='ticket',
            name='sla_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='snoozed_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='solved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='tags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='ticket',
            name='team_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='unread_by_agent',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='unread_by_customer',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='watchers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='subject',
            field=models.CharField(max_length=255),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='type',
            field=models.CharField(default='support', max_length=20),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('desk'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='ticket_desk_activity'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('assignee_id'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='ticket_assignee_activity'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('requester_id'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='ticket_requester_activity'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('desk'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('unread_by_agent__gt', 0)), name='ticket_unread_activity'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('desk'), models.F('category'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='ticket_category_activity'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=django.contrib.postgres.indexes.GinIndex(fields=['watchers'], name='ticket_watchers'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='ticket_tags'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('number', 'subject', 'requester_name', config='simple'), name='ticket_search'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='tickets.message'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='ticket',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='link',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='link',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='seat',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('ticket', 'other', 'kind'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('person_id', 'ticket'), name='seat_once'),
        ),
    ]
