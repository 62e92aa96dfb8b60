"""Requests are found by what was said in them, and by who asks: without accents, whatever stands between the words."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

from tenant_apps.tickets.models.words import vector


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('tickets', '0006_dates'),
    ]

    operations = [
        AddIndexConcurrently(
            'ticket',
            GinIndex(vector('number', 'subject', 'requester_name', 'requester_email'), name='ticket_words'),
        ),
        AddIndexConcurrently('message', GinIndex(vector('sender_name', 'body'), name='message_words')),
        RemoveIndexConcurrently('ticket', 'ticket_search'),
    ]
