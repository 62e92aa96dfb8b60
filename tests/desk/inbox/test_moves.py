"""What is done with a request from the panel beside it."""

import re

import pytest

from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, tally
from tenant_apps.tickets.models import Link, Ticket


def test_an_agent_takes_what_is_free_and_puts_it_back(do, wish, now, ben):
    ticket = wish()
    assert do("ben", ticket, "take").status_code == 302
    assert (now(ticket).assignee_id, now(ticket).status) == (ben.id, "open")
    do("ben", ticket, "assign", value="")
    assert (now(ticket).assignee_id, now(ticket).status) == (None, "new")


def test_a_manager_sees_how_much_everybody_has_and_assigns(do, wish, taken, now, ben, client_for):
    taken(wish(), ben)
    ticket = wish()
    page = client_for("ada").get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert re.search(rf'<span class="clip">{ben.label}</span><span class="count push hush">1 open</span>', page)
    do("ada", ticket, "assign", value=str(ben.id))
    assert now(ticket).assignee_name == ben.label


def test_an_agent_assigns_nobody_else(do, wish, ada, cleo):
    assert do("ben", wish(), "assign", value=str(ada.id)).status_code == 403
    assert do("ada", wish(), "assign", value=str(cleo.id)).status_code == 404


def test_the_page_says_that_a_colleague_may_have_been_faster_of_what_is_taken_foreign_or_made_up(
    wish, taken, ada, client_for, inside, borealis, bo
):
    from tenant_apps.tickets import actions

    hers = taken(wish(), ada)
    with inside(borealis):
        foreign = actions.open_ticket(subject="Abroad", description="Far.", desk="company", by=bo)
    pages = [
        client_for("ben").post(f"/manager/inbox/{key}/do", {"do": "take"})
        for key in (hers.pk, foreign.pk, "01890000-0000-7000-8000-00000000dead")
    ]
    assert {page.status_code for page in pages} == {404}
    leads = {re.search(r'<p class="soft">(.*?)</p>', page.content.decode())[1] for page in pages}
    assert leads == {"There is nothing here for you. A colleague may have taken it meanwhile."}
    assert "may be mistyped" in client_for("ben").get(f"/manager/inbox/{hers.pk}").content.decode()


def test_a_forbidden_step_is_refused_with_the_allowed_ones(do, wish):
    page = do("ada", wish(type="engineering"), "status", value="reopened")
    assert page.status_code == 409
    assert "in_progress, waiting_on_customer, resolved, closed" in page.content.decode()


def test_two_at_once_one_wins_and_the_other_is_told(do, wish, now, ada, ben, olga):
    ticket = wish()
    do("ada", ticket, "assign", value=str(ben.id), was="")
    late = do("olga", ticket, "assign", value=str(olga.id), was="")
    assert late.status_code == 409
    assert "Somebody was faster: Ben Ode has this now." in late.content.decode()
    assert now(ticket).assignee_id == ben.id

    do("ben", ticket, "status", value="resolved", was="open")
    late = do("ada", ticket, "status", value="closed", was="open")
    assert "This was moved to Solved meanwhile." in late.content.decode()
    assert now(ticket).status == "resolved"


def test_who_takes_what_a_colleague_has_taken_is_told(do, wish, client_for):
    ticket = wish()
    do("ada", ticket, "take")
    late = client_for("ben").post(f"/manager/inbox/{ticket.pk}/do", {"do": "take"}, headers={"HX-Request": "true"})
    assert late.status_code == 404
    assert "A colleague may have taken it" in late.content.decode()


