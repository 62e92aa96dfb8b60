"""A solved request closes by itself when nobody says anything more for some days."""

from datetime import timedelta

import pytest

from portico import clock, tasks
from portico.errors import Invalid
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import CUSTOMER, words
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket
from tenants.models import Due

DAY = timedelta(days=1)


def solve(ticket, by):
    return actions.change_status(ticket, "resolved", by=by)


def standing(ticket):
    return Ticket.objects.get(pk=ticket.pk).status


@pytest.fixture
def solved(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        solve(ticket, ada)
    return ticket


def test_it_closes_after_three_days_of_silence_and_says_why(inside, acme, solved):
    with inside(acme):
        with clock.at(clock.now() + 2 * DAY):
            assert actions.close_silent() == 0
        with clock.at(clock.now() + 3 * DAY):
            assert actions.close_silent() == 1
        assert standing(solved) == "closed"
        told = Event.objects.about(solved.pk).last()
        assert told.actor_kind == "system"
        assert words(told, audience=CUSTOMER).startswith("Closed by itself after 3 days without a word")


def test_a_word_opens_it_and_its_days_begin_anew(inside, acme, solved, ada, cleo):
    with inside(acme):
        with clock.at(clock.now() + 2 * DAY):
            actions.reply(solved, "It flickers again.", by=cleo)
            solve(solved, ada)
        with clock.at(clock.now() + 4 * DAY):
            assert actions.close_silent() == 0
        with clock.at(clock.now() + 5 * DAY):
            assert actions.close_silent() == 1


def test_an_answer_of_staff_to_what_is_solved_begins_them_anew_too(inside, acme, solved, ada):
    with inside(acme):
        with clock.at(clock.now() + 2 * DAY):
            actions.reply(solved, "Tell us should it come back.", by=ada)
        with clock.at(clock.now() + 4 * DAY):
            assert actions.close_silent() == 0


def test_it_is_not_done_where_it_is_switched_off(inside, acme, solved, ada):
    with inside(acme):
        actions.set_to("auto_close_days", 0, by=ada)
        with clock.at(clock.now() + 300 * DAY):
            assert actions.close_silent() == 0
            assert actions.closes_at(Ticket.objects.get(pk=solved.pk), 0) is None
        actions.set_to("auto_close_days", 2, by=ada)
        with clock.at(clock.now() + 2 * DAY):
            assert actions.close_silent() == 1


@pytest.mark.parametrize("days", [-1, 366, True, "7", None])
def test_days_are_a_whole_number(inside, acme, ada, days):
    with inside(acme), pytest.raises(Invalid):
        actions.set_to("auto_close_days", days, by=ada)


def test_the_worker_comes_the_day_after_and_then_when_the_next_one_is_due(inside, acme, outside, solved, wish, ada):
    later = wish()
    with inside(acme):
        due = Due.objects.get(job="close_solved")
        assert timedelta(0) < due.due_at - clock.now() <= DAY
        with clock.at(clock.now() + DAY):
            solve(later, ada)
            assert Due.objects.filter(job="close_solved").count() == 1
    tasks.close_solved(acme.id, acme.generation, "all")
    with inside(acme):
        assert [standing(one) for one in (solved, later)] == ["resolved", "resolved"]
        again = Due.objects.get(job="close_solved")
        assert timedelta(days=2, hours=23) < again.due_at - clock.now() <= 3 * DAY


def test_what_is_deleted_merged_or_of_the_platforms_desk_is_left_alone(inside, acme, solved, wish, asked, ada, sam):
    gone, merged = wish(), wish()
    with inside(acme):
        solve(gone, ada)
        solve(merged, ada)
        actions.delete(gone, by=ada)
        actions.merge(merged, solved, by=ada)
        actions.change_status(asked, "solved", by=sam)
        with clock.at(clock.now() + 30 * DAY):
            assert actions.close_silent() == 1
        assert (standing(solved), standing(asked)) == ("closed", "solved")


def test_what_is_closed_already_is_not_looked_for_any_more(inside, acme, solved, ada):
    with inside(acme):
        ticket = Ticket.objects.get(pk=solved.pk)
        assert actions.closes_at(ticket, 3) == ticket.solved_at + 3 * DAY
        with clock.at(clock.now() + 3 * DAY):
            actions.close_silent()
            assert actions.close_silent() == 0, "it is closed already"
            assert not Due.objects.filter(job="close_solved", due_at__gt=clock.now()).exists()
