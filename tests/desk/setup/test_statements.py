"""What a settings page asks of the database does not grow with what there is."""

import pytest

from tenant_apps.people import actions as people
from tenant_apps.tickets import actions
from tests.desk.setup.test_pages import HOME, PAGES
from tests.desk.test_statements import MOST, count


def furnish(ada):
    for number in range(8):
        people.add_team(f"Team {number}", by=ada)
        actions.add_recipe("macro", "M", {"steps": [{"do": "assign", "to": "me"}]}, by=ada, scope="company")
        actions.add_type(f"Type {number}", "simple", by=ada)


@pytest.mark.parametrize("page", [*PAGES, "recipes/macros"])
def test_a_page_needs_few_statements_however_much_there_is(client_for, statements, inside, acme, ada, page):
    client = client_for("ada")
    few = count(client, HOME + page, statements)
    with inside(acme):
        furnish(ada)
    many = count(client, HOME + page, statements)
    # Without teams there is no counter to read, and without a change nothing that was changed last.
    assert many <= few + (1 if page in {"", "teams"} else 0)
    assert many <= MOST
