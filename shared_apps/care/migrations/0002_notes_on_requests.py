"""Notes about a company's requests, and notes that are not for everybody of the staff."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='note',
            name='ticket_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='note',
            name='is_confidential',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index('ticket_id', 'id', condition=models.Q(('ticket_id__isnull', False)), name='care_note_of_ticket'),
        ),
    ]
