"""The board: cards in columns and lanes, what may be moved where, limits, and what a look at it costs."""

import re

import pytest

from tests.desk.test_statements import count

CELL = re.compile(r'<div class="cell"[^>]*aria-label="([^"]+)"[^>]*>(.*?)\n</div>', re.S)


def cells(page):
    """The numbers of the cards in each cell that has any, by the words of its column and lane."""
    found = {label: re.findall(r"TICK-\d+-\d+(?=</span>)", body) for label, body in CELL.findall(page.content.decode())}
    return {label: numbers for label, numbers in found.items() if numbers}


def heads(page):
    """The words beside each status."""
    text = page.content.decode()
    found = re.findall(r'class="board-head" data-column="([^"]+)".*?<span class="wip">(.*?)</span></div>', text, re.S)
    return {key: re.sub(r"<[^>]+>", "", words).strip() for key, words in found}


def move(client, ticket, to, **more):
    said = {"move": f"{ticket.pk}:{more.pop('was', 'new')}:{to}"}
    return client.post(f"/manager/board/move{more.pop('query', '')}", said, **more)


def test_requests_stand_in_the_column_of_their_status(client_for, wish, taken, ben):
    free, his = wish(), wish()
    taken(his, ben)
    assert cells(client_for("ada").get("/manager/board")) == {"New": [free.number], "Open": [his.number]}


@pytest.mark.parametrize(
    ("lanes", "expected"),
    [
        ("urgency", {"New, Low", "New, Critical"}),
        ("importance", {"New, Medium"}),
        ("assignee", {"New, Nobody"}),
        ("nonsense", {"New"}),
    ],
)
def test_lanes_part_the_board(client_for, wish, lanes, expected):
    wish(urgency="low"), wish(urgency="critical")
    assert set(cells(client_for("ada").get(f"/manager/board?lanes={lanes}"))) == expected


def test_somebody_who_is_not_named_shares_the_last_lane(client_for, wish, taken, ben, monkeypatch):
    from tenant_apps.desk.board import cards

    monkeypatch.setattr(cards, "MOST_PEOPLE", 1)
    taken(wish(), ben)
    assert set(cells(client_for("ada").get("/manager/board?lanes=assignee"))) == {"Open, Others"}


def test_all_types_stand_together_by_category(client_for, wish):
    first, second = wish(type="simple"), wish(type="engineering")
    page = client_for("ada").get("/manager/board?of=all")
    assert cells(page) == {"New": [second.number, first.number]}
    assert heads(page)["new"] == "2"
    assert cells(client_for("ada").get("/manager/board?of=simple")) == {"Open": [first.number]}


def test_the_filters_are_those_of_the_inbox(client_for, wish):
    lamp, chair = wish(tags=["lamp"]), wish(subject="The chair creaks")
    ada = client_for("ada")
    assert cells(ada.get("/manager/board?tag=lamp")) == {"New": [lamp.number]}
    assert cells(ada.get("/manager/board?q=chair")) == {"New": [chair.number]}
    assert cells(ada.get("/manager/board?status=closed")) == {"New": [chair.number, lamp.number]}


def test_a_card_goes_where_the_workflow_allows_and_back(client_for, wish, now):
    ticket, ada = wish(), client_for("ada")
    page = move(ada, ticket, "resolved", query="?lanes=urgency", follow=True)
    text = page.content.decode()
    assert page.redirect_chain == [("/manager/board?lanes=urgency", 302)]
    assert f"{ticket.number} went to Solved." in text
    assert now(ticket).status == "resolved"

    back = re.search(r'action="(/manager/board/undo[^"]+)"', text)[1].replace("&amp;", "&")
    assert "It stands where it stood." in ada.post(back, follow=True).content.decode()
    assert now(ticket).status == "new"
    again = ada.post(back)
    assert again.status_code == 409
    assert "too late" in again.content.decode()


