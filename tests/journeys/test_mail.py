"""A mail comes in, is answered, and one that is held back is let in: as Ada sees it, with scripts and without."""

import smtplib
import subprocess
import sys
import uuid

import pytest

from tests.support.server import ROOT

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
ADA = "ada@acme.example"


@pytest.fixture(scope="module")
def mailserver(live_product):
    """The port of a mail server of the running product."""
    command = [sys.executable, "-m", "django", "mailserver", "--listen", "127.0.0.1:0"]
    child = subprocess.Popen(command, env=live_product.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield int(child.stdout.readline().rpartition(":")[2])
    child.terminate()
    child.wait(10)


def send(port, subject, *more):
    lines = ["From: Zoe Ek <zoe@elsewhere.example>", "To: acme@mail.localhost", f"Subject: {subject}"]
    lines += [f"Message-ID: <{uuid.uuid4().hex}@elsewhere.example>", *more, "", "Where is my parcel?", "", "-- ", "Zoe"]
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.sendmail("zoe@elsewhere.example", ["acme@mail.localhost"], "\r\n".join(lines))


def tenants(live_product, *words):
    """The platform's command for companies, at the running product."""
    command = [sys.executable, "-m", "django", "tenants", *words]
    subprocess.run(command, env=live_product.env, cwd=ROOT, check=True, capture_output=True, timeout=60)


def answer_to(port, address):
    """What the mail server says to whoever asks whether an address is here."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("zoe@elsewhere.example")
        return line.rcpt(address)[0]


def test_a_company_has_an_address_from_the_start_and_nobody_else_has(live_product, mailserver):
    assert answer_to(mailserver, "borealis@mail.localhost") == 250
    assert answer_to(mailserver, "nobody-here@mail.localhost") == 550
    tenants(live_product, "suspend", "borealis")
    try:
        assert answer_to(mailserver, "borealis@mail.localhost") == 450
    finally:
        tenants(live_product, "resume", "borealis")
    assert answer_to(mailserver, "borealis@mail.localhost") == 250


def reload_until(page, text):
    """What the worker does is there within seconds."""
    for _ in range(40):
        page.reload()
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{text} never came")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_mail_is_there_and_a_held_one_is_let_in(open_page, live_product, mailserver, scripts):
    page, name = open_page(ADA, scripts=scripts), uuid.uuid4().hex[:6]
    send(mailserver, f"Parcel {name}")
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    reload_until(page, f"Parcel {name}")

    send(mailserver, f"News {name}", "List-Id: <news.elsewhere.example>")
    page.goto(live_product.url("acme", "/manager/mail"))
    reload_until(page, f"News {name}")
    page.get_by_role("button", name=f"Let in News {name}").click()
    page.get_by_text("is let in as a new request").wait_for()
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    reload_until(page, f"News {name}")
    assert page.complaints == []
