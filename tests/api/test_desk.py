"""`/api/v1/support/`: the seventeen points of the second document's checklist, and what the first one promises."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket
from tests.api.conftest import DESK


@pytest.fixture
def cast_of_programs(program):
    """Programs of a customer, an agent and a manager."""
    return program("cleo"), program("ben"), program("ada")


def test_a_customer_asks_with_priority_and_department(program):
    cleo = program("cleo")
    for word, department in [("low", "billing"), ("medium", "sales"), ("high", "technical"), ("urgent", "general")]:
        made = cleo.asks(priority=word, department=department)
        assert (made["priority"], made["department"], made["status"]) == (word, department, "new")
        assert made["ticket_number"].startswith("TICK-2026-")
        assert (made["description"], made["assigned_to"], made["closed_at"]) == ("Since Monday.", None, None)


def test_a_customer_filters_searches_and_opens(program):
    cleo = program("cleo")
    first, second = cleo.asks(), cleo.asks(subject="A new key, please")
    cleo.put(f"tickets/{first['id']}/status", {"status": "closed"})

    def found(**query):
        return [one["id"] for one in cleo.get("tickets", **query)["results"]]

    assert found(status="closed") == [first["id"]]
    assert found(status="new") == [second["id"]]
    assert found(search="key") == found(search="KEY plea") == [second["id"]]
    assert found(search=first["ticket_number"]) == [first["id"]]
    assert found(search="nothing") == []
    shown = cleo.get(f"tickets/{second['id']}")
    assert [one["body"] for one in shown["messages"]] == ["Since Monday."]


def test_a_customer_replies_closes_and_reopens_what_is_solved(cast_of_programs):
    cleo, ben, ada = cast_of_programs
    ticket = f"tickets/{cleo.asks()['id']}"
    said = cleo.post(f"{ticket}/messages", {"message": "Still."})
    assert (said["direction"], said["is_staff_reply"], said["message"]) == ("inbound", False, "Still.")

    ada.put(f"{ticket}/status", {"status": "resolved"})
    assert cleo.put(f"{ticket}/status", {"status": "open"})["solved_at"] is None
    closed = cleo.put(f"{ticket}/status", {"status": "closed"})
    assert closed["closed_at"]
    assert cleo.post(f"{ticket}/messages", {"message": "More"}, 409)["code"] == "ticket_closed"
    assert cleo.put(f"{ticket}/status", {"status": "pending_customer"}, 403)["code"] == "close_only"


@pytest.mark.parametrize(("channel", "status"), [("email", 403), ("system", 403), ("chat", 201), ("ai", 201)])
def test_a_customer_does_not_say_that_something_came_in_a_way_that_was_proven(program, channel, status):
    program("cleo").post("tickets", {"subject": "Lamp", "description": "Dark.", "channel": channel}, status)
    program("ada").post("tickets", {"subject": "Lamp", "description": "Dark.", "channel": channel}, 201)


def test_customers_change_nothing_else(program):
    cleo, ben = program("cleo"), program("ben")
    made = cleo.asks()
    ticket = f"tickets/{made['id']}"
    agent = ben.get("admin/employees")["results"][0]["id"]
    for change in ({"priority": "urgent"}, {"assigned_to": agent}, {"department": "sales"}, {"tags": ["x"]}):
        assert cleo.patch(ticket, change, 403)["code"] == "close_only"
    for path in ("admin/tickets", "admin/my-assigned-tickets", "admin/employees", "admin/stats"):
        cleo.get(path, 403)
    cleo.put(f"admin/{ticket}", {"priority": "low"}, 403)
    cleo.put(f"admin/{ticket}/assign", {"assigned_to": agent}, 403)
    cleo.post(f"{ticket}/messages", {"message": "psst", "is_internal": True}, 403)
    cleo.asks(403, tags=["vip"])
    cleo.asks(403, requester_email="someone@else.example")
    assert cleo.patch(ticket, {"status": "closed"})["status"] == "closed"


def test_a_manager_sees_all_filters_and_sorts(program):
    cleo, mia, ada = program("cleo"), program("mia"), program("ada")
    one, two = cleo.asks(priority="urgent"), mia.asks(department="billing", priority="low")
    ben = next(row for row in ada.get("admin/employees")["results"] if row["name"] == "Ben Ode")
    ada.put(f"admin/tickets/{two['id']}/assign", {"assigned_to": ben["id"]})

    def found(**query):
        return [row["id"] for row in ada.get("admin/tickets", **query)["results"]]

    assert set(found()) == {one["id"], two["id"]}
    assert found(status="open") == found(department="billing") == found(category="billing") == [two["id"]]
    assert found(priority="P1") == found(priority="urgent") == found(priority="critical") == [one["id"]]
    assert found(assigned_to=ben["id"]) == [two["id"]]
    assert found(assigned_to="none") == found(search="cleo") == [one["id"]]
    assert found(sort="created_at") == [one["id"], two["id"]]
    assert found(sort="-created_at") == [two["id"], one["id"]]
    pages = ada.get("admin/tickets", sort="created_at", limit=1)
    assert found(sort="created_at", limit=1, cursor=pages["next_cursor"]) == [two["id"]]


def test_assigning_starts_and_putting_back_returns(cast_of_programs):
    cleo, ben, ada = cast_of_programs
    made = ada.asks(type="simple")
    where, people = f"admin/tickets/{made['id']}", {row["name"]: row for row in ada.get("admin/employees")["results"]}
    assigned = ada.put(f"{where}/assign", {"assigned_to": people["Ben Ode"]["id"]})
    assert (assigned["status"], assigned["assigned_to_name"]) == ("in_progress", "Ben Ode")
    loads = {row["name"]: row["active_tickets"] for row in ada.get("admin/employees")["results"]}
    assert loads == {"Ada Lind": 0, "Ben Ode": 1, "Olga Acker": 0}
    assert [row["id"] for row in ben.get("admin/my-assigned-tickets")["results"]] == [made["id"]]
    put_back = ada.put(f"{where}/unassign")
    assert (put_back["status"], put_back["assigned_to"]) == ("open", None)


def test_a_manager_replies_notes_and_moves(cast_of_programs):
    cleo, ben, ada = cast_of_programs
    ticket = f"tickets/{cleo.asks()['id']}"
    reply = ada.post(f"{ticket}/messages", {"message": "On it."})
    assert (reply["is_staff_reply"], reply["direction"], reply["author_name"]) == (True, "outbound", "Ada Lind")
    note = ada.post(f"{ticket}/messages", {"message": "Third time.", "is_internal_note": True})
    assert note["is_internal_note"]
    assert ada.put(f"admin/{ticket}", {"status": "pending_customer", "priority": "high"})["priority"] == "high"
    assert len(ada.get(ticket)["messages"]) == 3
    shown = cleo.get(ticket)
    assert [one["body"] for one in shown["messages"]] == ["Since Monday.", "On it."]
    assert "Third time" not in str(shown) + str(cleo.get("messages")) + str(cleo.get("events"))
    assert "tags" not in shown
    assert shown["status_label"] == "Waiting for you"


def test_support_staff_work_on_what_is_theirs(cast_of_programs):
    cleo, ben, ada = cast_of_programs
    people = {row["name"]: row["id"] for row in ben.get("admin/employees")["results"]}
    ticket = f"tickets/{cleo.asks()['id']}"
    assert ben.patch(ticket, {"priority": "low"}, 403)["code"] == "take_it_first"
    assert ben.put(f"admin/{ticket}/assign", {"assigned_to": people["Ada Lind"]}, 403)["code"] == "assign_others"
    ben.put(f"admin/{ticket}/assign", {"assigned_to": people["Ben Ode"]})
    ben.post(f"{ticket}/messages", {"message": "Hello."})
    ben.post(f"{ticket}/messages", {"message": "Careful.", "is_internal_note": True})
    assert ben.put(f"{ticket}/status", {"status": "resolved"})["status"] == "resolved"
    ada.put(f"admin/{ticket}/assign", {"assigned_to": people["Ada Lind"]})
    ben.get(ticket, 404)


def test_unread_counters_and_reading(cast_of_programs):
    cleo, ben, ada = cast_of_programs
    ticket = f"tickets/{cleo.asks()['id']}"
    assert ada.get(ticket)["unread_by_agent"] == 1
    assert ada.post(f"{ticket}/mark-read/", status=200)["unread_by_agent"] == 0
    ada.post("messages/", {"ticket": ticket[8:], "body": "Hello."})
    assert cleo.get(ticket)["unread_by_customer"] == 1
    ada.post(f"{ticket}/mark-read", status=200)
    assert cleo.get(ticket)["unread_by_customer"] == 1
    assert cleo.post(f"{ticket}/mark-read", status=200)["unread_by_customer"] == 0
    cleo.post("messages", {"ticket": ticket[8:], "body": "Thanks."})
    assert ada.get(ticket)["unread_by_agent"] == 1


def test_the_first_documents_update(program):
    cleo, ada = program("cleo"), program("ada")
    made = cleo.asks(order="A-17")
    people = {row["name"]: row["id"] for row in ada.get("/api/v1/users")["results"]}
    change = {
        "status": "open", "priority": "P2", "assigned_to": people["Ada Lind"], "watchers": [people["Mia Holt"]],
        "ai_summary": "A lamp.", "ai_confidence_score": 0.75, "ai_first_response_time": 12, "ai_auto_resolved": False,
        "tags": ["Lamp"], "order": "A-18", "minutes_spent": 5, "cc": [{"email": "x@y.example"}],
    }  # fmt: skip
    shown = ada.patch(f"tickets/{made['id']}/", change)
    assert (shown["order"], shown["priority"], shown["tags"], shown["watchers"]) == (
        "A-18",
        "high",
        ["lamp"],
        change["watchers"],
    )
    assert {name: shown[name] for name in shown if name.startswith("ai_")} == {
        name: change[name] for name in change if name.startswith("ai_")
    }
    events = [one["event"] for one in ada.get("events", ticket=made["id"])["results"]]
    assert events[0] == "ticket.create"
    assert {"ticket.assign", "ticket.change", "ticket.watch", "ticket.status.update"} <= set(events)


def test_figures_come_from_counters(program):
    cleo, ada = program("cleo"), program("ada")
    cleo.asks()
    done = cleo.asks(department="sales")
    cleo.put(f"tickets/{done['id']}/status", {"status": "closed"})
    stats = ada.get("admin/stats")
    assert (stats["total"], stats["open"], stats["unassigned"]) == (2, 1, 1)
    assert (stats["by_status"]["closed"], stats["by_department"]["technical"]) == (1, 1)
    assert ada.get("/api/v1/support/departments/")["results"][0] == {"key": "technical", "name": "Technical"}
    assert [one["key"] for one in ada.get("priorities")["results"]] == ["urgent", "high", "medium", "low"]
    first = ada.get("statuses")["results"][0]
    assert (first["type"], first["is_default"]) == ("customer_service", True)


@pytest.mark.parametrize("path", [f"{DESK}/tickets", "/api/v1/tickets"])
def test_managers_delete_and_then_it_is_gone(api_for, program, path):
    made = program("cleo").asks()
    address = f"{path}/{made['id']}/"
    refused = {name: api_for(name).delete(address).status_code for name in ("cleo", "ben", "mia", "bo")}
    assert refused == {"cleo": 403, "ben": 403, "mia": 404, "bo": 404}
    assert api_for("ada").delete(address, {"why": "spam"}, content_type="application/json").status_code == 422

    assert api_for("ada").delete(address).status_code == 204
    for name in ("ada", "cleo"):
        assert api_for(name).get(address).status_code == 404
        assert api_for(name).get(path).json()["results"] == []
    assert api_for("ada").delete(address).status_code == 404
    assert api_for("cleo").post(f"{address}attachments", {}).status_code == 404
    assert program("ada").get("admin/stats")["total"] == 0


def test_the_shorter_addresses(program):
    cleo, ada = program("cleo"), program("ada")
    made = cleo.post("/api/v1/tickets/", {"subject": "Short", "description": "Way"})
    one = f"/api/v1/tickets/{made['id']}"
    cleo.post(f"{one}/comments/", {"body": "More"})
    assert len(ada.get(f"{one}/comments")["results"]) == 2
    assert ada.get(f"{one}/attachments/")["results"] == []
    assert ada.patch(f"{one}/", {"tags": ["a"]})["tags"] == ["a"]
    assert [one["name"] for one in cleo.get("/api/v1/users/")["results"]] == ["Cleo Marsh"]
    assert len(ada.get("/api/v1/users")["results"]) == 5
    assert cleo.get("/api/v1/companies")["results"] == [{"id": 1, "name": "Acme", "slug": "acme"}]


def _file(name="lamp.txt"):
    return {"file": SimpleUploadedFile(name, b"It flickers.", "text/plain")}


def test_files_come_first_or_along(program, api_for):
    cleo, ada = program("cleo"), program("ada")
    ticket = f"tickets/{cleo.asks()['id']}"
    kept = api_for("cleo").post(f"{DESK}/attachments/", _file())
    assert (kept.status_code, kept.json()["original_name"]) == (201, "lamp.txt")
    ada.post(f"{ticket}/messages", {"body": "Mine.", "files": [kept.json()["id"]]}, 422)
    said = cleo.post("messages", {"ticket": ticket[8:], "body": "Look.", "files": [kept.json()["id"]]})
    assert [one["id"] for one in said["attachments"]] == [kept.json()["id"]]

    note = api_for("ada").post(f"{DESK}/{ticket}/attachments", _file("note.txt") | {"is_internal": "true"})
    assert (note.status_code, note.json()["body"], note.json()["is_internal"]) == (201, "note.txt", True)
    assert len(ada.get(f"{ticket}/attachments")["results"]) == 2
    assert [one["original_name"] for one in cleo.get(f"{ticket}/attachments")["results"]] == ["lamp.txt"]
    assert len(cleo.get(ticket)["messages"][1]["attachments"]) == 1
    refused = api_for("ada").post(f"{DESK}/attachments", _file("run.exe"))
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["files"])
    wrong = api_for("ada").post(f"{DESK}/attachments", {"file": "x"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["detail"]) == (415, "Please send multipart/form-data.")


def test_customers_are_told_where_it_stands_and_not_how_agents_work(cast_of_programs, inside, acme, ada):
    cleo, ben, ada_s = cast_of_programs
    made = cleo.asks()
    ticket = f"tickets/{made['id']}"
    ada_s.patch(ticket, {"tags": ["vip"], "assigned_to": str(ada.id)})
    ada_s.post(f"{ticket}/messages", {"message": "Careful.", "is_internal": True})
    ada_s.post(f"{ticket}/messages", {"message": "Hello."})
    with inside(acme):
        actions.reply(Ticket.objects.get(), "Not sent yet.", by=ada, can_undo=True)

    told = [one["event"] for one in cleo.get("events", ticket=made["id"])["results"]]
    assert told == ["ticket.create", "ticket.assign", "ticket.status.update", "ticket.message.create"]
    assert [one["event"] for one in cleo.get("events")["results"]] == told[::-1]
    assert [one["body"] for one in cleo.get("messages")["results"]] == ["Hello.", "Since Monday."]
    assert len(ada_s.get("events", ticket=made["id"])["results"]) == 7
    assert len(ada_s.get(ticket)["messages"]) == 4


def test_longer_lists_cost_no_more_statements(program):
    cleo, ada, numbers = program("cleo"), program("ada"), []
    ticket = f"tickets/{cleo.asks()['id']}"
    cleo.post(f"{ticket}/messages", {"body": "One."})
    ada.get(ticket)
    for _ in range(2):
        counts = []
        for path in ("tickets", "admin/tickets", ticket, "messages", "events", "admin/stats", "admin/employees"):
            with CaptureQueriesContext(connection) as statements:
                ada.get(path)
            counts.append(len(statements))
        numbers.append(counts)
        for _ in range(3):
            cleo.asks()
            cleo.post(f"{ticket}/messages", {"body": "More."})
    assert numbers[0] == numbers[1]
    assert max(numbers[0]) <= 8
