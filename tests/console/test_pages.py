"""The console's pages, as forms without JavaScript."""

import re
from uuid import uuid4

import pytest


@pytest.fixture
def asked(acme, borealis, ada, bo, inside):
    """`asked()` = the console's id of a new ticket of Acme; `of=borealis` asks for Bo."""

    def ask(*, of="acme", **words):
        from tenant_apps.tickets import actions

        company, person = (acme, ada) if of == "acme" else (borealis, bo)
        said = {"subject": "website", "sub_subject": "contact", "description": "It does not send."}
        with inside(company):
            return actions.open_ticket(**(said | words), by=person).index_id

    return ask


@pytest.fixture
def row_of(outside):
    """`row_of(id)` = the ticket's row in the index as it is now."""

    def find(index_id):
        from shared_apps.console.models import TicketIndex

        with outside():
            return TicketIndex.objects.get(pk=index_id)

    return find


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.mark.parametrize("path", ["/", "/admin"])
def test_the_house_leads_to_the_queue(client_for, path):
    assert client_for("lin").get(path)["Location"] == "/admin/tickets"


def test_the_queue_shows_what_is_covered_over_all_companies(client_for, asked):
    asked(sub_subject="covered one"), asked(of="borealis", sub_subject="covered two")
    asked(subject="billing", sub_subject="not covered")

    page = text_of(client_for("lin").get("/admin/tickets"))

    assert "You cover website" in page
    assert all(words in page for words in ("Acme", "Borealis", "covered one", "covered two", "TICK-", "New", "P3"))
    assert "not covered" not in page


def test_who_covers_nothing_is_told_so(client_for, asked):
    asked()

    page = text_of(client_for("una").get("/admin/tickets"))

    assert "You cover no subject yet" in page
    assert "Nothing is yours yet" in page
    assert "contact" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=solved", {"b"}),
        ("subject=billing", {"c"}),
        ("company=borealis", {"d"}),
        ("company=BOREALIS", {"d"}),
        ("assigned=me", {"b"}),
        ("assigned=unassigned", {"a", "c", "d"}),
        ("subject=website&company=acme&assigned=unassigned", {"a"}),
        ("company=nowhere", set()),
        ("status=nonsense&subject=nonsense&assigned=nonsense", {"a", "b", "c", "d"}),
        ("company=%00", {"a", "b", "c", "d"}),
        ("priority=P3", {"a", "b", "c", "d"}),
        ("priority=P1", set()),
        ("unread=1", {"a", "c", "d"}),
        ("assigned={sam}", {"b"}),
        ("assigned={lin}", set()),
    ],
)
def test_the_queue_is_narrowed(client_for, asked, outside, sam, lin, query, found):
    from shared_apps.console import desk

    asked(sub_subject="part-a")
    solved = asked(sub_subject="part-b")
    asked(subject="billing", sub_subject="part-c"), asked(of="borealis", sub_subject="part-d")
    with outside():
        desk.change_status(solved, "solved", by=sam)
        desk.assign(solved, sam.id, by=sam)

    page = client_for("sam").get(f"/admin/tickets?{query.format(sam=sam.id, lin=lin.id)}").content.decode()

    assert set(re.findall(r"part-(\w)", page)) == found


def test_an_unknown_company_is_said_in_words(client_for, asked):
    asked()

    assert "No such company" in text_of(client_for("sam").get("/admin/tickets?company=nowhere"))


@pytest.mark.parametrize("name", ["lin", "una"])
def test_a_company_that_one_does_not_know_is_no_company(client_for, asked, borealis, name):
    """By number, subdomain and name: support agents know whose requests they see, and the queue tells of no other."""
    asked(of="borealis", subject="billing")
    client = client_for(name)

    for said in (str(borealis.id), "borealis", "BoreaLIS"):
        page = client.get(f"/admin/tickets?company={said}")
        assert "No such company" in text_of(page)
        assert "Borealis" not in text_of(page)
        kept = client.post(f"/admin/tickets/views?company={said}", {"name": "Kept"}, follow=True)
        assert "Borealis" not in text_of(kept)
    assert "Borealis" in text_of(client_for("sam").get(f"/admin/tickets?company={borealis.id}"))


