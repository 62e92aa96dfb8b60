"""Incidents for the staff's programs."""

import pytest

from tests.support.incidents import work

JSON = "application/json"
ALL = "/platform-admin/incidents"
NEW = {"headline": "Relay 2 is down", "title": "Mail leaves late", "subject": "website", "words": "We look into it."}


@pytest.fixture
def post(api_for):
    def send(name, path, body, expected=201, **headers):
        answer = api_for(name).post(f"{ALL}{path}", body, content_type=JSON, headers=headers)
        assert answer.status_code == expected, answer.content
        return answer.json()

    return send


def test_one_is_opened_told_solved_and_opened_again(post, api_for, ask, seen):
    ticket = ask()
    made = post("eli", "", NEW | {"ticket_id": ticket.index_id}, 404)
    made = post("sam", "", NEW | {"ticket_id": ticket.index_id})
    assert (made["companies"], made["tickets"], made["not_told_yet"], made["state"]) == (1, 1, 0, "investigating")
    one = f"/{made['id']}"
    told = post("sam", f"{one}/updates", {"state": "identified", "words": "A relay is down."})
    assert (told["not_told_yet"], told["words"]) == (1, "A relay is down.")
    work()
    assert post("sam", f"{one}/solve", {"words": "All is sent."}, 200)["state"] == "resolved"
    work()
    assert seen(ticket)[0].status == "solved"
    post("sam", f"{one}/reopen", {"words": "It is back."}, 200)
    work()
    read = api_for("sam").get(f"{ALL}{one}").json()
    assert [row["id"] for row in read["linked"]] == [ticket.index_id]
    assert (read["state"], read["not_told_yet"]) == ("investigating", 0)


def test_the_same_key_works_once(post, api_for):
    first, second = (post("sam", "", NEW, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert first == second
    assert len(api_for("sam").get(ALL).json()["results"]) == 1


def test_tickets_go_in_and_out(post, api_for, incident, ask, seen):
    ticket = ask()
    assert post("lin", f"/{incident.pk}/tickets", {"ticket_id": ticket.index_id})["id"] == ticket.index_id
    (row,) = api_for("lin").get(f"/platform-admin/tickets?incident_id={incident.pk}").json()["results"]
    assert (row["id"], row["incident_id"]) == (ticket.index_id, incident.pk)
    for _ in range(2):
        assert api_for("lin").delete(f"{ALL}/{incident.pk}/tickets/{ticket.index_id}").status_code == 204
    assert seen(ticket)[0].incident_id is None


def test_it_is_called_otherwise(api_for, incident):
    client, where = api_for("sam"), f"{ALL}/{incident.pk}"
    changed = client.patch(where, {"title": "Mail is late", "seen_version": 1}, JSON).json()
    assert (changed["title"], changed["headline"], changed["version"]) == ("Mail is late", "Relay 2 is down", 2)
    answer = client.patch(where, {"title": "Later", "seen_version": 1}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", NEW | {"subject": "weather"}, "subject"),
        ("", NEW | {"title": ""}, "title"),
        ("", NEW | {"colour": "red"}, "colour"),
        ("", NEW | {"ticket_id": "1"}, "ticket_id"),
        ("/{id}/updates", {"state": "resolved", "words": "x"}, "state"),
        ("/{id}/updates", {"state": "identified", "words": "x" * 2_001}, "words"),
        ("/{id}/solve", {}, "words"),
    ],
)
def test_what_means_nothing_is_named(post, incident, path, body, field):
    assert field in post("sam", path.format(id=incident.pk), body, 422)["errors"]


def test_support_reads_and_tells_nobody(post, api_for, incident):
    assert api_for("lin").get(f"{ALL}/{incident.pk}").status_code == 200
    for verb in ("solve", "reopen"):
        post("lin", f"/{incident.pk}/{verb}", {"words": "x"}, 403)
    assert api_for("una").get(f"{ALL}/{incident.pk}").status_code == 404
    assert api_for("una").get(ALL).json()["results"] == []
    assert api_for("ada").get(ALL).status_code == 404


def test_a_name_needs_to_be_meant(post, incident, linked):
    linked()
    said = {"state": "identified", "words": "Acme was first."}
    assert post("sam", f"/{incident.pk}/updates", said, 409)["code"] == "names_company"
    assert post("sam", f"/{incident.pk}/updates", said | {"may_name": True})["words"] == "Acme was first."


def test_a_list_goes_on_where_it_ended(post, api_for):
    made = [post("sam", "", NEW)["id"] for _ in range(3)]
    client = api_for("sam")
    first = client.get(f"{ALL}?limit=2").json()
    second = client.get(f"{ALL}?limit=2&cursor={first['next_cursor']}").json()
    assert [row["id"] for row in (*first["results"], *second["results"])] == made[::-1]
