"""The owner's connection: DDL and rights, outside web and worker processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from django.conf import settings
from django.db import connections


@contextmanager
def owner_connection(*, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner of all tables; commits at the end, rolls back on an error."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=autocommit) as connection:
        yield connection


@contextmanager
def django_as_owner(schema: str = "public", **options: str) -> Iterator[Any]:
    """Django's connection of this thread speaks as the owner, in this one schema; before and after as it was.

    It is django-tenants' own backend: what its router, Django's migrations and historic models work with.
    """
    from django_tenants.postgresql_backend.base import DatabaseWrapper

    before = connections["default"]
    parts = urlsplit(settings.DATABASE_OWNER_URL)
    wrapper = DatabaseWrapper(
        before.settings_dict
        | {
            "ENGINE": "django_tenants.postgresql_backend",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)) | options,
        },
        alias="default",
    )
    wrapper.set_schema(schema, include_public=False)
    connections["default"] = wrapper
    try:
        yield wrapper
    finally:
        connections["default"] = before
        wrapper.close()
