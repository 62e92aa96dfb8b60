"""What customers see of a brand: name, sign, colour, words and footer; and what strangers can fetch of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from psycopg import errors

from portico.actor import SYSTEM
from tenant_apps.tickets.actions.branding import rebrand
from tenant_apps.tickets.models import Message
from tenants import routing
from tenants.life import actions as life
from tenants.models import Company
from tests.portal.conftest import page_of
from tests.tickets.test_branding import image, storage

__all__ = ["storage"]
pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def show(inside, acme, ada):
    """`show(name="…", logo=bytes)` = Ada's change."""

    def change(logo=None, favicon=None, **typed):
        files = {part: file for part, file in {"logo": logo, "favicon": favicon}.items() if file}
        with inside(acme):
            given = {part: SimpleUploadedFile(part, file) for part, file in files.items()}
            return rebrand(typed, files=given, by=ada)

    return change


def logo_at(page):
    return re.search(r'<img class="logo" src="([^"]+)"', page)[1]


def test_door_sign_in_home_workspace_and_refusals_show_it(show, visitor, client_for):
    show(image(), name="Acme Care", colour="#f2b632", welcome="What can we fix?", sign_in="Ask Olga\nfor an account.")
    pages = {path: visitor("acme").get(path).content.decode() for path in ("/", "/login", "/nowhere")}
    pages["home"] = page_of(client_for("cleo"), "/")
    pages["desk"] = page_of(client_for("ben"), "/manager/inbox")
    for path, page in pages.items():
        assert "/brand.css?v=f2b632" in page, path
        assert re.search(r'<link rel="icon" href="/brand/[0-9a-f]{32}-icon.png" type="image/png">', page), path
        assert '<img class="logo" src="/brand/' in page, path
    assert all("Acme Care" in pages[path] for path in ("/", "/login", "/nowhere", "home"))
    assert "What can we fix?" in pages["/"]
    assert "What can we fix?" in pages["home"]
    assert "Ask Olga<br>for an account." in pages["/login"]


def test_hostile_words_are_words(show, visitor, client_for):
    evil = "</title></style><script>alert(1)</script>{{ 7 }}"
    show(name=evil[:80], welcome=evil, sign_in=evil, next=evil, footer=evil)
    for page in (page_of(visitor("acme"), "/"), page_of(visitor("acme"), "/login"), page_of(client_for("cleo"), "/")):
        assert "<script>alert" not in page
        assert "</style>" not in page
        assert "&lt;script&gt;" in page


def test_the_footer_stands_below_answers_and_is_no_part_of_them(show, wish, act, client_for, inside, acme, ada, cleo):
    ticket = wish()
    act("reply", ticket, "Which lamp?", by=ada)
    act("reply", ticket, "The old one.", by=cleo)
    show(footer="Mill Street 12\n<Graz>")
    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    assert page.count('<p class="signed small soft" dir="auto">Mill Street 12<br>&lt;Graz&gt;</p>') == 1
    assert "Mill Street" not in page_of(client_for("ben"), f"/manager/inbox/{ticket.pk}")
    with inside(acme):
        assert not Message.objects.filter(body__contains="Mill Street").exists()


def test_what_happens_next_is_said_in_the_companys_words(show, client_for):
    show(next="We answer from 8 to 17.\n\nSend a photo.")
    for path in ("/", "/requests/new"):
        page = page_of(client_for("cleo"), path)
        assert "We answer from 8 to 17." in page
        assert "You write" in page


def test_a_logo_is_for_everybody_and_tells_nothing_else(show, visitor, statements):
    show(image())
    here = visitor("acme")
    page = page_of(here, "/")
    with statements() as sent:
        answer = here.get(logo_at(page))
    assert {one["sql"] for one in sent.captured_queries} <= {"BEGIN", "COMMIT"}
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    assert answer.content.startswith(b"\x89PNG")


