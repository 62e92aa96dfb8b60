"""Lin passes on what she cannot do: up the path, down again, to a colleague; and why, which no company ever reads."""

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console.models import TicketIndex
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, levels
from tenant_apps.tickets.actions import Assignee

WHY = "The certificate chain is broken, I cannot see the server."


@pytest.fixture
def do(inside, acme):
    """`do(actions.escalate, ticket, …)` at Acme."""

    def run(action, *words, **options):
        with inside(acme):
            return action(*words, **options)

    return run


@pytest.fixture
def max_(actor_for):
    return actor_for("max")


def named(person):
    return Assignee(person.id, person.label)


def test_what_is_escalated_is_nobodys_until_one_of_that_level_takes_it(do, asked, lin, outside):
    do(actions.assign, asked, named(lin), by=lin)

    after = do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin)

    assert (after.escalation, after.assignee_id) == (levels.ENGINEER, None)
    with outside():
        row = TicketIndex.objects.get(ticket_id=asked.pk)
        assert (row.escalation, row.assignee_id, row.version) == (levels.ENGINEER, None, after.version)


def test_why_stands_in_the_platforms_audit_and_nowhere_in_the_company(do, asked, lin, sam, eli, inside, outside, acme):
    do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin)
    do(actions.assign, asked, named(eli), by=sam, why=WHY)

    with inside(acme):
        assert not [one for one in Event.objects.all() if WHY in str(one.facts)]
    with outside():
        told = PlatformAuditLog.objects.filter(verb__in=actions.PASSED).order_by("at")
        assert [(one.verb, one.facts["why"]) for one in told] == [("ticket.escalate", WHY), ("ticket.assign", WHY)]


@pytest.mark.parametrize("why", ["", "  ", "x" * 501, "\x00"])
def test_it_needs_a_reason_that_can_be_kept(do, asked, lin, why):
    with pytest.raises(Invalid) as no:
        do(actions.escalate, asked, levels.ENGINEER, why, by=lin)
    assert list(no.value.fields) == ["reason"]


def test_it_goes_up_to_one_person_and_further_up(do, asked, lin, eli, sam):
    after = do(actions.escalate, asked, levels.ENGINEER, WHY, to=named(eli), by=lin)
    assert (after.escalation, after.assignee_name) == (levels.ENGINEER, "Eli Roy")

    after = do(actions.escalate, asked, levels.SUPERVISOR, WHY, to=named(sam), by=eli)
    assert (after.escalation, after.assignee_name) == (levels.SUPERVISOR, "Sam Oduya")


@pytest.mark.parametrize(("name", "goes"), [("lin", False), ("sam", True), ("omar", True)])
def test_down_it_goes_from_its_own_level_alone(do, asked, lin, actor_for, name, goes):
    do(actions.escalate, asked, levels.SUPERVISOR, WHY, by=lin)
    if goes:
        assert do(actions.escalate, asked, levels.NOT, WHY, by=actor_for(name)).escalation == levels.NOT
    else:
        with pytest.raises(Forbidden, match="waits for a supervisor"):
            do(actions.escalate, asked, levels.ENGINEER, WHY, by=actor_for(name))


def test_whoever_does_not_see_it_cannot_escalate_it(do, asked, una, ada):
    with pytest.raises(Missing):
        do(actions.escalate, asked, levels.ENGINEER, WHY, by=una)
    with pytest.raises(Forbidden):
        do(actions.escalate, asked, levels.ENGINEER, WHY, by=ada)


def test_a_request_of_the_companys_own_desk_has_no_such_path(do, wish, sam, inside, acme):
    with pytest.raises(Missing):
        do(actions.escalate, wish(), levels.ENGINEER, WHY, by=sam)


def test_what_is_there_already_or_done_is_refused(do, asked, lin):
    with pytest.raises(Refused, match="not escalated"):
        do(actions.escalate, asked, levels.NOT, WHY, by=lin)
    do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin)
    with pytest.raises(Refused, match="already"):
        do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin)
    do(actions.change_status, asked, "solved", by=lin)
    with pytest.raises(Refused, match="done"):
        do(actions.escalate, asked, levels.SUPERVISOR, WHY, by=lin)


def test_whoever_saw_an_older_state_is_told(do, asked, lin, sam):
    do(actions.change_status, asked, "triaged", by=sam)
    with pytest.raises(Refused, match="changed meanwhile"):
        do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin, seen_version=1)


def test_lin_hands_over_only_with_a_reason(do, asked, lin, una):
    with pytest.raises(Forbidden, match="say why"):
        do(actions.assign, asked, named(una), by=lin)

    do(actions.assign, asked, named(una), why=WHY, by=lin)

    event = do(lambda: Event.objects.filter(verb="ticket.assign").get())
    assert (event.facts["reason"], event.facts["assignee_name"]) == ("hand_over", "Una Weiss")


@pytest.mark.parametrize("name", ["sam", "max_"])
def test_supervisors_and_account_managers_reassign_without_one(do, asked, request, una, lin, sam, name, outside):
    by = request.getfixturevalue(name)
    do(actions.assign, asked, named(lin if name == "sam" else by), by=sam)

    do(actions.assign, asked, named(una), by=by)

    event = do(lambda: Event.objects.filter(verb="ticket.assign").order_by("at").last())
    assert event.facts["reason"] == "reassignment"


def test_passing_on_is_taken_back_by_who_did_it_and_by_nobody_else(do, asked, una, sam):
    do(actions.assign, asked, named(una), by=sam)
    after = do(actions.escalate, asked, levels.ENGINEER, WHY, by=una)
    with pytest.raises(Missing):
        do(actions.undo_passing, asked, levels.NOT, None, by=sam, seen_version=after.version)

    back = do(actions.undo_passing, asked, levels.NOT, named(una), by=una, seen_version=after.version)

    assert (back.escalation, back.assignee_id) == (levels.NOT, una.id)


def test_what_went_on_meanwhile_is_not_taken_back(do, asked, lin, sam):
    after = do(actions.escalate, asked, levels.ENGINEER, WHY, by=lin)
    do(actions.reply, asked, "Looking at it.", by=sam)
    with pytest.raises(Refused, match="changed meanwhile"):
        do(actions.undo_passing, asked, levels.NOT, None, by=lin, seen_version=after.version)
