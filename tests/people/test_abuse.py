"""Invitations under attack: whatever order of inviting, revoking, expiring, demoting and using, nobody gets in who was
not asked, twice, with more than their inviter may give, or into another company."""

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from portico import clock
from portico.errors import Forbidden, Invalid, Missing, Refused, TooMany
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.people import actions
from tenant_apps.people.actions.inviting import Wish

RANK = {"gone": -1, "customer": 0, "member": 0, "agent": 1, "manager": 2, "owner": 3}
ROLES, KEEPS = ("customer", "member", "agent", "manager", "owner"), {"manager", "owner"}
NAMES = st.sampled_from(["olga", "ada", "ben"])
HERE, THERE, PEOPLE, RUNS = "here", "there", {}, count()
PLACES = {}


class Invitations(RuleBasedStateMachine):
    """The model: each code with what it should still do; the inviters with what they may by now."""

    def __init__(self):
        super().__init__()
        self.codes, self.now, self.run = [], clock.now(), next(RUNS)
        self.roles = {}
        for name, role in (("olga", "owner"), ("ada", "manager"), ("ben", "agent")):
            self.become(name, role)

    def become(self, name, role):
        self.roles[name] = role
        with PLACES["inside"](PLACES[HERE]):
            kept = {"is_active": role != "gone"} | ({"role": role} if role != "gone" else {})
            User.objects.filter(pk=PEOPLE[name]).update(**kept)

    def actor(self, name):
        return actor_of(User.objects.get(pk=PEOPLE[name]))

    def reaches(self, name, role):
        return self.roles[name] in KEEPS and RANK[role] <= RANK[self.roles[name]]

    @precondition(lambda self: "gone" not in self.roles.values())
    @rule(by=NAMES, role=st.sampled_from(ROLES), place=st.integers(0, 3))
    def invite(self, by, role, place):
        email = f"nia{place}-{self.run}@x.example"
        standing = [one for one in self.codes if one["email"] == email and one["stands"]]
        with PLACES["inside"](PLACES[HERE]), clock.at(self.now):
            is_taken = User.objects.filter(email=email).exists()
            may = self.reaches(by, role) and all(self.reaches(by, one["role"]) for one in standing)
            try:
                made, code = actions.invite(email, Wish(role), by=self.actor(by))
            except (Forbidden, Invalid):
                assert not may or is_taken
                return
        assert may
        assert not is_taken
        for one in standing:
            one["good"] = one["stands"] = False
        ends = self.now + timedelta(days=7)
        self.codes.append({"code": code, "id": made.pk, "email": email, "role": role, "by": by, "ends": ends})
        self.codes[-1] |= {"good": True, "stands": True}

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), where=st.sampled_from([HERE, HERE, THERE]), is_forged=st.booleans())
    def use(self, data, where, is_forged):
        one = data.draw(st.sampled_from(self.codes))
        may = one["good"] and self.now < one["ends"] and where == HERE and not is_forged
        may = may and self.reaches(one["by"], one["role"])
        code = one["code"][:-2] + ("AA" if one["code"][-2:] != "AA" else "BB") if is_forged else one["code"]
        with PLACES["inside"](PLACES[where]), clock.at(self.now):
            before = User.objects.count()
            try:
                user = actions.accept(code, "Nia", "a quiet harbour")
            except (Missing, Invalid):
                assert not may
                assert User.objects.count() == before
                return
        assert may
        assert (user.email, user.role) == (one["email"], one["role"])
        one["good"] = one["stands"] = False

    @precondition(lambda self: self.codes and "gone" not in self.roles.values())
    @rule(data=st.data(), by=NAMES, again=st.booleans())
    def revoke_or_resend(self, data, by, again):
        one = data.draw(st.sampled_from(self.codes))
        with PLACES["inside"](PLACES[HERE]), clock.at(self.now):
            try:
                (actions.resend if again else actions.revoke)(one["id"], by=self.actor(by))
            except (Forbidden, Refused, Invalid, TooMany):
                return
        one["good"], one["stands"] = False, again  # another link leaves by mail, and this one is over

    @rule(name=st.sampled_from(["ada", "ben"]), role=st.sampled_from(["agent", "manager", "gone"]))
    def decide(self, name, role):
        self.become(name, role)

    @rule(days=st.integers(1, 8))
    def wait(self, days):
        self.now += timedelta(days=days)


def test_no_order_of_events_lets_anybody_in_who_was_not_asked(inside, acme, borealis, olga, ada, ben):
    PLACES.update({"inside": inside, HERE: acme, THERE: borealis})
    PEOPLE.update({"olga": olga.id, "ada": ada.id, "ben": ben.id})
    quick = settings(
        max_examples=20, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Invitations, settings=quick)
