"""Confidential notes are not there for those whom they are not for: whatever they open, ask, send, undo or export."""

import re

import pytest

from shared_apps.care.actions import About, write_note
from shared_apps.care.models import Note
from shared_apps.console.models import TicketIndex
from shared_apps.staff.models import TicketCoverage
from tenant_apps.visits import actions as visits
from tenant_apps.visits.models import Visit
from tenants.models import Company, Due
from tests.trust import matrix

MARK, WHY = "nightingale", "curlew"
CONFIDED = {"eli", "ivo", "sam", "ann", "omar"}
_CHANGING = re.compile(
    rb'csrfmiddlewaretoken[^>]*|name="once"[^>]*|nonce="[^"]*"|name="key" value="[^"]*"|[0-9a-f]{32}'
    rb"|[0-9]+(?:\xc2\xa0| )?(second|minute)s?"
)


@pytest.fixture
def everybody_sees_it(world, outside, actor_for):
    """Una, Eli and Max cover what Lin covers: what they do not read is kept from them, and not the request."""
    with outside():
        for name in ("una", "eli", "max"):
            TicketCoverage.objects.create(platform_admin_id=actor_for(name).id, subject_id="website")


@pytest.fixture
def confide(world, outside, eli):
    """Eli writes two confidential notes, beside the request and about the company; their ids."""

    def write():
        key = int(world.objects["console", "own"]["<int:index_id>"])
        with outside():
            row, acme = TicketIndex.objects.get(pk=key), Company.objects.get(slug="acme")
            beside = About(row.ticket_id, row.number)
            notes = [
                write_note(acme, f"{MARK} {words}", by=eli, about=about, is_confidential=True)
                for words, about in (("beside", beside), ("about", None))
            ]
        return [str(one.pk) for one in notes]

    return write


def _asked(world, methods):
    """Everything that anybody can ask, with its answer, and who asked; about the own request and company."""
    for door in matrix.URLCONFS:
        for route in matrix.routes(door):
            if "logout" in route or route.endswith("/\\Z"):
                continue
            for person in world.people:
                for method in methods:
                    host = "acme" if door == "company" else door
                    yield person, route, method, matrix._ask(world, host, door, route, "own", method, person)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("everybody_sees_it")
@pytest.mark.parametrize("who", ["staff and a manager", pytest.param("everybody", marks=pytest.mark.slow)])
def test_nobody_else_reads_them_wherever_they_look(world, confide, who):
    if who != "everybody":
        world.people = [one for one in world.people if one.home == "console" or one.name == "ada"]
    beside, about = confide()
    read = set()
    for note in (beside, about):
        world.objects["console", "own"]["<uuid:note_id>"] = note
        for person, route, method, answer in _asked(world, ("GET",)):
            if MARK.encode() in answer.content:
                assert person.name in CONFIDED, f"{person.name} {method} {route}"
                read.add((person.name, route))

    assert {name for name, _ in read} == CONFIDED
    assert {route for _, route in read} >= {
        "admin/tickets/<int:index_id>",
        "admin/companies/<slug:company>",
        "platform-admin/tickets/<int:id>/notes",
    }


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("everybody_sees_it")
def test_no_answer_to_a_change_shows_them_either(world, confide):
    beside, _ = confide()
    world.objects["console", "own"]["<uuid:note_id>"] = beside
    world.people = [one for one in world.people if one.name in {"lin", "una", "max", "ada"}]
    for person, route, method, answer in _asked(world, ("POST", "PUT", "PATCH")):
        assert MARK.encode() not in answer.content, f"{person.name} {method} {route}"


@pytest.mark.usefixtures("everybody_sees_it")
@pytest.mark.parametrize("name", ["max", "lin", "ada"])
def test_what_they_see_is_the_same_with_and_without(world, confide, inside, outside, acme, name):
    """No count, no dot, no event, no time of a last change tells that there is something."""
    world.people = [one for one in world.people if one.name == name]
    doors = ("company",) if name == "ada" else ("console",)
    routes = [(door, route) for door in doors for route in matrix.routes(door) if "logout" not in route]

    def look():
        with outside():
            Due.objects.all().delete()  # what a look before left to be done, and what has come due since
        return {
            (door, route, person.token != ""): _CHANGING.sub(b"", _get(world, door, route, person))
            for door, route in routes
            for person in world.people
        }

    if name == "ada":
        with inside(acme):
            for running in Visit.objects.running():
                visits.end(running, "left")  # how long one lasts is told, and grows between two looks
    look()  # what the first look itself changes: an export is written down, presence begins
    before = look()
    confide()
    after = look()

    # The company's own audit tells of the looks at it as files, which come between; a new app has a secret by lot.
    tells = {key: _where(before[key], after[key]) for key in before if before[key] != after[key]}
    tells = {key: words for key, words in tells.items() if key[1] != "account/security/app"}
    assert {key: words for key, words in tells.items() if "audit" not in key[1]} == {}


def _where(before, after):
    place = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), -1)
    return before[max(0, place - 80) : place + 80], after[max(0, place - 80) : place + 80]


def _get(world, door, route, person):
    return matrix._ask(world, "acme" if door == "company" else door, door, route, "own", "GET", person).content


@pytest.mark.usefixtures("everybody_sees_it")
@pytest.mark.parametrize("name", ["max", "lin"])
def test_they_are_not_there_to_be_changed_deleted_or_brought_back(world, confide, client_for, outside, name):
    beside, about = confide()
    key, client = world.objects["console", "own"]["<int:index_id>"], client_for(name)
    places = [(f"/admin/tickets/{key}/notes", beside), ("/admin/companies/acme/notes", about)]
    for place, note in places:
        for known in (note, "01890000-0000-7000-8000-00000000dead"):
            sent = {"note": "x", "body": "x"}
            assert client.get(f"{place}/{known}").status_code == 404
            assert client.post(f"{place}/{known}", sent).status_code == 404
            assert client.post(f"{place}/{known}", {"delete": "1"}).status_code == 404
            assert client.post(f"{place}/{known}/bring-back").status_code == 404
    with outside():
        assert Note.objects.filter(is_confidential=True, deleted_at=None).count() == 2


@pytest.mark.usefixtures("everybody_sees_it")
def test_a_note_of_one_request_is_not_there_under_another(world, confide, client_for):
    beside, _ = confide()
    other = world.objects["console", "foreign"]["<int:index_id>"]
    assert client_for("sam").get(f"/admin/tickets/{other}/notes/{beside}").status_code == 404
    assert MARK not in client_for("sam").get(f"/admin/tickets/{other}").content.decode()


@pytest.mark.usefixtures("everybody_sees_it")
def test_nothing_of_them_is_in_the_companys_schema(world, confide, database, acme, client_for):
    confide()
    key = world.objects["console", "own"]["<int:index_id>"]
    client_for("lin").post(f"/admin/tickets/{key}/pass-on", {"to": "engineer", "reason": WHY})
    tables = database.connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [acme.schema]
    ).fetchall()
    assert len(tables) > 10
    for (table,) in tables:
        found = database.connection.execute(
            f'SELECT count(*) FROM "{acme.schema}"."{table}" t WHERE t::text ~ %s', [f"{MARK}|{WHY}"]
        ).fetchone()
        assert found == (0,), table


def test_a_companys_own_rights_do_not_reach_notes(database, acme, inside):
    from django.db import ProgrammingError, connection, transaction

    with inside(acme), pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
        connection.cursor().execute("SELECT 1 FROM public.care_note")
