"""Whose turn it is."""

import threading
import time

import pytest

from tenants.fleet import waves
from tenants.fleet.survey import Member
from tenants.fleet.turns import Turn, Turns

pytestmark = pytest.mark.no_database

ONE, TWO, THREE, FOUR = (Member(number, f"c{number}", f"t_{number}", "") for number in (1, 2, 3, 4))


def test_everybody_has_a_turn_in_order():
    turns = Turns([ONE, TWO], [], to_the_end=True)
    first, second = turns.take(), turns.take()
    assert [first.member, second.member] == [ONE, TWO]

    turns.over(first)
    turns.over(second)
    assert turns.take() is None


def test_who_was_busy_comes_back_behind_the_others_and_later():
    turns = Turns([ONE, TWO], [], to_the_end=True)
    turns.again(turns.take())
    assert turns.busy == 1
    second = turns.take()
    assert second.member == TWO
    turns.over(second)

    began = time.monotonic()
    again = turns.take()
    assert (again.member, again.attempt) == (ONE, 2)
    assert 0.05 < time.monotonic() - began < 2


def test_whose_time_has_come_goes_before_who_was_not_tried_but_one_at_a_time():
    turns = Turns([THREE, FOUR], [Turn(0.0, 0, ONE, 2), Turn(0.0, 1, TWO, 2)], to_the_end=True)
    first, second = turns.take(), turns.take()
    assert [first.member, second.member] == [ONE, THREE]

    turns.over(first)
    assert turns.take().member == TWO
    assert turns.take().member == FOUR


def test_who_was_busy_comes_all_at_once_when_nobody_else_is_left():
    turns = Turns([], [Turn(0.0, 0, ONE, 2), Turn(0.0, 1, TWO, 2)], to_the_end=True)
    assert {turns.take().member, turns.take().member} == {ONE, TWO}


def test_a_wave_ends_when_only_busy_ones_are_left_and_hands_them_on():
    turns = Turns([ONE], [], to_the_end=False)
    turns.again(turns.take())
    assert turns.take() is None

    later = Turns([TWO], turns.left(), to_the_end=True)
    assert later.take().member == TWO
    assert later.take().member == ONE


def test_a_worker_waits_for_what_another_may_put_back():
    turns = Turns([ONE], [], to_the_end=True)
    turn, found = turns.take(), []
    waiting = threading.Thread(target=lambda: found.append(turns.take()))
    waiting.start()
    turns.again(turn)
    waiting.join(5)
    assert found[0].attempt == 2


def test_the_end_is_for_everybody():
    turns = Turns([ONE, TWO], [], to_the_end=True)
    turns.end()
    assert turns.take() is None


def test_waves_grow_tenfold():
    members = [Member(number, "", str(number), "") for number in range(25)]
    assert [len(wave) for wave in waves.waves(members, 2)] == [2, 20, 3]
    assert [len(wave) for wave in waves.waves(members, 0)] == [1, 10, 14]


def test_a_run_may_leave_two_behind_or_one_of_fifty():
    assert [waves.allowed(tried) for tried in (0, 3, 100, 150, 1000)] == [2, 2, 2, 3, 20]
