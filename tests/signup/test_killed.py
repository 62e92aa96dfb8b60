"""A web process that is killed while it opens a desk leaves the signup where it was, and nothing of a company."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from shared_apps.signup import beginning
from shared_apps.signup.models import Wish
from tenants.models import Company, ReadySchema
from tests.support import databases

_DIES = """
import os, signal, sys
import django
django.setup()
from django.db import transaction
from portico.database import platform_scope
from shared_apps.signup import actions, beginning
module, name = sys.argv[2].split(".")
place = {"actions": actions, "beginning": beginning}[module]
inner = getattr(place, name)
def dying(*args, **more):
    inner(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(place, name, dying)
with platform_scope(), transaction.atomic():
    beginning.open_desk(sys.argv[1], "Dora Falk", "a quiet harbour")
"""


@pytest.mark.parametrize("step", ["actions.claim", "actions.record", "beginning.stands"])
def test_a_kill_on_the_way_leaves_nothing_half_built(outside, step):
    with outside():
        wish = beginning.begin("dora@delphi.example")
        Wish.objects.update(proven_at=timezone.now())
        beginning.name_desk(wish.key, "Delphi Freight", "delphi")
        before = ReadySchema.objects.count()
    env = os.environ | {
        "DATABASE_URL": django_settings.DATABASE_URL,
        "PYTHONPATH": f"{databases.ROOT / 'platform'}:{databases.ROOT}",
        "DJANGO_SETTINGS_MODULE": "portico.settings",
    }
    command = [sys.executable, "-c", _DIES, wish.key, step]
    done = subprocess.run(command, env=env, cwd=databases.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]

    with outside():
        assert not Company.objects.filter(slug="delphi").exists()
        assert ReadySchema.objects.count() == before
        assert Wish.objects.get().step == "owner"
    with outside():
        assert beginning.open_desk(wish.key, "Dora Falk", "a quiet harbour").company.slug == "delphi"
