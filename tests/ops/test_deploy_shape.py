"""The shape of deploy/compose.yaml, started from Debian's packages: signup, ticket and answer through all of it."""

import json
import re
import socket
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from websockets.sync.client import connect

from tests.accounts.conftest import code_now
from tests.ops.browser import Answer, Browser
from tests.ops.conftest import wait_until
from tests.ops.shape import ROOT, Shape, missing
from tests.support.signups import code_of, letter_to

PASSWORD = "a long sentence about boats"

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(bool(missing()), reason=f"Not installed here: {', '.join(missing())} (apt packages)."),
]


@pytest.fixture(scope="module")
def shape(static_files: None) -> Iterator[Shape]:
    """Everything running, with one owner of the platform."""
    # Not below pytest's own folder, which only its user may enter.
    started = Shape(Path(tempfile.mkdtemp(prefix="portico-shape-", dir="/tmp")))  # noqa: S108
    try:
        started.start()
        hire = ["python", "manage.py", "hire", "omar@portico.example", "--name", "Omar Said"]
        subprocess.run(hire, cwd=ROOT, env=started._environment("web"), input=PASSWORD, text=True, check=True)
        yield started
    finally:
        started.stop()


@pytest.fixture
def browser(shape: Shape) -> Any:
    """`browser()` = somebody's new browser."""
    wait_until(shape.authority.exists)
    return lambda: Browser(shape.authority)


def _sign_up(shape: Shape, person: Browser, slug: str) -> Answer:
    base, email = f"https://{shape.base}", f"olga@{slug}.example"
    page = person.post(f"{base}/", {"email": email}, person.get(f"{base}/"))
    code = {"do": "code", "code": code_of(letter_to(email, shape.folder / "mail"))}
    page = person.post(page.url, code, page)
    page = person.post(page.url, {"do": "name", "name": slug.title(), "slug": slug}, page)
    owner = {"do": "owner", "owner_name": "Olga Acker", "password": PASSWORD, "terms": "on"}
    return person.post(page.url, owner, page)


def _desk(shape: Shape, slug: str) -> str:
    return f"https://{slug}.{shape.base}"


def _ask(shape: Shape, person: Browser, slug: str, words: str) -> Answer:
    page = person.get(f"{_desk(shape, slug)}/manager/tickets/new")
    form = {"key": page.hidden("key"), "subject": "website", "sub_subject": "", "description": words}
    return person.post(f"{_desk(shape, slug)}/manager/tickets/new", form, page)


def _staff(shape: Shape, person: Browser) -> str:
    console = f"https://console.{shape.base}"
    page = person.get(f"{console}/login")
    answer = person.post(f"{console}/login", {"email": "omar@portico.example", "password": PASSWORD}, page)
    assert answer.status == 200, answer.text[:500]
    adding = person.get(f"{console}/account/security/app")
    secret = re.search(r'<code class="num">([A-Z2-7 ]+)</code>', adding.text)[1]
    answer = person.post(f"{console}/account/security/app", {"code": code_now(secret)}, adding)
    assert answer.status == 200, answer.text[:500]
    return console


def test_signup_ticket_and_answer_reach_each_other_through_proxy_and_pooler(shape, browser):
    olga, omar = browser(), browser()
    welcome = _sign_up(shape, olga, "harbour")
    assert welcome.url == f"{_desk(shape, 'harbour')}/manager/settings/start", welcome.text[:500]
    ticket = _ask(shape, olga, "harbour", "The crane does not turn.")
    assert "The crane does not turn." in ticket.text

    console = _staff(shape, omar)
    queue = omar.get(f"{console}/admin/tickets")
    place = re.search(r"/admin/tickets/\d+", queue.text)[0]
    seen = omar.get(console + place)
    assert "The crane does not turn." in seen.text
    answer = omar.post(f"{console}{place}/reply", {"body": "We are oiling it.", "key": seen.hidden("key")}, seen)
    assert answer.status == 200, answer.text[:500]
    assert "We are oiling it." in olga.get(ticket.url).text


def test_a_file_goes_through_the_proxy_and_comes_back_from_the_host_of_files(shape, browser):
    olga = browser()
    _sign_up(shape, olga, "quarry")
    desk = _desk(shape, "quarry")
    page = olga.get(f"{desk}/manager/tickets/new")
    kept = olga.upload(f"{desk}/files/upload", "stones.txt", b"granite " * 500_000, page)
    assert kept.status == 201, kept.text[:500]

    file = olga.get(f"{desk}/files/{json.loads(kept.text)['id']}")

    assert urlsplit(file.url).netloc == f"files.{shape.base}"
    assert (file.status, len(file.text)) == (200, 4_000_000)
    assert file.headers["Content-Disposition"] == 'attachment; filename="stones.txt"'


