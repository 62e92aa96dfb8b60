"""The base host takes programs of every company: token and X-Company-Id must agree."""

import pytest
from django.conf import settings
from django.test import Client

from tests.api.conftest import NEW


@pytest.fixture
def base(token_for):
    """`base("ada", company="1")` = a program with her token on the base host."""

    def make(name, company=None, host=None):
        headers = {"Authorization": f"Bearer {token_for(name)}", "Host": host or settings.BASE_HOST}
        return Client(headers=headers | ({"X-Company-Id": company} if company else {}), raise_request_exception=False)

    return make


@pytest.mark.parametrize("host", [None, "127.0.0.1:8000"])
def test_the_documents_way_in(base, host):
    ada = base("ada", "1", host)
    answer = ada.post("/api/support/tickets", NEW, content_type="application/json")
    assert answer.status_code == 201
    assert ada.get("/api/support/tickets").json()["results"][0]["id"] == answer.json()["id"]

    omar = base("omar", host=host)
    (row,) = omar.get("/platform-admin/tickets").json()["results"]
    answer = omar.patch(f"/platform-admin/tickets/{row['id']}/status", {"status": "in_progress"}, "application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "in_progress")


@pytest.mark.parametrize("company", [None, "2", "x", "999", "1 ", "01", "-1", "9" * 30])
def test_a_token_with_another_company_finds_nothing(base, company):
    answer = base("ada", company).get("/api/support/tickets")
    # Blanks around a header's value are no part of it.
    assert answer.status_code == (200 if company == "1 " else 404)


def test_staff_and_companies_keep_to_their_side(base):
    assert base("omar", "1").get("/api/support/tickets").status_code == 404
    assert base("omar").get("/api/support/tickets").status_code == 404
    assert base("ada", "1").get("/platform-admin/tickets").status_code == 404


@pytest.mark.parametrize(
    "token", ["", "x", "pt_1_1_" + "a" * 43, "pt_p_1_" + "b" * 43, "pt_9_1_" + "c" * 43, "pt_1_7_" + "d" * 43]
)
def test_a_wrong_token_opens_nothing(fresh_rows, token):
    headers = {"Authorization": f"Bearer {token}", "Host": settings.BASE_HOST, "X-Company-Id": "1"}
    client = Client(headers=headers, raise_request_exception=False)
    for path in ("/api/support/tickets", "/platform-admin/tickets"):
        assert client.get(path).status_code in {401, 404}


def test_a_token_of_one_company_is_nothing_in_another(token_for):
    client = Client(headers={"Authorization": f"Bearer {token_for('bo')}", "Host": f"acme.{settings.BASE_HOST}"})
    assert client.get("/api/support/tickets").status_code == 401


def test_a_withdrawn_token_ends_at_once(base, inside, acme, ada):
    from shared_apps.accounts import tokens
    from shared_apps.accounts.models import User

    client = base("ada", "1")
    assert client.get("/api/support/tickets").status_code == 200
    with inside(acme):
        tokens.revoke_all(User.objects.get(pk=ada.id), "tests")
    assert client.get("/api/support/tickets").status_code == 401
