"""From an invitation to a member of the team, by pages."""

import html
import re
from urllib.parse import urlsplit

import pytest

from shared_apps.accounts.models import User
from tests.console.test_team import text_of

NIA = {"email": "nia@portico.example", "role": "platform_support"}


@pytest.fixture
def invited(client_for):
    """The path that Sam's invitation of Nia leads to."""
    page = client_for("sam").post("/admin/team/invite", NIA).content.decode()
    link = html.unescape(re.search(r'id="link" value="([^"]+)"', page)[1])
    assert urlsplit(link).netloc == "console.localhost:8000"
    return urlsplit(link).path


def test_an_invited_person_chooses_name_and_password_and_is_in(visitor, client_for, outside, invited):
    nia = visitor("console")
    assert "nia@portico.example" in nia.get(invited).content.decode()
    assert nia.post(invited, {"name": "Nia Berg", "password": "short"}).status_code == 422
    assert nia.post(invited, {"name": "Nia Berg", "password": "a quiet harbour"}).status_code == 302

    assert nia.get("/admin/tickets").status_code == 200
    with outside():
        assert User.objects.get(email="nia@portico.example").role == "platform_support"
    again = visitor("console").get(invited)
    assert again.status_code == 404
    assert "cannot be used any more" in text_of(again)


def test_the_link_is_shown_once_and_kept_by_nobody(client_for, invited):
    page = client_for("sam").get("/admin/team").content.decode()
    assert "nia@portico.example" in page
    assert invited.rsplit("/", 1)[1] not in page


def test_an_invitation_is_taken_back(visitor, client_for, invited):
    sam = client_for("sam")
    address = re.search(r'action="(/admin/team/invitations/[^"]+)"', sam.get("/admin/team").content.decode())[1]
    assert "leads nowhere any more" in text_of(sam.post(address, follow=True))
    assert visitor("console").get(invited).status_code == 404
    assert sam.post(address).status_code == 409


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "nia", "role": "platform_support"}, "does not look like an e-mail address"),
        ({"email": "lin@portico.example", "role": "platform_support"}, "in the team already"),
        ({"email": "nia@portico.example", "role": ""}, "Please choose a role"),
        ({"email": "nia@portico.example", "role": "platform_owner"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(client_for, typed, words):
    page = client_for("sam").post("/admin/team/invite", typed)
    assert page.status_code == 422
    assert words in text_of(page)


def test_support_neither_invites_nor_sees_who_is_invited(client_for, invited):
    lin = client_for("lin")
    assert lin.get("/admin/team/invite").status_code == 404
    assert "nia@portico.example" not in lin.get("/admin/team").content.decode()


@pytest.mark.parametrize("code", ["nothing", "x" * 500, "%00"])
def test_a_code_that_is_none_leads_nowhere(visitor, code):
    assert visitor("console").get(f"/invitation/{code}").status_code == 404
