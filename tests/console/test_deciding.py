"""Suspending, resuming, archiving, planning an erasure: on a page, with the subdomain typed."""

import re

import pytest

from tests.console.test_companies import text_of

PAGE = "/admin/companies/acme"


def stamp_of(client, verb):
    page = client.get(f"{PAGE}/decide/{verb}").content.decode()
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def decide(client, verb, typed="acme", **more):
    more.setdefault("seen", stamp_of(client, verb))
    return client.post(f"{PAGE}/decide/{verb}", {"typed": typed, **more}, follow=True)


def test_a_suspended_company_reads_why_and_comes_back(client_for, visitor):
    ann = client_for("ann")
    done = decide(ann, "suspend", notice="The invoice of May is open.")

    assert "Acme is suspended." in text_of(done)
    assert "The invoice of May is open." in text_of(done)
    assert "Ann Admin suspended the company" in text_of(done)
    assert "The invoice of May is open." in text_of(visitor("acme").get("/"))

    assert "Acme works again." in text_of(decide(ann, "resume"))
    assert visitor("acme").get("/").status_code == 200


def test_the_wrong_subdomain_changes_nothing(client_for):
    omar = client_for("omar")
    page = decide(omar, "suspend", typed="borealis", notice="Closed for a while.")

    assert page.status_code == 422
    assert "This is not acme. Nothing was changed." in text_of(page)
    assert "Closed for a while." in page.content.decode()
    assert "Active" in text_of(omar.get(PAGE))


def test_an_erasure_is_planned_by_an_owner_and_taken_back(client_for):
    omar = client_for("omar")
    done = text_of(decide(omar, "erase"))
    assert "Acme will be erased on" in done
    assert "Until then, resuming takes it back" in done
    assert "Plan to erase" not in done

    assert "Acme works again." in text_of(decide(omar, "resume"))


def test_the_second_of_two_is_told(client_for):
    ann, omar = client_for("ann"), client_for("omar")
    seen = stamp_of(ann, "archive")
    decide(omar, "suspend")
    page = decide(ann, "archive", seen=seen)

    assert page.status_code == 409
    assert "Somebody decided about this company meanwhile" in text_of(page)
    assert "Suspended" in text_of(page)


def test_a_long_notice_is_refused_in_words(client_for):
    page = decide(client_for("omar"), "suspend", notice="x" * 201)
    assert page.status_code == 422
    assert "200 characters" in text_of(page)


@pytest.mark.parametrize("verb", ["suspend", "resume", "archive", "erase"])
@pytest.mark.parametrize("name", ["sam", "eli", "max"])
def test_others_are_told_who_may(client_for, name, verb):
    client = client_for(name)
    assert client.get(f"{PAGE}/decide/{verb}").status_code == 403
    assert client.post(f"{PAGE}/decide/{verb}", {"typed": "acme"}).status_code == 403
    assert "Suspend: platform owner or platform admin." in text_of(client.get(PAGE))


def test_an_admin_erases_nothing(client_for):
    ann = client_for("ann")
    assert ann.post(f"{PAGE}/decide/erase", {"typed": "acme"}).status_code == 403
    page = text_of(ann.get(PAGE))
    assert "Plan to erase: platform owner." in page
    assert "manage.py tenants export acme" in page
    assert "--replace" not in page


def test_the_house_company_stays(client_for):
    omar = client_for("omar")
    assert "never suspended" in text_of(omar.get("/admin/companies/help"))
    assert "Nothing to decide here" in text_of(omar.get("/admin/companies/help/decide/suspend"))
    asked = omar.post("/admin/companies/help/decide/suspend", {"typed": "help", "seen": "active 1 stays"})
    assert asked.status_code == 409


def test_there_is_no_other_decision(client_for):
    assert client_for("omar").get(f"{PAGE}/decide/sell").status_code == 404
