"""What every page may count on: refusals said once, brand colours, times, and parts for htmx."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from portico import pages
from portico.actor import NOBODY
from portico.database import CompanyRef
from portico.errors import Forbidden, Invalid, Missing, Refused, TooMany
from portico.templatetags import portico as tags
from tenants.routing import Door

HTMX = {"HX-Request": "true"}
ACME = CompanyRef(1, "t_acme", 1, "acme", "Acme", 7)


def asked(path="/x", **headers):
    """A request at Acme's door, of nobody."""
    request = RequestFactory(headers=headers).get(path)
    request.door, request.actor = Door("company", "acme.localhost:8000", ACME), NOBODY
    request.urlconf = "portico.urls_company"
    return request


@pytest.mark.parametrize(
    ("no", "status"),
    [
        (Refused("ticket_closed", "This is closed."), 409),
        (Forbidden("not_allowed", "Not you."), 403),
        (Missing(), 404),
        (Invalid({"body": ["Write something."]}), 422),
        (TooMany(70), 429),
    ],
)
def test_a_refusal_is_a_page_a_notice_or_a_document(static_files, no, status):
    page, part, document = (
        pages.refusal(request, no) for request in (asked(), asked(**HTMX), asked("/api/support/tickets"))
    )
    assert (page.status_code, part.status_code, document.status_code) == (status, status, status)
    assert b"</html>" in page.content
    assert (part["HX-Retarget"], part["HX-Reswap"]) == ("#notices", "innerHTML")
    assert document["Content-Type"] == "application/problem+json"
    assert all(("Retry-After" in one) == (status == 429) for one in (page, part, document))


def test_a_notice_says_what_is_wrong_and_escapes_it(static_files):
    text = pages.refusal(asked(**HTMX), Invalid({"body": ["No <b>."]})).content.decode()
    assert "Please correct the marked fields. No &lt;b&gt;." in text


@pytest.mark.parametrize("path", ["/nothing", "/manager", "/admin/tickets", "/manager/tickets/nothing"])
def test_what_is_not_there_has_a_page(client_for, path):
    answer = client_for("ada").get(path)
    assert answer.status_code == 404
    assert "There is no door here" in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/platform-admin/nothing"])
def test_what_is_not_there_for_programs_is_a_document(client_for, path):
    answer = client_for("ada").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html; charset=utf-8"), ("/api/x", "application/problem+json")])
def test_an_unknown_host_is_said_to_be_one(visitor, path, kind):
    answer = visitor("nobody-here").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (421, kind)


@pytest.mark.parametrize("host", ["a b", "x_y!", "<script>", "a" * 300])
def test_a_host_that_is_none_gets_a_page(visitor, host):
    browser = visitor()
    assert browser.get("/", headers={"Host": host}).status_code in {400, 421}


def test_a_wrong_method_is_said_in_words(visitor):
    page, part = (visitor("acme").get("/logout", headers=headers) for headers in ({}, HTMX))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "the other way" in page.content.decode()
    assert (part.status_code, part["HX-Retarget"]) == (405, "#notices")


def test_a_suspended_desk_rests(visitor, acme, outside):
    from tenants.models import Company

    with outside():
        Company.objects.filter(pk=acme.id).update(state="suspended")
    answer = visitor("acme").get("/")
    assert answer.status_code == 503
    assert "This desk is resting" in answer.content.decode()
    assert visitor("borealis").get("/").status_code == 200


def test_what_breaks_says_that_nothing_was_changed(visitor, monkeypatch):
    monkeypatch.setattr("shared_apps.accounts.entering._page", lambda *_: 1 / 0)
    answer = visitor("acme").get("/login")
    assert answer.status_code == 500
    assert "Nothing was changed" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


def test_each_door_has_its_colour_and_may_keep_it(visitor, acme, borealis):
    sheets = {}
    for company in (acme, borealis):
        answer = visitor(company.slug).get(f"/brand.css?v={company.tint}")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        sheets[company.slug] = answer.content.decode()
    assert sheets["acme"] != sheets["borealis"]
    assert all(sheet.startswith(":root { --brand: oklch(") for sheet in sheets.values())
    assert visitor("acme").get("/brand.css?v=99")["Cache-Control"] == "public, max-age=300"
    assert "--brand" not in visitor().get("/brand.css").content.decode()


def test_pages_carry_no_inline_script_or_style(visitor, client_for):
    for page in (visitor().get("/"), visitor("acme").get("/login"), client_for("ada").get("/manager/tickets")):
        text = page.content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick" not in text


@pytest.mark.no_database
def test_times_are_said_as_people_say_them():
    now = datetime.now(UTC)
    assert "today" in tags.when(now)
    assert "yesterday" in tags.when(now - timedelta(days=1))
    assert "just now" in tags.when(now)
    assert "2 hours ago" in tags.when(now - timedelta(hours=2))
    assert "in 2 hours" in tags.when(now + timedelta(hours=2, minutes=1))
    assert tags.when(None) == ""
    assert tags.day(now - timedelta(days=1)) == "Yesterday"


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Nowhere/Land", "../../etc/passwd", "x" * 2000])
def test_times_follow_the_reader_and_bad_zones_change_nothing(client_for, zone):
    browser = client_for("ada")
    browser.cookies["zone"] = zone
    assert browser.get("/manager/tickets").status_code == 200


@pytest.mark.no_database
@pytest.mark.parametrize(("name", "letters"), [("Ada Lind", "AL"), ("Cher", "C"), ("", ""), ("  Jo  van  Ek ", "JE")])
def test_initials_are_of_the_first_and_last_word(name, letters):
    assert tags.initials(name) == letters


@pytest.mark.no_database
def test_marks_escape_what_people_are_called(settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    assert "<b" not in tags.face("<b x>")
    assert "?" in tags.face("")


def test_what_is_drawn_once_does_not_take_words_for_the_clean_html_that_they_equal():
    name = '"><b>'
    assert name in tags.icon(mark_safe(name))  # noqa: S308 (that is the question)
    assert name not in tags.icon(name)


def test_who_loses_the_way_in_the_workspace_is_led_back_to_it(client_for):
    found = {who: client_for(who).get("/manager/nothing").content.decode() for who in ("ben", "cleo")}
    assert 'href="/manager/"' in found["ben"]
    assert "Back to the workspace" in found["ben"]
    assert "workspace" not in found["cleo"]
