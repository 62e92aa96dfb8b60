"""Before a desk stands: whose address it is, who goes on with it, and what machines and strangers get to know."""

import hashlib
import itertools
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portico.errors import Invalid
from shared_apps.signup import beginning, guarding
from shared_apps.signup.models import Wish
from tenants.models import ReadySchema
from tests.support.signups import PASSWORD, code_of, link_of, sign_up, text_of

DORA = "dora@delphi.example"


@pytest.fixture
def page(visitor):
    return visitor()


@pytest.fixture
def begun(page, mails):
    """`begun()` = where Dora's signup is, and her letter."""

    def begin(email=DORA):
        at = page.post("/", {"email": email})["Location"]
        return at, mails()[-1]

    return begin


def test_no_schema_is_spent_before_the_address_is_proven(page, begun, outside):
    with outside():
        ready = ReadySchema.objects.count()
    at, _ = begun()
    for step in ({"do": "name", "name": "D", "slug": "delphi"}, {"do": "owner", "owner_name": "D", "terms": "on"}):
        assert page.post(at, {"password": PASSWORD, **step}).status_code in {409, 422}
    with outside():
        assert ReadySchema.objects.count() == ready
        assert Wish.objects.get().step == "code"


def test_five_wrong_codes_are_enough_and_another_letter_helps(page, begun, mails):
    at, letter = begun()
    for _ in range(beginning.TRIES):
        assert "not the code" in page.post(at, {"do": "code", "code": "000 000"}).content.decode()
    assert "too often" in page.post(at, {"do": "code", "code": code_of(letter)}).content.decode()
    page.post(at, {"do": "again"})
    assert page.post(at, {"do": "code", "code": code_of(letter)}).status_code == 422
    assert page.post(at, {"do": "code", "code": f" {code_of(mails()[-1])} "}).status_code == 302
    assert "Name your desk" in page.get(at).content.decode()


def test_letters_come_to_an_end(page, begun, mails):
    at, _ = begun()
    for _ in range(beginning.LETTERS - 1):
        assert page.post(at, {"do": "again"}).status_code == 302
    assert page.post(at, {"do": "again"}).status_code == 409
    assert len(mails()) == beginning.LETTERS


def test_a_code_and_a_signup_grow_old(page, begun, outside):
    at, letter = begun()
    with outside():
        Wish.objects.update(sent_at=timezone.now() - beginning.CODE_LASTS)
    assert "too old" in page.post(at, {"do": "code", "code": code_of(letter)}).content.decode()
    with outside():
        Wish.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert page.get(at).status_code == 404
    assert page.get(link_of(letter)).status_code == 404


def test_another_browser_goes_on_by_the_link_and_the_first_is_left_behind(page, visitor, begun):
    at, letter = begun()
    page.post(at, {"do": "code", "code": code_of(letter)})
    page.post(at, {"do": "name", "name": "Delphi Freight", "slug": "delphi"})
    other = visitor()
    assert "Delphi Freight" in other.get(link_of(letter)).content.decode()
    assert page.get(at).status_code == 200  # looking is not going on: programs open links, too
    there = other.post(link_of(letter))["Location"]
    assert "its owner" in other.get(there).content.decode()
    assert page.get(at).status_code == 404
    stands = other.post(there, {"do": "owner", "owner_name": "Dora", "password": PASSWORD, "terms": "on"})
    assert "/welcome/" in stands["Location"]
    for address in (there, link_of(letter)):
        assert "Your desk stands" in other.get(address).content.decode()


def test_who_began_with_anothers_address_gains_nothing_when_they_open_the_link(page, visitor, begun):
    at, letter = begun()
    visitor().post(link_of(letter))
    assert page.get(at).status_code == 404


def test_a_forged_link_leads_nowhere(page, begun):
    _, letter = begun()
    assert page.post(link_of(letter)[:-2] + "xx").status_code == 404


def test_every_address_gets_the_same_answer(page, begun, mails):
    answers = [page.get(begun(email)[0]).content.decode() for email in ("ada@acme.example", "nobody@acme.example")]
    plain = [re.sub(r"\w+@acme.example|/signup/at/[\w-]+|value=\"[\w]{64}\"", "", one) for one in answers]
    assert plain[0] == plain[1]
    assert [text_of(one).count("desk") for one in mails()] == [0, 0]


