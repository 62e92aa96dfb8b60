"""Lists by creation and closing, of each subject and each assignee; PostgreSQL knows how usual more words are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('console', '0006_search'),
    ]

    operations = [
        AddIndexConcurrently(
            'ticketindex', models.Index('subject', F('created_at').desc(), F('id').desc(), name='index_subject_created')
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index('assignee_id', F('created_at').desc(), F('id').desc(), name='index_assignee_created'),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                'subject',
                F('closed_at').desc(),
                F('id').desc(),
                name='index_subject_closed',
                condition=Q(closed_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                'assignee_id',
                F('closed_at').desc(),
                F('id').desc(),
                name='index_assignee_closed',
                condition=Q(closed_at__isnull=False),
            ),
        ),
        # A word of one person's work is one of many thousands: with the usual hundred it would be taken for a rare one.
        migrations.RunSQL(
            'ALTER TABLE "console_ticketindex" ALTER COLUMN "words" SET STATISTICS 300',
            'ALTER TABLE "console_ticketindex" ALTER COLUMN "words" SET STATISTICS -1',
        ),
    ]
