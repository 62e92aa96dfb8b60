"""The kernel as an app: it has no models, and starts what every process needs."""

from django.apps import AppConfig
from django.conf import settings


class PorticoConfig(AppConfig):
    name = "portico"

    def ready(self) -> None:
        from portico import sentry

        sentry.start(settings.SENTRY_DSN, settings.RELEASE)
