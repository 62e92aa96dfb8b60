"""Who looks after what, and what is written down about it."""

import pytest

from portico.errors import Forbidden, Invalid, Refused
from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.staff.actions import mark_of, set_coverage, undo_coverage
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Ticket


def _user(person):
    return User.objects.get(pk=person.id)


def test_a_supervisor_sets_what_somebody_covers(outside, actor_for, sam, una):
    with outside():
        assert set_coverage(_user(una), ["email", "website", "email"], by=sam) == ["email", "website"]
    assert actor_for("una").covers == {"email", "website"}

    with outside():
        set_coverage(_user(una), [], by=sam)
    assert actor_for("una").covers == frozenset()


def test_support_does_not_set_coverage(outside, lin, una):
    with outside(), pytest.raises(Forbidden):
        set_coverage(_user(una), ["email"], by=lin)


def test_an_unknown_subject_changes_nothing(outside, actor_for, sam, lin):
    with outside(), pytest.raises(Invalid, match="correct"):
        set_coverage(_user(lin), ["email", "weather"], by=sam)
    assert actor_for("lin").covers == {"website"}


def test_a_change_of_coverage_is_audited_and_no_change_is_not(outside, sam, lin):
    with outside():
        set_coverage(_user(lin), ["email"], by=sam)
        set_coverage(_user(lin), ["email"], by=sam)

        (row,) = PlatformAuditLog.objects.all()
        assert (row.verb, row.subject_id, row.actor_id) == ("team.coverage.update", str(lin.id), sam.id)
        assert row.facts == {"subjects": ["email"], "previous": ["website"]}
        assert row.company_id is None


def test_the_second_of_two_who_change_coverage_is_told_and_nothing_is_lost(outside, actor_for, sam, omar, lin):
    seen = mark_of(["website"])
    with outside():
        set_coverage(_user(lin), ["website", "billing"], by=sam, seen=seen)
        with pytest.raises(Refused, match="meanwhile"):
            set_coverage(_user(lin), ["website", "email"], by=omar, seen=seen)
    assert actor_for("lin").covers == {"website", "billing"}


def test_a_reason_is_kept_with_the_change(outside, sam, lin):
    with outside():
        set_coverage(_user(lin), ["email"], by=sam, reason="Una is on leave")
        with pytest.raises(Invalid):
            set_coverage(_user(lin), [], by=sam, reason="x" * 301)
        (row,) = PlatformAuditLog.objects.all()
    assert row.facts == {"subjects": ["email"], "previous": ["website"], "reason": "Una is on leave"}


def test_a_change_is_taken_back_unless_it_was_changed_again(outside, actor_for, sam, lin):
    with outside():
        set_coverage(_user(lin), ["email"], by=sam)
        facts = PlatformAuditLog.objects.get().facts
        undo_coverage(_user(lin), facts, by=sam)
    assert actor_for("lin").covers == {"website"}
    with outside(), pytest.raises(Refused):
        undo_coverage(_user(lin), facts, by=sam)


def test_every_ticket_verb_is_audited_with_its_company(inside, outside, acme, ada, lin):
    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="Secret words", by=ada)
        actions.reply(ticket, "On it", by=lin)
        actions.change_status(ticket, "triaged", by=lin)
        actions.assign(ticket, Assignee(lin.id, lin.label), by=lin)

    with outside():
        rows = PlatformAuditLog.objects.order_by("at", "id")
        assert [row.verb for row in rows] == [
            "ticket.create",
            "ticket.message.create",
            "ticket.status.update",
            "ticket.assign",
        ]
        assert {(row.company_id, row.schema, row.subject_id) for row in rows} == {(1, acme.schema, str(ticket.pk))}
        assert "Secret" not in str(list(rows.values()))


def test_a_change_that_is_undone_leaves_no_audit(inside, outside, acme, ada):
    with pytest.raises(ZeroDivisionError), inside(acme):
        actions.open_ticket(subject="website", description="?", by=ada)
        raise ZeroDivisionError
    with outside():
        assert not PlatformAuditLog.objects.exists()


def test_what_staff_see_follows_coverage_and_assignment(inside, acme, ada, lin, una, eli, sam, omar):
    with inside(acme):
        website = actions.open_ticket(subject="website", description="?", by=ada)
        email = actions.open_ticket(subject="email", description="?", by=ada)
        actions.assign(email, Assignee(una.id, una.label), by=sam)

        seen = {person.label: set(Ticket.objects.visible_to(person)) for person in (lin, una, eli, sam, omar)}
    assert seen["Lin Haas"] == {website}
    assert seen["Una Weiss"] == {email}
    assert seen["Eli Roy"] == set()
    assert seen["Sam Oduya"] == seen["Omar Said"] == {website, email}
