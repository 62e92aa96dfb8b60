"""One of the team: coverage with its effect, role, what they are good at, suspension, history."""

import re

import pytest

from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.staff.actions import set_coverage
from tenant_apps.tickets import actions
from tests.console.test_team import text_of


def mark_on(page):
    return re.search(r'name="seen" value="([0-9a-f]{16})"', page.content.decode())[1]


@pytest.fixture
def lins(lin):
    return f"/admin/team/{lin.id}"


def test_the_effect_is_told_before_anything_is_saved(client_for, inside, acme, ada, lins, actor_for):
    with inside(acme):
        actions.open_ticket(subject="billing", description="?", by=ada)

    page = client_for("sam").post(lins, {"subjects": ["billing"], "look": "1"})
    words = text_of(page)
    assert "Lin Haas will newly see 1 open request of 1 company about Billing" in words
    assert "Nobody else covers Billing." in words
    assert "Nobody else covers Website." in words
    assert re.search(r'value="billing" checked', page.content.decode())
    assert actor_for("lin").covers == {"website"}


def test_the_effect_comes_alone_for_htmx(client_for, lins):
    page = client_for("sam").post(lins, {"subjects": ["email"], "look": "1"}, headers={"HX-Request": "true"})
    assert page.content.decode().strip().startswith('<div id="effect"')


def test_the_second_of_two_is_told_who_was_faster_and_keeps_their_choice(
    client_for, outside, lins, lin, sam, actor_for
):
    omar = client_for("omar")
    seen = mark_on(omar.get(lins))
    with outside():
        set_coverage(User.objects.get(pk=lin.id), ["website", "email"], by=sam, reason="Una is away")

    told = omar.post(lins, {"subjects": ["website", "billing"], "seen": seen})
    words = text_of(told)
    assert told.status_code == 409
    assert "Your change was not saved. Sam Oduya changed this meanwhile" in words
    assert "Nothing that is open about E-mail leaves the sight of Lin Haas" in words
    assert re.search(r'value="billing" checked', told.content.decode())
    assert actor_for("lin").covers == {"website", "email"}

    omar.post(lins, {"subjects": ["website", "billing"], "seen": mark_on(told)})
    assert actor_for("lin").covers == {"website", "billing"}


def test_a_change_stands_in_the_history_with_its_reason_and_can_be_undone(client_for, lins, actor_for):
    omar = client_for("omar")
    saved = omar.post(lins, {"subjects": ["email"], "reason": "Una is on leave"}, follow=True)
    assert "Una is on leave" in text_of(saved)
    assert "+ E-mail − Website" in text_of(saved)
    assert "Una is on leave" in text_of(omar.get(f"{lins}/history"))

    undo = re.search(r'action="(/admin/team/undo/[0-9a-f-]+)"', saved.content.decode())[1]
    assert "+ Website − E-mail" in text_of(omar.post(undo, follow=True))
    assert actor_for("lin").covers == {"website"}
    assert omar.post(undo).status_code == 409


def test_the_history_has_pages(client_for, outside, lins, lin, sam):
    with outside():
        for place in range(27):
            set_coverage(User.objects.get(pk=lin.id), ["email"] if place % 2 else [], by=sam)
    omar = client_for("omar")
    first = omar.get(f"{lins}/history").content.decode()
    older = re.search(r'rel="next" href="(\?cursor=[^"]+)"', first)[1]
    assert (first.count("<tr>"), omar.get(f"{lins}/history{older}").content.decode().count("<tr>")) == (26, 3)
    assert omar.get(f"{lins}/history?cursor=nonsense").status_code == 302


def test_a_role_is_given_and_one_above_is_refused(client_for, lins, actor_for):
    sam = client_for("sam")
    assert "engineer from the next click on" in text_of(
        sam.post(f"{lins}/role", {"role": "platform_engineer", "seen": "platform_support"}, follow=True)
    )
    assert sam.post(f"{lins}/role", {"role": "platform_owner"}).status_code == 403
    assert sam.post(f"{lins}/role", {"role": "emperor"}).status_code == 422
    assert actor_for("lin").role == "platform_engineer"


def test_ones_own_role_is_shown_and_not_offered(client_for, sam, omar):
    page = client_for("sam").get(f"/admin/team/{sam.id}")
    assert "Nobody changes their own role" in text_of(page)
    assert "Suspend" not in text_of(page)
    assert "stands above yours" in text_of(client_for("sam").get(f"/admin/team/{omar.id}"))


def test_what_somebody_is_good_at_stands_in_the_list(client_for, lins):
    sam = client_for("sam")
    sam.post(f"{lins}/skills", {"skills": "DNS,  Invoices ,dns"})
    assert "dns, invoices" in text_of(sam.get("/admin/team"))
    assert sam.post(f"{lins}/skills", {"skills": "x" * 41}).status_code == 422


def test_suspending_says_what_it_leaves_and_asks_why(client_for, lins, outside, lin):
    sam, out = client_for("sam"), client_for("lin")
    assert "Nobody else covers Website." in text_of(sam.get(f"{lins}/suspend"))
    assert sam.post(f"{lins}/suspend", {"reason": " "}).status_code == 422
    assert out.get("/admin/tickets").status_code == 200

    page = text_of(sam.post(f"{lins}/suspend", {"reason": "Left the company"}, follow=True))
    assert "Lin Haas is suspended" in page
    assert out.get("/admin/tickets").status_code == 302
    assert "Suspended" in text_of(sam.get(lins))
    with outside():
        assert PlatformAuditLog.objects.get(verb="team.suspend").facts["reason"] == "Left the company"

    sam.post(f"{lins}/resume")
    assert client_for("lin").get("/admin/tickets").status_code == 200
    assert sam.post(f"{lins}/resume").status_code == 409


@pytest.mark.parametrize("path", ["role", "skills", "suspend", "resume"])
def test_support_changes_nobody(client_for, una, path):
    assert client_for("lin").post(f"/admin/team/{una.id}/{path}", {}).status_code == 404
