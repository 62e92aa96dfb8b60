"""What owners and managers see of it, and what becomes of an owner's wish on the way to Stripe and back."""

import re
from uuid import uuid4

import pytest

from shared_apps.billing.models import Errand

HOME = "/manager/settings/billing"


def text(client, path=HOME, **headers):
    return client.get(path, headers=headers).content.decode()


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("ada", 200), ("ben", 404), ("cleo", 404)])
def test_it_is_for_owners_and_managers(client_for, name, status):
    assert client_for(name).get(HOME).status_code == status


def test_without_a_key_the_page_says_that_nothing_is_sold(client_for):
    page = text(client_for("olga"))
    assert "This installation takes no payments." in page
    assert 'aria-current="page" aria-label="Settings"' in client_for("olga").get(HOME).content.decode()
    assert "Pay for" not in page
    sent = {"once": str(uuid4()), "what": "checkout", "plan": "team"}
    assert client_for("olga").post(f"{HOME}/ask", sent).status_code == 409


def test_managers_read_and_owners_decide(look, client_for):
    look()
    assert "Pay for Team" in text(client_for("olga"))
    page = text(client_for("ada"))
    assert "Pay for" not in page
    assert "Olga Acker decides about the plan." in page
    sent = {"once": str(uuid4()), "what": "checkout", "plan": "team"}
    assert client_for("ada").post(f"{HOME}/ask", sent).status_code == 404


def test_the_banner_is_for_owners_and_managers_until_something_is_paid(look, pays, client_for):
    look()
    assert "14 days left of your trial." in text(client_for("olga"), "/manager/tickets")
    assert "Your owner decides about the plan." in text(client_for("ada"), "/manager/tickets")
    for name, path in (("ben", "/manager/tickets"), ("cleo", "/requests"), ("olga", "/requests"), ("olga", HOME)):
        assert "left of your trial." not in text(client_for(name), path)
    pays("team", after=0)
    assert "left of your trial." not in text(client_for("olga"), "/manager/tickets")


def test_a_wish_waits_and_then_leads_to_stripe(look, client_for, stripe, acme, inside):
    look()
    olga, once = client_for("olga"), uuid4()
    sent = {"once": str(once), "what": "checkout", "plan": "team"}
    answers = [olga.post(f"{HOME}/ask", sent) for _ in range(2)]
    assert [one["Location"] for one in answers] == [f"{HOME}/{once}"] * 2
    assert "One moment: we ask Stripe." in text(olga, f"{HOME}/{once}")
    look()
    url = stripe.all("checkout.session")[0]["url"]
    page = olga.get(f"{HOME}/{once}")
    assert (page.status_code, f'href="{url}"' in page.content.decode()) == (200, True)
    part = olga.get(f"{HOME}/{once}", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, url)
    with inside(acme):
        assert Errand.objects.filter(kind="checkout").count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"once": "x", "what": "checkout"}, 422),
        ({"what": "give me all"}, 422),
        ({"what": "checkout", "plan": "gold"}, 422),
        ({"what": "event"}, 422),
    ],
)
def test_what_nobody_can_wish_is_refused(look, client_for, sent, status):
    look()
    assert client_for("olga").post(f"{HOME}/ask", {"once": str(uuid4())} | sent).status_code == status


def test_a_wish_of_another_company_is_not_there(look, stripe, client_for, borealis):
    look(), look(company=borealis)
    once = uuid4()
    client_for("olga").post(f"{HOME}/ask", {"once": str(once), "what": "checkout", "plan": "team"})
    assert client_for("odd").get(f"{HOME}/{once}").status_code == 404
    assert client_for("ada").get(f"{HOME}/{once}").status_code == 404


def test_the_paid_plan_its_preview_and_its_end_are_shown(pays, look, wishes, client_for, stripe):
    pays("team")
    olga = client_for("olga")
    page = text(olga)
    assert [one for one in ("€57.00", "…4242", "3 of 25", "P-", "See what Business costs") if one not in page] == []
    once = uuid4()
    olga.post(f"{HOME}/ask", {"once": str(once), "what": "preview", "plan": "business"})
    look(15)
    page = text(olga, f"{HOME}/{once}")
    assert ("€117.00" in page, "Change to Business" in page) == (True, True)
    wishes("cancel", 15)
    page, of_ada = text(olga), text(client_for("ada"))
    told = "Cancelled: it holds until"
    assert [
        one for one in (told, "the free plan begins, with 3 agents and 1 GB", "Keep the plan") if one not in page
    ] == []
    assert re.search(r"Your plan</h2><span[^>]*>Cancelled<", page)
    assert "Cancel the plan" not in page
    assert (told in of_ada, "Olga Acker can keep the plan" in of_ada, "Keep the plan" in of_ada) == (True, True, False)
    wishes("return", 15)
    assert re.search(r"Your plan</h2><span[^>]*>Paid<", text(olga))


def test_coming_back_from_stripe_is_a_reason_to_look(look, client_for, inside, acme):
    look()
    olga = client_for("olga")
    assert olga.get(f"{HOME}?paid=1")["Location"] == f"{HOME}?waits=paid"
    olga.get(f"{HOME}?paid=1")
    assert "Stripe tells us in a moment" in text(olga, f"{HOME}?waits=paid")
    with inside(acme):
        assert Errand.objects.filter(kind="look", done_at=None).count() == 1


def test_the_console_shows_and_narrows(pays, look, client_for, borealis):
    pays("team"), look(15, company=borealis)
    omar = client_for("omar")
    page = text(omar, "/admin/companies/acme")
    assert [one for one in ("3 of 25", "€57.00", "cus_") if one not in page] == []
    assert "cus_" not in text(client_for("max"), "/admin/companies/borealis")
    listed = text(omar, "/admin/companies?plan=team&order=plan")
    assert ("Acme" in listed, "Borealis" in listed) == (True, False)
