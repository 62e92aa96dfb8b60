"""The custom fields beside a request: those that are not asked are neither needed nor taken."""

import re
from html import unescape

import pytest

from tenant_apps.tickets import actions, drafts, kinds

FIELDS = [
    {"key": "thing", "label": "What is it", "kind": "choice", "options": ["lamp", "shelf"]},
    {"key": "bulb", "label": "Which bulb", "kind": "text", "required": "create"},
    {"key": "paid", "label": "Paid", "kind": "checkbox"},
    {"key": "invoice", "label": "Invoice", "kind": "text", "required": "solve"},
]
CONDITIONS = {"bulb": {"field": "thing", "values": ["lamp"]}, "invoice": {"field": "paid", "values": [True]}}
WORDS = {"email": "nora@example.com", "name": "Nora", "subject": "A lamp", "description": "x", "type": "simple"}
LEVELS = {"urgency": "high", "importance": "medium", "channel": "portal"}


@pytest.fixture
def repair(inside, acme, ada, ben, wish, taken):
    """`repair(thing="lamp")` = a request with these fields, Ben's work."""
    with inside(acme):
        draft = drafts.plain(kinds.PRESETS["simple"]) | {"fields": FIELDS, "conditions": CONDITIONS}
        actions.keep_type("simple", draft, by=ada)
    return lambda **given: taken(wish(type="simple", fields=given), ben)


def page_of(client_for, who, ticket):
    return client_for(who).get(f"/manager/inbox/{ticket.pk}").content.decode()


def test_what_is_left_over_in_the_form_is_not_taken_and_what_hung_on_it_goes(repair, do, now, client_for):
    ticket = repair(thing="lamp", bulb="E27")

    form = {"field-thing": "shelf", "field-bulb": "E27", "field-invoice": "R-1"}
    assert do("ben", ticket, "fields", **form).status_code == 302

    assert now(ticket).fields == {"thing": "shelf", "paid": False}
    page = page_of(client_for, "ben", ticket)
    assert "Ben Ode changed details; what stood in “Which bulb” went with that" in page
    assert "Only if “What is it” is “lamp”." in page
    assert page.count(" data-idle>") == 2


def undo_of(page):
    """The address behind the notice's Undo."""
    return unescape(re.search(r'action="(/manager/inbox/bulk[^"]+)"', page.content.decode())[1])


def test_saving_details_is_undone_once_and_only_while_nobody_changed_them_again(repair, client_for, now):
    ticket, ben = repair(thing="lamp", bulb="E27"), client_for("ben")
    before, do = now(ticket).fields, f"/manager/inbox/{ticket.pk}/do"
    part = ben.post(do, {"do": "fields", "field-thing": "shelf"}, headers={"HX-Request": "true"})
    page = ben.post(undo_of(part), follow=True)
    assert page.redirect_chain == [(f"/manager/inbox/{ticket.pk}", 302)]
    assert now(ticket).fields == before

    first = undo_of(ben.post(do, {"do": "fields", "field-thing": "shelf"}, follow=True))
    client_for("ada").post(do, {"do": "fields", "field-thing": "lamp", "field-bulb": "E14"})
    assert "Somebody changed the details again since." in ben.post(first, follow=True).content.decode()
    assert now(ticket).fields["bulb"] == "E14"
    assert "too late" in ben.post(first, follow=True).content.decode()


def test_what_solving_needs_is_said_while_it_is_asked(repair, do, now):
    ticket = repair(paid=True)
    refused = do("ben", ticket, "status", value="closed")
    assert refused.status_code == 422
    assert "Invoice is needed here." in refused.content.decode()
    do("ben", ticket, "fields", **{"field-thing": "shelf", "field-invoice": ""})
    assert do("ben", ticket, "status", value="closed").status_code == 302
    assert now(ticket).is_closed


def test_who_only_reads_is_shown_what_is_asked(repair, wish, client_for):
    repair()
    page = page_of(client_for, "ben", wish(type="simple", fields={"thing": "shelf"}))
    assert "<dt>What is it</dt><dd>shelf</dd><dt>Paid</dt>" in page
    assert "Which bulb" not in page


def test_a_new_request_asks_the_same(repair, client_for, inside, acme):
    from tenant_apps.tickets.models import Ticket

    ben = client_for("ben")
    assert "Only if “What is it” is “lamp”." in ben.get("/manager/inbox/new?type=simple").content.decode()
    refused = ben.post("/manager/inbox/new", WORDS | LEVELS | {"field-thing": "lamp", "field-bulb": ""})
    assert refused.status_code == 422
    assert "Which bulb is needed here." in refused.content.decode()
    form = {"field-thing": "shelf", "field-bulb": "E27", "field-invoice": "R-1"}
    assert ben.post("/manager/inbox/new", WORDS | LEVELS | form).status_code == 302
    with inside(acme):
        assert Ticket.objects.get().fields == {"thing": "shelf", "paid": False}
