"""The owner's connection: DDL and rights, outside web and worker processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings


@contextmanager
def owner_connection(*, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner of all tables; commits at the end, rolls back on an error."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=autocommit) as connection:
        yield connection
