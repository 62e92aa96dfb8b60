"""Folders that the servers' account can reach, also when the tests run as root."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.embedded import places


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that everybody may enter; pytest's own are closed to other accounts."""
    with tempfile.TemporaryDirectory(prefix="portico-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def data(folder: Path) -> Path:
    """A data folder, ready for servers."""
    places.prepare_data(folder / "data")
    return folder / "data"
