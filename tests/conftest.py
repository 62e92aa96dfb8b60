"""What every test stands on: a database of its own with the cast in it, real commits, and clients for everybody."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import cast, databases
from tests.support.browsers import chromium  # noqa: F401 (a fixture)
from tests.support.letters import mails  # noqa: F401 (a fixture)
from tests.support.running import running_product
from tests.support.server import Product, worker_number

_OWNER_URL, _LOGIN_URL = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]


# They take a minute each: begun last, they would keep one worker alone at the end.
_FIRST = (
    "tests/trust/test_matrix.py",
    "tests/trust/test_matrix_doors.py",
    "tests/screens/test_screens.py",
    "tests/screens/test_setup.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the others as they stand."""
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """pytest-django's own database is not used."""


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment: None) -> None:
    """Templates render as in the product. Django's tests note each one with a copy of its context; nobody looks."""
    from django.template.base import Template
    from django.test.utils import _TestState

    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session")
def static_files() -> None:
    """Collected static files, once for all workers and again when one of ours changed."""
    from django.conf import settings
    from django.core.management import call_command

    with databases._alone():
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        ours = (databases.ROOT / "platform/portico/static").rglob("*")
        if not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in ours):
            call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def database(django_db_blocker: Any) -> Iterator[databases.Rows]:
    """This worker's copy of the template, with Django pointed at it."""
    from django.conf import settings
    from django.db import connections

    name = f"portico_test_{worker_number()}_{uuid.uuid4().hex[:8]}"
    databases.clone(_OWNER_URL, databases.template(_OWNER_URL, _LOGIN_URL), name)
    django_db_blocker.unblock()
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    settings.PASSWORD_HASHERS = [cast.HASHER]
    settings.DATABASE_URL = databases.renamed(_LOGIN_URL, name)
    settings.DATABASE_OWNER_URL = databases.renamed(_OWNER_URL, name)
    rows = databases.Rows(settings.DATABASE_OWNER_URL)
    yield rows
    connections["default"].close()
    rows.close()
    databases.drop(_OWNER_URL, name)


@pytest.fixture(autouse=True)
def fresh_rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins with the cast and nothing else. Tests marked `no_database` need none."""
    if request.node.get_closest_marker("no_database"):
        yield
        return
    rows = request.getfixturevalue("database")
    request.getfixturevalue("static_files")
    from django.core.cache import caches
    from django.db import close_old_connections

    from tenant_apps.visits import asked
    from tenants import routing

    close_old_connections()
    routing.forget()
    asked.forget()
    yield
    rows.put_back()
    caches["default"]._cache.get_client(None, write=True).flushdb()


@contextmanager
def _scoped(scope: AbstractContextManager[None]) -> Iterator[None]:
    from django.db import transaction

    with ExitStack() as stack:
        stack.enter_context(scope)
        stack.enter_context(transaction.atomic())
        yield


@pytest.fixture
def inside() -> Callable[[Any], AbstractContextManager[None]]:
    """`with inside(acme):` = the company's scope and a transaction."""
    from portico.database import company_scope

    return lambda company: _scoped(company_scope(company))


@pytest.fixture
def outside() -> Callable[[], AbstractContextManager[None]]:
    """`with outside():` = the platform's scope and a transaction."""
    from portico.database import platform_scope

    return lambda: _scoped(platform_scope())


def _company(slug: str) -> Any:
    from portico.database import platform_scope
    from tenants.models import Company

    with _scoped(platform_scope()):
        return Company.objects.get(slug=slug).ref


@pytest.fixture
def acme(fresh_rows: None) -> Any:
    """Acme, where Olga, Ada, Ben, Mia and Cleo are."""
    return _company("acme")


@pytest.fixture
def borealis(fresh_rows: None) -> Any:
    """Borealis, where Odd, Bo and Bea are."""
    return _company("borealis")


def _scope_of(name: str) -> AbstractContextManager[None]:
    from portico.database import company_scope, platform_scope

    slug = cast.company_of(name)
    return _scoped(company_scope(_company(slug)) if slug else platform_scope())


