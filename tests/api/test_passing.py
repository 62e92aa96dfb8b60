"""`/platform-admin/`: escalating, handing over, whose work a ticket was, and notes for staff."""

import pytest

JSON = "application/json"
WHY = "The certificate chain is broken."


@pytest.fixture
def where(row_id):
    return f"/platform-admin/tickets/{row_id}"


def test_lin_escalates_and_the_history_tells_it(api_for, where, lin):
    client = api_for("lin")
    answer = client.patch(f"{where}/escalation", {"level": "engineer", "reason": WHY, "seen_version": 1}, JSON)
    assert (answer.status_code, answer.json()["escalation"], answer.json()["version"]) == (200, "engineer", 2)

    found = client.get(f"{where}/assignments").json()["results"]
    assert [(one["level"], one["reason"], one["why"], one["assigned_by"]) for one in found] == [
        ("engineer", "escalation", WHY, "Lin Haas"),
        ("none", None, None, "Ada Lind"),
    ]
    assert (found[0]["unassigned_at"], found[1]["unassigned_at"]) == (None, found[0]["assigned_at"])
    assert [one["id"] for one in client.get("/platform-admin/tickets?escalated=engineer").json()["results"]]
    assert client.get("/platform-admin/tickets?escalated=supervisor").json()["results"] == []


def test_it_goes_to_an_engineer_by_name_and_to_nobody_below(api_for, where, eli, una):
    client = api_for("lin")
    body = {"level": "engineer", "reason": WHY, "assigned_admin_id": str(una.id)}
    for level in ("engineer", "none"):
        refused = client.patch(f"{where}/escalation", body | {"level": level}, JSON)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["assigned_admin_id"])
    went = client.patch(f"{where}/escalation", body | {"assigned_admin_id": str(eli.id)}, JSON)
    assert (went.status_code, went.json()["assigned_admin_id"]) == (200, str(eli.id))
    assert api_for("eli").get(where).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"level": "engineer"}, "reason"),
        ({"level": "engineer", "reason": " "}, "reason"),
        ({"level": "engineer", "reason": "x" * 501}, "reason"),
        ({"level": "top", "reason": WHY}, "level"),
        ({"level": "engineer", "reason": WHY, "assigned_admin_id": "x"}, "assigned_admin_id"),
        ({"level": "engineer", "reason": WHY, "to": "me"}, "to"),
    ],
)
def test_what_is_wrong_is_named(api_for, where, body, field):
    answer = api_for("lin").patch(f"{where}/escalation", body, JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_down_again_is_for_its_own_level(api_for, where):
    api_for("lin").patch(f"{where}/escalation", {"level": "supervisor", "reason": WHY}, JSON)
    body = {"level": "none", "reason": "Clear now."}
    assert api_for("lin").patch(f"{where}/escalation", body, JSON).status_code == 403
    assert api_for("sam").patch(f"{where}/escalation", body, JSON).json()["escalation"] == "none"


def test_a_colleague_is_given_it_with_a_reason(api_for, where, una, outside):
    from shared_apps.accounts.models import User

    body = {"assigned_admin_id": str(una.id), "reason": WHY}
    refused = api_for("lin").patch(f"{where}/assign", body, JSON)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["assigned_admin_id"])
    with outside():
        User.objects.filter(pk=una.id).update(profile={"skills": ["dns"]})
    assert api_for("lin").patch(f"{where}/assign", body, JSON).json()["assigned_admin_id"] == str(una.id)

    first = api_for("una").get(f"{where}/assignments").json()["results"][0]
    assert (first["agent_name"], first["reason"], first["why"]) == ("Una Weiss", "hand_over", WHY)


@pytest.mark.parametrize("part", ["escalation", "assignments", "notes"])
def test_what_one_does_not_see_is_not_there(api_for, where, part):
    client, body = api_for("una"), {"level": "engineer", "reason": WHY}
    for place in (where, "/platform-admin/tickets/999999"):
        ask = client.patch if part == "escalation" else client.get
        answer = ask(f"{place}/{part}", body, JSON) if part == "escalation" else ask(f"{place}/{part}")
        assert answer.status_code == 404


def test_notes_are_written_once_and_read_by_who_is_told(api_for, where):
    sam, key = api_for("sam"), {"Idempotency-Key": "n1"}
    body = {"body": "They owe us two months.", "is_confidential": True}
    first, again = (sam.post(f"{where}/notes", body, JSON, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert api_for("lin").post(f"{where}/notes", {"body": "Called them."}, JSON).status_code == 201
    assert api_for("lin").post(f"{where}/notes", body, JSON).status_code == 403

    assert [one["body"] for one in sam.get(f"{where}/notes").json()["results"]] == [body["body"], "Called them."]
    assert [one["body"] for one in api_for("lin").get(f"{where}/notes").json()["results"]] == ["Called them."]
    assert "Called them." not in api_for("ada").get("/api/support/tickets").content.decode()
