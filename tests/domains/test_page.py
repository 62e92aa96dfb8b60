"""The settings page of domains: what to publish, what the DNS says now, and buttons that do what they say."""

import html
import re

import pytest

from portico import asks
from tenants.domains import sender
from tenants.models import Domain

PAGE = "/manager/settings/domains"
HELP = "help.acme.example"


@pytest.fixture
def page(client_for):
    return client_for("ada")


def said(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def do(page, verb, domain=HELP, **more):
    return page.post(PAGE, {"do": verb, "domain": domain, **more}, follow=True)


def test_a_domain_is_added_seen_and_chosen_on_one_page(page, right, look, acme, inside):
    added = do(page, "add", "https://Help.Acme.example/", use="portal")
    with inside(acme):
        token = Domain.objects.get().token
    for words in (f"_portico.{HELP}", token, "acme.localhost", "Waiting for records"):
        assert words in added.content.decode()
    mark = html.unescape(re.search(r'hx-get="([^"]+)"', added.content.decode())[1])
    assert page.get(mark, headers={"HX-Request": "true"}).status_code == 204

    right(acme, HELP)
    look(acme, HELP)
    seen = page.get(mark, headers={"HX-Request": "true"}).content.decode()
    assert "Proven" in seen
    assert "<html" not in seen
    assert "every 4s" not in seen
    assert f'href="http://{HELP}:8000{PAGE}"' in page.post(PAGE, {"do": "lead", "domain": HELP}).content.decode()
    assert f"form-action 'self' http://{HELP}:8000;" in page.get("/api/docs")["Content-Security-Policy"]
    moved = page.get("/manager/inbox")
    assert moved["Location"] == f"http://{HELP}:8000/manager/inbox"


def test_what_is_wrong_is_said_beside_the_field_and_kept(page):
    answer = do(page, "add", "co.uk", use="mail")
    assert answer.status_code == 422
    assert "Anybody may register" in said(answer)
    assert 'value="co.uk"' in answer.content.decode()
    assert do(page, "dance").status_code == 422
    assert do(page, "check", "other.example").status_code == 404


def test_another_companys_domain_is_not_there(client_for, owned, bo):
    owned()
    for verb in ("check", "lead", "remove"):
        assert do(client_for("bo"), verb).status_code == 404
    assert HELP not in client_for("bo").get(PAGE).content.decode()


def test_the_sender_assistant_says_what_to_publish_and_what_is_there(page, owned, zone, look, acme, inside):
    owned("acme.example", "mail")
    text = said(page.get(PAGE))
    assert "Nothing says who may send mail" in text
    assert "include:mail.localhost ~all" in page.get(PAGE).content.decode()
    zone.set("acme.example", "TXT", "v=spf1 include:mail.localhost -all")
    zone.set("_dmarc.acme.example", "TXT", "v=DMARC1; p=reject")
    look(acme, "acme.example")
    text = said(page.get(PAGE))
    assert "Portico may send mail for this domain." in text
    assert "Receivers refuse forged mail." in text
    with inside(acme):
        assert asks.proven_domains() == {"acme.example"}


def test_the_key_is_that_of_the_companys_own_address(inside, acme, ada):
    from shared_apps.mail.models import Sender

    with inside(acme):
        Sender.objects.create(address="desk@acme.example", selector="portico", public_key="MIIBAAA", sealed="x")
        assert sender.dkim("acme.example")[0] == "portico._domainkey.acme.example"
        assert sender.dkim("other.example") is None
