"""Lists by due date, by the day of closing, and of what was deleted."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def _index(column, name):
    kept = models.Q((f'{column}__isnull', False))
    return AddIndexConcurrently('ticket', models.Index(column, 'id', condition=kept, name=name))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('tickets', '0005_board_counters'),
    ]

    operations = [
        _index('sla_due_at', 'ticket_due'),
        _index('closed_at', 'ticket_closed'),
        _index('deleted_at', 'ticket_deleted'),
    ]
