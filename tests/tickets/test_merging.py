"""Merging loses nobody and nothing, and taking it back brings everything back."""

import pytest

from portico.errors import Refused
from tenant_apps.notices.people import customers_of
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Requester
from tests.tickets.test_company_desk import counters_are_true, verbs
from tests.tickets.test_who_is_told import by_mail, now, under


class TestMerge:
    def test_everybody_who_was_told_is_told_there(self, inside, acme, wish, ada):
        with inside(acme):
            pal = by_mail("pal@elsewhere.example")
        stays, gone = wish(), wish(by=ada, requester=Requester(pal.pk, pal.name, pal.email, is_contact=True))
        with inside(acme):
            actions.change(stays, {"cc": [{"email": "own@acme.example"}]}, by=ada)
            actions.change(gone, {"cc": [{"email": "aunt@elsewhere.example"}, {"email": "own@acme.example"}]}, by=ada)
            before = [one.email for one in customers_of(now(stays))]
            actions.merge(now(gone), now(stays), by=ada)
            told = {one.email for one in customers_of(now(stays))}
            assert told == {*before, pal.email, "aunt@elsewhere.example"}

            actions.unmerge(now(gone), by=ada)
            assert [one.email for one in customers_of(now(stays))] == before

    def test_what_hung_on_it_hangs_on_the_one_that_stays(self, inside, acme, wish, ada):
        gone, stays, child = wish(), wish(), wish()
        with inside(acme):
            under(gone, child, by=ada)
            actions.merge(now(gone), now(stays), by=ada)
            assert (now(child).parent_id, now(stays).is_incident, now(child).status) == (stays.pk, True, "new")
            assert verbs(child)[-1] == "ticket.parent"

            actions.unmerge(now(gone), by=ada)
            assert (now(child).parent_id, now(stays).is_incident, now(gone).is_incident) == (gone.pk, False, True)
            counters_are_true()

    def test_nothing_hangs_three_deep(self, inside, acme, wish, ada):
        gone, child, top, stays = wish(), wish(), wish(), wish()
        with inside(acme):
            under(gone, child, by=ada)
            under(top, stays, by=ada)
            with pytest.raises(Refused, match="hangs on another"):
                actions.merge(now(gone), now(stays), by=ada)
            assert now(child).parent_id == gone.pk
