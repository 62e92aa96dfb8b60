"""The app of companies: who exists, and where."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the checks of tenancy asked with the others."""
        from tenants import checks  # noqa: F401 (importing registers them)
        from tenants.fleet import hook

        hook.listen()
