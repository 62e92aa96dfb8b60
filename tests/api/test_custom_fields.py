"""Custom fields for programs: which there are, when each is asked, and what is said of one that is not."""

import pytest

from tenant_apps.tickets import actions, drafts, kinds

FIELDS = [
    {"key": "thing", "label": "What is it", "kind": "choice", "options": ["lamp", "shelf"]},
    {"key": "bulb", "label": "Which bulb", "kind": "text", "required": "create"},
    {"key": "paid", "label": "Paid", "kind": "checkbox", "visible": False},
    {"key": "invoice", "label": "Invoice", "kind": "text"},
]
CONDITIONS = {"bulb": {"field": "thing", "values": ["lamp"]}, "invoice": {"field": "paid", "values": [True]}}


@pytest.fixture(autouse=True)
def asked_for(inside, acme, ada):
    with inside(acme):
        draft = drafts.plain(kinds.PRESETS["customer_service"]) | {"fields": FIELDS, "conditions": CONDITIONS}
        actions.keep_type("customer_service", draft, by=ada)


def test_a_type_says_when_each_of_its_fields_is_asked(program):
    def fields_for(name):
        return program(name).get("statuses")["results"][0]["custom_fields"]

    thing, bulb, paid, invoice = fields_for("ben")
    assert thing == {
        "key": "thing", "label": "What is it", "kind": "choice", "help": "", "needed": None,
        "options": ["lamp", "shelf"], "only_when": None,
    }  # fmt: skip
    assert (bulb["needed"], bulb["only_when"]) == ("create", {"field": "thing", "values": ["lamp"]})
    assert invoice["only_when"] == {"field": "paid", "values": [True]}
    assert [one["key"] for one in fields_for("cleo")] == ["thing", "bulb"]


def test_a_program_fills_in_what_is_asked_and_is_told_what_is_not(program):
    cleo, ada = program("cleo"), program("ada")
    assert cleo.asks(custom_fields={"thing": "shelf"})["custom_fields"] == {"thing": "shelf"}
    no = cleo.asks(422, custom_fields={"thing": "shelf", "bulb": "E27"})
    assert (no["code"], no["errors"]) == (
        "invalid", {"fields.bulb": ["This is only asked when “What is it” is “lamp”."]},
    )  # fmt: skip
    assert "fields.bulb" in cleo.asks(422, custom_fields={"thing": "lamp"})["errors"]

    ticket = f"tickets/{cleo.asks(custom_fields={'thing': 'lamp', 'bulb': 'E27'})['id']}"
    assert ada.patch(ticket, {"custom_fields": {"thing": "shelf"}})["custom_fields"] == {"thing": "shelf"}
    no = ada.patch(ticket, {"custom_fields": {"bulb": "E14"}}, 422)
    assert no["errors"] == {"fields.bulb": ["This is only asked when “What is it” is “lamp”."]}
    told = ada.get("events", ticket=ticket.partition("/")[2])["results"][-1]
    assert (told["event"], told["facts"]["dropped"]) == ("ticket.change", ["Which bulb"])