def test_a_step_that_the_type_does_not_know_is_refused_in_words(client_for, wish, now):
    ticket, ada = wish(), client_for("ada")
    move(ada, ticket, "closed")
    refused = move(ada, ticket, "resolved", was="closed", headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert refused["HX-Retarget"] == "#notices"
    assert "From closed this goes on to: open." in refused.content.decode()
    assert now(ticket).status == "closed"


def test_only_steps_that_are_there_are_offered(client_for, wish, taken, ben):
    closed, his = wish(), taken(wish(), ben)
    ada, ben_at = client_for("ada"), client_for("ben")
    move(ada, closed, "closed")
    text = ada.get("/manager/board").content.decode()
    assert re.findall(rf'value="{closed.pk}:closed:(\w+)"', text) == ["open"]
    free = wish()
    his_view = ben_at.get("/manager/board").content.decode()
    assert f"{free.pk}:" not in his_view
    assert f'value="{his.pk}:open:resolved"' in his_view


def test_who_moves_what_has_moved_is_told(client_for, wish, now):
    ticket, ada = wish(), client_for("ada")
    move(ada, ticket, "open")
    late = move(ada, ticket, "closed")
    assert late.status_code == 409
    assert "moved to Open meanwhile" in late.content.decode()
    assert now(ticket).status == "open"


def test_agents_move_their_own_work_alone(client_for, wish, taken, ada, now):
    free, hers = wish(), wish()
    ben_at = client_for("ben")
    assert "Take it first" in move(ben_at, free, "open").content.decode()
    taken(hers, ada)
    assert move(ben_at, hers, "closed", was="open").status_code == 404
    assert (now(free).status, now(hers).status) == ("new", "open")


@pytest.mark.parametrize("said", ["", "x", "x:new:open", "01890000-0000-7000-8000-00000000dead:new:open"])
def test_an_odd_form_moves_nothing(client_for, said):
    assert client_for("ada").post("/manager/board/move", {"move": said}).status_code in {404, 422}


@pytest.mark.parametrize("path", ["/manager/board/move", "/manager/board/undo"])
def test_its_addresses_opened_by_hand_lead_to_the_board(client_for, path):
    assert client_for("ada").get(path)["Location"] == "/manager/board"


def test_a_column_over_its_limit_says_so_and_forbids_nothing(client_for, wish, inside, acme, ada, now):
    from tenant_apps.tickets import actions, drafts, kinds

    with inside(acme):
        draft = drafts.plain(kinds.load()["customer_service"]) | {"limits": {"new": 1}}
        actions.keep_type("customer_service", draft, by=ada)
    wish()
    assert heads(client_for("ada").get("/manager/board"))["new"] == "1 of 1"
    second = wish()
    for who in ("ada", "ben"):
        page = client_for(who).get("/manager/board")
        assert heads(page)["new"] == "2 of 1, over the limit"
        assert 'data-column="new" data-tone="red"' in page.content.decode()
    assert move(client_for("ada"), second, "open").status_code == 302


def test_numbers_come_from_counters_however_few_cards_are_drawn(client_for, wish, monkeypatch):
    from tenant_apps.desk.board import cards

    monkeypatch.setattr(cards, "MOST", 2)
    for _ in range(3):
        wish()
    page = client_for("ada").get("/manager/board")
    assert len(cells(page)["New"]) == 2
    assert heads(page)["new"] == "3"
    assert "More of 3" in page.content.decode()
    assert len(cells(client_for("ada").get("/manager/board?more=new"))["New"]) == 3
    assert heads(client_for("ben").get("/manager/board"))["new"] == ""


def test_to_htmx_it_sends_the_cards_alone(client_for, wish):
    ticket = wish()
    part = client_for("ada").get("/manager/board", headers={"HX-Request": "true"}).content.decode()
    assert ticket.number in part
    assert "<html" not in part


@pytest.mark.parametrize("query", ["", "lanes=assignee", "lanes=urgency&of=all", "q=lamp", "created_from=2020-01-01"])
def test_it_costs_the_same_for_many_cards(client_for, wish, statements, query):
    ada = client_for("ada")
    wish()
    one = count(ada, f"/manager/board?{query}", statements)
    for _ in range(5):
        wish()
    assert count(ada, f"/manager/board?{query}", statements) == one <= 10
