"""The numbers that people say on the phone: TICK-2026-0001, one sequence per company and year."""

from datetime import datetime

from django.apps import apps
from django.db import connection

from portico.ids import uuid7
from tenant_apps.tickets import settings

# One statement takes the row's lock and moves it on: two openers at once queue here, and a rollback gives the number
# back. Take it last, the lock is held until commit. Numbers without a year in them never start again: their counter is
# that of the year 0.
_NEXT = """
    WITH own AS (SELECT (SELECT value #>> '{}' FROM tickets_setting WHERE key = 'number_format') AS form)
    INSERT INTO tickets_counter (id, year, last)
    SELECT %s, CASE WHEN form NOT LIKE '%%{year%%' THEN 0 ELSE %s END, 1 FROM own
    ON CONFLICT (year) DO UPDATE SET last = tickets_counter.last + 1
    RETURNING last, (SELECT form FROM own)
"""


def next_number(at: datetime) -> str:
    """The next free number, in the form that the company has set. It is never proof of anything: it can be guessed."""
    number, is_own = _take(at)
    # Where the form was changed, numbers of an earlier form may stand in the way. They stay.
    while is_own and apps.get_model("tickets", "Ticket").objects.filter(number=number).exists():
        number, is_own = _take(at)
    return number


def _take(at: datetime) -> tuple[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [uuid7(), at.year])
        sequence, own = cursor.fetchone()
    return (own or settings.DEFAULTS["number_format"]).format(year=at.year, sequence=sequence), bool(own)
