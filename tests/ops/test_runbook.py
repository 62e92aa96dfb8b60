"""What the files of `deploy/` name exists."""

import re
import shutil
import subprocess

import pytest
import yaml
from django.core.management import get_commands

from tests.support.server import ROOT

pytestmark = pytest.mark.no_database

DEPLOY = ROOT / "deploy"
WORDS = "\n".join((DEPLOY / name).read_text() for name in ("README.md", "runbook.md"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SETTINGS = "\n".join(path.read_text() for path in (ROOT / "platform/portico/settings").glob("*.py"))
# Read by granian and by the servers themselves.
_OF_OTHERS = {"GRANIAN_HOST", "GRANIAN_PORT"}
_OURS = ("setup", "web", "live", "worker", "scheduler")


def test_every_command_of_the_runbook_exists():
    named = set(re.findall(r"(?:manage\.py|`manage|^    manage) (\w+)", WORDS, re.MULTILINE))
    assert {"doctor", "tenants", "hire", "verify_index"} <= named
    assert named <= get_commands().keys()


def test_every_word_of_tenants_exists():
    from tenants.management.commands.tenants import _words

    assert set(re.findall(r"manage tenants (\w+)", WORDS)) <= _words().keys()


def test_every_variable_that_is_set_is_read_and_explained():
    for service in _OURS:
        names = set(COMPOSE["services"][service]["environment"]) - _OF_OTHERS
        assert {name for name in names if f'"{name}"' not in SETTINGS} == set(), service
        assert {name for name in names if f"`{name}`" not in WORDS} == set(), service


def test_every_secret_of_the_compose_file_is_in_the_example():
    example = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE))
    asked = set(re.findall(r"(?<!\$)\$\{(\w+):", (DEPLOY / "compose.yaml").read_text()))
    assert asked == example


def test_only_setup_and_scheduler_know_the_owner():
    knowing = {name for name in _OURS if "DATABASE_OWNER_URL" in COMPOSE["services"][name]["environment"]}
    assert knowing == {"setup", "scheduler"}


def test_every_figure_of_the_runbook_is_measured():
    metrics = (ROOT / "platform/portico/metrics.py").read_text()
    for name in re.findall(r"`portico_(\w+)", WORDS.split("## Watch")[1]):
        assert name in metrics, name


def test_every_setting_of_the_database_is_explained():
    given = re.findall(r"(\w+)=", " ".join(COMPOSE["services"]["postgres"]["command"]))
    assert "shared_buffers" in given
    assert {name for name in given if f"`{name}`" not in WORDS} == set()


def test_every_part_that_the_compose_file_starts_is_restarted_and_has_little_power():
    for name, service in COMPOSE["services"].items():
        assert service["restart"] == ("no" if name == "setup" else "unless-stopped"), name
    for name in _OURS:
        service = COMPOSE["services"][name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"], name
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]


@pytest.mark.skipif(not shutil.which("caddy"), reason="Not installed here: caddy (apt package).")
def test_caddy_understands_its_file(tmp_path):
    env = {"HOME": str(tmp_path), "CADDY_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = ["caddy", "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
