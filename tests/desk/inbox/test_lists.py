"""The list: which requests stand in which view, in which order, and how they are found."""

import re

import pytest


def numbers(page):
    """The requests in the list, from the top."""
    rows = re.findall(r'id="row-.*?</a>', page.content.decode(), re.S)
    return [re.search(r"TICK-\d+-\d+", row)[0] for row in rows]


def test_the_door_of_the_workspace_is_the_inbox(client_for):
    assert client_for("ben").get("/manager/")["Location"] == "/manager/inbox"


@pytest.mark.parametrize("name", ["mia", "cleo"])
def test_others_are_led_to_the_portal_in_words(client_for, wish, name):
    client = client_for(name)
    for path in ("/manager/inbox", "/manager/inbox/new", f"/manager/inbox/{wish().pk}"):
        page = client.get(path, follow=True)
        assert page.redirect_chain == [("/", 302)]
        assert "those who answer at Acme" in page.content.decode()


def test_each_view_holds_its_own(client_for, wish, taken, ada, ben):
    mine, hers, free = wish(), wish(), wish(department="billing")
    taken(mine, ben)
    taken(hers, ada)
    ada_at, ben_at = client_for("ada"), client_for("ben")

    def seen(client, view):
        return set(numbers(client.get(f"/manager/inbox?view={view}")))

    assert seen(ben_at, "mine") == {mine.number}
    assert seen(ben_at, "unassigned") == {free.number}
    assert seen(ben_at, "open") == {mine.number, free.number}
    assert seen(ada_at, "open") == {mine.number, hers.number, free.number}
    assert seen(ada_at, "department:billing") == {free.number}
    assert seen(ada_at, "solved") == set()


def test_numbers_come_from_counters_and_agents_see_only_their_own(client_for, wish, taken, ben):
    taken(wish(), ben)
    wish()

    def counts(name):
        page = client_for(name).get("/manager/inbox").content.decode()
        return dict(re.findall(r'<span class="clip">([^<]+)</span><span class="count">(\d+)</span>', page))

    assert counts("ben") == {"My requests": "1", "Unassigned": "1"}
    assert counts("ada")["All open"] == "2"


@pytest.mark.parametrize("sort", ["latest", "oldest", "priority"])
def test_pages_follow_each_other_in_every_order(client_for, wish, sort):
    wished = [wish(urgency=level, subject=level).number for level in ("low", "critical", "medium") for _ in range(10)]
    ada = client_for("ada")
    first = ada.get(f"/manager/inbox?view=open&sort={sort}")
    more = re.search(r'href="([^"]*cursor=[^"]*)"', first.content.decode())[1].replace("&amp;", "&")
    second = ada.get(more)
    found = numbers(first) + numbers(second)
    live = re.search(r'hx-get="([^"]*part=list[^"]*)"', second.content.decode())[1].replace("&amp;", "&")
    assert numbers(ada.get(live, headers={"HX-Request": "true"})) == numbers(second)

    expected = {
        "latest": wished[::-1],
        "oldest": wished,
        "priority": wished[10:20] + wished[20:] + wished[:10],
    }[sort]
    assert found == expected


@pytest.mark.parametrize("query", ["cursor=nonsense", "sort=priority&cursor=nonsense", "sort=priority&cursor=9.x"])
def test_a_cursor_that_is_none_leads_to_the_beginning(client_for, query):
    assert client_for("ada").get(f"/manager/inbox?{query}")["Location"] == "/manager/inbox"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=new", ["free"]),
        ("assignee=none", ["free"]),
        ("priority=P1", ["free"]),
        ("urgency=critical&importance=critical", ["free"]),
        ("tag=Lamp", ["mine"]),
        ("department=sales", ["mine"]),
        ("type=simple", []),
        ("status=nonsense", ["free", "mine"]),
    ],
)
def test_filters_narrow_the_list(client_for, wish, taken, ben, query, found):
    mine = taken(wish(subject="Mine", tags=["lamp"], department="sales"), ben)
    free = wish(subject="Free", urgency="critical", importance="critical")
    named = {mine.number: "mine", free.number: "free"}

    page = client_for("ada").get(f"/manager/inbox?view=open&{query}")

    assert sorted(named[one] for one in numbers(page)) == found


@pytest.mark.parametrize(("words", "finds"), [("lam fli", True), ("cleo", True), ("{number}", True), ("1", True)])
def test_search_finds_numbers_subjects_and_requesters_by_their_beginning(client_for, wish, words, finds):
    ticket = wish()
    wish(subject="Another thing entirely")
    page = client_for("ada").get("/manager/inbox", {"view": "solved", "q": words.format(number=ticket.number)})
    assert (ticket.number in numbers(page)) is finds


@pytest.mark.parametrize("words", ["'", "\\", "a & | !", "<script>", "%", "9" * 40, "@", "\x00x"])
def test_search_takes_any_words(client_for, wish, words):
    wish()
    page = client_for("ada").get("/manager/inbox", {"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_what_is_pinned_stands_at_the_top(client_for, wish, do):
    first = wish()
    for _ in range(3):
        wish()
    do("ada", first, "pin", on="1")
    assert numbers(client_for("ada").get("/manager/inbox?view=open"))[0] == first.number


def test_htmx_gets_the_rows_with_the_numbers_beside_them(client_for, wish):
    wish()
    page = client_for("ada").get("/manager/inbox?view=open&part=list", headers={"HX-Request": "true"})
    assert page.content.decode().lstrip().startswith('<div id="rows"')
    assert 'id="views"' in page.content.decode()


def test_another_companys_agents_see_nothing_of_it(client_for, wish):
    ticket, bo = wish(), client_for("bo")
    assert ticket.subject not in bo.get("/manager/inbox?view=open").content.decode()
    assert bo.get(f"/manager/inbox/{ticket.pk}").status_code == 404


def test_a_part_that_is_fetched_again_leads_to_whole_pages(client_for, wish):
    place = f"/manager/inbox/{wish().pk}?view=open"
    part = client_for("ada").get(f"{place}&part=live", headers={"HX-Request": "true"}).content.decode()
    assert 'data-pane-open="list"' in part
    assert re.findall(r' (?:href|action|hx-post)="[^"]*part=[^"]*"', part) == []
    assert "part=live&amp;part=live" not in part
