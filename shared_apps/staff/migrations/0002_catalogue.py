"""Fill the subject catalogue that every installation starts with."""

from django.db import migrations

SUBJECTS = {
    "website": "Website",
    "email": "E-mail",
    "billing": "Billing",
    "domains": "Domains",
    "account": "Account and sign-in",
    "reports": "Reports",
    "integrations": "Integrations",
    "other": "Something else",
}


def fill(apps, schema_editor):
    Subject = apps.get_model("staff", "Subject")
    Subject.objects.bulk_create(
        [Subject(key=key, label=label, position=place) for place, (key, label) in enumerate(SUBJECTS.items(), 1)],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
