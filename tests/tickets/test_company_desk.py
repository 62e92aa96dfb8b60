"""The company's own desk: what customers ask and agents answer, told at the level of the rules."""

from datetime import timedelta

import pytest

from portico import clock
from portico.errors import Forbidden, Invalid, Missing, Refused
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, drafts, kinds, settings, tally
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Link, Message, Tally, Ticket


def taken(ticket, who):
    return actions.assign(ticket, Assignee(who.id, who.label), by=who)


def verbs(ticket):
    return list(Event.objects.about(ticket.pk).values_list("verb", flat=True))


def counters_are_true():
    keys = set(Tally.objects.values_list("key", flat=True))
    assert {key: number for key, number in tally.read(keys).items() if number} == tally.counted()


def test_a_customer_asks_and_an_agent_answers(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        ticket = taken(ticket, ben)
        assert (ticket.status, ticket.assignee_name) == ("open", ben.label)

        message = actions.reply(ticket, "A new lamp is on its way.", by=ben, status="pending_customer")

        ticket.refresh_from_db()
        assert message.is_staff_reply
        assert (ticket.status, ticket.unread_by_customer, ticket.unread_by_agent) == ("pending_customer", 1, 0)
        assert ticket.first_reply_at == message.created_at
        actions.reply(ticket, "It came, thank you.", by=cleo)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.unread_by_agent) == ("open", 1)
        counters_are_true()


SEEN = {"olga": 2, "ada": 2, "ben": 1, "mia": 1, "cleo": 1, "lin": 0, "omar": 0}


@pytest.mark.parametrize(("name", "number"), SEEN.items())
def test_who_sees_what(inside, acme, wish, actor_for, ada, mia, name, number):
    """Two requests: Cleo's, which nobody has, and Mia's, which is Ada's work."""
    wish()
    mine, actor = wish(by=mia, subject="Mia's own"), actor_for(name)
    with inside(acme):
        taken(mine, ada)
        assert Ticket.objects.visible_to(actor, "company").count() == number


def test_notes_never_reach_the_customer(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "He always says that.", by=ben, internal=True)

        assert Message.objects.visible_to(ben).count() == 2
        assert Message.objects.visible_to(cleo).count() == 1
        assert Ticket.objects.get().unread_by_customer == 0
        with pytest.raises(Forbidden, match="agents"):
            actions.reply(ticket, "A note of mine", by=cleo, internal=True)


def test_putting_back_returns_what_was_begun(inside, acme, wish, ben):
    ticket = wish(type="simple")
    with inside(acme):
        assert ticket.status == "open"
        ticket = taken(ticket, ben)
        assert ticket.status == "in_progress"
        assert actions.assign(ticket, None, by=ben).status == "open"
        told = Event.objects.filter(verb="ticket.assign").order_by("at", "id")
        assert [one.facts["reason"] for one in told] == ["self", "manual"]
        counters_are_true()


def test_agents_assign_nobody_but_themselves(inside, acme, wish, ada, ben):
    ticket = wish()
    with inside(acme):
        with pytest.raises(Forbidden):
            actions.assign(ticket, Assignee(ada.id, ada.label), by=ben)
        actions.assign(ticket, Assignee(ada.id, ada.label), by=ada)
        with pytest.raises(Missing):
            taken(ticket, ben)


def test_only_who_works_on_it_or_a_manager_changes_it(inside, acme, wish, ada, ben, cleo):
    ticket = wish()
    with inside(acme):
        with pytest.raises(Forbidden, match="Take it first"):
            actions.change(ticket, {"urgency": "critical"}, by=ben)
        actions.change(ticket, {"urgency": "critical", "tags": ["Lamp", "lamp "]}, by=ada)
        ticket = taken(ticket, ben)
        assert (ticket.urgency, ticket.tags) == ("critical", ["lamp"])
        changed = actions.change(ticket, {"importance": "critical", "department": "technical"}, by=ben)
        assert (changed.priority, changed.department) == ("P1", "technical")
        with pytest.raises(Forbidden):
            actions.change(ticket, {"urgency": "low"}, by=cleo)
        with pytest.raises(Invalid) as wrong:
            actions.change(ticket, {"urgency": "now", "colour": "red", "department": "moon"}, by=ada)
        assert "colour" in wrong.value.fields


