"""Statements that a connection keeps ready: the same rows, each company's own, and nothing behind a pooler."""

from uuid import uuid4

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, transaction
from django.db.models import F, UUIDField, Value
from django.db.models.functions import Length

from portico import clock
from portico.database import company_scope, prepared
from portico.database.kept import Among, Kept, together
from portico.database.prepared import AFTER
from portico.http import _Statements
from shared_apps.accounts.models import User
from tenants.owner import owner_connection

OFTEN = AFTER + 2  # the connection has been looked at by then, and the statement is ready


@pytest.fixture(autouse=True)
def fresh(database):
    connection.close()
    yield
    connection.close()


@pytest.fixture
def named():
    return Kept(lambda person: User.objects.filter(pk=person).values_list("name", flat=True), is_steady=True)


def asked(company, kept, times=OFTEN, **values):
    """The answers of so many transactions."""
    found = []
    for _ in range(times):
        with company_scope(company), transaction.atomic():
            found.append(kept(**values))
    return found


def ready(company):
    """How many statements PostgreSQL holds for this connection."""
    with company_scope(company), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()[0]


def test_what_is_asked_for_often_is_ready_and_answers_each_value_with_its_own_rows(acme, ada, cleo, named):
    assert asked(acme, named, AFTER - 1, person=ada.id) == [[ada.label]] * (AFTER - 1)
    assert ready(acme) == 0

    assert asked(acme, named, person=ada.id) == [[ada.label]] * OFTEN
    assert ready(acme) == 1
    assert asked(acme, named, 8, person=cleo.id) == [[cleo.label]] * 8  # PostgreSQL's plan for any value included
    assert asked(acme, named, 1, person=uuid4()) == [[]]
    assert ready(acme) == 1


def test_each_company_has_its_own_on_the_same_connection(acme, borealis):
    everybody = Kept(lambda: User.objects.order_by("email").values_list("email", flat=True))
    for company in (acme, borealis) * OFTEN:
        with company_scope(company), transaction.atomic():
            assert everybody() == list(User.objects.order_by("email").values_list("email", flat=True))
    assert ready(acme) == 2


def test_what_hangs_on_whose_rows_are_asked_for_is_planned_each_time(acme, ada):
    own = Kept(lambda person: User.objects.filter(pk=person).values_list("name", flat=True))
    assert asked(acme, own, person=ada.id) == [[ada.label]] * OFTEN
    assert ready(acme) == 0


def test_texts_moments_and_lists_of_any_length_find_what_they_found_before(acme, ada, cleo):
    def build(word, until, keys):
        among = Among(F("pk"), Value(keys, ArrayField(UUIDField())))
        rows = User.objects.filter(among, name=word, created_at__lte=until)
        return rows.values_list("name", flat=True)

    kept = Kept(build, is_steady=True)
    for keys, found in (([ada.id, cleo.id], [ada.label]), ([cleo.id], []), ([], []), ([ada.id], [ada.label])):
        assert asked(acme, kept, word=ada.label, until=clock.now(), keys=keys) == [found] * OFTEN
    assert ready(acme) == 1
    assert asked(acme, kept, 1, word="100 % O'Hara \\ %s", until=clock.now(), keys=[ada.id]) == [[]]


def test_several_stay_one_message_and_each_is_counted(acme, ada, cleo, named):
    counted = _Statements()
    for number in range(OFTEN):
        with company_scope(acme), transaction.atomic(), connection.execute_wrapper(counted):
            found = together(named.asking(person=ada.id), named.asking(person=cleo.id))
        assert (found, counted.count) == ([[ada.label], [cleo.label]], 2 * (number + 1))


def test_after_a_message_that_failed_all_is_made_anew(acme, ada, named):
    nothing = Length("name") - Length("name")
    broken = Kept(lambda person: User.objects.filter(pk=person).annotate(share=Length("name") / nothing))
    asked(acme, named, person=ada.id)
    with pytest.raises(DatabaseError), company_scope(acme), transaction.atomic():
        together(named.asking(person=ada.id), broken.asking(person=ada.id))

    assert asked(acme, named, person=ada.id) == [[ada.label]] * OFTEN
    assert ready(acme) == 1


def test_a_connection_keeps_a_limited_number_and_then_begins_anew(acme, ada, named, monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    others = [Kept(lambda person, at=at: User.objects.filter(pk=person)[: at + 1], is_steady=True) for at in range(6)]
    for one in (named, *others):
        found = asked(acme, one, person=ada.id)
        assert all(len(rows) == 1 for rows in found)
        assert ready(acme) <= 2


def test_a_table_that_was_added_to_is_planned_anew(acme, ada, named):
    asked(acme, named, person=ada.id)
    with owner_connection() as owner:
        owner.execute(f"ALTER TABLE {acme.schema}.accounts_user ADD COLUMN added integer")
    try:
        assert asked(acme, named, 2, person=ada.id) == [[ada.label]] * 2
    finally:
        with owner_connection() as owner:
            owner.execute(f"ALTER TABLE {acme.schema}.accounts_user DROP COLUMN added")


def test_rights_are_looked_at_each_time(acme, ada, named):
    asked(acme, named, person=ada.id)
    with owner_connection() as owner:
        owner.execute(f'REVOKE SELECT ON {acme.schema}.accounts_user FROM "{acme.schema}"')
    try:
        with pytest.raises(DatabaseError):
            asked(acme, named, 1, person=ada.id)
    finally:
        with owner_connection() as owner:
            owner.execute(f'GRANT SELECT ON {acme.schema}.accounts_user TO "{acme.schema}"')
    assert asked(acme, named, 1, person=ada.id) == [[ada.label]]
