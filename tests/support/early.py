"""The environment of a test process, set before Django's settings are read (`-p tests.support.early`)."""

import os
from urllib.parse import urlsplit, urlunsplit

from tests.support.server import worker_number

os.environ.setdefault("SECRET_KEY", "for-tests-only-for-tests-only-for-tests-only-for-tests-only")
os.environ["BASE_HOST"] = "localhost:8000"
# A database number of its own for each worker, so that throttles and caches of two workers never meet.
os.environ["VALKEY_URL"] = urlunsplit(
    urlsplit(os.environ.get("VALKEY_URL", "redis://localhost:6379"))._replace(path=f"/{worker_number() + 1}")
)
