"""What a change of coverage would change: numbers alone, and who else looks after it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.accounts.models import User
from shared_apps.console import effect
from shared_apps.console.effect import Amount
from shared_apps.staff.actions import set_coverage, suspend
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee


@pytest.fixture
def ask(inside, sam):
    def opened(company, by, subject, *, to=None, closed=False):
        with inside(company):
            ticket = actions.open_ticket(subject=subject, sub_subject="Secret words", description="?", by=by)
            if to:
                actions.assign(ticket, Assignee(to.id, to.label), by=sam)
            return actions.change_status(ticket, "closed", by=sam) if closed else ticket

    return opened


@pytest.fixture
def looked(outside):
    """`looked(lin, ["website"], ["billing"])` = what that change would change."""

    def look(person, before, after):
        with outside():
            user = User.objects.get(pk=person.id)
            return effect.of(user, before, after, effect.choices(user, before))

    return look


def test_what_comes_is_counted_by_company(ask, looked, acme, borealis, ada, bo, lin):
    for company, by in ((acme, ada), (acme, ada), (borealis, bo)):
        ask(company, by, "billing")
    ask(acme, ada, "email")

    found = looked(lin, ["website"], ["website", "billing"])
    assert (found.added, found.gained, found.alone) == (["Billing"], Amount(3, 2), ["Billing"])
    assert str(found.gained) == "3 open requests of 2 companies"
    assert not found.removed


def test_what_is_done_or_theirs_already_is_not_new(ask, looked, acme, ada, lin, sam):
    ask(acme, ada, "billing", to=sam, closed=True)
    ask(acme, ada, "billing", to=lin)
    assert str(looked(lin, [], ["billing"]).gained) == "no open request"


def test_what_goes_is_counted_without_what_stays_theirs(ask, looked, acme, ada, lin):
    ask(acme, ada, "website")
    ask(acme, ada, "website", to=lin)

    found = looked(lin, ["website"], [])
    assert (found.removed, found.lost, found.kept, found.left) == (["Website"], Amount(1, 1), Amount(1, 1), ["Website"])


def test_who_else_covers_it_is_somebody_who_is_bound_and_here(looked, outside, lin, una, eli, sam):
    with outside():
        for person in (una, eli, sam):
            set_coverage(User.objects.get(pk=person.id), ["website"], by=sam)
        suspend(User.objects.get(pk=eli.id), "Left", by=sam)
        choice = next(one for one in effect.choices(User.objects.get(pk=lin.id)) if one.subject.key == "website")
    assert choice.others == ["Una Weiss"]
    assert looked(lin, ["website"], []).left == []


def test_nothing_changes_without_a_change(looked, lin):
    assert not looked(lin, ["website"], ["website"])


def test_it_costs_one_statement_and_reads_no_words(ask, outside, acme, borealis, ada, bo, lin):
    for company, by in ((acme, ada), (borealis, bo)):
        ask(company, by, "billing")
    with outside():
        user = User.objects.get(pk=lin.id)
        choices = effect.choices(user)
        with CaptureQueriesContext(
            connection,
        ) as sent:
            found = effect.of(user, ["website"], ["billing", "email"], choices)
    assert len(sent) == 1
    assert "sub_subject" not in sent.captured_queries[0]["sql"]
    assert "Secret" not in str(found)
