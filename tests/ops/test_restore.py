"""Backing up and restoring as the runbook says, on two servers one after the other."""

import ssl
import tempfile
from pathlib import Path

import pytest

from tests.ops.browser import Browser
from tests.ops.conftest import wait_until
from tests.ops.shape import Shape, missing
from tests.ops.test_deploy_shape import _ask, _sign_up

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"Not installed here: {', '.join(missing())} (apt packages)."),
]


def _new() -> Shape:
    return Shape(Path(tempfile.mkdtemp(prefix="portico-shape-", dir="/tmp")))  # noqa: S108 (servers must enter it)


def test_what_was_backed_up_works_on_another_server(static_files, tmp_path):
    before, after = _new(), _new()
    after.ports["https"], after.base = before.ports["https"], before.base
    roles, rows = str(tmp_path / "roles.sql"), str(tmp_path / "portico.dump")
    try:
        before.start()
        wait_until(before.authority.exists)
        olga = Browser(before.authority)
        _sign_up(before, olga, "harbour")
        ticket = _ask(before, olga, "harbour", "The crane does not turn.").url
        assert before.postgres("pg_dumpall", "--roles-only", "-f", roles).returncode == 0
        assert before.postgres("pg_dump", "-Fc", "-f", rows, "portico").returncode == 0
        before.stop()

        after.start_database()
        after.postgres("psql", "-q", "-d", "postgres", "-f", roles)
        restored = after.postgres("pg_restore", "-d", "portico", "--clean", "--if-exists", rows)
        assert restored.returncode == 0, restored.stderr
        after.start_rest()
        wait_until(after.authority.exists)
        olga.context = ssl.create_default_context(cafile=str(after.authority))
        assert "The crane does not turn." in olga.get(ticket).text
        other = _sign_up(after, Browser(after.authority), "second")
        assert other.url == f"https://second.{after.base}/manager/settings/start"
    finally:
        before.stop()
        after.stop()
