"""What `manage.py check --deploy` says about signing in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_demo(**_: Any) -> list[CheckMessage]:
    """In a demo the platform's staff get in with a password alone."""
    if not settings.DEMO:
        return []
    return [Error("DEMO is set: staff get in without a second step.", hint="Unset DEMO.", id="accounts.E001")]
