"""The view of what went badly finds its few among many."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('tickets', '0008_ratings'),
    ]

    operations = [
        AddIndexConcurrently(
            'ticket',
            models.Index(
                F('desk'), F('last_activity_at').desc(), F('id').desc(), condition=Q(rating='bad'), name='ticket_rated_bad'
            ),
        ),
    ]
