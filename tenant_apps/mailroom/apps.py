from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "tenant_apps.mailroom"
