"""What a row of the list shows is everybody's own choice; and the view of what one was called to."""

import re

import pytest


def rows(page):
    return page.content.decode().split('id="rows"')[1].split("</ul>")[0]


def choose(client, *columns, back="/manager/inbox?view=open"):
    return client.post("/manager/inbox/columns", {"column": columns, "back": back})


def test_a_row_shows_what_its_reader_chose_and_that_is_kept_for_them(client_for, wish):
    wish(tags=["lamp"], department="technical")
    ada = client_for("ada")
    usual = rows(ada.get("/manager/inbox?view=open"))
    for shown in ("Cleo Marsh", "TICK-", "Since Monday.", '<span class="chip">lamp</span>', 'class="prio"'):
        assert shown in usual
    for hidden in ("Technical", "Customer service", "opened"):
        assert hidden not in usual

    assert choose(ada, "department", "type", "opened")["Location"] == "/manager/inbox?view=open"

    again = rows(client_for("ada").get("/manager/inbox?view=open"))
    for shown in ("The lamp flickers", "Technical", "Customer service", "opened"):
        assert shown in again
    for hidden in ("Cleo Marsh", "TICK-", "Since Monday.", "chip", 'class="prio"'):
        assert hidden not in again.split('<a class="ticket"')[1], hidden
    assert "Cleo Marsh" in rows(client_for("ben").get("/manager/inbox?view=open"))


def test_nothing_chosen_leaves_the_subject_and_what_is_unknown_is_left_away(client_for, wish):
    wish()
    ada = client_for("ada")
    choose(ada, "<script>", "no such column", "x" * 5000)
    page = ada.get("/manager/inbox?view=open")
    assert "The lamp flickers" in rows(page)
    assert "Since Monday." not in rows(page)
    assert "no such column" not in page.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/manager/inbox", "//evil.example", "javascript:alert(1)", ""])
def test_where_it_leads_back_is_ours(client_for, back):
    assert choose(client_for("ada"), "tags", back=back)["Location"] == "/manager/inbox"


def test_who_does_not_answer_here_has_no_list_to_choose_for(client_for, inside, acme):
    from shared_apps.accounts.models import User
    from tests.support.cast import email_of

    assert choose(client_for("cleo"), "tags")["Location"] == "/"
    with inside(acme):
        assert "columns" not in User.objects.get(email=email_of("cleo")).profile


def test_ones_columns_are_no_change_for_who_edits_ones_profile(inside, acme, ben):
    from shared_apps.accounts.models import User
    from tenant_apps.people import actions

    with inside(acme):
        before = User.objects.get(pk=ben.id).profile
        actions.choose_columns(["tags"], by=ben)
        after = User.objects.get(pk=ben.id).profile
    assert after == before | {"columns": ["tags"]}
    assert actions.mark_of(after) == actions.mark_of(before)


@pytest.fixture
def call(inside, acme, ben):
    """`call(ticket, ada)` = Ben calls Ada in a note."""

    def write(ticket, who, **more):
        from tenant_apps.tickets import actions

        with inside(acme):
            return actions.reply(ticket, "Please look", by=ben, mentions=[who.id], **({"internal": True} | more))

    return write


def number(page):
    """What stands beside the view of mentions."""
    link = re.search(r'href="/manager/inbox\?view=mentions".*?</a>', page.content.decode(), re.DOTALL)[0]
    found = re.search(r'class="count">([^<]*)<', link)
    return found[1] if found else ""


def test_mentions_are_the_requests_in_which_one_was_called_the_newest_first(client_for, wish, call, ada, olga):
    first, second, other = wish(subject="First"), wish(subject="Second"), wish(subject="Not mine")
    call(first, ada)
    call(other, olga)
    call(second, ada)
    call(first, ada)

    page = client_for("ada").get("/manager/inbox?view=mentions")

    assert re.findall(r'class="title clip" dir="auto">(\w+)', rows(page)) == ["First", "Second"]
    assert number(page) == "2"
    assert number(client_for("olga").get("/manager/inbox?view=open")) == "1"
    assert number(client_for("ben").get("/manager/inbox?view=open")) == ""


def test_a_call_that_was_taken_back_and_a_done_request_count_for_nothing(
    client_for, wish, call, inside, acme, ada, ben
):
    from tenant_apps.tickets import actions

    back, done = wish(), wish()
    message = call(back, ben, internal=False, can_undo=True)
    call(done, ben)
    with inside(acme):
        actions.take_back(message, by=ben)
        actions.change_status(done, "resolved", by=ada)
    page = client_for("ben").get("/manager/inbox?view=mentions")
    assert number(page) == ""
    assert "No request" in page.content.decode() or "Nothing stands here" in page.content.decode()


def test_a_call_to_a_colleagues_request_reaches_whoever_is_called(client_for, wish, taken, inside, acme, ada, ben):
    from tenant_apps.tickets import actions

    hers = taken(wish(), ada)
    with inside(acme):
        actions.reply(hers, "Ask @Ben", by=ada, internal=True, mentions=[ben.id])
    assert number(client_for("ben").get("/manager/inbox?view=mentions")) == "1"


def test_what_was_merged_is_called_where_it_goes_on(client_for, wish, call, inside, acme, ada):
    from tenant_apps.tickets import actions

    gone, stays = wish(subject="Twice"), wish(subject="Once")
    call(gone, ada)
    with inside(acme):
        actions.merge(gone, stays, by=ada)
    page = client_for("ada").get("/manager/inbox?view=mentions")
    assert "Once" in rows(page)
    assert number(page) == "1"
