"""The page where a company sets its brand: saved, refused beside the part, seen before, and undone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.tickets import branding
from tests.desk.setup.test_pages import said, version_of
from tests.tickets.test_branding import image, storage

__all__ = ["storage"]
pytestmark = pytest.mark.usefixtures("storage")

PAGE = "/manager/settings/brand"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ada_at(client_for):
    """Ada at the page: without words she looks, with words she saves."""
    client = client_for("ada")
    return lambda sent=None, **more: client.post(PAGE, sent, follow=True, **more) if sent else client.get(PAGE)


def typed(**more):
    words = {"name": "", "colour": "", "welcome": "", "sign_in": "", "next": "", "footer": "", "mail": "framed"}
    return words | {"version": "0"} | more


def test_it_is_there_for_owners_and_managers_alone(client_for, visitor):
    for name, status in {"olga": 200, "ada": 200, "ben": 404, "mia": 404, "cleo": 404}.items():
        assert client_for(name).get(PAGE).status_code == status
        assert client_for(name).get(f"{PAGE}/colour.css").status_code == status
    assert visitor("acme").get(PAGE).status_code == 302


def test_everything_is_saved_and_undone_from_one_page(ada_at, client_for, visitor):
    logo = SimpleUploadedFile("logo.png", image())
    page = ada_at(typed(name="Acme Care", colour="#f2b632", welcome="What can we fix?", logo=logo))
    assert "Saved. Everybody who comes to your door" in said(page)
    assert re.search(r'<img class="logo" src="/brand/[0-9a-f]{32}.png" width="300" height="120"', page.content.decode())
    assert "What can we fix?" in said(visitor("acme").get("/"))

    undo = re.search(r'action="(/manager/settings/undo/[^"]+)"', page.content.decode())[1]
    assert "Undone." in said(client_for("ada").post(undo, follow=True))
    assert "The help desk of Acme" in said(visitor("acme").get("/"))


def test_what_is_wrong_stands_beside_its_part_and_what_was_typed_stays(ada_at):
    page = ada_at(typed(name="Acme Care", colour="greenish", footer="x" * 501))
    assert page.status_code == 422
    assert "Please write a colour as #" in said(page)
    assert "at most 500 fit" in said(page)
    assert 'value="greenish"' in page.content.decode()
    assert 'value="Acme Care"' in page.content.decode()


def test_a_drawing_with_programs_in_it_is_refused_in_plain_words(ada_at):
    page = ada_at(typed(logo=SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", "image/png")))
    assert page.status_code == 422
    assert "SVG files can carry programs and are not taken." in said(page)


def test_a_weak_colour_is_shown_beside_what_is_used_and_why(ada_at):
    page = ada_at(typed(preview="1", colour="#f2b632"))
    assert page.status_code == 200
    assert "Links on light pages" in said(page)
    assert "Made darker: 1.5 to 1 is too weak to read, #876200 reaches 4.5." in said(page)
    assert "Black text stands on it: 9.2 to 1, as you chose it." in said(page)
    assert f"{PAGE}/colour.css?c=f2b632" in page.content.decode()


def test_a_preview_keeps_nothing(ada_at, acme, inside):
    page = ada_at(typed(preview="1", name="<b>Never</b>", welcome="Shown & not kept", footer="Soon"))
    assert "&lt;b&gt;Never&lt;/b&gt;" in page.content.decode()
    assert "Shown &amp; not kept" in page.content.decode()
    with inside(acme):
        assert branding.as_set()["name"] == ""


def test_htmx_gets_the_preview_alone_and_a_half_typed_colour_is_no_complaint_that_stops(ada_at):
    page = ada_at(typed(preview="1", colour="#f2"), **HTMX)
    assert page.status_code == 200
    assert page.content.decode().lstrip().startswith('<link rel="stylesheet"')
    assert "<html" not in page.content.decode()


@pytest.mark.parametrize("colour", ["red}", "</style>", "url(x)", "", "2f55c8;"])
def test_the_style_of_a_preview_holds_a_colour_and_nothing_else(client_for, colour):
    sheet = client_for("ada").get(f"{PAGE}/colour.css", {"c": colour})
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    words = re.sub(r"#[0-9a-f]{6}", "#", sheet.content.decode())
    assert words == (
        "[data-brand-scope] { --brand: #; --on-brand: #; --brand-text: light-dark(#, #); }\n"
        "[data-brand-scope] { --chosen: #; }\n"
    )


def test_who_comes_second_is_told_keeps_the_words_and_can_insist(ada_at, client_for, visitor):
    ada_at(typed(name="Ada’s"))
    late = client_for("olga").post(PAGE, typed(name="Olga’s"))
    assert late.status_code == 409
    assert "Somebody else changed this meanwhile." in said(late)
    assert 'value="Olga’s"' in late.content.decode()
    assert "Ada’s" in said(visitor("acme").get("/login"))

    client_for("olga").post(PAGE, typed(name="Olga’s", version=version_of(late)))
    assert "Olga’s" in said(visitor("acme").get("/login"))


def test_a_form_that_is_sent_twice_is_no_quarrel_with_oneself(ada_at):
    for said_then in ("Saved.", "Nothing was changed"):
        page = ada_at(typed(name="Acme Care", logo=SimpleUploadedFile("logo.png", image())))
        assert page.status_code == 200
        assert said_then in said(page)


def test_white_label_is_not_the_companys_to_set(ada_at, visitor):
    ada_at(typed(name="Acme Care", white_label="on"))
    assert "Help desk by Portico" in said(visitor("acme").get("/"))
    assert "it cannot be changed here" in said(ada_at())