CHANGES = [
    ("set", {"name": "urgency", "value": "critical"}, "urgency", "critical"),
    ("set", {"name": "importance", "value": "low"}, "importance", "low"),
    ("set", {"name": "department", "value": "billing"}, "department", "billing"),
    ("set", {"name": "type", "value": "simple"}, "type", "simple"),
    ("tags", {"value": "Lamp, warranty"}, "tags", ["lamp", "warranty"]),
    ("cc", {"value": "Boss@example.com"}, "cc", [{"name": "", "email": "boss@example.com"}]),
    ("step", {"add": "Ask the maker"}, "checklist", [{"text": "Ask the maker", "done": False}]),
    ("minutes", {"value": "25"}, "minutes_spent", 25),
    ("pin", {"on": "1"}, "is_pinned", True),
    ("incident", {"on": "1"}, "is_incident", True),
    ("snooze", {"value": "tomorrow"}, "is_snoozed", True),
    ("status", {"value": "resolved"}, "status", "resolved"),
]


@pytest.mark.parametrize(("verb", "words", "name", "value"), CHANGES, ids=lambda one: str(one)[:20])
def test_who_works_on_it_changes_it(do, wish, taken, now, ben, verb, words, name, value):
    ticket = taken(wish(), ben)
    assert do("ben", ticket, verb, **words).status_code == 302
    assert getattr(now(ticket), name) == value


def test_who_does_not_work_on_it_is_told_whom_to_ask(do, wish, client_for):
    ticket = wish()
    page = do("ben", ticket, "set", name="urgency", value="low")
    assert page.status_code == 403
    assert "Take it first" in page.content.decode()
    assert 'id="pick-urgency"' not in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()


def test_steps_are_turned_and_taken_away(do, wish, now):
    ticket = wish()
    do("ada", ticket, "step", add="One")
    do("ada", ticket, "step", turn="0")
    assert now(ticket).checklist == [{"text": "One", "done": True}]
    do("ada", ticket, "step", drop="0")
    assert now(ticket).checklist == []


def test_requests_are_linked_by_number_and_let_go(do, wish, inside, acme):
    one, two = wish(), wish()
    do("ada", one, "link", number=two.number.lower(), kind="duplicates")
    with inside(acme):
        row = Link.objects.get()
    assert (row.ticket_id, row.other_id, row.kind) == (one.pk, two.pk, "duplicates")
    do("ada", two, "unlink", value=str(row.pk))
    with inside(acme):
        assert not Link.objects.exists()


def test_a_number_that_is_not_there_is_said_so(do, wish):
    page = do("ada", wish(), "link", number="TICK-1999-0001", kind="relates")
    assert page.status_code == 422
    assert "no request with this number" in page.content.decode()


def test_a_merged_request_leads_to_where_it_went_on_and_comes_back(do, wish, now, client_for):
    one, two = wish(), wish(subject="Lamp again")
    assert do("ada", two, "merge", number=one.number)["Location"] == f"/manager/inbox/{one.pk}"
    assert client_for("ada").get(f"/manager/inbox/{two.pk}")["Location"] == f"/manager/inbox/{one.pk}"
    page = client_for("ada").get(f"/manager/inbox/{one.pk}").content.decode()
    assert "merged in" in page
    do("ada", one, "unmerge", value=str(two.pk))
    assert now(two).merged_into_id is None


def test_an_incident_counts_those_who_hang_on_it(do, wish, client_for, now):
    incident, child = wish(), wish(subject="Dark here, too")
    do("ada", incident, "incident", on="1")
    do("ada", child, "under", number=incident.number)
    page = client_for("ada").get(f"/manager/inbox/{incident.pk}").content.decode()
    assert "Incident, 1 affected" in page
    assert "Dark here, too" in page
    do("ada", incident, "release", value=str(child.pk))
    assert now(child).parent_id is None


def test_favourites_are_ones_own(do, wish, client_for):
    ticket = wish()
    do("ben", ticket, "favour", on="1")
    assert ticket.number in client_for("ben").get("/manager/inbox?view=favourites").content.decode()
    assert ticket.number not in client_for("ada").get("/manager/inbox?view=favourites").content.decode()


