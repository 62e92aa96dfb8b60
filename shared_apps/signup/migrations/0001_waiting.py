"""Keep signups that wait for a schema."""

import django.utils.timezone
from django.db import migrations, models

import shared_apps.signup.models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingSignup',
            fields=[
                ('key', models.CharField(default=shared_apps.signup.models.new_key, max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('slug', models.CharField(max_length=40, unique=True)),
                ('owner_name', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('password', models.CharField(max_length=128)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
