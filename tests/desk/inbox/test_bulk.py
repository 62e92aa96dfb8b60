"""Several requests at once, with one undo."""

import re
import threading

from django.db import connections


def send(client, tickets, verb, **more):
    words = {"ticket": [str(one.pk) for one in tickets], "do": verb} | more
    return client.post("/manager/inbox/bulk", words, follow=True)


def undo(client, page):
    name = re.search(r'name="undo" value="([^"]+)"', page.content.decode())[1]
    return client.post("/manager/inbox/bulk", {"undo": name}, follow=True)


def test_all_are_taken_and_put_back_with_one_undo(client_for, wish, now, ben):
    client, tickets = client_for("ben"), [wish(), wish(), wish()]
    page = send(client, tickets, "assign:me")
    assert "3 requests changed." in page.content.decode()
    assert {now(one).assignee_id for one in tickets} == {ben.id}

    undo(client, page)
    assert {now(one).assignee_id for one in tickets} == {None}


def test_what_is_refused_is_named_and_holds_up_nobody(client_for, wish, taken, now, ada, ben):
    hers, mine = taken(wish(), ada), taken(wish(), ben)
    page = send(client_for("ada"), [hers, mine], "status:closed")
    assert "2 requests changed." in page.content.decode()

    free = wish()
    words = send(client_for("ben"), [free, mine], "tag", beside="lamp").content.decode()
    assert "1 request changed." in words
    assert f"Not done for 1: {free.number}: Nobody has this request yet." in words
    assert now(free).tags == []


def test_status_tags_snooze_and_merge_lead_back(client_for, wish, now):
    ada, into, one, two = client_for("ada"), wish(), wish(), wish(tags=["old"])
    for verb, more, name, before in (
        ("status:solved", {}, "status", "new"),
        ("tag", {"beside": "lamp"}, "tags", []),
        ("snooze:week", {}, "is_snoozed", False),
        ("merge", {"beside": into.number}, "merged_into_id", None),
    ):
        page = send(ada, [one, two], verb, **more)
        assert "2 requests changed." in page.content.decode(), verb
        changed = getattr(now(one), name)
        assert changed != before
        undo(ada, page)
        after = getattr(now(one), name)
        assert after == before, verb


def test_undoing_the_solution_of_an_incident_opens_again_what_was_solved_with_it(
    client_for, wish, now, inside, acme, ada, cleo
):
    from tenant_apps.tickets import actions

    incident, new, waits, before, wrote = (wish() for _ in range(5))
    with inside(acme):
        incident = actions.make_incident(incident, True, by=ada)
        for child in (new, waits, before, wrote):
            actions.place_under(child, incident, by=ada)
        actions.change_status(waits, "pending_customer", by=ada)
        actions.change_status(before, "resolved", by=ada)
    page = send(client_for("ada"), [incident], "status:solved")
    assert {now(one).status for one in (new, waits, before, wrote)} == {"resolved"}
    with inside(acme):
        actions.reply(wrote, "Not for me.", by=cleo)
        actions.change_status(wrote, "resolved", by=ada)

    undo(client_for("ada"), page)

    assert [now(one).status for one in (new, waits)] == ["new", "pending_customer"]
    assert [now(one).status for one in (before, wrote)] == ["resolved", "resolved"]


def test_an_undo_is_good_once_and_for_its_own_person(client_for, wish):
    ada = client_for("ada")
    page = send(ada, [wish()], "tag", beside="lamp")
    name = re.search(r'name="undo" value="([^"]+)"', page.content.decode())[1]
    theirs = client_for("olga").post("/manager/inbox/bulk", {"undo": name}, follow=True)
    assert "too late" in theirs.content.decode()
    undo(ada, page)
    assert "too late" in ada.post("/manager/inbox/bulk", {"undo": name}, follow=True).content.decode()


def test_where_it_leads_back_is_ours(client_for, wish):
    words = {"ticket": [str(wish().pk)], "do": "tag", "beside": "x", "back": "https://evil.example/manager/inbox"}
    assert client_for("ada").post("/manager/inbox/bulk", words)["Location"].startswith("/manager/inbox?undo=")


def test_two_who_choose_the_same_ones_in_other_orders_wait_for_each_other_and_go_on(client_for, wish, now):
    tickets, found = [wish() for _ in range(8)], []
    clients = client_for("ada"), client_for("olga")

    def tag(client, order, word):
        found.append(send(client, order, "tag", beside=word).status_code)
        connections.close_all()

    orders = tickets, tickets[::-1]
    threads = [
        threading.Thread(target=tag, args=(client, order, word))
        for client, order, word in zip(clients, orders, ("one", "two"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [200, 200]
    assert {tuple(sorted(now(one).tags)) for one in tickets} == {("one", "two")}


def test_managers_delete_several_and_bring_them_back_with_one_undo(client_for, wish, now):
    ada, tickets = client_for("ada"), [wish(), wish()]
    page = send(ada, tickets, "delete")
    assert "2 requests changed." in page.content.decode()
    assert all(now(one).deleted_at for one in tickets)

    assert "2 requests changed." in undo(ada, page).content.decode()
    assert not any(now(one).deleted_at for one in tickets)


def test_agents_delete_nothing(client_for, wish, taken, now, ben):
    ticket = taken(wish(), ben)
    page = send(client_for("ben"), [ticket], "delete").content.decode()
    assert "Not done for 1" in page
    assert 'value="delete"' not in page
    assert now(ticket).deleted_at is None


def test_only_who_may_delete_is_offered_to(client_for):
    offers = {
        who: b'<option value="delete">' in client_for(who).get("/manager/inbox").content for who in ("ada", "ben")
    }

    assert offers == {"ada": True, "ben": False}
