"""Links for new passwords and proofs of addresses under abuse: whatever is tried, in whatever order, opens nothing.

A model knows which link is good for whom; a machine asks, uses, repeats, takes links to other doors and people, and
changes passwords in between. Every answer has to be the model's.
"""

import re
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from portico.database import company_scope, platform_scope
from tests.support.cast import PASSWORD, email_of
from tests.support.clients import Client

_SETTINGS = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
_HOSTS = {"acme": ("ada", "ben", "cleo"), "borealis": ("bo", "bea"), "console": ("lin", "omar")}
PEOPLE = {name: host for host, names in _HOSTS.items() for name in names}


@dataclass
class Link:
    """A link as it was sent: for whom, for what, and whether it still has to work."""

    who: str
    purpose: str
    path: str
    is_good: bool = True


@dataclass
class Known:
    """What has to be true: passwords, and all links so far."""

    passwords: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PEOPLE, PASSWORD))
    links: list[Link] = field(default_factory=list)

    def over(self, who, *purposes):
        for link in self.links:
            if link.who == who and link.purpose in purposes:
                link.is_good = False


def _scope(host, companies):
    return platform_scope() if host == "console" else company_scope(companies[host])


class WaysIn(RuleBasedStateMachine):
    """Asked of the real product, one step after another."""

    links = Bundle("links")
    companies = None  # filled in by the test
    figures = None

    @initialize()
    def begin(self):
        self.known = Known()
        self.figures["runs"] += 1

    @rule(target=links, who=st.sampled_from(sorted(PEOPLE)), purpose=st.sampled_from(["reset", "verify"]))
    def sent(self, who, purpose):
        from django.db import transaction

        from shared_apps.accounts import proofs
        from shared_apps.accounts.models import User

        with _scope(PEOPLE[who], self.companies), transaction.atomic():
            user = User.objects.select_for_update().get(email=email_of(who))
            secret = proofs.issue(user, purpose)
        self.known.over(who, purpose)
        made = Link(who, purpose, f"/{purpose}/{secret}")
        self.known.links.append(made)
        return made

    @rule(
        link=links,
        host=st.sampled_from(sorted(_HOSTS)),
        other=st.sampled_from(["reset", "verify"]),
        number=st.integers(0, 10**9),
    )
    def used(self, link, host, other, number):
        """At any door, for what it was meant or for something else."""
        password = f"sentence number {number} of nobody"
        path = link.path.replace(f"/{link.purpose}/", f"/{other}/", 1)
        answer = Client(headers={"Host": f"{host}.localhost:8000"}).post(path, {"password": password})
        is_right = link.is_good and host == PEOPLE[link.who] and other == link.purpose
        self._judge(answer.status_code == 302, is_right, f"{link.purpose} of {link.who} at {host} as {other}")
        if is_right:
            self.known.over(link.who, link.purpose)
            if other == "reset":
                self.known.passwords[link.who] = password

    @rule(link=links, who=st.sampled_from(sorted(PEOPLE)))
    def bent(self, link, who):
        """Another person's key before the secret, a sign more, a sign less."""
        from django.db import transaction

        from shared_apps.accounts.models import User

        with _scope(PEOPLE[who], self.companies), transaction.atomic():
            key = User.objects.get(email=email_of(who)).pk.hex
        for path in (
            re.sub(r"/[0-9a-f]{32}\.", f"/{key}.", link.path) if who != link.who else f"{link.path}x",
            link.path[:-1],
        ):
            answer = Client(headers={"Host": f"{PEOPLE[who]}.localhost:8000"}).post(
                path, {"password": "bent and never taken"}
            )
            self._judge(answer.status_code == 302, False, f"bent link of {link.who} for {who}")

    @rule(who=st.sampled_from(sorted(PEOPLE)), number=st.integers(0, 10**9))
    def changed(self, who, number):
        """Somebody chooses another password: links for new passwords end."""
        browser = self._signed_in(who)
        password = f"chosen sentence {number}"
        if browser.post("/account/security/password", {"password": password}).status_code == 302:
            self.known.passwords[who] = password
            self.known.over(who, "reset")

    def teardown(self):
        for who in PEOPLE:
            self._signed_in(who)

    def _signed_in(self, who):
        from django.core.cache import caches

        caches["default"]._cache.get_client(None, write=True).flushdb()  # how often one may try is not the question
        browser = Client(headers={"Host": f"{PEOPLE[who]}.localhost:8000"})
        answer = browser.post("/login", {"email": email_of(who), "password": self.known.passwords[who]})
        self._judge(answer.status_code == 302, True, f"sign-in of {who}")
        return browser

    def _judge(self, happened, should, words):
        self.figures["asked"] += 1
        if happened != should:
            self.figures["wrong"].append(words)
        assert happened == should, words


def test_no_link_opens_what_it_was_not_made_for(acme, borealis, database):
    figures = {"runs": 0, "asked": 0, "wrong": []}

    class Machine(WaysIn):
        """On the rows of the cast, put back before each run."""

        def __init__(self):
            super().__init__()
            database.put_back()

    Machine.companies, Machine.figures = {"acme": acme, "borealis": borealis}, figures
    while figures["asked"] <= 300:  # how long a run is, chance decides
        run_state_machine_as_test(Machine, settings=_SETTINGS)
    assert figures["wrong"] == []
