"""Views of the queue that staff keep: their own and shared ones, each bounded by who looks."""

import re

import pytest

from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import saved
from tests.console.test_pages import asked, text_of

__all__ = ["asked"]


def keep(client, name, query="", **more):
    return client.post(f"/admin/tickets/views{query}", {"name": name} | more, follow=True)


def views_of(client):
    """Name and number of each view that somebody is shown."""
    page = client.get("/admin/tickets").content.decode()
    found = re.findall(r'<a class="pick" id="view-(\d+)" href="([^"]*)">(.*?)</a>', page, re.DOTALL)
    told = [
        (key, address.replace("&amp;", "&"), re.sub(r"<[^>]+>", " ", words).split()) for key, address, words in found
    ]
    return {words[0]: (key, address, words[-1]) for key, address, words in told}


def test_lin_keeps_a_list_and_finds_it_again_with_how_many_stand_there(client_for, asked):
    asked(), asked(of="borealis"), asked()
    lin = client_for("lin")

    keep(lin, "Acme", "?company=acme&status=new")
    _, address, number = views_of(lin)["Acme"]

    assert (address, number) == ("/admin/tickets?status=new&company=1", "2")
    assert "Borealis" not in re.sub("(?s).*<tbody>", "", lin.get(address).content.decode())
    assert views_of(client_for("sam")) == {}


def test_a_shared_view_shows_each_what_they_cover(client_for, asked):
    asked(), asked(subject="billing"), asked(subject="billing")

    keep(client_for("sam"), "Everything", share="1")

    assert views_of(client_for("sam"))["Everything"][2] == "3"
    assert views_of(client_for("lin"))["Everything"][2] == "1"
    assert views_of(client_for("una"))["Everything"][2] == "0"


def test_of_very_many_ones_own_are_all_shown_and_the_first_of_the_others(client_for, monkeypatch):
    monkeypatch.setattr(saved, "MOST_SHOWN", 3)
    for name in ("A", "B", "C"):
        keep(client_for("sam"), name, share="1")
    keep(client_for("lin"), "Z")

    assert list(views_of(client_for("lin"))) == ["A", "B", "Z"]


def test_what_is_kept_and_taken_away_stands_in_the_audit(client_for, outside):
    lin = client_for("lin")
    keep(lin, "Mine", "?assigned=me")
    lin.post(f"/admin/tickets/views/{views_of(lin)['Mine'][0]}")

    assert views_of(lin) == {}
    with outside():
        told = PlatformAuditLog.objects.filter(verb__startswith="view.").order_by("at")
        assert [(one.verb, one.actor_label, one.facts["name"]) for one in told] == [
            ("view.create", "Lin Haas", "Mine"),
            ("view.delete", "Lin Haas", "Mine"),
        ]


def test_only_the_owner_and_those_who_lead_take_a_view_away(client_for):
    lin = client_for("lin")
    keep(lin, "Shared", share="1"), keep(lin, "Own")
    shared, own = views_of(lin)["Shared"][0], views_of(lin)["Own"][0]

    assert client_for("una").post(f"/admin/tickets/views/{shared}").status_code == 404
    assert client_for("sam").post(f"/admin/tickets/views/{own}").status_code == 404
    assert client_for("sam").post(f"/admin/tickets/views/{shared}").status_code == 302
    assert set(views_of(lin)) == {"Own"}


@pytest.mark.parametrize("name", ["", "  ", "Taken"])
def test_a_view_needs_a_name_of_its_own(client_for, name):
    lin = client_for("lin")
    keep(lin, "Taken")

    assert keep(lin, name).status_code == 422
    assert set(views_of(lin)) == {"Taken"}


def test_there_is_a_most(client_for, monkeypatch):
    monkeypatch.setattr(saved, "MOST", 2)
    lin = client_for("lin")
    keep(lin, "One"), keep(lin, "Two")

    refused = keep(lin, "Three")
    assert refused.status_code == 422
    assert "2 views are the most." in text_of(refused)
