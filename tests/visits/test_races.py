"""Two at the same moment: one comes in, one thing is done, one question is asked."""

import threading

import pytest
from django.db import connections

from portico.errors import Refusal
from tests.visits.conftest import WHY, code_of
from tests.visits.test_acting import fields_of


def at_once(*acts):
    """What each of these gave, or the code of what was refused, begun at the same moment."""
    found, ready = [], threading.Barrier(len(acts))

    def run(act):
        try:
            ready.wait(10)
            found.append(act())
        except Refusal as no:
            found.append(no.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def done(acme, inside):
    """`done(ask, …)` = a verb of visits, as something to be done at Acme."""

    def make(verb, *words, **more):
        def act():
            with inside(acme):
                verb(*words, **more)
                return "done"

        return act

    return make


def test_one_code_lets_one_in(wanted, agreed, cleo, done, visits):
    from tenant_apps.visits import actions

    agreed("act")
    code = code_of(wanted("sam", cleo))
    assert sorted(at_once(*[done(actions.begin, code)] * 3)) == ["done", "not_found", "not_found"]
    assert len(visits(state="running")) == 1


def test_two_codes_of_one_person_let_one_in(wanted, agreed, cleo, mia, done, visits):
    from tenant_apps.visits import actions

    agreed("act")
    codes = [code_of(wanted("sam", person)) for person in (cleo, mia)]
    assert sorted(at_once(*[done(actions.begin, code) for code in codes])) == ["done", "visiting"]
    assert len(visits(state="running")) == 1


def test_one_question_is_asked(question, cleo, sam, done, visits):
    from tenant_apps.visits import actions

    ask = done(actions.ask, question, cleo.id, "read", WHY, by=sam)
    assert sorted(at_once(ask, ask, ask)) == ["asked_already", "asked_already", "done"]
    assert len(visits()) == 1


def test_two_managers_decide_once(question, cleo, sam, ada, olga, done, acme, inside, visits):
    from tenant_apps.visits import actions

    with inside(acme):
        key = actions.ask(question, cleo.id, "read", WHY, by=sam).pk
    told = at_once(done(actions.decide, key, True, by=ada), done(actions.decide, key, False, by=olga))
    assert sorted(told) == ["decided", "done"]


def test_whoever_withdraws_while_somebody_begins_leaves_nobody_in(wanted, agreed, cleo, ada, done, visits):
    from tenant_apps.visits import actions

    for _ in range(5):
        agreed("act")
        code = code_of(wanted("sam", cleo))
        told = at_once(done(actions.begin, code), done(actions.agree, "off", None, "", by=ada))
        assert set(told) <= {"done", "not_found"}
        assert visits(state="running") == []


def test_a_confirmation_that_is_sent_twice_at_once_is_done_once(come_in, cleo, wish, acme, inside, settings):
    from tenant_apps.tickets.models import Message
    from tests.support.clients import Client

    ticket, browser = wish(), come_in("sam", cleo, "act")
    path = f"/requests/{ticket.pk}/reply"
    said = fields_of(browser.post(path, {"body": "Once, please."}))

    def send():
        copy = Client(headers={"Host": "acme.localhost:8000"})
        copy.cookies[settings.VISIT_COOKIE_NAME] = browser.cookies[settings.VISIT_COOKIE_NAME].value
        return copy.post(path, said).status_code

    assert sorted(at_once(send, send, send)) == [302, 409, 409]
    with inside(acme):
        assert Message.objects.filter(ticket=ticket).count() == 2


def test_a_visit_ends_once(come_in, cleo, done, visits, happened):
    from tenant_apps.visits import actions

    come_in("sam", cleo)
    (visit,) = visits()
    assert at_once(*[done(actions.end, visit, "left")] * 3) == ["done"] * 3
    assert len(happened("visit.end")) == 1
