"""What lies where, and that the documents say what is there."""

import re
import subprocess

import pytest
from django.core.management import get_commands

from portico.templatetags.portico import SHEETS
from tests.guards.sources import ROOT

pytestmark = pytest.mark.no_database

TOP = {".ci", ".gitignore", "README.md", "deploy", "manage.py", "platform", "pyproject.toml"} | {
    "shared_apps",
    "tenant_apps",
    "tenants",
    "tests",
}
PACKAGES = [
    *(path.parent for pattern in ("shared_apps/*", "tenant_apps/*") for path in ROOT.glob(f"{pattern}/__init__.py")),
    ROOT / "tenants",
    ROOT / "platform" / "portico",
    ROOT / "platform" / "portico" / "embedded",
]
# For whoever works on the product: nobody who runs it has to know.
INNER = {"DEBUG", "PORTICO_OWNER"}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _tracked() -> list[str]:
    asked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if asked.returncode:
        pytest.skip("not a git checkout, so nobody knows what belongs to it")
    return asked.stdout.splitlines()


def test_the_top_holds_what_the_design_names_and_nothing_else():
    assert {name.split("/")[0] for name in _tracked()} == TOP


def test_every_style_sheet_is_served():
    folder = ROOT / "platform/portico/static/portico/css"
    assert {str(one.relative_to(folder).with_suffix("")) for one in folder.rglob("*.css")} == set(SHEETS)


def test_no_file_is_large():
    large = [name for name in _tracked() if (ROOT / name).exists() and (ROOT / name).stat().st_size > 500_000]
    assert large == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_package_says_in_a_few_lines_what_it_is(package):
    text = (package / "README.md").read_text(encoding="utf-8")
    assert 3 <= len(text.splitlines()) <= 25


def test_the_readme_fits_on_one_screen():
    assert len(README.splitlines()) <= 70


def test_commands_that_documents_name_exist():
    documents = [path for name in _tracked() if (path := ROOT / name).suffix == ".md" and path.exists()]
    named = {name for path in documents for name in re.findall(r"manage\.py (\w+)", path.read_text(encoding="utf-8"))}
    assert {"demo", "test", "setup", "doctor"} <= named
    assert named - set(get_commands()) == set()


def test_every_setting_is_explained():
    settings = "".join(path.read_text() for path in (ROOT / "platform/portico/settings").glob("*.py"))
    read = set(re.findall(r'(?:environment\.)?(?:text|flag|number)\("([A-Z_]+)"', settings))
    explained = README + (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    assert {name for name in read if name not in explained} == INNER


def test_paths_of_the_readme_exist():
    named = re.findall(r"`((?:platform|tenants|shared_apps|tenant_apps|deploy|tests)/[\w./]*)`", README)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_options_of_the_readme_exist():
    code = "".join(path.read_text() for path in (ROOT / "platform/portico/management/commands").glob("*.py"))
    assert [name for name in re.findall(r"`(--\w+)", README) if f'"{name}"' not in code] == []
