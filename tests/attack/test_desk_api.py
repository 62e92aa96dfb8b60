"""What was tried at the company's own desk: other people's things, other companies' keys, fields that are nobody's."""

import threading
import uuid

import pytest
from django.conf import settings
from django.db import connection

from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people.models import Contact
from tenant_apps.tickets import tally
from tenant_apps.tickets.models import Message, Ticket
from tests.api.conftest import DESK, WISH, Program
from tests.support.cast import email_of
from tests.support.clients import Client

NOBODY = str(uuid.UUID(int=0xDEAD))


@pytest.fixture
def program(api_for):
    """`program("cleo")` = Cleo's program at the desk of Acme."""
    return lambda name: Program(api_for(name))


@pytest.fixture
def ids(inside, acme, borealis):
    """Ids of everybody, by name."""
    found = {}
    for company, names in ((acme, "olga ada ben mia cleo"), (borealis, "odd bo bea")):
        with inside(company):
            found |= {name: str(User.objects.get(email=email_of(name)).pk) for name in names.split()}
    return found


def _all_ways(ticket):
    """Every address that takes a ticket's id, with a body that would do."""
    one = f"{DESK}/tickets/{ticket}"
    return [
        ("get", one, None), ("patch", one, {"status": "closed"}), ("put", f"{one}/status", {"status": "closed"}),
        ("get", f"{one}/messages", None), ("post", f"{one}/messages", {"body": "x"}),
        ("post", f"{one}/mark-read", {}), ("get", f"{one}/attachments", None), ("post", f"{one}/watchers", {}),
        ("get", f"{DESK}/messages?ticket={ticket}", None), ("get", f"{DESK}/events?ticket={ticket}", None),
        ("post", f"{DESK}/messages", {"ticket": str(ticket), "body": "x"}),
        ("get", f"/api/v1/tickets/{ticket}", None), ("patch", f"/api/v1/tickets/{ticket}", {"status": "closed"}),
        ("post", f"/api/v1/tickets/{ticket}/comments", {"body": "x"}),
    ]  # fmt: skip


def _ask(client, method, path, body):
    if body is None:
        return client.get(path)
    return getattr(client, method)(path, body, content_type="application/json")


@pytest.mark.parametrize("name", ["mia", "bo", "bea"])
def test_another_persons_ticket_is_as_if_it_were_not_there(program, api_for, name):
    made, client = program("cleo").asks(), api_for(name)
    for hidden, missing in zip(_all_ways(made["id"]), _all_ways(NOBODY), strict=True):
        answers = [_ask(client, *hidden), _ask(client, *missing)]
        assert [one.status_code for one in answers] == [404, 404], hidden
        assert answers[0].content == answers[1].content
    shown = program("ada").get(f"tickets/{made['id']}")
    assert (shown["status"], len(shown["messages"])) == ("new", 1)


def test_a_ticket_of_the_platforms_desk_is_none_here(program, api_for):
    asked = api_for("ada").post(
        "/api/support/tickets", {"subject": "website", "description": "?"}, content_type="application/json"
    )
    program("ada").get(f"tickets/{asked.json()['id']}", 404)
    wish = program("cleo").asks()
    assert api_for("ada").get(f"/api/support/tickets/{wish['id']}").status_code == 404
    assert api_for("omar").get("/platform-admin/tickets").json()["results"][0]["id"]
    assert WISH["subject"] not in str(api_for("omar").get("/platform-admin/tickets").json())


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("assigned_to", ["cleo", "mia", "bo", "nobody"]),
        ("watchers", ["bo", "nobody"]),
        ("parent", ["foreign", "platform", "nobody"]),
        ("team", ["cleo", "nobody"]),
    ],
)
def test_ids_that_lead_nowhere_are_named(program, api_for, ids, field, values):
    made = program("cleo").asks()
    known = ids | {"nobody": NOBODY, "foreign": program("bo").asks()["id"], "platform": _at_the_platform(api_for)}
    for value in values:
        given = [known[value]] if field == "watchers" else known[value]
        refused = program("ada").patch(f"tickets/{made['id']}", {field: given}, 422)
        assert list(refused["errors"]) == [field]


