"""Views of the queue that staff keep, for themselves or for all staff."""

import django.db.models.deletion
import portico.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_user_profile'),
        ('console', '0002_filters'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('query', models.CharField(blank=True, max_length=400)),
                ('company_id', models.BigIntegerField(null=True)),
                ('is_shared', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=portico.clock.now)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='view_name_once')],
            },
        ),
    ]
