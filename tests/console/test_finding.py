"""The console's palette: it leads to what this staff member sees, and to nothing else."""

import pytest

from tests.console.test_pages import asked, row_of
from tests.support.palettes import options, pages, rail

__all__ = ["asked", "row_of"]

FIND = "/admin/find"
STAFF = ["omar", "sam", "lin", "una", "eli", "max"]


@pytest.mark.parametrize("who", STAFF)
def test_everything_in_the_rail_is_offered_before_anything_is_typed(client_for, who):
    client = client_for(who)
    found = options(client, FIND)
    shown = rail(client.get("/admin/tickets").content.decode())

    assert shown.pop("Search or jump (Ctrl K)") == FIND
    assert shown.items() <= found.items()


@pytest.mark.parametrize("who", STAFF)
def test_each_page_that_is_offered_opens(client_for, who):
    client = client_for(who)

    found = {href: client.get(href).status_code for href in pages(client, FIND)}

    assert len(found) > 6
    assert {href: status for href, status in found.items() if status != 200} == {}


def test_a_request_is_found_by_number_and_by_words(client_for, asked, row_of):
    key = asked(sub_subject="Contact form")
    client, number = client_for("lin"), row_of(key).number
    where = f"/admin/tickets/{key}"

    by = [options(client, FIND, words) for words in ("contact", number, f"#{number}", number.rpartition("-")[2])]

    assert [one["Contact form"] for one in by] == [where] * 4
    assert set(options(client, FIND, f"#{number}")) == {"Contact form", f"Search all requests for “{number}”"}
    assert (
        client.get(options(client, FIND, "contact form")["Search all requests for “contact form”"]).status_code == 200
    )


def test_what_is_not_covered_is_not_found_nor_its_company(client_for, asked):
    asked(subject="billing", sub_subject="Secret", of="borealis")

    assert "Secret" in options(client_for("sam"), FIND, "secret")
    assert "Borealis" in options(client_for("sam"), FIND, "borealis")
    assert list(options(client_for("lin"), FIND, "secret")) == ["Search all requests for “secret”"]
    assert "Borealis" not in options(client_for("una"), FIND, "borealis")


def test_commands_are_those_of_the_page(client_for, asked):
    key, client = asked(), client_for("lin")

    on_ticket = options(client, FIND, on=f"/admin/tickets/{key}")
    on_queue = options(client, FIND, on="/admin/tickets")

    assert on_ticket["Reply"] == "press r"
    assert "Reply" not in on_queue
    assert on_queue["Next request for me"] == "press n"
    for nowhere in ("", "/admin/team", "/nothing", "//x", "\x00"):
        assert {"Reply", "Next request for me"}.isdisjoint(options(client, FIND, on=nowhere))


def test_it_is_a_page_without_scripts(client_for, asked):
    asked(sub_subject="Contact form")

    page = client_for("lin").get(FIND, {"q": "contact"}).content.decode()

    assert "<h1>Jump to</h1>" in page
    assert "Contact form" in page
