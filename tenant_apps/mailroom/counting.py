"""How many mails are held back: looked up by index, and no further than it is said; no flood is counted."""

from typing import Any

from tenant_apps.mailroom.models import Incoming

KEY, MOST = "mail:held", 99
_HELD = "SELECT %s, count(*) FROM (SELECT 1 FROM mailroom_incoming WHERE state = %s LIMIT %s) AS few"


def held() -> tuple[str, tuple[Any, ...]]:
    """A statement that `tally.read` takes along."""
    return _HELD, (KEY, Incoming.State.HELD, MOST + 1)


def in_words(number: int) -> str:
    """7 → "7", 100 → "99+", and nothing for none."""
    return f"{MOST}+" if number > MOST else str(number or "")
