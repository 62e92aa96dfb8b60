"""`test`, `bench` and `doctor`: what they are given, what they say, and how they end."""

import subprocess
import sys
from pathlib import Path

import pytest

from portico.embedded import borrowed, checkup
from portico.embedded.places import Unfit
from portico.embedded.servers import VARIABLES
from tests.support import mailserver

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments):
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def answers():
    return {finding.about: finding for finding in checkup.findings()}


def test_doctor_finds_nothing_wrong_here():
    found = answers()

    assert [
        found[about].words for about in ("database", "wall", "migrations", "Valkey") if not found[about].is_well
    ] == []


def test_doctor_says_what_cannot_be_reached_and_what_to_check(settings):
    settings.DATABASE_URL = "postgresql://portico_app@127.0.0.1:9/portico"
    settings.VALKEY_URL = "redis://127.0.0.1:9/0"

    found = answers()
    assert not found["database"].is_well
    assert found["database"].words.endswith("Check DATABASE_URL.")
    assert found["Valkey"].words.endswith("Check VALKEY_URL.")
    assert not any("\n" in finding.words for finding in found.values())


def test_doctor_says_when_mail_reaches_nobody_or_comes_from_nobody(settings):
    settings.HTTPS, settings.EMAIL_URL = True, ""
    assert answers()["mail out"].words.startswith("EMAIL_URL is not set")
    assert not answers()["mail out"].is_well
    settings.EMAIL_URL, settings.MAIL_HOST = "smtp://127.0.0.1:9", "127.0.0.1"
    settings.MAIL_FROM, settings.DNS_SERVER = "desk@mail.portico.dev", "127.0.0.1:9"
    found = answers()
    assert [found[about].is_well for about in ("mail out", "mail in", "mail from")] == [False] * 3
    assert found["mail out"].words.endswith("Check EMAIL_URL.")
    assert "mail.portico.dev" in found["mail from"].words


def test_doctor_knows_a_mail_server_by_its_greeting(settings):
    with mailserver.running() as server:
        settings.EMAIL_URL = server.url
        assert answers()["mail out"].is_well


def test_doctor_names_domains_that_companies_do_not_hold_any_more(settings, outside, acme):
    from tenants.models import Domain

    row = {"tenant_id": acme.id, "schema": acme.schema, "use": "mail"}
    with outside():
        Domain.objects.create(**row, domain="soon.example", state="waiting")
    assert "not proven yet, and not used: soon.example" in answers()["mail from"].words
    with outside():
        Domain.objects.create(**row, domain="gone.example", state="broken")
    found = answers()["mail from"]
    assert (found.is_well, "gone.example" in found.words) == (False, True)


def test_check_says_when_letters_reach_nobody(settings):
    from django.core.checks import run_checks

    def said():
        return {one.id for one in run_checks(include_deployment_checks=True) if one.id.startswith("mail.")}

    settings.EMAIL_URL, settings.MAIL_HOST = "", "mail.localhost"
    assert said() == {"mail.W001", "mail.W002"}
    settings.EMAIL_URL, settings.MAIL_HOST = "telnet://x", "mail.portico.example"
    assert said() == {"mail.E001"}
    settings.EMAIL_URL = "smtp://mail.portico.example"
    assert said() == set()


def test_doctor_names_the_command_for_pending_migrations(settings):
    settings.DATABASE_OWNER_URL = settings.DATABASE_OWNER_URL.rpartition("/")[0] + "/postgres"

    assert answers()["migrations"].words.endswith("Run `manage.py setup`.")


@pytest.mark.no_database
def test_servers_of_the_caller_are_used_as_they_are(monkeypatch):
    given = dict(zip(VARIABLES, ["postgresql://a@h/p", "postgresql://o@h/p", "redis://h/0"], strict=True))
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with borrowed.servers() as environment:
        assert given.items() <= environment.items()


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("owner", "login", "words"),
    [("", "postgresql://a@h/p", "give both or none"), ("portico", "portico", "has to look like postgresql://")],
)
def test_half_an_address_is_refused_in_words(monkeypatch, owner, login, words):
    monkeypatch.setenv("DATABASE_OWNER_URL", owner)
    monkeypatch.setenv("DATABASE_URL", login)

    with pytest.raises(Unfit, match=words), borrowed.servers():
        pass


@pytest.mark.no_database
def test_arguments_of_test_go_to_pytest_as_they_are():
    asked = manage("test", "--version")
    assert (asked.returncode, "pytest 9" in asked.stdout + asked.stderr) == (0, True)

    failed = manage("test", "tests/nowhere", "-q", "-p", "no:cacheprovider")
    assert failed.returncode == 1
    assert failed.stdout.strip().splitlines()[-1] == "Failed: pytest."


@pytest.mark.no_database
def test_bench_names_what_there_is():
    asked = manage("bench", "nothing")

    assert asked.returncode == 1
    assert asked.stderr.startswith("CommandError: There is no benchmark 'nothing'. There are: ")