def test_history_says_who_has_it_and_why(do, wish, inside, acme, client_for):
    ticket = wish()
    do("ben", ticket, "take")
    assert "Ben Ode took this" in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    with inside(acme):
        assert Event.objects.get(verb="ticket.assign").facts["reason"] == "self"


@pytest.mark.parametrize(("verb", "words"), [("nonsense", {}), ("snooze", {"value": "never"}), ("set", {"name": "id"})])
def test_what_no_page_sends_is_refused_in_words(do, wish, verb, words):
    assert do("ada", wish(), verb, **words).status_code == 422


def test_htmx_gets_the_timeline_with_the_facts_beside_it(client_for, wish, inside, acme):
    ticket = wish()
    answer = client_for("ben").post(f"/manager/inbox/{ticket.pk}/do", {"do": "take"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<div class="timeline"')
    assert 'id="facts" aria-label="Facts" hx-swap-oob="true"' in page
    assert "Ben Ode took this" in page
    with inside(acme):
        assert Ticket.objects.get(pk=ticket.pk).assignee_name == "Ben Ode"


def test_what_is_marked_as_unread_stays_so_until_somebody_opens_it(do, wish, now, client_for, inside, acme):
    ticket, ben = wish(), client_for("ben")
    ben.get(f"/manager/inbox/{ticket.pk}")
    assert now(ticket).unread_by_agent == 0

    answer = do("ben", ticket, "unread")

    assert answer["Location"] == "/manager/inbox"
    assert now(ticket).unread_by_agent == 1
    with inside(acme):
        assert tally.read(["unread"]) == {"unread": 1}
    ben.get(f"/manager/inbox/{ticket.pk}")
    assert now(ticket).unread_by_agent == 0


def test_marking_as_unread_keeps_the_view_that_stands_beside(client_for, wish):
    ticket = wish()
    place = f"/manager/inbox/{ticket.pk}/do?view=unassigned"
    answer = client_for("ben").post(place, {"do": "unread"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/manager/inbox?view=unassigned")


def test_a_request_rests_until_a_time_of_ones_own(do, wish, taken, now, ben):
    ticket = taken(wish(), ben)
    do("ben", ticket, "snooze", value="at", at="2099-03-05T08:30")
    assert f"{now(ticket).snoozed_until:%Y-%m-%d %H:%M}" == "2099-03-05 08:30"


@pytest.mark.parametrize("at", ["", "soon", "2001-01-01T00:00", "9999-12-31T23:59"])
def test_no_time_at_all_and_one_that_is_over_are_refused_in_words(do, wish, taken, now, ben, at):
    ticket = taken(wish(), ben)
    answer = do("ben", ticket, "snooze", value="at", at=at)
    assert answer.status_code == 422
    assert not now(ticket).is_snoozed


def test_the_subject_the_order_and_the_way_in_are_there_to_read_and_to_change(do, client_for, wish, taken, now, ben):
    ticket = wish(order_reference="A-17", channel="chat")
    before = client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert "A-17" in before
    assert "In the chat" in before
    assert 'id="fact-order"' not in before  # nobody has it yet

    taken(ticket, ben)
    assert 'value="A-17"' in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    do("ben", ticket, "set", name="order_reference", value="B-18")
    do("ben", ticket, "set", name="subject", value="The lamp is dark")
    assert (now(ticket).order_reference, now(ticket).subject) == ("B-18", "The lamp is dark")
    assert do("ben", ticket, "set", name="subject", value="").status_code == 422


def test_what_an_assistant_made_of_it_is_shown_beside(client_for, wish, taken, inside, acme, ada, ben):
    ticket = taken(wish(), ben)
    with inside(acme):
        actions.change(ticket, {"ai": {"summary": "A <b>dark</b> lamp", "confidence_score": 0.864}}, by=ada)
    page = client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert "A &lt;b&gt;dark&lt;/b&gt; lamp" in page
    assert "Sure to 86\u00a0%" in page
