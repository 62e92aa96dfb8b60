"""The team page: people, roles, coverage."""

import re

import pytest


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_everybody_on_the_team_stands_there_with_role_and_coverage(client_for):
    page = text_of(client_for("omar").get("/admin/team"))

    assert all(name in page for name in ("Lin Haas", "Una Weiss", "Eli Roy", "Sam Oduya", "Omar Said"))
    assert "website" in page
    assert "Every subject" in page
    assert "Reopen what is closed" in page


def test_support_sees_its_own_coverage_and_cannot_change_it(client_for, lin):
    client = client_for("lin")
    page = text_of(client.get("/admin/team"))

    assert "website" in page
    assert "Known to those who lead" in page
    assert "/admin/team/" not in client.get("/admin/team").content.decode()
    assert client.get(f"/admin/team/{lin.id}").status_code == 403


def test_a_change_of_coverage_holds_from_the_next_request_on(client_for, una):
    omar, client = client_for("omar"), client_for("una")
    assert "You cover no subject yet" in text_of(client.get("/admin/tickets"))

    saved = omar.post(f"/admin/team/{una.id}", {"subjects": ["billing", "email"]}, follow=True)

    assert "Saved." in text_of(saved)
    assert re.search(r"You cover billing 0 e-?mail 0", text_of(client.get("/admin/tickets")))
    omar.post(f"/admin/team/{una.id}", {})
    assert "You cover no subject yet" in text_of(client.get("/admin/tickets"))


def test_the_form_shows_what_is_covered_now(client_for, lin):
    page = client_for("omar").get(f"/admin/team/{lin.id}").content.decode()

    assert re.search(r'value="website"[^>]*checked', page)
    assert not re.search(r'value="billing"[^>]*checked', page)


def test_an_unknown_subject_is_refused_and_nothing_changes(client_for, lin, outside):
    from shared_apps.staff.models import TicketCoverage

    page = client_for("omar").post(f"/admin/team/{lin.id}", {"subjects": ["website", "weather"]})

    assert page.status_code == 422
    assert "weather is not one of the available choices" in text_of(page)
    with outside():
        assert list(TicketCoverage.objects.filter(platform_admin=lin.id).values_list("subject_id", flat=True)) == [
            "website"
        ]


@pytest.mark.parametrize("key", ["00000000-0000-7000-8000-000000000000"])
def test_an_unknown_person_is_missing(client_for, key):
    assert client_for("omar").get(f"/admin/team/{key}").status_code == 404
