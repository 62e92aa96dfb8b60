"""One company's rush is not the others' wait."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.errors import TooMany
from portico.limits import Rooms

pytestmark = pytest.mark.no_database


def test_a_company_that_holds_all_its_places_is_asked_to_come_back():
    rooms = Rooms(2, 8, wait=0.05)
    with rooms.room_for(1), rooms.room_for(1):
        with pytest.raises(TooMany), rooms.room_for(1):
            pass
        with rooms.room_for(2):
            pass
    with rooms.room_for(1):
        pass


def test_a_place_that_becomes_free_in_time_is_taken():
    rooms = Rooms(1, 8, wait=5)
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
        assert 0.02 < time.monotonic() - began < 4
    holder.join()


def test_a_request_that_breaks_gives_its_place_back():
    rooms = Rooms(1, 8, wait=0.05)
    with pytest.raises(ZeroDivisionError), rooms.room_for(1):
        raise ZeroDivisionError
    with rooms.room_for(1):
        pass
    assert not rooms._inside


def test_without_a_seat_the_answer_comes_at_once():
    rooms = Rooms(1, 0, wait=5)
    began = time.monotonic()
    with rooms.room_for(1), pytest.raises(TooMany), rooms.room_for(1):
        pass
    assert time.monotonic() - began < 4


def test_one_company_leaves_threads_to_the_others():
    """Sixteen threads, and a company that wants them all: four work, eight wait, the rest are free at once."""
    rooms, busy = Rooms(4, 8, wait=60), threading.Event()

    def ask() -> str:
        try:
            with rooms.room_for(1):
                busy.wait(60)
        except TooMany:
            return "later"
        return "answered"

    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask) for _ in range(16)]
        wait_until(lambda: sum(one.done() for one in asked) == 4)
        with rooms.room_for(2):
            busy.set()
        answers = [one.result() for one in asked]

    assert (answers.count("later"), answers.count("answered")) == (4, 12)


def wait_until(condition) -> None:
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
