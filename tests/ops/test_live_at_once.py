"""What changes about a staff member holds for open sockets at once: here nobody asks by themselves for ten minutes."""

import time

import pytest
from websockets.exceptions import ConnectionClosed

from shared_apps.accounts.models import User
from shared_apps.staff.actions import change_role, set_coverage, suspend
from tests.ops.conftest import heard, open_ticket, react, sockets


@pytest.fixture
def sit(dial, database, tmp_path):
    """`sit("lin")` = her open socket."""
    with sockets(tmp_path / "log", LIVE_RECHECK_SECONDS="600") as port:
        yield lambda name: dial(name, port=port)


@pytest.mark.parametrize("name", ["lin", "ann"])
def test_who_is_suspended_loses_every_socket(sit, outside, omar, actor_for, name):
    pages, other = [sit(name), sit(name)], sit("una")
    with outside():
        suspend(User.objects.get(pk=actor_for(name).id), "Left", by=omar)

    for page in pages:
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=10)
        assert closed.value.rcvd.code == 4401
    assert heard(other, 0.3) is None


def test_a_change_of_coverage_or_role_changes_what_is_heard(sit, acme, ada, omar, lin, una, inside, outside):
    lins, unas = sit("lin"), sit("una")
    with outside():
        set_coverage(User.objects.get(pk=lin.id), ["billing"], by=omar)
        change_role(User.objects.get(pk=una.id), "platform_supervisor", by=omar)
    time.sleep(1)

    ticket = open_ticket(inside, acme, ada, "website")
    react(outside)
    assert heard(unas) == {"changed": "ticket", "id": str(ticket.index_id)}
    assert heard(lins, 0.3) is None