@pytest.fixture
def actor_for(fresh_rows: None) -> Callable[[str], Any]:
    """`actor_for("lin")` = Lin as an actor, with the coverage she has now."""

    def find(name: str) -> Any:
        from shared_apps.accounts.actors import actor_of
        from shared_apps.accounts.models import User

        with _scope_of(name):
            return actor_of(User.objects.get(email=cast.email_of(name)))

    return find


def _person(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(actor_for: Callable[[str], Any]) -> Any:
        return actor_for(name)

    return person


olga, ada, ben, mia, cleo = map(_person, ["olga", "ada", "ben", "mia", "cleo"])
odd, bo, bea = map(_person, ["odd", "bo", "bea"])
lin, una, eli, sam, ann, omar = map(_person, ["lin", "una", "eli", "sam", "ann", "omar"])


def host_of(name: str) -> str:
    """Where somebody signs in."""
    from django.conf import settings

    return f"{cast.company_of(name) or 'console'}.{settings.BASE_HOST}"


@pytest.fixture
def client_for(fresh_rows: None) -> Callable[[str], Any]:
    """`client_for("ada")` = a browser-like client on Ada's host, signed in."""

    def make(name: str) -> Any:
        from importlib import import_module

        from django.conf import settings
        from django.http import HttpRequest

        from shared_apps.accounts import sessions
        from shared_apps.accounts.models import User
        from tests.support.clients import Client

        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        with _scope_of(name):
            sessions.sign_in(request, User.objects.get(email=cast.email_of(name)))
            request.session.save()
        client = Client(SERVER_NAME="unused", HTTP_HOST=host_of(name))
        client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
        return client

    return make


@pytest.fixture
def token_for(fresh_rows: None) -> Callable[[str], str]:
    """`token_for("ada")` = a bearer token of hers."""

    def make(name: str) -> str:
        from shared_apps.accounts import tokens
        from shared_apps.accounts.models import User

        with _scope_of(name):
            return tokens.issue(User.objects.get(email=cast.email_of(name)), "tests")

    return make


@pytest.fixture
def api_for(token_for: Callable[[str], str]) -> Callable[[str], Any]:
    """`api_for("ada")` = a program with her token, on her host."""

    def make(name: str) -> Any:
        from tests.support.clients import Client

        headers = {"Authorization": f"Bearer {token_for(name)}", "Host": host_of(name)}
        return Client(headers=headers)

    return make


@pytest.fixture
def wish(inside: Callable[..., Any], acme: Any, cleo: Any, ada: Any) -> Callable[..., Any]:
    """`wish()` = a request of Cleo's to Acme; further words are those of `open_ticket`.

    One of a type that is for agents alone is opened for her by Ada.
    """

    def ask(**more: Any) -> Any:
        from tenant_apps.tickets import actions, kinds

        said = {"subject": "The lamp flickers", "description": "Since Monday.", "desk": "company", "by": cleo}
        with inside(acme):
            if "type" in more and not kinds.load()[more["type"]].is_public:
                said |= {"by": ada, "requester": actions.Requester(cleo.id, cleo.label)}
            return actions.open_ticket(**said | more)

    return ask


@pytest.fixture
def visitor(fresh_rows: None) -> Callable[[str], Any]:
    """`visitor("acme")` = somebody who is not signed in, on that host; empty for the base."""

    def make(slug: str = "") -> Any:
        from django.conf import settings

        from tests.support.clients import Client

        host = f"{slug}.{settings.BASE_HOST}" if slug else settings.BASE_HOST
        return Client(headers={"Host": host})

    return make


@pytest.fixture(scope="session")
def live_product(tmp_path_factory: pytest.TempPathFactory, static_files: None) -> Iterator[Product]:
    """The product as processes of its own, on a database of its own with the demo's rows in it."""
    with running_product(tmp_path_factory.mktemp("logs")) as product:
        yield product
