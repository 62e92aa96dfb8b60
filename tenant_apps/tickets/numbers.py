"""The numbers that people say on the phone: TICK-2026-0001, one sequence per company and year."""

from datetime import datetime

from django.db import connection

from portico.ids import uuid7

FORMAT = "TICK-{year}-{sequence:04}"

# One statement takes the row's lock and moves it on: two openers at once queue here, and a rollback gives the number
# back. Take it last, the lock is held until commit.
_NEXT = """
    INSERT INTO tickets_counter (id, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (year) DO UPDATE SET last = tickets_counter.last + 1
    RETURNING last
"""


def next_number(at: datetime) -> str:
    """The next free number of the year. A number is never proof of anything: it can be guessed."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [uuid7(), at.year])
        (sequence,) = cursor.fetchone()
    return FORMAT.format(year=at.year, sequence=sequence)
