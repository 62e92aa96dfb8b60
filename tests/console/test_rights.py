"""The table of what each role may do: nothing that a role may do is missing in it."""

import re
from importlib import import_module

import pytest

from shared_apps.accounts.models import STAFF_ROLES
from shared_apps.console import rights
from shared_apps.staff.access import STAFF
from tests.guards.sources import ROOT

TOLD = {(app, verb) for verbs in rights.RIGHTS.values() for app, named in verbs.items() for verb in named}


def tables():
    """Every verb table of the product, by the module it stands in."""
    for path in sorted(ROOT.glob("*/*/access.py")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        yield from ((module.__name__, table) for name, table in vars(module).items() if name in {"MAY", "AT_HOME"})


def test_every_verb_of_staff_stands_in_it():
    found = list(tables())
    missing = [
        f"{name}: {verb}"
        for name, table in found
        for verb, roles in table.items()
        if roles & STAFF and not any(rights.TABLES[app] is table and said == verb for app, said in TOLD)
    ]
    assert len(found) > 10
    assert missing == []


@pytest.mark.parametrize("words", rights.RIGHTS)
def test_a_row_is_about_the_same_roles(words):
    verbs = rights.RIGHTS[words]
    each = {rights.TABLES[app][verb] & STAFF for app, named in verbs.items() for verb in named}
    assert each == {rights.roles_of(verbs) & STAFF}


def test_the_page_says_who_may(client_for):
    page = client_for("lin").get("/admin/team").content.decode()
    roles = list(STAFF_ROLES)
    for words, may in (
        ("See a company as one of its people", {"platform_engineer", "platform_supervisor"}),
        ("Restore, move, erase companies", {"platform_owner"}),
        ("Open and lead incidents", set(STAFF_ROLES) - {"platform_support", "platform_account_manager"}),
    ):
        row = re.search(rf"<th scope=\"row\">{words}</th>(.*?)</tr>", page)[1]
        said = re.findall(r'<span class="sr">(yes|no)</span>', row)
        assert {role for role, one in zip(roles, said, strict=True) if one == "yes"} == may


def test_no_page_of_the_console_asks_for_a_role_by_its_name():
    """Who may what is decided in one place; a page that compared names would keep to yesterday's."""
    pages = sorted((ROOT / "shared_apps/console/templates").rglob("*.html"))
    asking = [page.name for page in pages if re.search(r"role\w* *(==|!=) *[\"']", page.read_text(encoding="utf-8"))]
    assert len(pages) > 50
    assert asking == []
