"""What a request has to do with others, as its page names it: read as keys first, bounded by what the reader sees."""

import pytest

from portico.database.kept import together
from tenant_apps.desk.inbox import thread
from tenant_apps.tickets import actions, kinds


@pytest.fixture
def near(inside, acme):
    """`near(ticket, ada)` = how, headline and direction of everything that Ada finds beside it."""

    def read(ticket, who):
        with inside(acme):
            ticket = thread.find(who, ticket.pk)
            (found,) = together(thread.relating(ticket, who))
            return [(one.how, one.subject, one.is_here) for one in thread.relations(ticket, found, kinds.load())]

    return read


@pytest.fixture
def lamp(wish, inside, acme, ada):
    """Cleo's dark lamp: an incident with one below it, one merged into it, and links both ways; and all she asked."""
    asked = {name: wish(subject=name) for name in ("Lamp", "Below", "Twice", "Cable", "Bulb", "Stairs")}
    with inside(acme):
        lamp = actions.make_incident(asked["Lamp"], True, by=ada)
        actions.place_under(asked["Below"], lamp, by=ada)
        actions.merge(asked["Twice"], lamp, by=ada)
        actions.link(lamp, asked["Cable"], "duplicates", by=ada)
        actions.link(asked["Bulb"], lamp, "follows", by=ada)
    return asked


def test_a_request_names_everything_near_and_how(lamp, near, ada):
    found = near(lamp["Lamp"], ada)
    related = [one for one in found if one[0] != "earlier"]

    assert related[:2] == [("child", "Below", True), ("merged", "Twice", True)]
    assert sorted(related[2:]) == [("duplicates", "Cable", True), ("follows", "Bulb", False)]
    assert len(found) - len(related) == 4
    assert ("parent", "Lamp", True) in near(lamp["Below"], ada)
    assert ("duplicates", "Lamp", False) in near(lamp["Cable"], ada)


def test_what_was_asked_before_is_the_latest_of_the_same_requester(wish, near, inside, acme, ada):
    asked = [wish(subject=f"Request {place}") for place in range(6)]
    with inside(acme):
        actions.reply(asked[1], "We look into it.", by=ada)

    names = [subject for how, subject, _ in near(asked[0], ada) if how == "earlier"]
    assert names == ["Request 1", "Request 5", "Request 4", "Request 3"]


def test_an_agent_is_told_of_none_that_is_somebody_elses(lamp, near, inside, acme, ada, ben):
    with inside(acme):
        for name in ("Below", "Cable", "Stairs"):
            actions.assign(lamp[name], actions.Assignee(ada.id, ada.label), by=ada)

    assert {subject for _, subject, _ in near(lamp["Lamp"], ben)} == {"Bulb", "Twice"}


def test_an_incident_says_how_many_it_affects_however_many_stand_beside_it(
    client_for, wish, inside, acme, ada, monkeypatch
):
    from tenant_apps.desk.inbox import thread

    incident, *children = [wish() for _ in range(4)]
    with inside(acme):
        incident = actions.make_incident(incident, True, by=ada)
        for child in children:
            actions.place_under(child, incident, by=ada)
    for most in (70, 2):
        monkeypatch.setattr(thread, "_MOST_FAMILY", most)
        thread._RELATED._known.clear()
        page = client_for("ada").get(f"/manager/inbox/{incident.pk}").content.decode()
        assert "Incident, 3 affected" in page
    thread._RELATED._known.clear()
