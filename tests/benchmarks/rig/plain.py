"""Settings of the rival without tenants: Django's own backend, one schema for good, the same views and middleware.

`BENCH_SCHEMA` names the schema. What finds a door is replaced by a door that is always the same.
"""

import os

from portico.settings import *  # noqa: F403 (a variant of them)
from portico.settings import DATABASE_OWNER_URL, MIDDLEWARE, environment

ROOT_URLCONF = "portico.urls_company"
DATABASES = {"default": environment.database(DATABASE_OWNER_URL, "django.db.backends.postgresql")}
DATABASES["default"]["OPTIONS"] = {"options": f"-c search_path={os.environ['BENCH_SCHEMA']},public -c timezone=UTC"}
MIDDLEWARE = [
    "tests.benchmarks.rig.doors.OnlyDoor" if one == "tenants.middleware.DoorMiddleware" else one for one in MIDDLEWARE
]