def test_customers_close_and_reopen_and_nothing_else(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        with pytest.raises(Forbidden, match="close"):
            actions.change_status(ticket, "pending_customer", by=cleo)
        ticket = actions.change_status(ticket, "resolved", by=ada)
        assert actions.change_status(ticket, "open", by=cleo).solved_at is None
        closed = actions.change_status(ticket, "closed", by=cleo)
        assert closed.closed_at
        with pytest.raises(Refused, match="closed"):
            actions.reply(ticket, "One more thing", by=cleo)
        counters_are_true()


def test_a_step_the_type_does_not_know_is_refused_with_those_it_knows(inside, acme, wish, ada):
    ticket = wish(type="engineering")
    with inside(acme), pytest.raises(Refused, match="in_progress, waiting_on_customer, resolved, closed"):
        actions.change_status(ticket, "reopened", by=ada)


def test_a_step_is_undone_while_nothing_happened_since(inside, acme, wish, ada, ben):
    ticket = wish()
    with inside(acme):
        solved = actions.change_status(ticket, "resolved", by=ada)
        assert actions.step_back(solved, "new", by=ada, seen_version=solved.version).status == "new"
        counters_are_true()
        again = actions.change_status(ticket, "resolved", by=ada)
        actions.reply(ticket, "All well?", by=ben)
        with pytest.raises(Refused, match="meanwhile"):
            actions.step_back(again, "new", by=ada, seen_version=again.version)


def test_a_follow_up_goes_on_from_a_closed_request(inside, acme, wish, cleo):
    first = wish()
    with inside(acme):
        first = actions.change_status(first, "closed", by=cleo)
    second = wish(follows=first)
    with inside(acme):
        assert Link.objects.get().other_id == first.pk
        assert Link.objects.get().ticket_id == second.pk


def test_sending_is_taken_back_within_ten_seconds(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        message = actions.reply(ticket, "Oh dear.", by=ben, can_undo=True)
        assert Message.objects.visible_to(cleo).count() == 1
        actions.take_back(message, by=ben)
        assert Message.objects.visible_to(ben).count() == 1
        late = actions.reply(ticket, "Again.", by=ben, can_undo=True)
        with clock.at(clock.now() + timedelta(seconds=11)):
            assert Message.objects.visible_to(cleo).count() == 2
            with pytest.raises(Refused, match="sent"):
                actions.take_back(late, by=ben)


def test_a_reply_waits_for_words_that_its_writer_has_not_seen(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        seen = ticket.messages.get().pk
        newer = actions.reply(ticket, "By the way …", by=cleo)
        with pytest.raises(Refused) as refused:
            actions.reply(ticket, "Dear Cleo", by=ben, seen_message=seen)
        assert refused.value.code == "written_meanwhile"
        actions.reply(ticket, "Dear Cleo", by=ben, seen_message=newer.pk)


def test_an_edit_keeps_what_stood_there(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        message = actions.reply(ticket, "Tomorow", by=ben)
        actions.edit(message, "Tomorrow", by=ben)
        message.refresh_from_db()
        assert (message.body, message.edits[0]["body"]) == ("Tomorrow", "Tomorow")
        with pytest.raises(Forbidden):
            actions.edit(message, "Never", by=cleo)


def test_rich_text_keeps_its_look_and_nothing_else(inside, acme, wish, ben):
    ticket = wish()
    with inside(acme):
        html = "<p>Dear <b>Cleo</b><script>alert(1)</script><img src=x onerror=alert(1)></p>"
        message = actions.reply(ticket, "", by=ben, html=html)
        assert "script" not in message.html
        assert "img" not in message.html
        assert "<b>Cleo</b>" in message.html
        assert message.body.startswith("Dear Cleo")


def test_merging_makes_one_conversation_and_can_be_undone(inside, acme, wish, ada, cleo, mia):
    one, two = wish(), wish(by=mia, subject="Lamp again")
    with inside(acme):
        into = actions.merge(two, one, by=ada)
        assert Message.objects.of(into).count() == 2
        assert into.watchers == [mia.id]
        with pytest.raises(Refused, match="merged"):
            actions.reply(two, "Here?", by=mia)
        counters_are_true()

        back = actions.unmerge(two, by=ada)
        assert (back.status, back.merged_into_id, back.closed_at) == ("new", None, None)
        assert Ticket.objects.get(pk=one.pk).watchers == []
        counters_are_true()


def test_what_was_merged_before_goes_along_and_comes_back(inside, acme, wish, ada):
    first, second, third = wish(), wish(), wish()
    with inside(acme):
        actions.merge(first, second, by=ada)
        actions.merge(second, third, by=ada)
        assert Message.objects.of(third).count() == 3

        actions.unmerge(second, by=ada)
        assert Message.objects.of(third).count() == 1
        assert Message.objects.of(second).count() == 2
        counters_are_true()


def test_solving_an_incident_solves_what_hangs_on_it(inside, acme, wish, ada):
    incident, first, second = wish(subject="No light anywhere"), wish(), wish(type="simple")
    with inside(acme):
        actions.make_incident(incident, True, by=ada)
        for child in (first, second):
            actions.place_under(child, incident, by=ada)
        actions.change_status(incident, "resolved", by=ada)

        assert list(Ticket.objects.order_by("number").values_list("status", flat=True)) == [
            "resolved",
            "resolved",
            "closed",
        ]
        assert "resolved via incident" in first.messages.last().body
        counters_are_true()


def test_a_message_becomes_a_ticket_of_its_own(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        message = actions.reply(ticket, "And the door squeaks.", by=cleo)
        made = actions.split(message, "The door squeaks", by=ada)
        assert (made.requester_id, made.messages.get().body) == (cleo.id, "And the door squeaks.")
        assert "ticket.split" in verbs(ticket)


def test_what_is_split_off_needs_no_answers_that_nobody_was_asked_for(inside, acme, wish, ada, cleo):
    ticket = wish(type="simple")
    needed = [{"key": "serial", "label": "Serial number", "kind": "text", "required": "create"}]
    with inside(acme):
        actions.keep_type("simple", drafts.plain(kinds.load()["simple"]) | {"fields": needed}, by=ada)
        message = actions.reply(ticket, "And the door squeaks.", by=cleo)
        assert actions.split(message, "The door squeaks", by=ada).fields == {}
        actions.change(Ticket.objects.get(pk=ticket.pk), {"fields": {"serial": "K7"}}, by=ada)
        assert actions.split(message, "The door sticks", by=ada).fields == {"serial": "K7"}


def test_what_is_split_off_takes_no_type_or_department_that_is_gone(inside, acme, wish, ada, cleo):
    ticket = wish(type="simple", department="sales")
    with inside(acme):
        message = actions.reply(ticket, "And the door squeaks.", by=cleo)
        actions.keep_type("simple", drafts.plain(kinds.load()["simple"]) | {"is_retired": True}, by=ada)
        actions.set_to("departments", settings.read("departments")["departments"][:1], by=ada)
        made = actions.split(message, "The door squeaks", by=ada)
        assert (made.type, made.department) == ("customer_service", "")


def test_rest_ends_with_a_word(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        ticket = taken(ticket, ben)
        actions.snooze(ticket, clock.now() + timedelta(days=1), by=ben)
        assert tally.read([f"mine:{ben.id}", "snoozed"]) == {f"mine:{ben.id}": 0, "snoozed": 1}
        actions.reply(ticket, "Still there?", by=cleo)
        assert not Ticket.objects.get().is_snoozed
        counters_are_true()


def test_looking_zeroes_ones_own_side(inside, acme, wish, ben, cleo):
    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "Hello", by=ben)
        actions.mark_read(ticket, by=cleo)
        ticket.refresh_from_db()
        assert (ticket.unread_by_customer, ticket.unread_by_agent) == (0, 0)


def test_the_platforms_staff_never_sees_any_of_it(inside, acme, wish, omar):
    ticket = wish()
    with inside(acme):
        for attempt in (lambda: actions.reply(ticket, "?", by=omar), lambda: actions.change(ticket, {}, by=omar)):
            with pytest.raises((Missing, Forbidden)):
                attempt()
