"""A next release for tests: the journal's migrations as they are, and more behind them, where Django looks for them."""

import shutil
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAST = sorted(path.stem for path in (ROOT / "tenant_apps/journal/migrations").glob("0*.py"))[-1]
NEXT = f"{int(LAST[:4]) + 1:04}_next"  # the first one behind them

# What most tests add: two columns and an index, as a real release would.
COLUMNS = """
    migrations.AddField("event", "source", models.CharField(max_length=20, db_default="", default="")),
    migrations.AddField("event", "weight", models.IntegerField(null=True)),
    migrations.AddIndex("event", models.Index(fields=["source"], name="event_source")),
"""


def write(folder: Path, package: str, *operations: str, atomic: bool = True, top: str = "") -> str:
    """A package of migrations for the journal, one more for each text of operations; its name."""
    return write_many(folder, package, [(text, top) for text in operations], atomic=atomic)


def write_many(folder: Path, package: str, releases: list[tuple[str, str]], *, atomic: bool) -> str:
    """The same, where each migration has its operations and its own lines at the top."""
    place = folder / package
    shutil.copytree(ROOT / "tenant_apps/journal/migrations", place, ignore=shutil.ignore_patterns("__pycache__"))
    before = LAST
    for number, (operations, top) in enumerate(releases, start=int(LAST[:4]) + 1):
        name = f"{number:04}_next"
        (place / f"{name}.py").write_text(_text(before, operations, atomic, top), encoding="utf-8")
        before = name
    return package


def _text(before: str, operations: str, atomic: bool, top: str) -> str:
    return (
        '"""Made up for a test."""\n\n'
        "from django.contrib.postgres.operations import AddIndexConcurrently\n"
        "from django.db import migrations, models\n\n"
        "from tenants.fleet import company_job\n\n\n"
        f"{textwrap.dedent(top)}\n\n"
        "class Migration(migrations.Migration):\n"
        f'    atomic = {atomic}\n    dependencies = [("journal", "{before}")]\n'
        f"    operations = [{operations}]\n"
    )


def settings_module(folder: Path, package: str) -> str:
    """Settings of a process that runs this release; the name of their module."""
    name = f"settings_{package}"
    text = f'from portico.settings import *\n\nMIGRATION_MODULES = MIGRATION_MODULES | {{"journal": "{package}"}}\n'
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return name
