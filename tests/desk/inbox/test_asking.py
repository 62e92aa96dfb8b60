"""A new request, written by an agent for somebody."""

import pytest

from tenant_apps.people.models import Contact
from tenant_apps.tickets.models import Link, Ticket

WORDS = {
    "email": "nora@example.com",
    "name": "Nora Vik",
    "subject": "A lamp",
    "description": "She called.",
    "type": "customer_service",
    "urgency": "high",
    "importance": "medium",
    "channel": "email",
    "tags": "lamp, phone",
}


@pytest.fixture
def ask(client_for):
    return lambda **more: client_for("ben").post("/manager/inbox/new", WORDS | more)


def test_somebody_unknown_becomes_a_contact(ask, inside, acme):
    assert ask().status_code == 302
    with inside(acme):
        ticket, contact = Ticket.objects.get(), Contact.objects.get()
        assert (ticket.requester_name, ticket.contact_id) == ("Nora Vik", contact.pk)
        assert (ticket.urgency, ticket.tags, ticket.channel) == ("high", ["lamp", "phone"], "email")
        assert ticket.messages.get().sender_name == "Nora Vik"


def test_the_same_address_is_the_same_contact(ask, inside, acme):
    ask()
    ask(email="NORA@example.com", subject="Another")
    with inside(acme):
        assert Contact.objects.count() == 1


def test_somebody_with_an_account_finds_it_as_their_own(ask, inside, acme, cleo):
    ask(email="cleo@acme.example")
    with inside(acme):
        assert Ticket.objects.visible_to(cleo, "company").get().requester_id == cleo.id
        assert not Contact.objects.exists()


def test_the_fields_of_a_type_are_asked_for(ask, client_for, inside, acme):
    from tenant_apps.tickets.models import Setting

    kind = {
        "label": "Repair",
        "statuses": [
            {"key": "open", "category": "open", "label": "Open", "customer_label": "Open"},
            {"key": "done", "category": "closed", "label": "Done", "customer_label": "Done"},
        ],
        "transitions": {"open": ["done"], "done": []},
        "initial": "open",
        "fields": [{"key": "serial", "label": "Serial number", "required": "create"}],
    }
    with inside(acme):
        Setting.objects.create(key="types", value={"repair": kind})
    assert "Serial number" in client_for("ben").get("/manager/inbox/new?type=repair").content.decode()
    refused = ask(type="repair")
    assert refused.status_code == 422
    assert "Serial number is needed here." in refused.content.decode()
    assert "She called." in refused.content.decode()
    assert ask(type="repair", **{"field-serial": "L-1"}).status_code == 302
    with inside(acme):
        assert Ticket.objects.get().fields == {"serial": "L-1"}


def test_a_follow_up_is_linked_to_what_it_follows(ask, wish, inside, acme):
    first = wish()
    ask(follows=str(first.pk))
    with inside(acme):
        assert Link.objects.get().other_id == first.pk


@pytest.mark.parametrize("email", ["", "nonsense", "a@b"])
def test_an_address_that_is_none_is_said_beside_the_field(ask, email):
    page = ask(email=email)
    assert page.status_code == 422
    assert "address" in page.content.decode()


@pytest.fixture
def template(inside, acme, ada):
    from tenant_apps.tickets import actions

    content = {
        "subject": "Return",
        "description": "Hello {{first_name}}, please pack it well.",
        "department": "sales",
        "tags": ["return"],
        "checklist": ["Send the label", "Look at the parcel"],
    }
    with inside(acme):
        return actions.add_recipe("template", "A return", content, scope="company", by=ada)[0]


def test_a_template_fills_the_form_and_keeps_what_was_typed(ask, template, client_for):
    assert "A return" in client_for("ben").get("/manager/inbox/new").content.decode()
    page = ask(begin="1", template=str(template.pk), subject="My lamp", department="").content.decode()
    assert 'value="My lamp"' in page
    assert "She called.\n\nHello Nora, please pack it well.</textarea>" in page
    assert 'value="lamp, phone, return"' in page
    assert '<option value="sales" selected>' in page
    assert "2 steps of “A return” go on its checklist" in page


def test_what_was_begun_with_a_template_has_its_checklist(ask, template, inside, acme):
    assert ask(used=str(template.pk)).status_code == 302
    with inside(acme):
        assert [one["text"] for one in Ticket.objects.get().checklist] == ["Send the label", "Look at the parcel"]


def test_a_template_that_is_gone_or_strange_fills_nothing(ask, template, inside, acme, ada):
    from tenant_apps.tickets import actions

    with inside(acme):
        actions.change_recipe(template, {"is_active": False}, by=ada)
    for key in (str(template.pk), "nonsense", ""):
        page = ask(begin="1", template=key)
        assert page.status_code == 200
        assert "pack it well" not in page.content.decode()
