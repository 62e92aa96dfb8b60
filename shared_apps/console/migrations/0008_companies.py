"""Lists of one company by creation, closing and status, each in its order; a company's counts read indexes alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('console', '0007_moments'),
    ]

    operations = [
        AddIndexConcurrently(
            'ticketindex', models.Index('company_id', F('created_at').desc(), F('id').desc(), name='index_company_created')
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                'company_id',
                F('closed_at').desc(),
                F('id').desc(),
                name='index_company_closed',
                condition=Q(closed_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                'company_id',
                'status',
                F('last_activity_at').desc(),
                F('id').desc(),
                name='index_company_status_activity',
                include=['subject'],
            ),
        ),
        AddIndexConcurrently(
            'ticketindex',
            models.Index(
                'company_id', 'assignee_id', name='index_company_assignee_status', include=['status', 'subject']
            ),
        ),
        # Those before answer nothing that these do not.
        RemoveIndexConcurrently('ticketindex', 'index_company_status'),
        RemoveIndexConcurrently('ticketindex', 'index_company_assignee'),
    ]
