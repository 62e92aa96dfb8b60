"""Board, calendar and the deleted requests, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import ADA, Screen, looked_at_everywhere, show

pytestmark = pytest.mark.no_database
SCREENS = [
    Screen("board", "/manager/board", ADA),
    Screen("board-lanes", "/manager/board?lanes=urgency", ADA),
    Screen("board-people", "/manager/board?lanes=assignee&of=all", ADA),
    Screen("board-filtered", "/manager/board?created_from=2020-01-01&q=lamp", ADA),
    Screen("board-empty", "/manager/board?of=engineering", ADA),
    Screen("calendar", "/manager/calendar", ADA),
    Screen("calendar-mine", "/manager/calendar?month=2026-01&whose=me", ADA),
    Screen("deleted", "/manager/deleted", ADA),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_it_is_sound(open_page, live_product, screen):
    page = open_page(screen.who)
    assert show(page, live_product, screen) == screen.status

    found = looked_at_everywhere(page, screen.name)
    assert found + page.complaints == []
