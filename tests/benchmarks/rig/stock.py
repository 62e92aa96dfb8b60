"""Settings of the rival that django-tenants is by itself: its backend, its middleware, connections kept."""

from portico.settings import *  # noqa: F403 (a variant of them)
from portico.settings import DATABASE_OWNER_URL, MIDDLEWARE, environment

ROOT_URLCONF = "portico.urls_company"
DATABASES = {"default": environment.database(DATABASE_OWNER_URL, "django_tenants.postgresql_backend")}
_PLACE = MIDDLEWARE.index("tenants.middleware.DoorMiddleware")
MIDDLEWARE = [
    *MIDDLEWARE[:_PLACE],
    "django_tenants.middleware.main.TenantMainMiddleware",
    "tests.benchmarks.rig.doors.TenantDoor",
    *MIDDLEWARE[_PLACE + 1 :],
]
