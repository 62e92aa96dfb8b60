"""The locks name packages, versions and hashes; nothing that belongs to one machine or one network."""

import re

import pytest

from tests.guards.sources import ROOT

pytestmark = pytest.mark.no_database

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-ldap.lock"]


def _pins(lock):
    text = (ROOT / "deploy" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_option(lock):
    assert [line for line in _pins(lock) if "://" in line or "@" in line or line.startswith("-")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock):
    shape = re.compile(r"^[\w.\-]+(\[[\w,\-]+\])?==\S+.*--hash=sha256:[0-9a-f]{64}")
    assert [line[:60] for line in _pins(lock) if not shape.match(line)] == []


@pytest.mark.parametrize(("wishes", "lock"), [(lock.replace(".lock", ".in"), lock) for lock in LOCKS])
def test_every_wish_is_locked(wishes, lock):
    lines = (ROOT / "deploy" / wishes).read_text(encoding="utf-8").splitlines()
    wanted = {re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines if line and line[0] not in "#-"}
    assert wanted - {pin.split("==")[0].split("[")[0] for pin in _pins(lock)} == set()


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_all_locks_agree(lock):
    runs, others = ({pin.split()[0] for pin in _pins(one)} for one in (LOCKS[0], lock))
    names = {pin.split("==")[0]: pin for pin in runs}
    assert [pin for pin in others if pin.split("==")[0] in names and names[pin.split("==")[0]] != pin] == []