def test_a_signal_arrives_through_the_worker_and_the_proxy(shape, browser):
    olga = browser()
    _sign_up(shape, olga, "signals")
    host = f"signals.{shape.base}"
    cookie = "; ".join(f"{name}={value}" for name, value in olga.jar["signals.localhost"].items())
    with connect(
        f"wss://{host}/live/",
        sock=socket.create_connection(("127.0.0.1", shape.ports["https"])),
        ssl=olga.context,
        origin=f"https://{host}",
        additional_headers={"Cookie": cookie},
    ) as page:
        assert page.ping().wait(30)
        _ask(shape, olga, "signals", "Somebody there?")
        assert json.loads(page.recv(timeout=40))["changed"] == "ticket"


def test_a_certificate_is_ordered_for_a_domain_that_counts_and_for_no_other(shape, browser):
    olga = browser()
    _sign_up(shape, olga, "own")
    port = shape.base.partition(":")[2]
    row = "INSERT INTO tenants_domain (domain, state, tenant_id, schema) SELECT %s, %s, id, schema_name"
    for domain, state in (("help.own.example", "active"), ("later.own.example", "waiting")):
        told = row.replace("%s", f"'{domain}'", 1).replace("%s", f"'{state}'")
        shape.postgres("psql", "-q", "-d", "portico", "-c", f"{told} FROM tenants_company WHERE slug = 'own'")

    assert "Sign in" in olga.get(f"https://help.own.example:{port}/login").text
    for domain in ("later.own.example", "stranger.example"):
        with pytest.raises(ssl.SSLError):
            olga.get(f"https://{domain}:{port}/login")
    assert olga.get(f"https://{shape.base}/internal/tls-ask?domain=help.own.example").status == 404


def test_the_web_processes_put_their_figures_together(shape):
    url = f"http://127.0.0.1:{shape.ports['web']}/metrics"
    pages = [urllib.request.urlopen(url, timeout=20).read().decode() for _ in range(8)]
    asked = r'portico_requests_total\{method="POST",route="manager/tickets/new",status="\d+"\} (\S+)'
    assert len({re.search(asked, page)[1] for page in pages}) == 1


def test_the_worker_shows_what_it_did(shape):
    def figures() -> str:
        return urllib.request.urlopen(f"http://127.0.0.1:{shape.ports['worker']}/metrics", timeout=20).read().decode()

    wait_until(lambda: 'portico_tasks_total{outcome="done",task="portico.tasks.react"}' in figures())
    assert "harbour" not in figures()


def test_a_hundred_interleaved_requests_of_two_companies_see_their_own_words_only(shape, browser):
    desks = {}
    for slug in ("north", "south"):
        person = browser()
        assert _sign_up(shape, person, slug).status == 200
        ticket = _ask(shape, person, slug, f"Words of {slug} alone.")
        desks[slug] = (person, ticket.url)

    def look(number: int) -> tuple[str, Answer]:
        slug = ("north", "south")[number % 2]
        person, url = desks[slug]
        return slug, person.get(url)

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(look, range(100)))
    assert [answer.status for _, answer in answers] == [200] * 100
    for slug, answer in answers:
        other = {"north": "south", "south": "north"}[slug]
        assert f"Words of {slug} alone." in answer.text
        assert f"Words of {other} alone." not in answer.text


def test_cookies_and_headers_are_those_of_a_secure_site(shape, browser):
    person = browser()
    page = person.get(f"https://console.{shape.base}/login")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = page.headers.get_all("Set-Cookie")
    assert cookies
    for line in cookies:
        assert line.startswith("__Host-")
        assert "Secure" in line
        assert "Path=/" in line


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/internal/tls-ask?domain=north.localhost"])
def test_what_is_for_inside_is_not_served_outside(shape, browser, path):
    assert browser().get(f"https://{shape.base}{path}").status == 404
    inside = urllib.request.urlopen(f"http://127.0.0.1:{shape.ports['web']}/healthz")
    assert inside.status == 200


def test_no_certificate_is_made_for_a_host_that_leads_nowhere(shape, browser):
    with pytest.raises((ssl.SSLError, OSError)):
        browser().get(f"https://nobody.{shape.base}/")


def test_the_web_process_knows_nothing_of_the_owner(shape):
    assert "DATABASE_OWNER_URL" not in shape._environment("web")
    assert "DATABASE_OWNER_URL" not in shape._environment("worker")
    login = f"postgresql://portico_app:app-secret@127.0.0.1:{shape.ports['pgbouncer']}/portico"
    with psycopg.connect(login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM public.tenants_company")


def test_the_doctor_finds_nothing_wrong(shape):
    command = ["python", "manage.py", "doctor"]
    # Here letters lie in a folder, for tests to read: that alone it would find.
    environment = shape._environment("scheduler") | {"EMAIL_URL": "postmark://token@"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_stops_cleanly_when_told_to(shape):
    assert shape.stop() == {
        "caddy": 0,
        "scheduler": 0,
        "worker": 0,
        "live": 0,
        "web": 0,
        "valkey": 0,
        "pgbouncer": 0,
        "postgres": 0,
    }
