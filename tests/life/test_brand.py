"""A company's brand goes where the company goes: into its archive, back out of it, and away with it."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portico.actor import SYSTEM
from tenant_apps.tickets.actions.branding import rebrand
from tenants import routing
from tenants.life import actions, erase
from tenants.life.restore import restore
from tenants.models import Company
from tests.support.databases import Rows

COLOUR = "#2f55c8"


@pytest.fixture
def branded(cobble, inside, outside):
    """Cobble with a name of its own, a colour and a logo. Schemas that a restore built go with their companies."""
    picture = io.BytesIO()
    Image.new("RGB", (200, 80), "teal").save(picture, "PNG")
    with inside(cobble.company().ref):
        files = {"logo": SimpleUploadedFile("logo.png", picture.getvalue())}
        rebrand({"name": "Cobble Care", "colour": COLOUR}, files=files, by=cobble.owner)
    yield cobble
    with outside():
        left = list(Company.objects.filter(slug__in=["cobble", "pebble"]))
    for company in left:
        erase.erase(company, by=SYSTEM, typed=company.slug)


def shown(slug, outside):
    """The brand beside the company's name, and the address of its logo."""
    with outside():
        brand = Company.objects.get(slug=slug).brand
    return brand, f"/brand/{brand['logo']['key']}.png"


def test_it_comes_back_with_the_company_under_another_generation(branded, exported, outside, visitor):
    before, logo = shown("cobble", outside)
    archive = exported()
    with outside():
        actions.suspend(branded.company(), by=SYSTEM)
    restore(archive, by=SYSTEM, replace=True, typed="cobble")
    with outside():
        actions.resume(branded.company(), by=SYSTEM)
    routing.forget()

    assert shown("cobble", outside) == (before, logo)
    page = visitor("cobble").get("/").content.decode()
    assert "Cobble Care" in page
    assert logo in page
    assert visitor("cobble").get(logo).status_code == 200


def test_what_was_set_after_the_archive_was_written_is_not_what_comes_back(branded, exported, inside, outside):
    archive = exported()
    with inside(branded.company().ref):
        rebrand({"name": "Later"}, without=["logo"], by=branded.owner)
    with outside():
        actions.suspend(branded.company(), by=SYSTEM)
    restore(archive, by=SYSTEM, replace=True, typed="cobble")
    assert shown("cobble", outside)[0]["name"] == "Cobble Care"


def test_a_copy_has_it_too_and_no_white_label(branded, exported, outside, visitor):
    with outside():
        Company.objects.filter(slug="cobble").update(white_label=True)
    restore(exported(), by=SYSTEM, slug="pebble")
    brand, logo = shown("pebble", outside)
    assert brand["colour"] == COLOUR
    assert visitor("pebble").get(logo).status_code == 200
    with outside():
        assert not Company.objects.get(slug="pebble").white_label


def test_an_erased_companys_logo_is_gone(branded, outside, visitor, storage):
    logo = shown("cobble", outside)[1]
    assert visitor("cobble").get(logo).status_code == 200
    erase.erase(branded.company(), by=SYSTEM, typed="cobble")
    routing.forget()
    assert visitor("cobble").get(logo).status_code == 421
    assert list(storage.rglob("*.png")) == []


@pytest.mark.parametrize("value", ["{}", '"red"', '{"colour": "#fff;} * {display: none}", "name": 7}', "large"])
def test_a_brand_that_nobody_set_here_does_no_harm(branded, exported, outside, visitor, database, value):
    kept = json.dumps({"name": "x" * 200_000}) if value == "large" else value
    rows: Rows = database
    schema = branded.company().schema_name
    rows.connection.execute(f"UPDATE \"{schema}\".tickets_setting SET value = %s WHERE key = 'brand'", [kept])  # noqa: S608
    restore(exported(), by=SYSTEM, slug="pebble")
    page = visitor("pebble").get("/")
    assert page.status_code == 200
    assert "display: none" not in visitor("pebble").get("/brand.css").content.decode()
    assert visitor("pebble").get("/brand.css?v=other").status_code == 200
    with outside():
        assert len(str(Company.objects.get(slug="pebble").brand)) < 20_000
