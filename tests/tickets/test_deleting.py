"""Deleting: gone for everybody at once, back for a while, and then erased with its files."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portico import clock, wiring
from portico.errors import Forbidden, Missing
from portico.storage import CompanyStorage
from shared_apps.accounts.models import StoredAnswer
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, attachments, tally
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tenants.models import Due

LATER = timedelta(days=30, minutes=1)


def seen(who):
    return list(Ticket.objects.visible_to(who))


def numbers():
    return tally.read({"all", "open", "unassigned", "step:customer_service:new"})


def test_a_deleted_request_is_not_there_for_anybody(inside, acme, wish, ada, ben, cleo):
    ticket = wish()
    with inside(acme):
        actions.delete(ticket, by=ada)

        assert [seen(who) for who in (ada, ben, cleo)] == [[], [], []]
        assert list(Message.objects.visible_to(ada)) == []
        assert set(numbers().values()) == {0}
        for who in (ada, cleo):
            with pytest.raises(Missing):
                actions.reply(ticket, "Hello?", by=who)
        assert list(Ticket.objects.deleted_for(ada)) == [ticket]
        assert list(Ticket.objects.deleted_for(ben)) == []


def test_only_managers_delete_and_bring_back(inside, acme, wish, ada, ben, cleo):
    ticket = wish()
    with inside(acme):
        actions.assign(ticket, Assignee(ben.id, ben.label), by=ben)
    for who in (ben, cleo):
        with inside(acme), pytest.raises(Forbidden):
            actions.delete(ticket, by=who)
    with inside(acme):
        actions.delete(ticket, by=ada)
        with pytest.raises(Forbidden):
            actions.bring_back(ticket, by=ben)


def test_what_is_asked_of_portico_is_not_deleted(inside, acme, asked, ada):
    with inside(acme), pytest.raises(Missing):
        actions.delete(asked, by=ada)


def test_it_comes_back_as_it_was(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        before = numbers()
        actions.delete(ticket, by=ada)
        back = actions.bring_back(ticket, by=ada)

        assert seen(cleo) == [ticket]
        assert numbers() == before
        assert back.last_activity_at == ticket.last_activity_at
        verbs = list(Event.objects.about(ticket.pk).values_list("verb", "actor_label"))
        assert verbs[-2:] == [("ticket.delete", "Ada Lind"), ("ticket.bring_back", "Ada Lind")]
        with pytest.raises(Missing):
            actions.bring_back(ticket, by=ada)


def test_what_was_merged_into_it_goes_along_and_comes_back(inside, acme, wish, ada, cleo):
    first, second = wish(), wish()
    with inside(acme):
        actions.merge(second, first, by=ada)
        actions.delete(first, by=ada)
        assert seen(cleo) == []
        assert list(Ticket.objects.deleted_for(ada)) == [first]
        actions.bring_back(first, by=ada)
        assert set(seen(cleo)) == {first, second}


def test_solving_an_incident_leaves_a_deleted_child_alone(inside, acme, wish, ada):
    incident, child = wish(), wish()
    with inside(acme):
        actions.make_incident(incident, True, by=ada)
        actions.place_under(child, incident, by=ada)
        actions.delete(child, by=ada)
        actions.change_status(incident, "resolved", by=ada)
        assert Ticket.objects.get(pk=child.pk).status == "new"


def test_undoing_the_solution_of_an_incident_leaves_a_deleted_child_alone(inside, acme, wish, ada):
    incident, child = wish(), wish()
    with inside(acme):
        actions.make_incident(incident, True, by=ada)
        actions.place_under(child, incident, by=ada)
        solved = actions.change_status(incident, "resolved", by=ada)
        actions.delete(child, by=ada)
        before = Ticket.objects.get(pk=child.pk)
        actions.step_back(incident, "new", by=ada, seen_version=solved.version)
        after = Ticket.objects.get(pk=child.pk)
        assert (after.status, after.version) == (before.status, before.version)


def test_after_thirty_days_it_is_erased_with_its_files(inside, acme, wish, ada, cleo):
    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("lamp.txt", b"It flickers."), by=cleo)
    ticket, other, child = wish(files=[file.pk]), wish(), wish()
    with inside(acme):
        actions.link(ticket, other, "relates", by=ada)
        actions.favour(ticket, True, by=ada)
        actions.place_under(child, ticket, by=ada)
        actions.merge(wish(), ticket, by=ada)
        actions.delete(ticket, by=ada)
        kept_as = Attachment.objects.get(pk=file.pk).kept_as
        wiring.erase_tickets(ticket.pk.hex)
        assert Ticket.objects.filter(pk=ticket.pk).exists(), "its time has not come"

        with clock.at(clock.now() + LATER):
            wiring.erase_tickets(ticket.pk.hex)
        assert set(Ticket.objects.all()) == {other, child}
        assert not Attachment.objects.exists()
        assert not CompanyStorage().exists(kept_as)
        assert Ticket.objects.get(pk=child.pk).parent_id is None
        assert Event.objects.about(ticket.pk).last().verb == "ticket.erase"


def test_what_a_program_was_answered_is_erased_along(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        body = {"id": str(ticket.pk), "subject": ticket.subject}
        for key, said in (("k-1", body), ("form:1", {"address": "/requests"})):
            StoredAnswer.objects.create(actor_id=ada.id, key=key, digest="", status=201, body=said)
        actions.delete(ticket, by=ada)
        with clock.at(clock.now() + LATER):
            wiring.erase_tickets(ticket.pk.hex)
        assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["form:1"]


def test_the_worker_is_reminded_and_not_of_what_came_back(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        actions.delete(ticket, by=ada)
        due = Due.objects.get(job="erase_ticket", key=ticket.pk.hex)
        assert timedelta(days=29, hours=23) < due.due_at - clock.now() <= timedelta(days=30)
        actions.bring_back(ticket, by=ada)
        assert not Due.objects.filter(job="erase_ticket").exists()
