"""The pages and addresses of people: who finds what, one good and one refused of each."""

import io
import re

import pytest
from PIL import Image

from portico import clock
from shared_apps.accounts.models import User
from tenant_apps.people import actions
from tenant_apps.people.models import Invitation
from tests.people.conftest import PASSWORD, link_of

HOME = "/manager/settings/people"


def said(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_list_is_narrowed_and_paged_by_name(client_for, inside, acme, ada, mia):
    with inside(acme):
        User.objects.bulk_create(User(email=f"p{n}@x.example", name=f"Per {n:02}", role="customer") for n in range(60))
        actions.deactivate(mia.id, None, by=ada)
    client = client_for("ada")
    first = client.get(HOME, {"role": "customer"})
    assert "Per 48" in said(first)
    assert "Per 49" not in said(first)
    further = re.search(r'href="([^"]*cursor=[^"]*)"[^>]*rel="next"', first.content.decode())[1].replace("&amp;", "&")
    assert "Per 59" in said(client.get(HOME + further))
    assert "Mia Holt" in said(client.get(HOME, {"state": "off"}))
    assert "Nobody fits this" in said(client.get(HOME, {"q": "mia"}))
    assert "Ben Ode" in said(client.get(HOME, {"q": "BEN@acme"}))
    assert client.get(HOME, {"cursor": "nothing"}).status_code == 302


def test_an_invitation_is_sent_used_and_over(client_for, visitor, mails):
    sent = {"emails": "nia@x.example, nobody", "role": "agent", "days": "7"}
    page = client_for("ada").post(f"{HOME}/invite", sent)
    assert page.status_code == 422
    assert "1 invitation is on the way." in said(page)
    assert "This is not an e-mail address." in said(page)
    (mail,) = mails()
    assert mail["Subject"] == "Ada Lind invites you to Acme"
    link, stranger = link_of(mail), visitor("acme")
    assert "Ada Lind invited you as agent" in said(stranger.get(link))
    assert stranger.post(link, {"name": "Nia Berg", "password": "short"}).status_code == 422
    joined = stranger.post(link, {"name": "Nia Berg", "password": PASSWORD})
    assert joined["Location"] == "/manager/inbox"
    assert stranger.get(joined["Location"]).status_code == 200
    assert visitor("acme").get(link).status_code == 404


@pytest.mark.parametrize("slug", ["acme", "borealis"])
def test_codes_that_are_over_never_were_or_are_of_others_look_alike(visitor, invited, inside, acme, ada, slug):
    made, code = invited()
    with inside(acme):
        actions.revoke(made.pk, by=ada)
    texts = {said(visitor(slug).get(f"/invitation/{one}")) for one in (code, "nothing")}
    assert len({re.sub(r"\b[0-9a-f]{12,32}\b", "", one) for one in texts}) == 1


def test_a_person_is_given_a_role_deactivated_and_brought_back(client_for, inside, acme, mia):
    client, page = client_for("ada"), f"{HOME}/{mia.id}"
    assert client.post(f"{page}/role", {"role": "owner", "seen": "member"}).status_code == 403
    answer = client.post(f"{page}/role", {"role": "agent", "seen": "member"}, follow=True)
    undo = re.search(r'action="(/manager/settings/undo/[^"]+)"', answer.content.decode())[1]
    assert "Undone." in said(client.post(undo, follow=True))
    assert "No open request is theirs." in said(client.get(f"{page}/deactivate"))
    assert "out everywhere" in said(client.post(f"{page}/deactivate", {"to": ""}, follow=True))
    assert "can sign in again" in said(client.post(f"{page}/reactivate", follow=True))
    assert client.post(f"{page}/ownership").status_code == 403
    assert client_for("olga").post(f"{page}/ownership").status_code == 422


def test_who_may_keep_people_finds_those_pages_and_no_others(client_for, inside, acme, ada, ben):
    with inside(acme):
        role, _ = actions.save_role("", "Keeper", "agent", ["manage_people"], by=ada)
        actions.change_role(ben.id, role.key, by=ada)
    client = client_for("ben")
    for page, status in {
        HOME: 200,
        f"{HOME}/{ada.id}": 200,
        f"{HOME}/invite": 200,
        "/manager/settings/roles": 404,
    }.items():
        assert client.get(page).status_code == status, page
    assert client.get("/manager/settings/departments").status_code == 404
    assert client.post(f"{HOME}/{ben.id}", {"capacity": "9"}).status_code == 403
    assert "Manager" not in said(client.get(f"{HOME}/invite")).split("They join as")[1].split("The link")[0]


def test_programs_manage_people_as_pages_do(api_for, invited, mia, mails):
    api, made = api_for("ada"), invited()[0]
    found = api.get("/api/v1/people", {"q": "mia", "limit": "1"}).json()
    assert [one["name"] for one in found["results"]] == ["Mia Holt"]
    body = {"emails": ["per@x.example", "mia@acme.example"], "role": "agent"}
    answer = api.post("/api/v1/people/invitations", body, content_type="application/json")
    assert (answer.status_code, [one["email"] for one in answer.json()["refused"]]) == (201, ["mia@acme.example"])
    assert len(mails()) == 2
    place = f"/api/v1/people/invitations/{made.pk}"
    assert api.post(f"{place}/resend", {}, content_type="application/json").status_code == 200
    assert api.delete(place).status_code == 204
    assert api.post(f"{place}/resend", {}, content_type="application/json").status_code == 409
    one = f"/api/v1/people/{mia.id}"
    assert api.patch(one, {"role": "owner"}, content_type="application/json").status_code == 403
    assert api.patch(one, {"role": "agent"}, content_type="application/json").json()["role"] == "agent"
    assert api.post(f"{one}/deactivate", {}, content_type="application/json").json()["is_active"] is False
    assert api.post(f"{one}/reactivate", {}, content_type="application/json").json()["is_active"] is True
    assert api_for("mia").get("/api/v1/people").status_code == 403


def picture(size=(600, 400), form="PNG", colour="red"):
    kept = io.BytesIO()
    Image.new("RGB", size, colour).save(kept, form)
    kept.name, _ = f"me.{form.lower()}", kept.seek(0)
    return kept


def test_a_picture_is_cut_shown_to_colleagues_and_taken_away(client_for, visitor, inside, acme, mia):
    client = client_for("mia")
    assert client.post("/account/photo", {"photo": picture()}).status_code == 302
    with inside(acme):
        key = User.objects.get(pk=mia.id).profile["photo"]
    shown = client_for("ben").get(f"/people/{key}.png")
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)
    assert visitor("acme").get(f"/people/{key}.png").status_code == 302
    assert client_for("bo").get(f"/people/{key}.png").status_code == 404
    client.post("/account/photo", {"without": "1"})
    assert client.get(f"/people/{key}.png").status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg onload='x'/>", b"GIF89a no picture", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_refused_in_words(client_for, content):
    file = io.BytesIO(content)
    file.name = "me.png"
    page = client_for("mia").post("/account/photo", {"photo": file})
    assert page.status_code == 422
    assert "problem" in page.content.decode()


