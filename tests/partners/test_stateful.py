"""Whatever people, partners and thieves do in whatever order: a key opens something while its family lives."""

from dataclasses import dataclass, field

from django.conf import settings as ours
from django.core.cache import caches
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared_apps.accounts.models import User
from tenant_apps.partners import actions
from tenant_apps.partners.models import Grant

PEOPLE = ["ben", "mia"]
PICK = st.integers(0, 99)


@dataclass
class Family:
    """What the model knows of a grant."""

    person: str
    code: str
    lives: bool = True
    keys: list[str] = field(default_factory=list)
    refreshes: list[str] = field(default_factory=list)


class Machine(RuleBasedStateMachine):
    """The world is put into a subclass: `partner_for`, `client_for`, `actor_for`, `inside` and `acme`."""

    def __init__(self):
        super().__init__()
        caches["default"]._cache.get_client(None, write=True).flushdb()  # nobody is counted from one run to the next
        self.partner, self.other = self.partner_for(), self.partner_for(name="Other")
        self.families, self.active = [], dict.fromkeys(PEOPLE, True)
        self.set_active(None)

    def teardown(self):
        for one in (self.partner, self.other):
            by = self.actor_for("ada")
            with self.inside(self.acme):
                actions.end(one.app.pk, by=by)

    def set_active(self, person):
        with self.inside(self.acme):
            for name, is_active in self.active.items():
                if person in {None, name}:
                    User.objects.filter(email=f"{name}@acme.example").update(is_active=is_active)

    def one(self, pick):
        return self.families[pick % len(self.families)]

    @rule(name=st.sampled_from(PEOPLE))
    def let_in(self, name):
        if self.active[name] and len(self.families) < 6:
            self.families.append(Family(name, self.partner.let_in(self.client_for(name))["code"]))

    @precondition(lambda self: self.families)
    @rule(pick=PICK)
    def take_up(self, pick):
        family = self.one(pick)
        works = family.lives and not family.keys and self.active[family.person]
        answer = self.partner.take_up(family.code)
        assert (answer.status_code == 200) == works
        if family.keys:
            family.lives = False
        self.keep(family, answer)

    @precondition(lambda self: any(one.keys for one in self.families))
    @rule(pick=PICK, age=st.sampled_from([0, 0, 0, 1]))
    def refresh(self, pick, age):
        used = [one for one in self.families if one.keys]
        family = used[pick % len(used)]
        text = family.refreshes[-1 - min(age, len(family.refreshes) - 1)]
        goes_on, is_last = family.lives and self.active[family.person], text == family.refreshes[-1]
        answer = self.partner.refresh(text)
        assert (answer.status_code == 200) == (goes_on and is_last)
        if goes_on and not is_last:
            family.lives = False
        self.keep(family, answer)

    def keep(self, family, answer):
        if answer.status_code == 200:
            family.keys.append(answer.json()["access_token"])
            family.refreshes.append(answer.json()["refresh_token"])

    @precondition(lambda self: self.families)
    @rule(pick=PICK)
    def try_as_another(self, pick):
        family = self.one(pick)
        assert self.other.take_up(family.code).status_code == 400
        for text in family.refreshes[-1:]:
            assert self.other.refresh(text).status_code == 400

    @precondition(lambda self: any(one.keys for one in self.families))
    @rule(pick=PICK)
    def end(self, pick):
        used = [one for one in self.families if one.keys and self.active[one.person]]
        if used:
            family = used[pick % len(used)]
            by = self.actor_for(family.person)
            with self.inside(self.acme):
                digest = actions.tokens.marks_of(family.code)["digest"]
                actions.end_grant(Grant.objects.get(code_digest=digest).pk, by=by)
            family.lives = False

    @rule(name=st.sampled_from(PEOPLE))
    def suspend_or_bring_back(self, name):
        self.active[name] = not self.active[name]
        self.set_active(name)

    @invariant()
    def keys_open_while_their_family_lives(self):
        for family in self.families:
            for age, key in enumerate(reversed(family.keys)):
                opens = age < 2 and family.lives and self.active[family.person]
                assert (self.partner.status(key) == 200) == opens


def test_families_live_and_end_as_they_should(partner_for, client_for, actor_for, inside, acme, monkeypatch):
    monkeypatch.setattr(ours, "API_REQUESTS_PER_MINUTE", 10_000_000)
    world = {"partner_for": staticmethod(partner_for), "client_for": staticmethod(client_for)}
    world |= {"actor_for": staticmethod(actor_for), "inside": staticmethod(inside), "acme": acme}
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        type("World", (Machine,), world),
        settings=settings(max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=checks),
    )
