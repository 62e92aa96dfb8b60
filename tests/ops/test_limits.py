"""One company's rush is not the others' wait."""

import threading
import time

import pytest

from portico.errors import TooMany
from portico.limits import Rooms

pytestmark = pytest.mark.no_database


def test_a_company_that_holds_all_its_places_is_asked_to_come_back():
    rooms = Rooms(2, wait=0.05)
    with rooms.room_for(1), rooms.room_for(1):
        with pytest.raises(TooMany), rooms.room_for(1):
            pass
        with rooms.room_for(2):
            pass
    with rooms.room_for(1):
        pass


def test_a_place_that_becomes_free_in_time_is_taken():
    rooms = Rooms(1, wait=5)
    taken = threading.Event()

    def hold() -> None:
        with rooms.room_for(1):
            taken.set()
            time.sleep(0.1)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(5)
    began = time.monotonic()
    with rooms.room_for(1):
        assert 0.02 < time.monotonic() - began < 2
    holder.join()


def test_a_request_that_breaks_gives_its_place_back():
    rooms = Rooms(1, wait=0.05)
    with pytest.raises(ZeroDivisionError), rooms.room_for(1):
        raise ZeroDivisionError
    with rooms.room_for(1):
        pass
    assert rooms._inside == {}
