"""Which incident of the platform a request is part of, and what it has heard of it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('console', '0004_escalation'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticketindex',
            name='incident_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='ticketindex',
            name='incident_turn',
            field=models.IntegerField(db_default=0, default=0),
        ),
        AddIndexConcurrently(
            model_name='ticketindex',
            index=models.Index(models.F('incident_id'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('incident_id__isnull', False)), include=('company_id', 'incident_turn', 'subject', 'category', 'assignee_id'), name='index_incident'),
        ),
    ]
