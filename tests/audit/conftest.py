"""Journals with something in them."""

import pytest

from tests.life.conftest import cobble, own_schemas, storage

__all__ = ["cobble", "own_schemas", "storage"]

# Events as `record` writes them, a millisecond apart, the last a moment ago.
_MANY = """
    INSERT INTO {}.journal_event (id, at, verb, subject_id, actor_kind, actor_label, acting_for, request_id, facts)
    SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - %(many)s + n), 12, '0')
            || '70008000000000000000')::uuid,
           now(), 'ticket.looked_at', gen_random_uuid(), 'company', 'Ada Lind', '', 'r-' || n,
           jsonb_build_object('changes', jsonb_build_array(n), 'words', 'ä"')
    FROM generate_series(1, %(many)s) n
"""


@pytest.fixture
def many_events(database, acme):
    """`many_events(100)` = so many events in Acme's journal, put there at once."""

    def write(many: int) -> None:
        database.connection.execute(_MANY.format(acme.schema), {"many": many})

    return write
