"""What is particular to an account: teams, skills, capacity, which tickets a member sees."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='profile',
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
