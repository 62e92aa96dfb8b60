"""What the stories about a company's life stand on: a company of their own with tickets, files and cached values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.lives import Life, found


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Path:
    """Files of this test alone; also for processes that it starts."""
    folder = tmp_path / "storage"
    settings.STORAGE_URL = f"file://{folder}"
    return folder


@pytest.fixture
def own_schemas(database: Any, fresh_rows: None) -> None:
    """The schemas that stood ready are put back after each test, so a test that drops schemas builds its own."""
    database.connection.execute("DELETE FROM public.tenants_readyschema")


@pytest.fixture
def cobble(storage: Path, own_schemas: None) -> Life:
    """Cobble & Co, with people, tickets, files and cached values that carry its mark."""
    return found("cobble", "Cobble & Co")


@pytest.fixture
def exported(cobble: Life, tmp_path: Path) -> Callable[..., Path]:
    """`exported()` = the path of a fresh archive of Cobble."""
    from portico.actor import SYSTEM
    from tenants.life.export import export

    def make(name: str = "cobble.zip") -> Path:
        path = tmp_path / name
        export(cobble.company(), path, by=SYSTEM)
        return path

    return make


@pytest.fixture
def orphan(fresh_rows: None) -> str:
    """A schema that nobody knows."""
    from tenants.owner import owner_connection
    from tenants.provision import build

    with owner_connection() as connection:
        schema = build(connection)
        connection.execute("DELETE FROM public.tenants_readyschema WHERE schema = %s", [schema])
    return schema
