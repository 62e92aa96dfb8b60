"""What `manage.py check --deploy` says about tenancy."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def check_keys_of_cache(**_: Any) -> list[CheckMessage]:
    """A cache whose keys carry no company lets one company's entry answer another's question."""
    wrong = [name for name, cache in settings.CACHES.items() if cache.get("KEY_FUNCTION") != "portico.cache.make_key"]
    hint = "Set KEY_FUNCTION to portico.cache.make_key."
    return [
        Error(f"Cache {name!r} keeps entries without their company.", hint=hint, id="tenants.E001") for name in wrong
    ]


@register(Tags.security, deploy=True)
def check_gate(**_: Any) -> list[CheckMessage]:
    """Pages and tasks must not speak to the database around the gate."""
    if settings.SPEAKS_AS_OWNER or settings.DATABASES["default"]["ENGINE"] == "portico.database.backend":
        return []
    return [Error("The database is not reached through the gate.", hint="Unset ENGINE.", id="tenants.E002")]


@register(Tags.database, deploy=True)
def check_wall(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """With `--database default`: whether the login role is really kept from companies' tables."""
    if not databases:
        return []
    from tenants.rights import wall_is_on

    if wall_is_on():
        return []
    hint = "The login role must be NOINHERIT and neither superuser nor BYPASSRLS: run `manage.py setup`."
    return [Warning("The second wall is off: the login role reaches companies' tables.", hint=hint, id="tenants.W003")]