def _at_the_platform(api_for):
    body = {"subject": "website", "description": "?"}
    return api_for("ada").post("/api/support/tickets", body, content_type="application/json").json()["id"]


def test_nobody_opens_for_others_but_agents(program, ids, inside, acme):
    cleo, ben = program("cleo"), program("ben")
    assert cleo.asks(user=ids["cleo"])["user"] == ids["cleo"]
    for more in ({"user": ids["mia"]}, {"user": NOBODY}, {"contact": NOBODY}, {"requester_email": "x@y.example"}):
        cleo.asks(403, **more)
    assert ben.asks(user=ids["mia"])["user"] == ids["mia"]
    for more in ({"user": ids["bo"]}, {"user": NOBODY}, {"contact": NOBODY}):
        assert list(ben.asks(422, **more)["errors"]) == list(more)
    made = ben.asks(requester_email="New.Person@Else.Example", requester_name="New Person")
    again = ben.asks(requester_email="new.person@else.example")
    assert (made["user"], made["contact"], made["requester_name"]) == (None, again["contact"], "New Person")
    assert made["messages"][0]["author_contact"] == made["contact"]
    assert ben.asks(requester_email="MIA@acme.example")["user"] == ids["mia"]
    with inside(acme):
        assert Contact.objects.count() == 1


def test_a_follow_up_needs_a_ticket_of_ones_own(program):
    hidden, mine = program("mia").asks(), program("cleo").asks()
    assert list(program("cleo").asks(422, follows=hidden["id"])["errors"]) == ["follows"]
    program("cleo").asks(follows=mine["id"])


def test_mixed_headers_open_nothing(token_for, program):
    program("cleo").asks()
    token, base = token_for("ada"), settings.BASE_HOST

    def asked(host, **headers):
        return Client(headers={"Host": host} | headers).get(f"{DESK}/tickets").status_code

    bearer = {"Authorization": f"Bearer {token}"}
    assert asked(base, **bearer, **{"X-Company-Id": "1"}) == 200
    assert asked("127.0.0.1:8000", **bearer, **{"X-Company-Id": "1"}) == 200
    assert asked(base, **bearer, **{"X-Company-Id": "2"}) == 404
    assert asked(base, **bearer) == 404
    assert asked(base, **{"X-Company-Id": "1"}) == 401
    assert asked(f"borealis.{base}", **bearer) == 401
    assert asked(f"borealis.{base}", **bearer, **{"X-Company-Id": "1"}) == 401
    assert asked(f"console.{base}", **bearer) == 404
    # On a company's own host the host alone counts.
    assert asked(f"acme.{base}", **bearer, **{"X-Company-Id": "2"}) == 200


def test_staff_of_the_platform_have_no_business_here(token_for, program):
    made = program("cleo").asks()
    for host in (f"acme.{settings.BASE_HOST}", settings.BASE_HOST):
        client = Client(
            headers={"Host": host, "Authorization": f"Bearer {token_for('omar')}", "X-Company-Id": "1"},
        )
        for method, path, body in _all_ways(made["id"]):
            assert _ask(client, method, path, body).status_code in {401, 404}


def test_a_session_needs_its_form_token(client_for, program):
    made, cleo = program("cleo").asks(), client_for("cleo")
    cleo.ask_for_form_tokens()
    for method, path, body in _all_ways(made["id"]):
        assert _ask(cleo, method, path, body).status_code == (200 if body is None else 403), path


def test_sent_again_is_done_once(program, inside, acme):
    cleo, ada = program("cleo"), program("ada")
    key = {"Idempotency-Key": "k"}
    first, again = cleo.post("tickets", WISH, **key), cleo.post("tickets/", WISH, **key)
    assert first == again
    where = f"tickets/{first['id']}/messages"
    answers = [ada.post(where, {"body": "x", "is_internal": True}, **key) for _ in range(2)]
    assert answers[0] == answers[1]
    ada.post(where, {"body": "x"}, 422, **key)
    with inside(acme):
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 2)


