"""Filters by priority and by unread, and the next ticket for whoever asks, each from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='ticketindex',
            name='index_assignee_status',
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.F('assignee_id'), models.F('status'), models.OrderBy(models.F('last_activity_at'), descending=True), include=('subject', 'priority', 'unread'), name='index_assignee_status'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(fields=['company_id', 'assignee_id'], include=('status',), name='index_company_assignee'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.F('priority'), models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='index_priority_activity'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.F('priority'), models.F('status'), models.OrderBy(models.F('last_activity_at'), descending=True), include=('subject', 'assignee_id'), name='index_priority_status'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.OrderBy(models.F('last_activity_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('unread', True)), include=('subject', 'status', 'assignee_id'), name='index_unread_activity'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.F('subject'), models.F('status'), models.OrderBy(models.F('last_activity_at'), descending=True), condition=models.Q(('unread', True)), include=('assignee_id',), name='index_unread_subject'),
        ),
        migrations.AddIndex(
            model_name='ticketindex',
            index=models.Index(models.F('priority'), models.F('created_at'), models.F('id'), condition=models.Q(('assignee_id', None), models.Q(('category__in', ['solved', 'closed']), _negated=True)), include=('subject',), name='index_free_urgent'),
        ),
    ]
