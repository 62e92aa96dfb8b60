"""Who else looks at a ticket: told to staff who may see it, and to nobody of its company."""

import pytest

from portico.live import groups
from tests.console.test_pages import asked, text_of

__all__ = ["asked"]


def come(client, key, typing="0"):
    return client.post(f"/admin/tickets/{key}/here", {"typing": typing})


def test_lin_hears_that_sam_looks_and_then_writes(client_for, asked):
    key, lin, sam = asked(), client_for("lin"), client_for("sam")

    assert text_of(come(sam, key)).strip() == ""
    assert "Sam is looking" in text_of(come(lin, key))
    come(sam, key, typing="1")
    assert "Sam is writing" in text_of(come(lin, key))
    assert "Sam is writing" in text_of(lin.get(f"/admin/tickets/{key}"))
    assert "Lin is looking" not in text_of(come(lin, key))


def test_another_ticket_and_the_company_hear_nothing(client_for, asked, inside, acme, row_of_ticket):
    key, other = asked(), asked()
    come(client_for("sam"), key)

    assert text_of(come(client_for("lin"), other)).strip() == ""
    assert "Sam" not in text_of(client_for("ada").get(f"/manager/tickets/{row_of_ticket(key)}"))


def test_what_is_not_covered_is_missing(client_for, asked):
    key = asked(subject="billing")

    assert come(client_for("lin"), key).status_code == 404


@pytest.fixture
def row_of_ticket(outside):
    from shared_apps.console.models import TicketIndex

    def find(key):
        with outside():
            return TicketIndex.objects.get(pk=key).ticket_id

    return find


def test_only_those_who_may_see_a_ticket_are_signalled(lin, una, sam, ada):
    about_website, about_billing, of_una = (
        set(groups.of_staff(*what)) for what in (("website", None), ("billing", None), ("billing", una.id))
    )

    assert groups.of(lin, None) & about_website
    assert groups.of(sam, None) & about_billing
    assert not groups.of(lin, None) & (about_billing | of_una)
    assert groups.of(una, None) & of_una
    assert not groups.of(una, None) & (about_website | about_billing)
