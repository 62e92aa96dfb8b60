"""Keys for programs: scopes, the company's own keys, where from, and a day's grace after a change of the secret."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_user_profile'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='addresses',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='token',
            name='former_digest',
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='token',
            name='former_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='token',
            name='made_by',
            field=models.CharField(db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='token',
            name='role',
            field=models.CharField(db_default='', default='', max_length=30),
        ),
        migrations.AddField(
            model_name='token',
            name='scopes',
            field=models.JSONField(db_default=['*'], default=list),
        ),
        migrations.AddField(
            model_name='token',
            name='tail',
            field=models.CharField(db_default='', default='', max_length=4),
        ),
        migrations.AddField(
            model_name='token',
            name='used_from',
            field=models.CharField(db_default='', default='', max_length=45),
        ),
        # Django would drop the foreign key and make it anew, with a lock on the people, to let a column be empty.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE accounts_token ALTER COLUMN user_id DROP NOT NULL',
                    'DELETE FROM accounts_token WHERE user_id IS NULL; '
                    'ALTER TABLE accounts_token ALTER COLUMN user_id SET NOT NULL',
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='token',
                    name='user',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='accounts.user'),
                ),
            ],
        ),
    ]
