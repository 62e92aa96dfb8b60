"""Every route of a company's host is open to visits or closed to them, by decision and not by chance."""

import pytest

from tenant_apps.visits import routes
from tests.trust import matrix

pytestmark = pytest.mark.no_database
KNOWN = frozenset(matrix.routes("company"))
OPEN = routes.PAGES | routes.FILES | routes.PLAIN | routes.OWN | routes.UNHEARD | set(routes.WRITES)
# What can never be open, whatever it is called one day.
NEVER = ("api/", "login", "logout", "manager/settings", "manager/audit", "manager/staff-access", "welcome/")


def closed_by(route):
    return [beginning for beginning in routes.CLOSED if route.startswith(beginning)]


def test_every_route_stands_on_one_side():
    assert {route for route in KNOWN - OPEN if not closed_by(route)} == set(), "open it in routes.py, or say why not"
    assert {route for route in OPEN if closed_by(route)} == set()


def test_no_side_names_what_is_not_there():
    assert set() == OPEN - KNOWN
    assert [one for one in routes.CLOSED if not any(route.startswith(one) for route in KNOWN)] == []


def test_what_must_be_closed_is():
    assert [route for route in OPEN if route.startswith(NEVER)] == []
    words = ("export", "settings", "delete", "bring-back", "upload", "token", "password", "invit", "billing", "bulk")
    assert [route for route in OPEN if any(word in route for word in words)] == []


def test_what_is_written_is_called_by_a_name():
    assert [route for route, words in routes.WRITES.items() if not words[:1].isupper() or words.endswith(".")] == []
    assert set(routes.WRITES) <= routes.PAGES, "a form's address, opened by hand, leads back to its page"
