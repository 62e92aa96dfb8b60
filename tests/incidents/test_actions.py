"""What is done with an incident: who may, what is refused, and what stands in the audit."""

import pytest

from portico.errors import Forbidden, Invalid, Refused, SignInNeeded
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.incidents import actions
from shared_apps.incidents.models import Incident
from tests.support.incidents import open_one


@pytest.fixture
def incident(outside, sam):
    with outside():
        return open_one(sam)


@pytest.fixture
def do(outside, incident):
    def run(action, *words, **more):
        with outside():
            return action(incident, *words, **more)

    return run


def test_it_is_told_solved_and_opened_again(do, sam, incident):
    assert (incident.number, incident.state, incident.turn) == (f"INC-{incident.pk}", "investigating", 0)
    said = do(actions.say, "identified", " A relay is down. ", by=sam)
    assert (said.state, said.words, said.turn) == ("identified", "A relay is down.", 1)
    over = do(actions.solve, "All is sent.", by=sam)
    assert (over.state, over.turn, over.is_open) == ("resolved", 2, False)
    assert do(actions.solve, "Again.", by=sam).turn == 2
    back = do(actions.reopen, "It is back.", by=sam)
    assert (back.state, back.solved_at, back.turn) == ("investigating", None, 3)


def test_what_is_over_is_not_told_of(do, sam):
    do(actions.solve, "All is sent.", by=sam)
    with pytest.raises(Refused, match="Reopen it first"):
        do(actions.say, "identified", "More.", by=sam)


def test_whoever_saw_an_older_version_is_told(do, sam, incident):
    do(actions.say, "identified", "A relay is down.", by=sam, seen=incident.version)
    for action, words in ((actions.say, ["monitoring", "More."]), (actions.solve, ["Over."])):
        with pytest.raises(Refused, match="meanwhile"):
            do(action, *words, by=sam, seen=incident.version)


@pytest.mark.parametrize("name", ["eli", "sam", "ann", "omar"])
def test_engineers_and_those_who_lead_may(do, actor_for, name):
    assert do(actions.say, "identified", "A relay is down.", by=actor_for(name)).turn == 1


@pytest.mark.parametrize("name", ["lin", "una", "max", "ada"])
def test_nobody_else_may(do, actor_for, name, outside):
    by = actor_for(name)
    for action, words in (
        (actions.say, ["identified", "Words."]),
        (actions.solve, ["Words."]),
        (actions.reopen, ["Words."]),
        (actions.take_lead, []),
    ):
        with pytest.raises((Forbidden, SignInNeeded)):
            do(action, *words, by=by)
    with outside(), pytest.raises(Forbidden):
        open_one(by)


@pytest.mark.parametrize("words", ["", "  ", "x" * 2_001, "nul \x00", "half \ud800"])
def test_words_that_cannot_be_told_are_refused(do, sam, words, outside):
    with pytest.raises(Invalid):
        do(actions.say, "identified", words, by=sam)
    with outside():
        assert Incident.objects.get().turn == 0


@pytest.mark.parametrize("state", ["resolved", "lost", ""])
def test_an_update_says_one_of_the_open_states(do, sam, state):
    with pytest.raises(Invalid):
        do(actions.say, state, "Words.", by=sam)


def test_the_audit_tells_what_was_done_and_no_words(do, sam, outside):
    do(actions.say, "identified", "SECRETWORDS", by=sam)
    do(actions.write_note, "SECRETNOTE", by=sam)
    with outside():
        rows = list(PlatformAuditLog.objects.filter(subject_type="incidents.incident").order_by("at", "id"))
    assert [row.verb for row in rows] == ["incident.create", "incident.say", "incident.note"]
    assert "SECRET" not in str([row.facts for row in rows])


def test_it_can_be_called_otherwise_and_led_by_another(do, sam, eli, incident):
    said = {"headline": "Relay 3", "title": "Mail is late", "subject": "email"}
    changed = do(actions.change, by=sam, seen=incident.version, **said)
    assert (changed.headline, changed.version) == ("Relay 3", 2)
    assert do(actions.change, by=sam, **said).version == 2
    assert do(actions.take_lead, by=eli).lead_name == "Eli Roy"
