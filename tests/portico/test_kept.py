"""Statements that are kept: the rows are those of the queryset, whoever asks, and nothing stays of who asked first."""

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from portico import clock
from portico.database.kept import Baked, Kept, together
from portico.http import _Statements
from portico.ids import uuid7
from shared_apps.accounts.models import User
from tenant_apps.tickets.models import Ticket


def _seen(shape, *, me):
    return Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).order_by("id")


@pytest.fixture
def kept():
    return Kept(_seen)


@pytest.fixture
def wish(inside, acme):
    from tenant_apps.tickets import actions

    def ask(by):
        with inside(acme):
            return actions.open_ticket(subject="The lamp", description="It flickers.", desk="company", by=by)

    return ask


def test_two_of_the_same_role_share_a_statement_and_see_what_is_theirs(kept, wish, inside, acme, cleo):
    cora = replace(cleo, id=uuid7(), label="Cora")
    hers, coras = wish(cleo), wish(cora)
    with inside(acme):
        first, second = (kept(one.shape, me=one.id) for one in (cleo, cora))

    assert (first, second) == ([hers], [coras])
    assert len(kept._known) == 1


def test_another_role_has_a_statement_of_its_own(kept, wish, inside, acme, cleo, ada):
    theirs = wish(cleo)
    with inside(acme):
        assert kept(cleo.shape, me=cleo.id) == [theirs] == kept(ada.shape, me=ada.id)
        assert len(kept._known) == 2


def test_the_same_statement_in_another_company_finds_its_rows(kept, wish, inside, acme, borealis, ada):
    wish(ada)
    with inside(acme):
        assert kept(ada.shape, me=ada.id)
    with inside(borealis):
        assert kept(ada.shape, me=ada.id) == []


def test_who_may_see_nothing_finds_nothing(kept, inside, acme, sam):
    with inside(acme):
        assert kept(sam.shape, me=sam.id) == []


def test_a_number_is_asked_for_as_it_is_each_time(outside, acme, borealis):
    from tenants.models import Company

    numbered = Kept(lambda key: Company.objects.filter(pk=key, generation__gte=1))
    with outside():
        assert [numbered(key=one)[0].slug for one in (acme.id, borealis.id)] == ["acme", "borealis"]
        assert numbered(key=2**40) == []
    assert len(numbered._known) == 1


def test_keys_may_be_more_or_fewer_each_time(inside, acme, ada, cleo):
    from django.contrib.postgres.fields import ArrayField
    from django.db.models import UUIDField

    from portico.database.kept import Among

    among = Kept(lambda keys: User.objects.filter(Among(F("pk"), Value(keys, ArrayField(UUIDField())))))
    with inside(acme):
        assert {one.pk for one in among(keys=[ada.id, cleo.id])} == {ada.id, cleo.id}
        assert [one.pk for one in among(keys=[cleo.id])] == [cleo.id]
        assert among(keys=[]) == []


def test_a_moment_that_nobody_named_is_refused(inside, acme):
    late = Kept(lambda: Ticket.objects.filter(created_at__lt=clock.now()))
    with inside(acme), pytest.raises(Baked):
        late()


def test_a_value_that_becomes_part_of_a_text_is_refused(inside, acme):
    named = Kept(lambda name: User.objects.filter(name__contains=name))
    joined = Kept(lambda name: User.objects.annotate(said=Concat(F("name"), Value(f"!{name}"))))
    with inside(acme):
        for one in (named, joined):
            with pytest.raises(Baked):
                one(name="Ada")


class Restless:
    """A shape in whose company another thread forgets all statements, between two looks at what is known."""

    def __init__(self, kept):
        self.kept, self.looks = kept, 0

    def __hash__(self):
        self.looks += 1
        if self.looks > 1:
            self.kept._known.clear()
        return 1


def test_what_another_thread_forgets_meanwhile_is_no_trouble(inside, acme, ada):
    kept = Kept(lambda shape, person: User.objects.filter(pk=person))
    shape = Restless(kept)
    with inside(acme):
        assert [kept.first(shape, person=ada.id).pk for _ in range(3)] == [ada.id] * 3


def test_statements_that_leave_together_answer_as_each_alone(kept, wish, inside, acme, cleo, sam):
    theirs, people = wish(cleo), Kept(lambda person: User.objects.filter(pk=person))
    with inside(acme):
        asked = [kept.asking(cleo.shape, me=cleo.id), kept.asking(sam.shape, me=sam.id), people.asking(person=cleo.id)]
        alone = [kept(cleo.shape, me=cleo.id), kept(sam.shape, me=sam.id), people(person=cleo.id)]

        assert together(*asked) == alone == [[theirs], [], [User.objects.get(pk=cleo.id)]]
        assert together(asked[1]) == [[]]


def test_statements_that_leave_together_are_one_message_and_all_are_counted(inside, acme, ada, cleo):
    counted, people = _Statements(), Kept(lambda name: User.objects.filter(name=name))
    with inside(acme), CaptureQueriesContext(connection) as sent, connection.execute_wrapper(counted):
        found = together(people.asking(name="x;\nSELECT 1"), people.asking(name=ada.label))

    assert [len(one) for one in found] == [0, 1]
    assert (len(sent), counted.count) == (1, 2)


def test_what_is_the_same_every_time_is_written_down_once_and_reads_as_it_was_said(inside, acme, ada):
    said = "100 % O'Hara \\ %s"
    kept = Kept(lambda person: User.objects.filter(pk=person).annotate(said=Value(said)))
    with inside(acme):
        assert [one.said for one in kept(person=ada.id)] == [said]
        assert kept.asking(person=ada.id).values == (ada.id,)


def test_rows_that_are_read_in_short_are_those_of_the_queryset(kept, wish, inside, acme, cleo):
    wish(cleo)
    with inside(acme):
        (short,), (long,) = kept(cleo.shape, me=cleo.id), _seen(cleo.shape, me=cleo.id)

    assert short.__dict__ | {"_state": None} == long.__dict__ | {"_state": None}
    assert (short._state.adding, short._state.db) == (long._state.adding, long._state.db)