def test_it_is_nowhere_but_at_its_own_door(show, visitor):
    show(image())
    address = logo_at(page_of(visitor("acme"), "/"))
    for slug in ("borealis", "console", ""):
        assert visitor(slug).get(address).status_code == 404
    for wrong in ("/brand/0.png", f"/brand/{'0' * 32}.png", "/brand/..%2f..%2fx.png", "/brand/x-icon.png"):
        assert visitor("acme").get(wrong).status_code == 404


def test_a_logo_that_was_replaced_or_taken_away_is_gone(show, visitor, inside, acme, ada):
    show(image(colour="teal"))
    first = logo_at(page_of(visitor("acme"), "/"))
    show(image(colour="red"))
    second = logo_at(page_of(visitor("acme"), "/"))
    assert first != second
    assert visitor("acme").get(first).status_code == 404
    with inside(acme):
        rebrand({}, without=["logo"], by=ada)
    assert visitor("acme").get(second).status_code == 404
    assert '<img class="logo"' not in page_of(visitor("acme"), "/")


def test_a_process_that_knows_the_door_from_before_still_hands_out_the_new(show, visitor, monkeypatch):
    page_of(visitor("acme"), "/")
    monkeypatch.setattr(routing, "forget_company", lambda company_id: None)  # as in another process
    show(image(), colour="#123456")
    old = page_of(visitor("acme"), "/")
    assert "v=123456" not in old
    routing.forget()
    new = page_of(visitor("acme"), "/")
    show(image(colour="red"), colour="#654321")
    sheet = visitor("acme").get("/brand.css?v=654321")
    assert (sheet.content.decode()[:26], sheet["Cache-Control"][-9:]) == (":root { --brand: #654321; ", "immutable")
    assert visitor("acme").get(logo_at(new)).status_code == 200


def test_a_suspended_company_shows_its_colour_and_no_logo(show, visitor, outside, acme):
    show(image(), name="Acme Care", colour="#f2b632")
    address = logo_at(page_of(visitor("acme"), "/"))
    with outside():
        life.suspend(Company.objects.get(pk=acme.id), by=SYSTEM)
    routing.forget()
    page = visitor("acme").get("/")
    assert page.status_code == 503
    assert "Acme Care" in page.content.decode()
    assert '<img class="logo"' not in page.content.decode()
    assert "/brand/" not in page.content.decode()
    assert visitor("acme").get(address).status_code == 503
    assert visitor("acme").get("/brand.css?v=f2b632").status_code == 200
    assert visitor("acme").get("/brand.css?v=1").status_code == 200


def test_the_style_sheet_says_the_colours_that_can_be_read(show, visitor):
    show(colour="#f2b632")
    sheet = visitor("acme").get("/brand.css?v=f2b632").content.decode()
    assert sheet == (":root { --brand: #f2b632; --on-brand: #000000; --brand-text: light-dark(#876200, #f2b632); }\n")


def test_a_companys_role_writes_its_own_brand_and_nothing_else_there(inside, acme, borealis, outside):
    with inside(acme), connection.cursor() as cursor:
        cursor.execute("""SELECT public.portico_show('brand', '{"name": "Mine"}')""")
    with outside():
        brands = dict(Company.objects.values_list("slug", "brand"))
    assert (brands["acme"], brands["borealis"]) == ({"name": "Mine"}, {})
    for statement in (
        "UPDATE public.tenants_company SET white_label = true",
        "UPDATE public.tenants_company SET brand = '{}'",
        "SELECT public.portico_show('brand', '[]')",
        "SELECT public.portico_show('brand', jsonb_build_object('a', repeat('x', 20000)))",
        "SELECT public.portico_show('white_label', '{}')",
    ):
        with pytest.raises(DatabaseError) as no, inside(acme), connection.cursor() as cursor:
            cursor.execute(statement)
        assert isinstance(no.value.__cause__, errors.InsufficientPrivilege | errors.DataException), statement
    with pytest.raises(DatabaseError, match="permission denied"), outside(), connection.cursor() as cursor:
        cursor.execute("SELECT public.portico_show('brand', '{}')")
