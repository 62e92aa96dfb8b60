"""Deleting: gone for everybody at once, back for a while, and then erased with its files."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection

from portico import clock, jobs
from portico.errors import Forbidden, Missing
from portico.ids import uuid7
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
        jobs.erase_tickets(ticket.pk.hex)
        assert Ticket.objects.filter(pk=ticket.pk).exists(), "its time has not come"

        with clock.at(clock.now() + LATER):
            jobs.erase_tickets(ticket.pk.hex)
        assert set(Ticket.objects.all()) == {other, child}
        assert not Attachment.objects.exists()
        jobs.unlink_file(Due.objects.get(job="unlink").key)
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
            jobs.erase_tickets(ticket.pk.hex)
        assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["form:1"]


def test_the_worker_is_reminded_and_not_of_what_came_back(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        actions.delete(ticket, by=ada)
        due = Due.objects.get(job="erase_ticket", key=ticket.pk.hex)
        assert timedelta(days=29, hours=23) < due.due_at - clock.now() <= timedelta(days=30)
        actions.bring_back(ticket, by=ada)
        assert not Due.objects.filter(job="erase_ticket").exists()


def test_the_journal_forgets_the_words_of_what_was_erased_and_of_nothing_else(inside, acme, wish, ada, cleo):
    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("divorce.txt", b"Words."), by=cleo)
    ticket = wish(subject="My divorce", files=[file.pk])
    stays, merged = wish(subject="Still here"), wish(subject="My divorce again")
    with inside(acme):
        actions.change(ticket, {"subject": "The divorce papers", "urgency": "high"}, by=ada)
        actions.merge(merged, ticket, by=ada)
        actions.delete(ticket, by=ada)
        with clock.at(clock.now() + LATER):
            jobs.erase_tickets(ticket.pk.hex)

        told = {event.verb: event for event in Event.objects.filter(subject_id__in=[ticket.pk, merged.pk])}
        assert "divorce" not in str([event.facts for event in told.values()])
        assert {"ticket.create", "ticket.change", "ticket.merge", "attachment.add", "ticket.erase"} <= set(told)
        assert told["ticket.create"].facts["number"] in (ticket.number, merged.number)
        assert told["ticket.change"].facts["changes"] == [["subject", None, None], ["urgency", None, None]]
        assert Event.objects.about(stays.pk).first().facts["subject"] == "Still here"


def test_why_somebody_rated_it_is_forgotten_too(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        actions.change_status(ticket, "resolved", by=ada)
        actions.rate(ticket, "bad", "My divorce is nobody's business.", by=cleo)
        actions.delete(ticket, by=ada)
        with clock.at(clock.now() + LATER):
            jobs.erase_tickets(ticket.pk.hex)
        facts = Event.objects.get(verb="ticket.rate").facts
        assert (facts["rating"], facts["comment"]) == ("bad", "")


def test_the_journal_is_not_rewritten_about_what_is_still_there(inside, acme, borealis, wish):
    ticket = wish(subject="The lamp")
    for company in (acme, borealis):
        with inside(company), connection.cursor() as cursor:
            cursor.execute("SELECT public.portico_forget_words(%s)", [[ticket.pk]])
    with inside(acme):
        assert Event.objects.about(ticket.pk).first().facts["subject"] == "The lamp"


def test_nobody_but_a_company_makes_it_forget(outside):
    with pytest.raises(ProgrammingError), outside(), connection.cursor() as cursor:
        cursor.execute("SELECT public.portico_forget_words(%s)", [[uuid7()]])


def test_files_go_when_it_is_sure_and_not_before(inside, acme, wish, ada, cleo):
    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("lamp.txt", b"It flickers."), by=cleo)
    ticket = wish(files=[file.pk])
    with inside(acme):
        actions.delete(ticket, by=ada)
    with pytest.raises(ZeroDivisionError), inside(acme), clock.at(clock.now() + LATER):
        actions.erase(ticket)
        raise ZeroDivisionError
    with inside(acme):
        assert CompanyStorage().exists(file.kept_as)
        assert not attachments.unlink(file.pk), "it has a row"
        with clock.at(clock.now() + LATER):
            actions.erase(ticket)
    with inside(acme):
        assert Due.objects.get(job="unlink").key == file.pk.hex
        jobs.unlink_file(file.pk.hex)
        assert not CompanyStorage().exists(file.kept_as)


def test_a_worker_whose_clock_is_behind_forgets_nothing(inside, acme, wish, ada):
    from portico import tasks

    gone, rests = wish(), wish()
    with inside(acme):
        actions.delete(gone, by=ada)
        actions.snooze(rests, clock.now() + timedelta(hours=1), by=ada)
        before = set(Due.objects.filter(job__in=("erase_ticket", "wake")).values_list("job", "key", "due_at"))
        assert len(before) == 2
    tasks.erase_ticket(acme.id, acme.generation, gone.pk.hex)
    tasks.wake(acme.id, acme.generation, rests.pk.hex)
    with inside(acme):
        assert Ticket.objects.get(pk=rests.pk).is_snoozed
        after = Due.objects.filter(job__in=("erase_ticket", "wake"))
        assert set(after.values_list("job", "key", "due_at")) == before
