"""What was escalated stands in the queue, and is found among everything else."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('console', '0003_saved_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticketindex',
            name='escalation',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                F('last_activity_at').desc(), F('id').desc(), condition=Q(escalation__gt=0),
                include=('escalation', 'subject', 'status', 'assignee_id'), name='index_escalated_activity',
            ),
        ),
    ]
