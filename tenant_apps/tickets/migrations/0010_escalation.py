"""How far up the path a request to Portico was passed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0009_rated_bad'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='escalation',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
