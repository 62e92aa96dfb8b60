"""A company's brand: who sets it, what fits into it, what becomes of pictures, and how it is undone."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, PngImagePlugin

from portico import brand as kernel
from portico.errors import Forbidden, Invalid, Refused
from portico.storage import CompanyStorage
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import branding, logos
from tenant_apps.tickets.actions import configuring
from tenant_apps.tickets.actions.branding import rebrand
from tenants.models import Company
from tests.tickets.test_attachments import storage

__all__ = ["storage"]
pytestmark = pytest.mark.usefixtures("storage")

SCRIPT = b"<script>alert('both')</script>"


def image(size=(300, 120), colour="teal", kind="PNG", **more):
    kept = io.BytesIO()
    Image.new("RGBA" if kind in {"PNG", "WEBP"} else "RGB", size, colour).save(kept, kind, **more)
    return kept.getvalue()


def upload(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def show(inside, acme, ada):
    """`show(name="…", logo=bytes)` = what Ada's change was, in a transaction of its own."""

    def change(*, by=ada, without=(), seen=None, logo=None, favicon=None, **typed):
        pictures = {"logo": logo, "favicon": favicon}
        files = {part: upload(file) for part, file in pictures.items() if isinstance(file, bytes)}
        typed |= {part: told for part, told in pictures.items() if told and part not in files}
        with inside(acme):
            return rebrand(typed, by=by, files=files, without=without, seen_version=seen)

    return change


@pytest.fixture
def now(inside, acme, outside):
    """`now()` = the brand as set, after a look whether the door says the same."""

    def look():
        with inside(acme):
            kept = branding.as_set()
        with outside():
            assert Company.objects.get(pk=acme.id).brand in (kept, {})
        return kept

    return look


@pytest.fixture
def files(inside, acme):
    def look():
        with inside(acme):
            try:
                return sorted(CompanyStorage().listdir("brand/")[1])
            except FileNotFoundError:
                return []

    return look


def test_a_manager_sets_words_and_a_colour_and_the_door_says_so(show, now):
    event = show(name="Acme Care", colour="2F55C8", footer="Mill Street 12\nGraz", welcome="  Good \n to see you ")
    kept = now()
    assert (kept["name"], kept["colour"], kept["welcome"]) == ("Acme Care", "#2f55c8", "Good to see you")
    assert kept["footer"] == "Mill Street 12\nGraz"
    assert words(event) == "Ada Lind changed how the company shows itself"
    assert show(name="Acme Care", colour="#2f55c8") is None


@pytest.mark.parametrize("name", ["ben", "mia", "cleo", "lin", "omar"])
def test_nobody_but_owners_and_managers_set_it(show, actor_for, files, name):
    with pytest.raises(Forbidden):
        show(name="Mine", logo=image(), by=actor_for(name))
    assert files() == []


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("colour", "red;} body{display:none"),
        ("colour", "url(https://evil.example/x)"),
        ("colour", "</style><script>alert(1)</script>"),
        ("colour", 12),
        ("name", "x" * 81),
        ("name", "Acme\u202eevil"),
        ("name", "Ac\u200bme"),
        ("name", "Portico Support"),
        ("welcome", "Good\x00bye"),
        ("footer", "half \ud800"),
        ("footer", "x" * 501),
        ("next", ["a list"]),
        ("mail", "loud"),
        ("logo", {"key": "../../2/1/attachments/x", "width": 10, "height": 10}),
        ("logo", {"key": "0" * 32, "width": 10, "height": 10}),
        ("favicon", "a text"),
        ("white_label", True),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(show, now, part, given):
    before = now()
    with pytest.raises(Invalid) as no:
        show(**{"sign_in": "Ask Olga.", part: given})
    assert set(no.value.fields) <= {part, "brand"}
    assert now() == before


def test_everything_that_is_wrong_is_said_at_once(show):
    with pytest.raises(Invalid) as no:
        show(name="x" * 81, colour="green", logo=b"no picture")
    assert set(no.value.fields) == {"name", "colour", "logo"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_drawn_anew_within_bounds(show, now, inside, acme, kind):
    show(logo=image((3000, 500), kind=kind))
    logo = now()["logo"]
    assert (logo["width"], logo["height"]) == (480, 80)
    with inside(acme):
        large, small = (CompanyStorage().open(f"brand/{logo['key']}{end}.png").read() for end in ("", "-icon"))
    assert Image.open(io.BytesIO(large)).size == (480, 80)
    assert Image.open(io.BytesIO(small)).size == (128, 128)


def test_of_a_logo_that_is_something_else_too_only_the_picture_stays(show, now, inside, acme):
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    show(logo=image(pnginfo=told) + SCRIPT + b"PK\x03\x04")
    key = now()["logo"]["key"]
    with inside(acme):
        kept = CompanyStorage().open(f"brand/{key}.png").read()
    assert SCRIPT not in kept
    assert b"PK\x03\x04" not in kept


def test_of_what_moves_the_first_picture_stays(show, now, inside, acme):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    show(logo=moving.getvalue())
    key = now()["logo"]["key"]
    with inside(acme), Image.open(CompanyStorage().open(f"brand/{key}.png")) as kept:
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.convert("RGB").getpixel((30, 30))[0] > 250


def bomb():
    """A picture of 60,000 by 60,000 points in a few bytes."""
    content = bytearray(image((8, 8)))
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG files can carry programs"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "SVG files can carry programs"),
        (b"", "empty"),
        (b"GIF89a" + SCRIPT, "no picture that can be read"),
        (b"%PDF-1.7", "no picture that can be read"),
        (image()[:60], "no picture that can be read"),
        (image((4, 4)), "too small"),
        (image(colour=(0, 0, 0, 0)), "nothing to see"),
        (image(kind="TIFF"), "no picture that can be read"),
    ],
)
def test_what_is_no_picture_of_use_is_refused_in_words(content, said):
    with pytest.raises(Invalid) as no:
        logos.draw("logo", upload(content))
    assert said in no.value.fields["logo"][0]


