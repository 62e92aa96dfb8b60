"""Who may import whom (DESIGN section 3)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.sources import CODE, ROOT, imports, python_files

pytestmark = pytest.mark.no_database

OURS = ("portico", "tenants", "shared_apps", "tenant_apps")
MAY_IMPORT = {
    "platform": {"portico"},
    "tenants": {"portico", "tenants"},
    "shared_apps": {"portico", "tenants", "shared_apps"},
    "tenant_apps": {"portico", "tenants", "tenant_apps"},
}
# These stand in `public` and in each company alike: both sides sign people in, and see to their letters.
ON_BOTH_SIDES = ("shared_apps.accounts", "shared_apps.mail")
LOOKS_ACROSS = {
    "platform/portico/wiring.py": "the one table of what follows from an event",
    "platform/portico/asks.py": "where one app may ask another, and the kernel any of them",
    "platform/portico/jobs.py": "what the tasks of the due-queue do",
    "tenants/middleware.py": "a bearer token names its company before there is a scope",
}


def _forbidden(path: Path) -> list[str]:
    allowed = MAY_IMPORT[path.parts[0]]
    if path.parts[:2] == ("shared_apps", "console"):
        allowed = {*OURS}
    ours = [name for name in imports(path) if name.split(".")[0] in OURS]
    wrong = [name for name in ours if name.split(".")[0] not in allowed]
    if path.parts[0] == "tenant_apps":
        wrong = [name for name in wrong if not name.startswith(ON_BOTH_SIDES)]
    return wrong


def test_packages_import_only_downwards():
    wrong = {
        str(path): found
        for path in python_files(*CODE)
        if str(path) not in LOOKS_ACROSS and (found := _forbidden(path))
    }
    assert wrong == {}


def test_what_may_look_across_still_has_to():
    gone = [name for name in LOOKS_ACROSS if not _forbidden(Path(name))]
    assert gone == []


def test_product_code_does_not_import_tests():
    assert [path for path in python_files(*CODE) if any(name.split(".")[0] == "tests" for name in imports(path))] == []


def test_pythons_own_platform_module_is_not_hidden():
    found = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.__file__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert not Path(found.strip()).is_relative_to(ROOT / "platform")
    assert list((ROOT / "platform").glob("*.py")) == []
