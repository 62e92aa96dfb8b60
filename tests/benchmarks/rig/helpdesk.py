"""The yardstick: django-helpdesk in an environment of its own, on the same server, with the same rows.

It is installed into a temporary folder and never belongs to what the product needs.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from tests.benchmarks.rig.figures import step
from tests.benchmarks.rig.served import Site
from tests.support import databases

WANTED = ["django-helpdesk==2.6.1", "granian==2.8.9", "psycopg[binary]==3.3.9"]
_SETTINGS = """
import os, urllib.parse
url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY, DEBUG, ALLOWED_HOSTS, USE_TZ, SITE_ID = "x" * 50, False, ["*"], True, 1
INSTALLED_APPS = [f"django.contrib.{one}" for one in (
    "auth", "contenttypes", "sessions", "messages", "sites", "humanize", "staticfiles")]
INSTALLED_APPS += ["rest_framework", "helpdesk"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
ROOT_URLCONF = "project.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": [f"django.{one}" for one in ("template.context_processors.request",
        "contrib.auth.context_processors.auth", "contrib.messages.context_processors.messages",
        "template.context_processors.i18n", "template.context_processors.static", "template.context_processors.tz")]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": url.path.lstrip("/"),
    "HOST": urllib.parse.unquote(url.hostname or ""), "PORT": url.port or "", "CONN_MAX_AGE": 600,
    "USER": urllib.parse.unquote(url.username or ""), "PASSWORD": urllib.parse.unquote(url.password or "")}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STATIC_URL = "/static/"
HELPDESK_TEAMS_MODE_ENABLED = False
"""
_URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
_WSGI = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
_FILL = """
import json, os, sys
from datetime import timedelta
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
import django; django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model, BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
call_command("migrate", verbosity=0)
from helpdesk.models import FollowUp, Queue, Ticket
rows, each, said = map(int, sys.argv[1:])
User, now, share = get_user_model(), timezone.now(), max(1, rows // each)
agent = User.objects.create_superuser("agent", "agent@x.example", "x")
customer = User.objects.create_user("customer", "customer-0@x.example", "x")
queues = [Queue.objects.create(title=f"Queue {n}", slug=f"q{n}", allow_public_submission=True) for n in range(4)]
text = "It goes on and off. " * 20
made = Ticket.objects.bulk_create([Ticket(
    title=f"The lamp in room {n} flickers", queue=queues[n % 4], submitter_email=f"customer-{n % share}@x.example",
    assigned_to=agent if n % 3 else None, status=4 if n % 2 == 0 else 1, description=text, priority=1 + n % 4,
    created=now - timedelta(minutes=2 * n), secret_key=f"k{n}") for n in range(1, rows + 1)], batch_size=1000)
FollowUp.objects.bulk_create([FollowUp(
    ticket=one, date=one.created + timedelta(hours=k), title="Comment", comment=text, public=True,
    user=agent if k % 2 else customer) for one in made for k in range(1, said)], batch_size=2000)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
def session(user):
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return store.session_key
print(json.dumps({"agent": session(agent), "customer": session(customer), "queue": queues[1].pk,
                  "ids": [one.pk for one in made if one.status == 1][:400]}))
"""


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The yardstick, ready to be served: its sessions by role, open tickets, and a queue to ask in."""

    site: Site
    environment: dict[str, str]
    sessions: dict[str, str]
    ids: list[int]
    queue: int


class NotHere(RuntimeError):
    """It cannot be installed on this machine, and why."""


@contextlib.contextmanager
def helpdesk(rows: int, each: int, said: int) -> Iterator[Helpdesk]:
    """With so many tickets, `each` of a customer, of `said` messages; database and folder are gone afterwards.

    NotHere when it cannot be installed.
    """
    name = f"portico_bench_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="portico-helpdesk-") as folder:
        python = _install(Path(folder))
        _write(Path(folder))
        owner = settings.DATABASE_OWNER_URL
        with psycopg.connect(databases.renamed(owner, "postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            env = os.environ | {"DATABASE_URL": databases.renamed(owner, name), "PYTHONPATH": folder}
            env.pop("DJANGO_SETTINGS_MODULE", None)
            with step(f"{rows} tickets in django-helpdesk"):
                told = json.loads(_run([python, "fill.py", str(rows), str(each), str(said)], folder, env))
            site = Site(python, "project.wsgi:application", Path(folder))
            yield Helpdesk(
                site, env, {"agent": told["agent"], "customer": told["customer"]}, told["ids"], told["queue"]
            )
        finally:
            databases.drop(owner, name)


def _install(folder: Path) -> str:
    with step("installing django-helpdesk"):
        try:
            subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, capture_output=True)
            python = str(folder / "venv" / "bin" / "python")
            command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *WANTED]
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as no:
            raise NotHere(f"django-helpdesk cannot be installed here: {str(no)[:200]}") from no
    return python


def _write(folder: Path) -> None:
    (folder / "project").mkdir()
    for name, text in {"__init__": "", "settings": _SETTINGS, "urls": _URLS, "wsgi": _WSGI}.items():
        (folder / "project" / f"{name}.py").write_text(text)
    (folder / "fill.py").write_text(_FILL)


def _run(command: list[str], folder: str, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"django-helpdesk could not be filled:\n{done.stderr[-3000:]}")
    return done.stdout.splitlines()[-1]
