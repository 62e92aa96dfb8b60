"""The environment that the first command makes, in a small checkout with a package index of one."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from portico.embedded import bootstrap

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[2]
FAKE_DJANGO = {
    "django/__init__.py": "",
    "django/core/__init__.py": "",
    "django/core/management/__init__.py": "def execute_from_command_line(argv):\n    print('ran', *argv[1:])\n",
    "django-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: django\nVersion: 1\n",
    "django-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "django-1.dist-info/RECORD": "",
}


@pytest.fixture
def checkout(tmp_path):
    """`manage.py`, what it needs, and a lock that names one small package."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "wheels").mkdir()
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copytree(ROOT / "platform/portico/embedded", tmp_path / "platform/portico/embedded")
    (tmp_path / "platform/portico/__init__.py").touch()
    wheel = tmp_path / "wheels" / "django-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FAKE_DJANGO.items():
            archive.writestr(name, text)
    lock(tmp_path, f"django==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return tmp_path


def lock(checkout, text):
    (checkout / "deploy" / "requirements.lock").write_text(text)


def manage(checkout, *arguments, **environment):
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout / "wheels")}
    command = [sys._base_executable, "manage.py", *arguments]
    env = {"PATH": os.environ["PATH"], "HOME": str(checkout), **pip, **environment}
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, check=False)


def refusal(done):
    """The last thing said, of a command that has to fail without a traceback."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_the_first_command_makes_the_environment_and_the_second_does_not(checkout):
    first, second = manage(checkout, "doctor", "--now"), manage(checkout, "doctor")

    assert first.stdout == "ran doctor --now\n", first.stderr
    assert "once" in first.stderr
    assert (second.stdout, second.stderr) == ("ran doctor\n", "")


def test_a_package_with_another_hash_is_named(checkout):
    lock(checkout, f"django==1 --hash=sha256:{'0' * 64}\n")

    assert "not the one that the lock names" in refusal(manage(checkout, "doctor"))


def test_a_lock_that_changed_makes_everything_anew(checkout):
    home, runtime, tools = checkout / ".venv", *(checkout / "deploy" / f"{name}.lock" for name in ("a", "b"))
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").touch()
    for one in (runtime, tools):
        one.write_text("django==1\n")
        (home / f"{one.name}.stamp").write_text(bootstrap.stamp_of(one))
    assert bootstrap._missing(home, [runtime, tools]) == []

    tools.write_text("django==2\n")
    assert bootstrap._missing(home, [runtime, tools]) == [tools]
    runtime.write_text("django==2\n")
    assert bootstrap._missing(home, [runtime, tools]) == [runtime, tools]


def test_a_package_that_no_index_has_is_named(checkout):
    lock(checkout, f"nowhere-to-be-found==1 --hash=sha256:{'0' * 64}\n")

    assert "no package index offers nowhere-to-be-found==1" in refusal(manage(checkout, "doctor"))


def test_a_python_without_venv_is_told_what_to_install(checkout, tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")

    assert "apt-get install python3-venv" in refusal(manage(checkout, "doctor", PYTHONPATH=str(tmp_path / "hidden")))


def test_an_old_python_is_told_in_one_line(checkout, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "sitecustomize.py").write_text("import sys; sys.version_info = (3, 9, 2, 'final', 0)\n")

    assert re.match(
        r"Portico needs Python 3.11 or newer; this is Python 3\.9",
        refusal(manage(checkout, "doctor", PYTHONPATH=str(tmp_path / "old"))),
    )


def test_ready_without_packages_is_one_line(checkout):
    assert "has no Django" in refusal(manage(checkout, "doctor", PORTICO_PYTHON_READY="1"))


def test_a_full_disk_is_one_line(checkout, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1_000_000))

    with pytest.raises(SystemExit, match=r"disk of .* is full: 0 MB are free"):
        bootstrap._check_disk(checkout)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Retrying after NewConnectionError: failed", "no package index can be reached"),
        ("ERROR: something new", "something new"),
        ("", "no reason was given"),
    ],
)
def test_what_pip_says_becomes_one_reason(words, reason):
    assert bootstrap.explain(words) == reason


def test_a_checkout_that_cannot_be_written_uses_the_cache(checkout, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(checkout / "cache"))
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert bootstrap.environment_home(checkout).is_relative_to(checkout / "cache" / "portico")
