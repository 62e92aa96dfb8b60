"""Nobody takes over an account with a provider's word: what comes of hundreds of steps is held against a small model.

Two companies, each connected with the same two providers. People begin anywhere, say at a provider that they are
anybody (with an address that is verified or not, theirs or not, another one each time), and bring the answer to any
company, connection and browser, mixed with others' answers and more than once.
"""

import random
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from portico import asks
from tests.sso.conftest import query_of
from tests.support import cast

STEPS, KEPT = 150, 5


@dataclass
class Flow:
    """Somebody's way to a provider: begun at this company and connection, in this browser."""

    company: str
    provider: int
    browser: str
    address: str
    is_open: bool = True


@dataclass
class Answer:
    """What a provider sent back, for this flow: it said that somebody is `sub` with this address."""

    flow: Flow
    query: dict
    sub: str
    is_fresh: bool = True


@dataclass
class Model:
    """Whom each account there opens, by the rules in words: the first time by a believed address, then by subject."""

    accounts: dict = field(default_factory=dict)  # (company, address) -> role
    links: dict = field(default_factory=dict)  # (company, provider, sub) -> address of the account

    def opens(self, company, provider, sub, email, *, is_verified):
        known = self.links.get((company, provider, sub))
        if known:
            return known
        if not is_verified or not email.endswith(f"@{company}.example"):
            return None
        role = self.accounts.setdefault((company, email), "member")
        taken = [one for one, account in self.links.items() if one[:2] == (company, provider) and account == email]
        if role == "owner" or taken:
            return None
        self.links[company, provider, sub] = email
        return email


@pytest.fixture
def world(connect, ops, acme, borealis, olga, odd, visitor, proven):
    """What a step can do, in one object."""
    from types import SimpleNamespace

    proven(borealis, "borealis.example")
    made = {
        (slug, number): connect(company=company, by=by, issuer=op.issuer, name=f"P{number}")
        for slug, company, by in (("acme", acme, olga), ("borealis", borealis, odd))
        for number, op in enumerate(ops)
    }
    model = Model({(slug, cast.email_of(one)): role for slug, p in cast.PEOPLE.items() for one, (_, role) in p.items()})
    browsers = {(slug, name): visitor(slug) for slug in cast.PEOPLE for name in ("mallory", "victim")}
    refs = {"acme": acme, "borealis": borealis}
    return SimpleNamespace(connections=made, model=model, browsers=browsers, ops=ops, refs=refs, said={})


def signed_in(world, inside, company, browser):
    """The address of whoever is signed in with a browser at a company, or None."""
    from django.conf import settings

    from shared_apps.accounts.models import User

    key = world.browsers[company, browser].cookies.get(settings.SESSION_COOKIE_NAME)
    with inside(world.refs[company]):
        actor = asks.actor_of_session(key.value) if key else None
        return User.objects.get(pk=actor.id).email if actor else None


def begin(world, dice):
    company, browser = dice.choice(list(world.browsers))
    provider = dice.randrange(2)
    connection = world.connections[company, provider]
    answer = world.browsers[company, browser].get(f"/sign-in/with/{connection.pk}")
    return Flow(company, provider, browser, answer["Location"])


def agree(world, dice, flow):
    """Whoever sits at the browser says at the provider that they are anybody."""
    sub = dice.choice(["s1", "s2", "s3"])
    houses = [flow.company, *cast.PEOPLE]
    names = [*(cast.email_of(one) for one in cast.PEOPLE[dice.choice(houses)]), f"new@{dice.choice(houses)}.example"]
    email = dice.choice(names)
    is_verified = dice.random() < 0.7
    world.ops[flow.provider].know(sub, email=email, email_verified=is_verified)
    world.said[flow.provider, sub] = {"email": email, "is_verified": is_verified}  # until it says something else
    back = world.ops[flow.provider].agree(flow.address, sub)
    return Answer(flow, query_of(back), sub)


def bring(world, dice, answer, flows):
    """Bring an answer somewhere: mostly where it belongs, else anywhere; and who should be signed in after it."""
    flow, query = answer.flow, dict(answer.query)
    company, browser, provider = flow.company, flow.browser, flow.provider
    trick = dice.choice(["", "", "", "", "company", "browser", "provider", "state"])
    if trick == "company":
        company = "borealis" if company == "acme" else "acme"
    elif trick == "browser":
        browser = "victim" if browser == "mallory" else "mallory"
    elif trick == "provider":
        provider = 1 - provider
    elif trick == "state":
        other = dice.choice(flows[-4:])
        query["state"], company, browser, provider = (
            query_of(other.address)["state"],
            other.company,
            other.browser,
            other.provider,
        )
    begun = next((one for one in flows if query_of(one.address)["state"] == query["state"]), None)
    is_here = begun is not None and begun.is_open and (begun.company, begun.browser) == (company, browser)
    is_begun = is_here and begun.provider == provider
    fits = is_begun and begun is flow and answer.is_fresh
    if is_here:
        begun.is_open = False  # even at the wrong connection it is used up
    if is_begun:
        # A provider takes its code back once, from the client and for the address that it was made for.
        answer.is_fresh = answer.is_fresh and (company, provider) != (flow.company, flow.provider)
    path = f"/sign-in/with/{world.connections[company, provider].pk}/back?{urlencode(query)}"
    said = world.said[flow.provider, answer.sub]
    expected = world.model.opens(company, provider, answer.sub, **said) if fits else None
    if expected:  # whoever comes in begins a session in which nothing else is begun
        for one in flows:
            one.is_open = one.is_open and (one.company, one.browser) != (company, browser)
    return company, browser, path, expected


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_nobody_is_let_in_as_somebody_else(world, inside, seed):
    dice, flows, answers, brought, comings, wrong = random.Random(seed), [], [], 0, 0, []  # noqa: S311 (no secret)
    for number in range(4 * STEPS):
        if number >= STEPS and comings > 4:
            break
        step = dice.choice(["begin", "agree", "bring", "bring"])
        if step == "begin" or not flows:
            flows.append(begin(world, dice))
            same = [one for one in flows if (one.company, one.browser) == (flows[-1].company, flows[-1].browser)]
            for one in same[:-KEPT]:
                one.is_open = False
        elif step == "agree" or not answers:
            answers.append(agree(world, dice, dice.choice(flows[-3:])))
        else:
            answer = dice.choice(answers[-3:])
            company, browser, path, expected = bring(world, dice, answer, flows)
            before = signed_in(world, inside, company, browser)
            status = world.browsers[company, browser].get(path).status_code
            after, brought = signed_in(world, inside, company, browser), brought + 1
            comings += expected is not None
            if after != (expected or before) or status >= 500:
                wrong.append((path, status, before, expected, after))
    assert wrong == [], f"{len(wrong)} of {brought}"
    assert brought > STEPS // 4
    assert comings > 4, "the way in has to be open, or nothing was shown"
