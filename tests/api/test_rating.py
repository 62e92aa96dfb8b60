"""How it went, told by a program: kept by who asked, refused as a problem document to everybody else."""

import pytest


@pytest.fixture
def solved(program):
    """The address of Cleo's request, which Ada has solved."""
    path = f"tickets/{program('cleo').asks()['id']}"
    program("ada").put(f"{path}/status", {"status": "resolved"})
    return path


def test_cleo_rates_and_ada_reads_why(program, solved):
    cleo, ada = program("cleo"), program("ada")
    assert cleo.get(solved)["rating"] is None

    body = cleo.put(f"{solved}/rating", {"rating": "bad", "comment": "Too slow."})

    assert (body["rating"], body["rating_comment"]) == ("bad", "Too slow.")
    assert body["rated_at"]
    assert cleo.put(f"{solved}/rating/", {"rating": "bad", "comment": "Too slow."})["version"] == body["version"]
    assert cleo.get(solved)["rating_comment"] == ada.get(solved)["rating_comment"] == "Too slow."
    assert ada.get("admin/stats")["by_rating"] == {"good": 0, "bad": 1}
    events = ada.get("events", ticket=solved.removeprefix("tickets/"))["results"]
    assert events[-1]["facts"] == {"rating": "bad", "comment": "Too slow.", "before": None}


def test_others_are_refused_and_told_why(program, solved):
    assert program("ada").put(f"{solved}/rating", {"rating": "good"}, 403)["code"] == "not_yours"
    assert program("bo").put(f"{solved}/rating", {"rating": "good"}, 404)["code"] == "not_found"
    cleo = program("cleo")
    assert cleo.put(f"{solved}/rating", {"rating": "great"}, 422)["errors"].keys() == {"rating"}
    assert cleo.put(f"{solved}/rating", {"rating": "good", "stars": 5}, 422)["errors"].keys() == {"stars"}
    program("ada").put(f"{solved}/status", {"status": "closed"})
    program("ada").put(f"{solved}/status", {"status": "open"})
    assert cleo.put(f"{solved}/rating", {"rating": "good"}, 409)["code"] == "not_solved"


def test_a_colleague_who_follows_sees_how_it_went_and_not_why(program, solved, mia):
    program("cleo").put(f"{solved}/rating", {"rating": "bad", "comment": "Too slow."})
    program("ada").post(f"{solved}/watchers", {"user": str(mia.id)}, 200)
    body = program("mia").get(solved)
    assert body["rating"] == "bad"
    assert "Too slow." not in str(body)
