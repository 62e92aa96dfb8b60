"""What workers share is found out before they are forked, and nothing that they must not share is left."""

import subprocess
import sys

from django.conf import settings

from tests.support import databases

_WARM = """
import os, sys, threading
from portico.warming import answer_once
from portico.wsgi import application
answer_once(application)
held = [os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")]
print(sum("socket:" in one for one in held), threading.active_count())
from django.urls import get_resolver
from tenants.provision.recording import fingerprint
print(fingerprint.cache_info().currsize, get_resolver("portico.urls_company")._populated, end=" ")
print("kombu.transport.redis" in sys.modules)
"""


def _warmed(**more: str) -> list[str]:
    urls = settings.DATABASE_OWNER_URL, settings.DATABASE_URL
    env = databases.environment(*urls, settings.DATABASES["default"]["NAME"], **more)
    done = subprocess.run([sys.executable, "-c", _WARM], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_worker_finds_everything_found_out_and_nothing_open():
    assert _warmed() == ["0 1", "1 True True"]


def test_a_server_starts_without_its_database_too():
    away = "postgresql://portico_app:none@127.0.0.1:1/none"

    assert _warmed(DATABASE_URL=away) == ["0 1", "0 True True"]
