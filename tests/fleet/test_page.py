"""The console's page of the fleet."""

import re

import pytest

from tests.fleet.releases import NEXT


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.mark.parametrize("name", ["omar", "ann", "eli"])
def test_who_keeps_the_installation_running_sees_the_fleet(client_for, name):
    page = client_for(name).get("/admin/fleet")

    assert page.status_code == 200
    assert "3 of 3 companies at release" in text_of(page)
    assert "Everybody is at this release" in text_of(page)


@pytest.mark.parametrize("name", ["lin", "sam", "una"])
def test_others_find_nothing_there(client_for, name):
    assert client_for(name).get("/admin/fleet").status_code == 404


def test_who_is_behind_stands_there_with_the_reason(client_for, database):
    database.connection.execute("UPDATE public.tenants_company SET fingerprint = 'older' WHERE slug = 'acme'")
    database.connection.execute(
        "INSERT INTO public.tenants_migrationledger (company_id, schema, app, name, step, state, words, at)"
        f" SELECT id, schema_name, 'journal', '{NEXT}', 0, 'failed', 'Somebody <works> there.', now()"
        " FROM public.tenants_company WHERE slug = 'acme'"
    )
    database.connection.execute(
        "INSERT INTO public.tenants_migrationrun (id, fingerprint, state, started_at, companies, done, failed, words)"
        " VALUES (gen_random_uuid(), 'x', 'running', now(), 3, 1, 1, '')"
    )
    page = client_for("eli").get("/admin/fleet")

    assert "2 of 3 companies at release" in text_of(page)
    assert f"Somebody &lt;works&gt; there. journal.{NEXT}" in text_of(page)
    assert 'hx-trigger="every 3s"' in page.content.decode()


def test_the_part_alone_for_htmx(client_for):
    page = client_for("eli").get("/admin/fleet", headers={"HX-Request": "true"})

    assert page.content.decode().lstrip().startswith('<div id="fleet"')