def test_a_profile_is_kept_and_what_does_not_fit_is_said(client_for, inside, acme, ben):
    client = client_for("ben")
    today = clock.now().date().isoformat()
    sent = {"name": "Ben Ode", "zone": "Europe/Oslo", "language": "no", "signature": "Best, Ben"}
    sent |= {"out-from": today, "out-until": today, "out-note": "Skiing", "days": ["0"], "hours-from": "09:00"}
    page = client.post("/account/profile", sent)
    assert page.status_code == 422
    assert "an end after the beginning" in said(page) or "Please give days" in said(page)
    page = client.post("/account/profile", sent | {"hours-to": "17:00"})
    assert page.cookies["zone"].value == "Europe/Oslo"
    with inside(acme):
        kept = User.objects.get(pk=ben.id).profile
    assert (kept["language"], kept["out"]["note"], kept["hours"]["zone"]) == ("no", "Skiing", "Europe/Oslo")
    bad = {
        "name": "\u202eBen",
        "zone": "Moon/Base",
        "language": "xx",
        "out-from": "2026-12-05",
        "out-until": "2026-12-01",
    }
    assert client.post("/account/profile", bad).status_code == 422
    # A customer has no hours to set, whatever their form says.
    assert client_for("cleo").post("/account/profile", sent).status_code == 302


def test_nobody_who_is_out_is_given_new_requests_and_it_stands_beside_them(client_for, inside, acme, wish, ada, ben):
    from tenant_apps.tickets import actions as desk
    from tenant_apps.tickets import distribution
    from tenant_apps.tickets.models import Ticket

    today = clock.now().date().isoformat()
    ticket = wish()
    with inside(acme):
        actions.change_profile({"out": {"from": today, "until": today, "note": ""}}, by=ben)
        desk.set_to("assignment", {"way": "least_load"}, by=ada)
        desk.assign(ticket, desk.Assignee(ben.id, ben.label), by=ada)
        why = {one.name: one.why_not for one in distribution.foresee(Ticket(desk="company", tags=[]))[1]}
    assert why["Ben Ode"].startswith("out until")
    assert "Out until" in said(client_for("ada").get(f"/manager/inbox/{ticket.pk}"))


def test_waiting_invitations_are_listed_sent_again_and_taken_back(client_for, inside, acme, invited):
    made, _ = invited()
    client, place = client_for("ada"), f"{HOME}/invitations"
    assert "nia@x.example" in said(client.get(place))
    assert "Sent to nia@x.example again" in said(client.post(f"{place}/{made.pk}/resend", follow=True))
    assert "leads nowhere" in said(client.post(f"{place}/{made.pk}/revoke", follow=True))
    assert client.post(f"{place}/{made.pk}/revoke").status_code == 409
    with inside(acme):
        assert not Invitation.objects.waiting().exists()
