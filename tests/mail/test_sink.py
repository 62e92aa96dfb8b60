"""In a demo everybody sees what was sent; anywhere else there is no such page."""

import pytest


@pytest.fixture
def shown(settings, mails, posted):
    settings.SHOW_MAIL = True
    posted(facts={"words": "Hello <script>alert(1)</script>."})
    mails()


def test_a_mail_is_listed_and_shown_in_a_frame_that_can_do_nothing(shown, visitor):
    browser = visitor()
    page = browser.get("/mail/").content.decode()
    assert "A test from Acme" in page
    address = page.split('href="/mail/')[1].split('"')[0]
    one = browser.get(f"/mail/{address}")
    assert "frame-src 'self'" in one["Content-Security-Policy"]
    framed = browser.get(f"/mail/{address}/page")
    assert framed["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "script-src" not in framed["Content-Security-Policy"]
    assert "&lt;script&gt;" in framed.content.decode()


@pytest.mark.parametrize("path", ["/mail/..", "/mail/passwd", "/mail/00000000000000000000-x", "/mail/x/page"])
def test_nothing_but_mails_is_read(shown, visitor, path):
    assert visitor().get(path).status_code == 404


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1:1"])
def test_without_a_demo_there_is_no_such_page(visitor, settings, url):
    settings.EMAIL_URL, settings.SHOW_MAIL = url, bool(url)
    assert visitor().get("/mail/").status_code == 404
    assert visitor("acme").get("/mail/").status_code == 404
