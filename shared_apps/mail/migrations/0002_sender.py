"""From which address a company writes, and by whose service."""

import django.utils.timezone
import portico.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0001_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('address', models.CharField(blank=True, default='', max_length=254)),
                ('selector', models.CharField(blank=True, default='', max_length=40)),
                ('public_key', models.TextField(blank=True, default='')),
                ('provider', models.CharField(blank=True, default='', max_length=12)),
                ('sealed', models.TextField(blank=True, db_default='', default='')),
                ('tracks_opens', models.BooleanField(default=False)),
                ('is_only', models.BooleanField(default=True, unique=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