def test_letters_name_our_own_host_whatever_the_request_says(visitor, mails):
    for headers in (
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-Host": "evil.example", "X-Forwarded-Proto": "https"},
    ):
        visitor().post("/", {"email": DORA}, headers=headers)
    assert visitor().post("/", {"email": DORA}, headers={"Host": "evil.example"}).status_code == 421
    visitor().post("/", {"email": DORA}, headers={"Host": "127.0.0.1:8000"})
    links = [re.findall(r"https?://\S+", text_of(one)) for one in mails()]
    assert len(links) == 4
    assert all(one.startswith("http://localhost:8000/signup/continue/") for each in links for one in each)


def test_a_field_that_people_do_not_see_stays_empty(page, mails):
    answer = page.post("/", {"email": DORA, guarding.HIDDEN: "x"})
    assert (answer.status_code, mails()) == (422, [])


def test_without_work_less_is_allowed_and_work_counts_once(page, monkeypatch, mails):
    monkeypatch.setattr(guarding, "WITHOUT_WORK", 1)
    monkeypatch.setattr(guarding, "FOR_ONE_PERSON", 100)
    work = re.search(r'name="work" value="([^"]+)"', page.get("/").content.decode())[1]
    found = next(n for n in map(str, itertools.count()) if _is_done(work, n))
    assert page.post("/", {"email": DORA, "work": work, "found": found}).status_code == 302
    again = ({}, {"work": work, "found": found}, {"work": work, "found": "0"}, {"work": "forged", "found": found})
    answers = [page.post("/", {"email": DORA, **one}) for one in again]
    assert [one.status_code for one in answers] == [302, 429, 429, 429]
    assert "Retry-After" in answers[-1]


def _is_done(work, nonce):
    digest = hashlib.sha256(f"{work}:{nonce}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - guarding.BITS) == 0


def test_addresses_that_are_thrown_away_are_refused_where_a_list_says_so(page, settings, tmp_path):
    listed = tmp_path / "domains"
    listed.write_text("# throw-away\nmailinator.example\n")
    settings.SIGNUP_REFUSED_DOMAINS = str(listed)
    assert "thrown away" in page.post("/", {"email": "x@eu.Mailinator.example"}).content.decode()
    assert page.post("/", {"email": DORA}).status_code == 302


def no_guests(request, email):
    return "Not on Sundays." if email.startswith("guest") else ""


def test_a_hook_may_say_no(page, settings):
    settings.SIGNUP_GUARD = "tests.signup.test_beginning:no_guests"
    assert "Not on Sundays." in page.post("/", {"email": "guest@delphi.example"}).content.decode()
    assert page.post("/", {"email": DORA}).status_code == 302


def test_what_breaks_between_steps_leaves_the_signup_where_it_was(page, begun, mails, outside, monkeypatch):
    at, letter = begun()
    page.post(at, {"do": "code", "code": code_of(letter)})
    page.post(at, {"do": "name", "name": "Delphi Freight", "slug": "delphi"})
    owner = {"do": "owner", "owner_name": "Dora", "password": PASSWORD, "terms": "on"}
    with monkeypatch.context() as broken:
        broken.setattr(beginning, "stands", lambda wish, opened: 1 / 0)
        assert page.post(at, owner).status_code == 500
    with outside():
        assert Wish.objects.get().step == "owner"
    assert "/welcome/" in page.post(at, owner)["Location"]


def test_an_address_that_was_taken_meanwhile_is_asked_for_again(page, begun, outside, visitor, mails):
    at, letter = begun()
    page.post(at, {"do": "code", "code": code_of(letter)})
    page.post(at, {"do": "name", "name": "Delphi Freight", "slug": "delphi"})
    sign_up(visitor(), mails, "delphi", email="else@delphi.example")
    answer = page.post(at, {"do": "owner", "owner_name": "Dora", "password": PASSWORD, "terms": "on"})
    assert answer.status_code == 422
    assert "is taken" in answer.content.decode()
    assert 'value="Delphi Freight"' in answer.content.decode()


def test_what_nobody_came_back_for_goes(outside):
    with outside():
        beginning.begin(DORA)
        Wish.objects.update(created_at=timezone.now() - timedelta(hours=2))
        beginning.begin("other@delphi.example")
        assert [one.email for one in Wish.objects.all()] == ["other@delphi.example"]
        with pytest.raises(Invalid):
            beginning.begin("nobody")
