"""What follows from a step on the company's desk reaches those it is meant for, nobody else, and comes back whole."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.errors import Forbidden, Invalid, Refused
from portico.storage import CompanyStorage
from tenant_apps.notices.people import customers_of
from tenant_apps.people import contacts
from tenant_apps.tickets import actions, attachments, drafts, kinds
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tests.tickets.test_company_desk import counters_are_true, verbs


def taken(ticket, who):
    return actions.assign(ticket, Assignee(who.id, who.label), by=who)


def now(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def under(incident, *children, by):
    actions.make_incident(incident, True, by=by)
    for child in children:
        actions.place_under(child, incident, by=by)


def by_mail(email):
    return contacts.contact_for(email, "", by=SYSTEM)


class TestSplit:
    def test_a_note_stays_among_agents(self, inside, acme, wish, ada):
        ticket = wish()
        with inside(acme):
            note = actions.reply(ticket, "Cleo is difficult.", by=ada, internal=True)
            with pytest.raises(Refused, match="not said by whoever asks"):
                actions.split(note, "Difficult", by=ada)
            assert Ticket.objects.count() == 1

    def test_an_agents_answer_is_nobodys_request(self, inside, acme, wish, ada):
        ticket = wish()
        with inside(acme):
            answer = actions.reply(ticket, "A lamp is on its way.", by=ada)
            with pytest.raises(Refused, match="not said by whoever asks"):
                actions.split(answer, "Lamp", by=ada)

    def test_whoever_said_it_asks_it(self, inside, acme, wish, ada, mia):
        ticket = wish()
        with inside(acme):
            actions.watch(ticket, mia.id, True, by=ada)
            made = actions.split(actions.reply(ticket, "My chair, too.", by=mia), "The chair", by=ada)
            assert (made.requester_id, made.requester_name) == (mia.id, mia.label)
            assert made.messages.get().sender_user_id == mia.id

    def test_whoever_wrote_by_mail_is_answered_by_mail(self, inside, acme, wish, ada):
        ticket = wish()
        with inside(acme):
            pal = by_mail("pal@elsewhere.example")
            actions.watch(ticket, pal.pk, True, by=SYSTEM)
            said = actions.reply(ticket, "And mine?", by=actor_of_contact(pal))
            made = actions.split(said, "Pal's", by=ada)
            assert (made.contact_id, made.requester_email) == (pal.pk, pal.email)
            assert [one.email for one in customers_of(made)] == [pal.email]


def actor_of_contact(contact):
    return Actor(kind="company", id=contact.pk, role="customer", label=contact.name)


class TestIncident:
    def test_sending_and_solving_it_solves_what_hangs_on_it(self, inside, acme, wish, ada):
        incident, child = wish(), wish()
        with inside(acme):
            under(incident, child, by=ada)
            actions.reply(incident, "The light is back.", by=ada, status="resolved")
            assert (now(incident).status, now(child).status) == ("resolved", "resolved")
            counters_are_true()

    def test_its_requester_closes_their_own_request_and_no_other(self, inside, acme, wish, ada, cleo):
        incident, child = wish(), wish()
        with inside(acme):
            under(incident, child, by=ada)
            actions.change_status(incident, "closed", by=cleo)
            assert (now(incident).status, now(child).status) == ("closed", "new")
            assert child.messages.count() == 1


class TestTakingBack:
    def test_the_step_that_went_with_the_words_comes_back_with_them(self, inside, acme, wish, ben):
        ticket = wish()
        with inside(acme):
            taken(ticket, ben)
            said = actions.reply(ticket, "Done.", by=ben, status="resolved", can_undo=True)
            actions.take_back(said, by=ben)
            ticket = now(ticket)
            assert (ticket.status, ticket.first_reply_at, ticket.unread_by_customer) == ("open", None, 0)
            counters_are_true()

    def test_what_hung_on_it_stands_again_where_it_stood(self, inside, acme, wish, ada):
        incident, child = wish(), wish()
        with inside(acme):
            under(incident, child, by=ada)
            said = actions.reply(incident, "The light is back.", by=ada, status="resolved", can_undo=True)
            actions.take_back(said, by=ada)
            assert (now(incident).status, now(child).status) == ("new", "new")

    def test_what_somebody_did_since_stays(self, inside, acme, wish, ada, ben):
        ticket = wish()
        with inside(acme):
            taken(ticket, ben)
            said = actions.reply(ticket, "Done.", by=ben, status="resolved", can_undo=True)
            actions.change_status(ticket, "closed", by=ada)
            actions.take_back(said, by=ben)
            assert now(ticket).status == "closed"

    def test_an_earlier_answer_stays_the_first(self, inside, acme, wish, ben):
        ticket = wish()
        with inside(acme):
            taken(ticket, ben)
            first = actions.reply(ticket, "I am looking.", by=ben)
            actions.take_back(actions.reply(ticket, "Done.", by=ben, can_undo=True), by=ben)
            assert now(ticket).first_reply_at == first.created_at


def test_the_words_of_a_split_stay_where_they_were(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        message = actions.reply(ticket, "And the door squeaks.", by=cleo)
        actions.split(message, "The door squeaks", by=ada)
        assert Message.objects.of(ticket).filter(pk=message.pk).exists()


def test_whoever_is_called_sees_what_they_are_called_to(inside, acme, wish, ada, ben):
    ticket = wish()
    with inside(acme):
        taken(ticket, ada)
        assert not Ticket.objects.visible_to(ben, "company").exists()
        actions.reply(ticket, "@Ben, do you know this lamp?", by=ada, internal=True, mentions=[ben.id])
        assert Ticket.objects.visible_to(ben, "company").get() == now(ticket)
        assert verbs(ticket)[-1] == "ticket.watch"
        actions.reply(ticket, "@Ben?", by=ada, internal=True, mentions=[ben.id])
        assert now(ticket).watchers == [ben.id]


@pytest.mark.parametrize("verb", ["link", "unlink", "place_under", "assign_team", "pin"])
def test_where_a_request_belongs_is_said_by_whoever_works_on_it(inside, acme, wish, ada, ben, verb):
    ticket, other = wish(), wish()
    with inside(acme):
        if verb == "unlink":
            row = actions.link(ticket, other, "relates", by=ada)
        do = {
            "link": lambda: actions.link(ticket, other, "relates", by=ben),
            "unlink": lambda: actions.unlink(row, by=ben),
            "place_under": lambda: actions.place_under(ticket, other, by=ben),
            "assign_team": lambda: actions.assign_team(ticket, None if ticket.team_id else other.pk, "Lamps", by=ben),
            "pin": lambda: actions.pin(ticket, not now(ticket).is_pinned, by=ben),
        }[verb]
        taken(ticket, ada)
        actions.watch(ticket, ben.id, True, by=ada)
        with pytest.raises(Forbidden, match="Ada Lind works on this"):
            do()
        actions.assign(ticket, None, by=ada)
        do()  # what nobody has yet, any agent may put in its place


def test_a_macro_waits_for_words_that_were_not_seen(inside, acme, wish, ada, ben, cleo):
    ticket = wish()
    with inside(acme):
        seen = ticket.messages.get().pk
        steps = {"steps": [{"do": "reply", "text": "Bye."}, {"do": "status", "to": "resolved"}]}
        macro, _ = actions.add_recipe("macro", "Bye", steps, by=ada)
        actions.reply(ticket, "It smokes!", by=cleo)
        with pytest.raises(Refused, match="Cleo Marsh wrote meanwhile"):
            actions.run_macro(ticket, macro, by=ada, seen_message=seen)
        actions.run_macro(now(ticket), macro, by=ada, seen_message=ticket.messages.last().pk)
        assert now(ticket).status == "resolved"


def test_an_answer_outlives_what_could_be_chosen(inside, acme, wish, ada):
    lists = [
        {"key": "colour", "label": "Colour", "kind": "choice", "options": ["red", "blue"]},
        {"key": "rooms", "label": "Rooms", "kind": "choices", "options": ["attic", "cellar"]},
        {"key": "code", "label": "Code", "kind": "regex", "pattern": "[A-Z]+"},
    ]
    given = {"colour": "blue", "rooms": ["attic", "cellar"], "code": "ABC"}
    with inside(acme):
        plain = drafts.plain(kinds.load()["simple"])
        actions.keep_type("simple", plain | {"fields": lists}, by=ada)
    ticket = wish(type="simple", fields=given)
    with inside(acme):
        less = [
            lists[0] | {"options": ["red"]},
            lists[1] | {"options": ["cellar", "hall"]},
            lists[2] | {"pattern": "[0-9]+"},
        ]
        actions.keep_type("simple", drafts.plain(kinds.load()["simple"]) | {"fields": less}, by=ada)
        ticket = actions.change(now(ticket), {"fields": given | {"rooms": ["attic", "cellar", "hall"]}}, by=ada)
        assert ticket.fields == given | {"rooms": ["cellar", "hall", "attic"]}
        with pytest.raises(Invalid):
            actions.change(ticket, {"fields": {"code": "ABD"}}, by=ada)
        ticket = actions.change(now(ticket), {"fields": {"colour": "red"}}, by=ada)
        with pytest.raises(Invalid):
            actions.change(now(ticket), {"fields": {"colour": "blue"}}, by=ada)


def test_files_go_along_with_words_that_are_split_off(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        kept = attachments.receive(SimpleUploadedFile("door.txt", b"It squeaks."), by=cleo)
        message = actions.reply(ticket, "And the door squeaks.", by=cleo, files=[kept.pk])
        made = actions.split(message, "The door squeaks", by=ada)
        copied = Attachment.objects.get(ticket=made)
        assert (copied.name, copied.message_id, copied.sha256) == ("door.txt", made.messages.get().pk, kept.sha256)
        assert CompanyStorage().open(copied.kept_as).read() == b"It squeaks."
        assert Attachment.objects.get(ticket=ticket).kept_as != copied.kept_as


def test_what_hangs_on_an_incident_is_due_when_that_is_and_gets_its_own_day_back(inside, acme, wish, ada):
    incident, child, other = wish(), wish(), wish()
    own, first, second = (clock.now().replace(microsecond=0) + timedelta(days=days) for days in (9, 1, 2))
    with inside(acme):
        child = actions.change(child, {"sla_due_at": own}, by=ada)
        actions.make_incident(incident, True, by=ada)
        actions.change(now(incident), {"sla_due_at": first}, by=ada)
        for one in (child, other):
            actions.place_under(now(one), now(incident), by=ada)
        actions.change(now(incident), {"sla_due_at": second}, by=ada)
        assert {now(one).sla_due_at for one in (child, other)} == {second}
        for one in (child, other):
            actions.place_under(now(one), None, by=ada)
        assert [now(one).sla_due_at for one in (child, other)] == [own, None]


@pytest.mark.parametrize(("closed", "solved", "after"), [("reopen", "keep", "open"), ("follow_up", "reopen", None)])
def test_a_word_to_a_closed_request_does_what_its_type_says(inside, acme, wish, ada, cleo, closed, solved, after):
    with inside(acme):
        more = {"closed_reply": closed, "solved_reply": solved}
        actions.keep_type("customer_service", drafts.plain(kinds.load()["customer_service"]) | more, by=ada)
    ticket = wish()
    with inside(acme):
        actions.change_status(ticket, "closed", by=cleo)
        if after is None:
            with pytest.raises(Refused, match="is closed"):
                actions.reply(now(ticket), "Dark again.", by=cleo)
        else:
            actions.reply(now(ticket), "Dark again.", by=cleo)
            assert now(ticket).category == after