def test_pages_of_the_queue_follow_each_other(client_for, asked):
    keys = {asked() for _ in range(27)}
    sam = client_for("sam")

    first = sam.get("/admin/tickets?subject=website").content.decode()
    older = re.search(r'href="([^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    second = sam.get(older).content.decode()

    found = [{int(key) for key in re.findall(r'id="row-(\d+)"', page)} for page in (first, second)]
    assert [len(one) for one in found] == [25, 2]
    assert found[0] | found[1] == keys


def test_lin_answers_moves_and_takes_a_ticket(client_for, asked, row_of, lin):
    key, client = asked(), client_for("lin")
    address = f"/admin/tickets/{key}"

    client.post(f"{address}/reply", {"body": "We look into it."})
    client.post(f"{address}/status", {"status": "in_progress"})
    page = text_of(client.post(f"{address}/assign", {"admin": str(lin.id)}, follow=True))

    assert "We look into it." in page
    assert "Lin Haas moved this from New to In progress" in page
    assert "Assigned to Lin Haas." in page
    assert (row_of(key).status, row_of(key).assignee_id) == ("in_progress", lin.id)


def test_a_ticket_that_is_not_covered_is_missing(client_for, asked):
    key, lin = asked(subject="billing"), client_for("lin")

    assert lin.get(f"/admin/tickets/{key}").status_code == 404
    for verb, typed in (("reply", {"body": "x"}), ("status", {"status": "closed"}), ("assign", {"admin": ""})):
        assert lin.post(f"/admin/tickets/{key}/{verb}", typed).status_code == 404


@pytest.mark.parametrize(
    ("verb", "typed", "status", "says"),
    [
        ("reply", {"body": " "}, 422, "Please write something."),
        ("status", {"status": ""}, 422, "Please choose a status."),
        ("status", {"status": "nonsense"}, 422, "not one of the available choices"),
        ("assign", {"admin": "nobody"}, 422, "valid UUID"),
        ("assign", {"admin": str(uuid4())}, 422, "There is no such staff member."),
    ],
)
def test_bad_input_is_refused_on_the_page(client_for, asked, verb, typed, status, says):
    page = client_for("lin").post(f"/admin/tickets/{asked()}/{verb}", typed)

    assert page.status_code == status
    assert says in text_of(page)


def test_support_assigns_only_to_itself(client_for, asked, eli):
    key, lin = asked(), client_for("lin")

    page = lin.post(f"/admin/tickets/{key}/assign", {"admin": str(eli.id)})

    assert page.status_code == 403
    assert "A supervisor assigns it to others." in text_of(page)
    assert "Assign to" not in text_of(lin.get(f"/admin/tickets/{key}"))
    assert "Eli Roy, engineer" in text_of(client_for("sam").get(f"/admin/tickets/{key}"))


def test_a_closed_ticket_refuses_reply_and_reopening_in_words(client_for, asked):
    key, lin = asked(), client_for("lin")
    lin.post(f"/admin/tickets/{key}/status", {"status": "closed"})

    reply = lin.post(f"/admin/tickets/{key}/reply", {"body": "One more thing"})
    move = lin.post(f"/admin/tickets/{key}/status", {"status": "new"})

    assert (reply.status_code, move.status_code) == (409, 409)
    assert "takes no replies" in text_of(reply)
    assert "One more thing" in text_of(reply)
    assert "A supervisor can reopen it." in text_of(move)
    sam = client_for("sam").post(f"/admin/tickets/{key}/status", {"status": "in_progress"}, follow=True)
    assert "Sam Oduya moved this from Closed to In progress" in text_of(sam)


@pytest.mark.parametrize(
    ("verb", "typed"),
    [("reply", {"body": "Typed words"}), ("status", {"status": "closed"}), ("assign", {"admin": ""})],
)
def test_a_change_by_somebody_else_meanwhile_is_told(client_for, asked, row_of, sam, verb, typed):
    key, lin = asked(), client_for("lin")
    seen = row_of(key).version
    client_for("sam").post(f"/admin/tickets/{key}/assign", {"admin": str(sam.id)})
    client_for("sam").post(f"/admin/tickets/{key}/status", {"status": "triaged"})

    page = lin.post(f"/admin/tickets/{key}/{verb}", typed | {"seen": seen})

    assert page.status_code == 409
    assert "Sam Oduya moved this from New to Triaged" in text_of(page)
    assert "This page shows how it stands now." in text_of(page)
    assert "Typed words" in text_of(page) or verb != "reply"
    assert f'value="{row_of(key).version}"' in page.content.decode()
    again = typed | {"seen": row_of(key).version}
    assert lin.post(f"/admin/tickets/{key}/{verb}", again).status_code == 302


def test_words_in_the_composer_survive_a_move_by_htmx(client_for, asked):
    answer = client_for("lin").post(
        f"/admin/tickets/{asked()}/status", {"status": "triaged", "body": "Half a s"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<section class="pane" data-pane="talk" id="talk"')
    assert "Half a s</textarea>" in page
    assert 'id="moves"' in page
    assert "Moved to Triaged." in page


def test_a_refusal_tells_htmx_where_it_belongs(client_for, asked, eli):
    answer = client_for("lin").post(
        f"/admin/tickets/{asked()}/assign", {"admin": str(eli.id)}, headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#talk")


def test_putting_back_what_one_does_not_cover_leads_to_the_queue(client_for, asked, una, outside, sam):
    from shared_apps.console import desk

    key = asked(subject="billing")
    with outside():
        desk.assign(key, una.id, by=sam)

    page = client_for("una").post(f"/admin/tickets/{key}/assign", {"admin": ""}, follow=True)

    assert page.redirect_chain == [("/admin/tickets", 302)]
    assert "it has left your queue" in text_of(page)


@pytest.mark.parametrize("verb", ["reply", "status", "assign"])
def test_a_form_address_that_is_opened_leads_to_the_ticket(client_for, asked, verb):
    key = asked()

    assert client_for("lin").get(f"/admin/tickets/{key}/{verb}")["Location"] == f"/admin/tickets/{key}"


def test_a_cursor_that_is_none_leads_to_the_beginning(client_for):
    assert client_for("lin").get("/admin/tickets?cursor=nonsense")["Location"] == "/admin/tickets"


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 40, "\x00"])
def test_a_version_that_is_none_is_no_hindrance(client_for, asked, seen):
    sent = client_for("lin").post(f"/admin/tickets/{asked()}/reply", {"body": "Hello", "seen": seen, "key": "\x00"})

    assert sent.status_code == 302


def test_the_whole_of_a_long_conversation_is_one_link_away(client_for, asked, monkeypatch):
    monkeypatch.setattr("tenant_apps.desk.timeline.SHOWN", 2)
    key, lin = asked(description="The very first words"), client_for("lin")
    for status in ("triaged", "in_progress", "solved"):
        lin.post(f"/admin/tickets/{key}/status", {"status": status})

    short = text_of(lin.get(f"/admin/tickets/{key}"))
    whole = text_of(lin.get(f"/admin/tickets/{key}?all=1"))

    assert "Show 2 earlier entries" in short
    assert "The very first words" not in short
    assert "The very first words" in whole
