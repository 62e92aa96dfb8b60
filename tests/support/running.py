"""The really running product on a database of its own, with the demo's rows in it."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.support import databases
from tests.support.server import Product, worker_number


@contextmanager
def running_product(logs: Path, **more: str) -> Iterator[Product]:
    """Its processes, with these words more in their environment; `logs` is theirs to write to."""
    owner, login = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    name = f"portico_live_{worker_number()}_{uuid.uuid4().hex[:8]}"
    databases.clone(owner, databases.demo(owner, login), name)
    valkey = urlunsplit(urlsplit(os.environ["VALKEY_URL"])._replace(path=f"/{worker_number() + 8}"))
    settled = {"VALKEY_URL": valkey, "READY_SCHEMAS": "3", "DATA_DIR": str(logs), **more}
    product = Product(databases.environment(owner, login, name, **settled), logs)
    try:
        product.start()
        yield product
    finally:
        product.stop()
        databases.drop(owner, name)
