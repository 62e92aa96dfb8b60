"""A connection may be with an LDAP directory; the table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sso", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="connection",
            name="kind",
            field=models.CharField(
                choices=[
                    ("oidc", "OpenID Connect"),
                    ("saml", "SAML"),
                    ("ldap", "LDAP"),
                    ("google", "Google"),
                    ("microsoft", "Microsoft"),
                    ("facebook", "Facebook"),
                    ("linkedin", "LinkedIn"),
                ],
                max_length=12,
            ),
        )
    ]
