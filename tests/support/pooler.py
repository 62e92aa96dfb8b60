"""A real PgBouncer in transaction mode, for proofs of what happens behind a pooler."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.support.server import free_port

BINARY = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _write(folder: Path, url: str, port: int, size: int) -> Path:
    parts = urlsplit(url)
    (folder / "users.txt").write_text(f'"{parts.username}" "{parts.password}"\n')
    lines = [
        "[databases]",
        f"* = host={parts.hostname} port={parts.port}",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = plain",
        f"auth_file = {folder / 'users.txt'}",
        "pool_mode = transaction",
        f"default_pool_size = {size}",
        "max_client_conn = 200",
        "server_login_retry = 0.2",
        f"logfile = {folder / 'log'}",
    ]
    path = folder / "pgbouncer.ini"
    path.write_text("\n".join(lines) + "\n")
    return path


def _as_nobody(command: list[str], folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", *command]


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("PgBouncer did not start.")


@contextmanager
def pooled(url: str, *, size: int = 3) -> Iterator[str]:
    """The same database behind a pool of `size` server connections: the address to connect to."""
    assert BINARY, "PgBouncer is not installed."
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portico-pooler-") as name:
        folder = Path(name)
        command = _as_nobody([BINARY, str(_write(folder, url, port, size))], folder)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, child)
            parts = urlsplit(url)
            yield urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}"))
        finally:
            child.terminate()
            child.wait(10)
