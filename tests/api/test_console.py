"""`/platform-admin/`: what the staff's programs can do."""

import pytest

from tests.api.conftest import NEW

JSON = "application/json"


def _ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_the_queue_names_company_and_ticket(api_for, opened, row_id):
    (row,) = api_for("lin").get("/platform-admin/tickets").json()["results"]
    assert (row["id"], row["ticket_id"], row["company_id"], row["company_name"]) == (row_id, opened["id"], 1, "Acme")
    assert (row["number"], row["priority"]) == (opened["number"], "P3")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=new", True),
        ("status=closed", False),
        ("subject=website", True),
        ("subject=email", False),
        ("company_id=1", True),
        ("company_id=2", False),
        ("assigned=unassigned", True),
        ("assigned=me", False),
        ("assigned=all&status=new&company_id=1", True),
    ],
)
def test_the_queue_narrows(api_for, row_id, query, found):
    for name in ("omar", "lin"):
        assert _ids(api_for(name).get(f"/platform-admin/tickets?{query}")) == ([row_id] if found else [])


@pytest.mark.parametrize("query", ["company_id=x", "company_id=" + "9" * 25, "assigned=you", "status=lost", "q=1"])
def test_a_parameter_that_means_nothing_is_named(api_for, query):
    answer = api_for("omar").get(f"/platform-admin/tickets?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [query.partition("=")[0]])


def test_staff_read_answer_move_and_take_a_ticket(api_for, row_id, lin):
    client, where = api_for("lin"), f"/platform-admin/tickets/{row_id}"
    answer = client.post(f"{where}/messages", {"body": "On it."}, content_type=JSON)
    assert (answer.status_code, answer.json()["sender_admin_id"]) == (201, str(lin.id))
    assert client.patch(f"{where}/status", {"status": "solved"}, JSON).json()["status"] == "solved"
    taken = client.patch(f"{where}/assign", {"assigned_admin_id": str(lin.id)}, JSON).json()
    assert (taken["assigned_admin_id"], taken["version"]) == (str(lin.id), 4)

    read = client.get(where).json()
    assert [message["body"] for message in read["messages"]] == [NEW["description"], "On it."]


@pytest.mark.parametrize("name", ["una", "eli"])
def test_what_is_neither_covered_nor_mine_is_not_there(api_for, row_id, name):
    client, where = api_for(name), f"/platform-admin/tickets/{row_id}"
    answers = [
        client.get(where),
        client.post(f"{where}/messages", {"body": "?"}, content_type=JSON),
        client.patch(f"{where}/status", {"status": "closed"}, JSON),
        client.patch(f"{where}/assign", {"assigned_admin_id": None}, JSON),
        client.get("/platform-admin/tickets/999999"),
        client.get("/platform-admin/tickets/" + "9" * 30),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[-1].content)}


def test_support_assigns_to_nobody_else(api_for, row_id, una, sam):
    where = f"/platform-admin/tickets/{row_id}/assign"
    answer = api_for("lin").patch(where, {"assigned_admin_id": str(una.id)}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "assign_others")
    assert api_for("sam").patch(where, {"assigned_admin_id": str(una.id)}, JSON).status_code == 200
    assert _ids(api_for("una").get("/platform-admin/tickets?assigned=me")) == [row_id]


@pytest.mark.parametrize("value", ["x", 7, "00000000-0000-7000-8000-000000000000", [], {}])
def test_an_assignee_who_is_nobody_is_refused(api_for, row_id, value):
    answer = api_for("omar").patch(f"/platform-admin/tickets/{row_id}/assign", {"assigned_admin_id": value}, JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["assigned_admin_id"])


def test_whoever_saw_an_older_state_is_told(api_for, row_id):
    omar, where = api_for("omar"), f"/platform-admin/tickets/{row_id}/status"
    assert omar.patch(where, {"status": "triaged", "seen_version": 1}, JSON).status_code == 200
    answer = omar.patch(where, {"status": "closed", "seen_version": 1}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_a_change_of_coverage_holds_from_the_next_request_on(api_for, row_id, una):
    client, where = api_for("una"), f"/platform-admin/team/coverage/{una.id}"
    assert client.get(where).json() == {"platform_admin_id": str(una.id), "subjects": []}
    assert client.get(f"/platform-admin/tickets/{row_id}").status_code == 404

    answer = api_for("omar").put(where, {"subjects": ["website"]}, JSON)
    assert (answer.status_code, answer.json()["subjects"]) == (200, ["website"])
    assert client.get(f"/platform-admin/tickets/{row_id}").status_code == 200


def test_support_neither_sets_coverage_nor_reads_that_of_others(api_for, lin, una):
    client = api_for("una")
    assert client.get(f"/platform-admin/team/coverage/{lin.id}").status_code == 403
    assert client.put(f"/platform-admin/team/coverage/{una.id}", {"subjects": ["website"]}, JSON).status_code == 403


@pytest.mark.parametrize(
    "body", [{"subjects": ["weather"]}, {"subjects": "website"}, {"subjects": [1]}, {}, {"subject": []}, []]
)
def test_coverage_of_something_unknown_is_refused(api_for, una, body):
    answer = api_for("omar").put(f"/platform-admin/team/coverage/{una.id}", body, JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_coverage_of_nobody_is_not_there(api_for):
    where = "/platform-admin/team/coverage/00000000-0000-7000-8000-000000000000"
    assert api_for("omar").get(where).status_code == 404
    assert api_for("omar").put(where, {"subjects": []}, JSON).status_code == 404


def test_reading_a_ticket_costs_few_statements(api_for, row_id):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lin = api_for("lin")
    lin.get("/platform-admin/tickets")
    for path in ("/platform-admin/tickets", f"/platform-admin/tickets/{row_id}"):
        with CaptureQueriesContext(connection) as statements:
            lin.get(path)
        assert len(statements) <= 10, [query["sql"][:90] for query in statements]
