"""What `manage.py check --deploy` says about mail that leaves."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from shared_apps.mail import transport


@register(Tags.compatibility, deploy=True)
def check_way_out(**_: Any) -> list[CheckMessage]:
    """Letters have a way out of this machine, and its mail has a name that others know."""
    found: list[CheckMessage] = []
    try:
        transport.connection()
    except (ImproperlyConfigured, ValueError) as no:
        found.append(Error(f"EMAIL_URL leads nowhere: {no}", id="mail.E001"))
    if transport.sink() is not None:
        words = "Letters (invitations, codes, answers) lie in a folder and reach nobody."
        found.append(Warning(words, hint="Set EMAIL_URL to a mail server or a provider.", id="mail.W001"))
    if settings.MAIL_HOST.endswith("localhost"):
        words = f"MAIL_HOST is {settings.MAIL_HOST}: nobody elsewhere can write to it."
        found.append(Warning(words, hint="Set MAIL_HOST to a domain whose MX leads here.", id="mail.W002"))
    return found
