"""How a company shows itself, as whoever stands at its door sees it; and whether its pages keep quiet about Portico."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0004_recorded_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='brand',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='company',
            name='white_label',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
