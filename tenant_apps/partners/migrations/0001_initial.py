"""Applications of partners, and who lets which of them act."""


import django.db.models.deletion
import django.utils.timezone
import portico.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='App',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('redirects', models.JSONField(db_default=[], default=list)),
                ('scopes', models.JSONField(db_default=[], default=list)),
                ('is_confidential', models.BooleanField(db_default=True, default=True)),
                ('role', models.CharField(db_default='', default='', max_length=30)),
                ('digest', models.CharField(db_default='', default='', max_length=64)),
                ('tail', models.CharField(db_default='', default='', max_length=4)),
                ('former_digest', models.CharField(db_default='', default='', max_length=64)),
                ('former_until', models.DateTimeField(null=True)),
                ('made_by', models.CharField(db_default='', default='', max_length=120)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.UUIDField(default=portico.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('scopes', models.JSONField(db_default=[], default=list)),
                ('redirect', models.CharField(max_length=500)),
                ('challenge', models.CharField(max_length=43)),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('code_until', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('family_digest', models.CharField(max_length=64, null=True, unique=True)),
                ('turn_digest', models.CharField(db_default='', default='', max_length=64)),
                ('until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='partners.app')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
