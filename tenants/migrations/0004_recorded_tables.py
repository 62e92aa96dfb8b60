"""What tables a recording builds is kept with it, in one word."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0003_life'),
    ]

    operations = [
        migrations.AddField(
            model_name='recording',
            name='tables',
            field=models.CharField(blank=True, db_default='', default='', max_length=32),
        ),
    ]
