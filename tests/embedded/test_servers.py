"""Both servers for real: started, killed, left behind, recovered."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest
import redis

from portico.embedded import processes
from portico.embedded.places import Unfit
from portico.embedded.servers import Servers

pytestmark = pytest.mark.no_database

LEAVE_BEHIND = """
import signal, sys
from pathlib import Path
from portico.embedded.servers import Servers
with Servers.over(Path(sys.argv[1])) as servers:
    print(servers.postgres.process.pid, servers.valkey.process.pid, flush=True)
    signal.pause()
"""


def words(servers):
    with psycopg.connect(servers.environment["DATABASE_OWNER_URL"]) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM words")]


def test_what_was_written_survives_the_death_of_both(data):
    with Servers.over(data) as servers:
        with psycopg.connect(servers.environment["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE words AS SELECT 'kept' AS word")
        with redis.Redis.from_url(servers.valkey.url) as client:
            client.set("word", "kept")
            client.waitaof(1, 0, 1000)
        for server in (servers.postgres, servers.valkey):
            os.kill(server.process.pid, signal.SIGKILL)
            server.start()
        with redis.Redis.from_url(servers.valkey.url) as client:
            assert (words(servers), client.get("word")) == (["kept"], b"kept")

    with Servers.over(data) as again:
        assert words(again) == ["kept"]


def test_nobody_comes_in_without_the_password(data):
    with Servers.over(data) as servers:
        wrong = servers.postgres.url("portico", password="wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        with (
            redis.Redis(port=servers.valkey.port) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next(data):
    command = [sys.executable, "-c", LEAVE_BEHIND, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        left = [int(pid) for pid in supervisor.stdout.readline().split()]
        supervisor.kill()

    with Servers.over(data) as servers:
        assert servers.postgres.answers()
        assert not [pid for pid in left if processes.began(pid)]


def test_a_folder_of_another_version_is_refused_in_words(data):
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(Unfit, match=r"written by PostgreSQL 9, and this release brings \d+"):
        Servers.over(data).start()


def test_a_folder_made_halfway_is_made_again(data):
    (data / "postgres.partly" / "base").mkdir(parents=True)

    with Servers.over(data) as servers:
        assert servers.postgres.answers()


def test_secrets_are_for_their_owner_alone(data):
    Servers.over(data)

    assert (data / "secrets.json").stat().st_mode & 0o077 == 0
