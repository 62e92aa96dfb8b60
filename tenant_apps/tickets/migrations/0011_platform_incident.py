"""A request to the platform may be part of an incident there, and remembers what it has heard of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0010_escalation'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='incident_id',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='incident_turn',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
    ]
