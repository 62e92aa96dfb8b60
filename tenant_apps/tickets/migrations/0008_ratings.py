"""Whoever asked says how it went, and why."""

from django.db import migrations, models

RATINGS = [('good', 'Good'), ('bad', 'Not good')]


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0007_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='rating',
            field=models.CharField(blank=True, choices=RATINGS, max_length=4, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='rating_comment',
            field=models.TextField(blank=True, db_default='', default='', max_length=1000),
        ),
        migrations.AddField(
            model_name='ticket',
            name='rated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