def test_a_change_that_is_half_wrong_changes_nothing(program, inside, acme, ids):
    made = program("cleo").asks()
    change = {"assigned_to": ids["ada"], "tags": ["x"], "watchers": [ids["mia"]], "status": "nowhere"}
    program("ada").patch(f"tickets/{made['id']}", change, 422)
    with inside(acme):
        ticket = Ticket.objects.get()
        assert (ticket.assignee_id, ticket.tags, ticket.watchers, ticket.version) == (None, [], [], made["version"])
        assert list(Event.objects.values_list("verb", flat=True)) == ["ticket.create"]
        assert tally.counted()["unassigned"] == 1


def _at_once(*asks):
    """The answers of several programs that ask at the same moment."""
    start, answers = threading.Barrier(len(asks)), [None] * len(asks)

    def ask(place, client, method, path, body):
        try:
            start.wait()
            answers[place] = _ask(client, method, path, body)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(place, *one)) for place, one in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_who_close_at_once_close_once(api_for, program, inside, acme):
    where = f"{DESK}/tickets/{program('cleo').asks()['id']}/status"
    clients = [api_for(name) for name in ("cleo", "ada", "cleo", "olga")]
    answers = _at_once(*((client, "put", where, {"status": "closed"}) for client in clients))
    assert [one.status_code for one in answers] == [200] * 4
    with inside(acme):
        assert Event.objects.filter(verb="ticket.status.update").count() == 1
        assert tally.read(["all", "open", "status:closed"]) == {"all": 1, "open": 0, "status:closed": 1}


def test_two_who_merge_each_into_the_other(api_for, program, inside, acme):
    one, two = (program("cleo").asks()["id"] for _ in range(2))
    ways = [("ada", one, two), ("olga", two, one), ("ada", two, one)]
    asks = ((api_for(who), "post", f"{DESK}/tickets/{this}/merge", {"into": other}) for who, this, other in ways)
    answers = _at_once(*asks)
    assert sorted(one.status_code for one in answers) == [200, 409, 409]
    assert {one.json().get("code") for one in answers} == {None, "merged"}
    with inside(acme):
        assert Ticket.objects.standing().count() == 1
        assert tally.read(["all", "open"]) == {"all": 1, "open": 1}


def test_who_was_slower_is_told(program):
    ada, cleo = program("ada"), program("cleo")
    made = cleo.asks()
    ticket = f"tickets/{made['id']}"
    cleo.post(f"{ticket}/messages", {"body": "Wait."})
    for send in (
        lambda: ada.patch(ticket, {"status": "open", "seen_version": made["version"]}, 409),
        lambda: ada.put(f"{ticket}/status", {"status": "open", "seen_version": made["version"]}, 409),
        lambda: ada.post(f"{ticket}/messages", {"body": "x", "seen_version": made["version"]}, 409),
    ):
        assert send()["code"] == "changed_meanwhile"
    late = ada.post(f"{ticket}/messages", {"body": "x", "seen_message": made["messages"][0]["id"]}, 409)
    assert late["code"] == "written_meanwhile"


def test_merging_reaches_nothing_that_is_hidden(program, ids):
    ada, ben, cleo = program("ada"), program("ben"), program("cleo")
    hidden, mine = ada.asks(), cleo.asks()
    ada.put(f"admin/tickets/{hidden['id']}/assign", {"assigned_to": ids["ada"]})
    ben.put(f"admin/tickets/{mine['id']}/assign", {"assigned_to": ids["ben"]})
    one = f"tickets/{mine['id']}"
    for path, field in (("merge", "into"), ("links", "ticket"), ("split", "message")):
        for target in (hidden["id"], program("bo").asks()["id"], NOBODY, mine["id"]):
            body = {field: target} | {"links": {"kind": "relates"}, "split": {"subject": "x"}}.get(path, {})
            ben.post(f"{one}/{path}", body, 422)
    cleo.post(f"{one}/merge", {"into": mine["id"]}, 403)
    cleo.post(f"{one}/watchers", {"user": ids["mia"]}, 403)
    assert "watchers" not in cleo.post(f"{one}/watchers", {}, 200)