def test_a_picture_that_would_fill_the_memory_is_refused(files, show):
    with pytest.raises(Invalid) as no:
        show(logo=bomb())
    assert "too many points" in no.value.fields["logo"][0]
    assert files() == []


def test_twenty_megabytes_are_refused_before_they_are_looked_at():
    with pytest.raises(Invalid) as no:
        logos.draw("logo", upload(image() + bytes(20 * 1024 * 1024)))
    assert no.value.fields["logo"] == ["This file has 20 MB; at most 5 fit."]


@pytest.mark.parametrize(
    ("colour", "plate"), [((10, 10, 10, 255), "light"), ((250, 250, 250, 255), "dark"), ((40, 90, 200, 255), "")]
)
def test_a_logo_that_a_ground_would_swallow_gets_a_plate(colour, plate):
    content = io.BytesIO()
    sheet = Image.new("RGBA", (200, 80))
    for place in (0, 100):
        sheet.paste(Image.new("RGBA", (60, 80), colour), (place, 0))
    sheet.save(content, "PNG")
    assert logos.draw("logo", upload(content.getvalue())).picture.plate == plate


def test_undo_brings_the_logo_before_back(show, now, inside, acme, ada, files):
    show(logo=image(colour="teal"))
    first = now()["logo"]
    event = show(logo=image(colour="red"))
    assert now()["logo"] != first
    with inside(acme):
        configuring.undo_setting(event, by=ada)
    assert now()["logo"] == first
    assert len(files()) == 4


def test_pictures_of_earlier_changes_are_gone(show, now, files, inside, acme, ada):
    show(logo=image(colour="teal"))
    taken = show(without=["logo"])
    assert now()["logo"] is None
    assert len(files()) == 2
    show(name="Acme Care")
    assert files() == []
    with inside(acme), pytest.raises(Refused):
        configuring.undo_setting(taken, by=ada)


def test_a_change_that_is_rolled_back_leaves_what_was(show, now, inside, acme, ada):
    show(logo=image(colour="teal"))
    before = now()
    with pytest.raises(ZeroDivisionError), inside(acme):
        rebrand({"name": "Gone"}, files={"logo": upload(image(colour="red"))}, by=ada)
        raise ZeroDivisionError
    assert now() == before
    with inside(acme):
        assert logos.is_kept(before["logo"]["key"], own=True)


def test_the_second_of_two_who_change_it_is_told(show, now):
    show(name="Ada’s")
    with pytest.raises(Refused) as no:
        show(name="Olga’s", seen=0)
    assert no.value.code == "changed_meanwhile"
    assert now()["name"] == "Ada’s"


def test_two_at_once_leave_one_brand_with_its_picture(acme, inside, actor_for, now):
    people = [actor_for("ada"), actor_for("olga")]

    def change(place):
        try:
            with inside(acme):
                rebrand({}, files={"logo": upload(image(colour=("red", "blue")[place]))}, by=people[place])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, (0, 1)))
    key = now()["logo"]["key"]
    with inside(acme):
        assert logos.is_kept(key, own=True)
        assert Event.objects.filter(verb="settings.update").count() == 2


def test_another_company_knows_nothing_of_it(show, inside, borealis, outside):
    show(name="Acme Care", logo=image())
    with inside(borealis):
        assert branding.as_set()["name"] == ""
    with outside():
        assert Company.objects.get(pk=borealis.id).brand == {}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {"colour": "#fff;} body{}", "logo": {"key": "../x", "width": 1, "height": 1}, "name": 5, "mail": [1]},
        {"logo": {"key": "a" * 32, "width": True, "height": 10**9}, "footer": "x" * 10_000, "favicon": {"key": None}},
        {"logo": {"key": ["a"] * 32, "width": 1, "height": 1, "plate": ["light"]}, "colour": {"a": 1}},
    ],
)
def test_a_row_of_another_shape_shows_nothing(value):
    shown = kernel.read(value, name="Acme", tint=3)
    assert (shown.house, shown.place, shown.colour, shown.logo, shown.icon) == ("Acme", "Acme help", "", None, "")
    assert (shown.footer, shown.mail) == ("", "framed")
    assert shown.rule.startswith(":root { --brand: oklch(0.5 0.12 125); }")
