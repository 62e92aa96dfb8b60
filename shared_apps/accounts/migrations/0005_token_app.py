"""Keys that partners’ applications were given name the application."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_user_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='app_id',
            field=models.UUIDField(null=True),
        ),
    ]
