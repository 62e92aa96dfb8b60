"""Companies named in lists: asked for once, as warm as doors are, and never for going in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants import routing


@pytest.fixture
def clock(monkeypatch):
    """`clock(5)` = five seconds later."""
    now = [1000.0]
    monkeypatch.setattr(routing.time, "monotonic", lambda: now[0])
    return lambda seconds: now.append(now.pop() + seconds)


@pytest.fixture
def named(outside):
    """`named(acme, borealis)` = their names by schema, and how many statements that took."""

    def ask(*companies):
        with outside(), CaptureQueriesContext(connection) as sent:
            found = routing.refs_of([one.schema for one in companies])
        return {schema: ref.name for schema, ref in found.items()}, sum("tenants_company" in one["sql"] for one in sent)

    return ask


def test_each_is_asked_for_once_in_five_seconds(named, clock, acme, borealis):
    assert named(acme) == ({acme.schema: "Acme"}, 1)
    assert named(acme, borealis) == ({acme.schema: "Acme", borealis.schema: "Borealis"}, 1)
    clock(4.9)
    assert named(acme, borealis)[1] == 0
    clock(0.1)
    assert named(acme, borealis)[1] == 1


def test_another_name_is_read_after_five_seconds_at_the_latest(named, clock, acme, database):
    named(acme)
    database.connection.execute("UPDATE tenants_company SET name = 'Acme Lamps' WHERE id = 1")
    assert named(acme)[0] == {acme.schema: "Acme"}
    clock(5)
    assert named(acme)[0] == {acme.schema: "Acme Lamps"}


def test_who_is_not_there_is_left_out_and_asked_for_again(named, clock, acme, borealis, database):
    database.connection.execute("UPDATE tenants_company SET schema_name = 't_elsewhere' WHERE id = 1")
    assert named(acme, borealis) == ({borealis.schema: "Borealis"}, 1)
    assert named(acme) == ({}, 1)


def test_what_is_kept_has_an_end(named, clock, acme, borealis, monkeypatch):
    monkeypatch.setattr(routing, "_MOST_KEPT", 1)
    named(acme)
    assert named(borealis) == ({borealis.schema: "Borealis"}, 1)
    assert list(routing._refs) == [borealis.schema]
