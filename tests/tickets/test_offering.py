"""A request that nobody could take when it came is offered again."""

import pytest

from shared_apps.accounts.models import User
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, actions
from tenants.models import Due
from tests.tickets.test_company_desk import counters_are_true, taken
from tests.tickets.test_who_is_told import now


class TestOffering:
    @pytest.fixture(autouse=True)
    def by_rule(self, inside, acme, ada):
        with inside(acme):
            actions.set_to("assignment", {"way": "least_load"}, by=ada)
            for one in User.objects.filter(role__in=access.COMPANY):
                one.profile = {"away": True}
                one.save(update_fields=["profile"])

    def back(self, who):
        one = User.objects.get(pk=who.id)
        one.profile = {}
        one.save(update_fields=["profile"])

    def test_what_came_at_night_finds_somebody_in_the_morning(self, inside, outside, acme, wish, ben):
        ticket = wish()
        with outside():
            assert Due.objects.filter(job="distribute", key=ticket.pk.hex).count() == 1
        with inside(acme):
            actions.offer_again(ticket)
            assert now(ticket).assignee_id is None
            self.back(ben)
            actions.offer_again(ticket)
            assert (now(ticket).assignee_id, now(ticket).status) == (ben.id, "open")
            actions.offer_again(ticket)  # a message that comes twice
            counters_are_true()

    def test_what_somebody_put_back_stays_there(self, inside, acme, wish, ada, ben):
        ticket = wish()
        with inside(acme):
            taken(ticket, ada)
            actions.assign(now(ticket), None, by=ada)
            self.back(ben)
            actions.offer_again(ticket)
            assert now(ticket).assignee_id is None

    def test_a_team_that_gets_it_shares_it_out(self, inside, acme, wish, ada, ben):
        ticket = wish()
        with inside(acme):
            team = Team.objects.create(name="Lamps")
            self.back(ada)
            User.objects.filter(pk=ben.id).update(profile={"teams": [str(team.pk)]})
            actions.assign_team(now(ticket), team.pk, team.name, by=ada)
            assert now(ticket).assignee_id == ben.id
