from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "shared_apps.mail"
    label = "mail"

    def ready(self) -> None:
        """Have `check` ask about mail, too."""
        from shared_apps.mail import checks  # noqa: F401 (they register themselves)
