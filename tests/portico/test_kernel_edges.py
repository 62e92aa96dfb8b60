"""Limits, throttle, origins, keys and files at their edges: the last that passes and the first that does not."""

import threading
import time
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import RequestFactory

from portico import throttle, wiring
from portico.actor import SYSTEM
from portico.cache import JsonSerializer, forget_company
from portico.database import CompanyRef, company_scope
from portico.errors import TooMany
from portico.events import record
from portico.limits import Rooms, company_turn
from portico.origin import OriginMiddleware
from portico.storage import CompanyStorage
from portico.throttle import allow, place_of
from shared_apps.audit.models import PlatformAuditLog
from tenants.models import Company

SEVEN = CompanyRef(7, "t_seven", 3, "seven", "Seven")


def _at(monkeypatch: pytest.MonkeyPatch, moment: float) -> None:
    monkeypatch.setattr(throttle.time, "time", lambda: moment)


def _passed(limit: int, tries: int) -> tuple[int, list[int]]:
    """How many of so many attempts passed, and how long the others were told to wait."""
    waits = []
    for _ in range(tries):
        try:
            allow("guess", "ada", limit, 60)
        except TooMany as refused:
            waits.append(refused.seconds)
    return tries - len(waits), waits


def test_the_window_slides_and_a_refusal_costs_nothing(acme, monkeypatch):
    with company_scope(acme):
        _at(monkeypatch, 6040.0)  # 40 s into a window
        assert _passed(4, 6) == (4, [36, 36])  # 20 s until the next one, of which a quarter has to pass
        _at(monkeypatch, 6075.0)
        assert _passed(4, 1) == (1, [])
        _at(monkeypatch, 6090.0)  # half of the four are left, and one more was counted
        assert _passed(4, 3) == (1, [16, 16])
        _at(monkeypatch, 6106.0)
        assert _passed(4, 2) == (1, [15])


def test_what_was_counted_is_forgotten_after_two_windows(acme, monkeypatch):
    _at(monkeypatch, 6000.0)
    with company_scope(acme):
        allow("guess", "ada", 4, 60)
    client = caches["default"]._cache.get_client(None)
    (key,) = client.keys("*throttle:guess:*")
    assert key.endswith(b":100")
    assert 100 < client.ttl(key) <= 120


@pytest.mark.no_database
def test_how_long_to_wait():
    for count, earlier, limit, elapsed, seconds in [
        (0, 4, 4, 0.0, 16),  # four fade to three
        (1, 4, 4, 10.0, 21),
        (3, 4, 4, 10.0, 51),  # until the four are gone
        (3, 0, 4, 10.0, 51),
        (4, 0, 4, 10.0, 66),
        (4, 9, 4, 10.0, 66),
        (0, 0, 1, 59.0, 62),
        (1, 0, 1, 0.0, 121),
    ]:
        assert throttle._wait(count, earlier, limit, 60, elapsed) == seconds, (count, earlier, limit, elapsed)


@pytest.mark.no_database
def test_a_place_is_an_address_or_a_network_of_one_customer():
    for address, place in {
        "192.0.2.7": "192.0.2.7",
        "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
        "2001:db8:1:2::9": "2001:db8:1:2::/64",
        "no:address": "no:address",
        "": "",
    }.items():
        assert place_of(RequestFactory(REMOTE_ADDR=address).get("/")) == place
    request = RequestFactory().get("/")
    del request.META["REMOTE_ADDR"]
    assert place_of(request) == ""


@pytest.mark.no_database
def test_one_seat_is_for_one_who_waits():
    rooms, answers = Rooms(1, 1, wait=5), []

    def ask() -> None:
        with rooms.room_for(1):
            answers.append("inside")

    with rooms.room_for(1):
        waiting = threading.Thread(target=ask)
        waiting.start()
        until = time.monotonic() + 30
        while not rooms._waiting and time.monotonic() < until:
            time.sleep(0.005)
        began = time.monotonic()
        with pytest.raises(TooMany) as refused, rooms.room_for(1):
            pass
        assert (refused.value.seconds, time.monotonic() - began < 4, answers) == (1, True, [])
        left = time.monotonic()
    waiting.join(10)
    assert time.monotonic() - left < 4  # it was woken, and did not wait until its time was over
    assert answers == ["inside"]
    assert not rooms._waiting
    assert not rooms._inside


@pytest.mark.no_database
def test_a_turn_is_held_for_the_company_that_was_named(settings):
    from portico.limits import _rooms

    with company_turn(SEVEN), company_turn(SEVEN):
        assert _rooms._inside == {7: 2}
    assert not _rooms._inside
    assert (_rooms._places, _rooms._seats) == (
        settings.COMPANY_REQUESTS_AT_ONCE,
        settings.COMPANY_REQUESTS_WAITING,
    )


def _asked(method: str, origin: str | None, cookies: dict[str, str]) -> Any:
    headers = {"Origin": origin} if origin is not None else {}
    request = RequestFactory().generic(method, "/", headers={"Accept": "application/json", **headers})
    request.COOKIES.update(cookies)
    return OriginMiddleware(lambda _: HttpResponse("done"))(request)


def test_only_an_unsafe_request_with_a_session_is_bound_to_its_origin(settings, acme):
    session, token = {settings.SESSION_COOKIE_NAME: "s"}, {settings.CSRF_COOKIE_NAME: "t"}
    for method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        assert _asked(method, "http://evil.example", session).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "PURGE"):
        for cookies in (session, token, session | token | {"colour": "blue"}):
            assert _asked(method, "http://evil.example", cookies).status_code == 403
        assert _asked(method, "https://testserver", session).status_code == 403
        assert _asked(method, "http://testserver", session).status_code == 200
        assert _asked(method, None, session).status_code == 200
        assert _asked(method, "http://evil.example", {"colour": "blue"}).status_code == 200
    assert _asked("POST", "", session).status_code == 403


def test_forgetting_takes_every_entry_however_many(acme):
    with company_scope(SEVEN):
        cache.set_many({f"n{number}": number for number in range(1_203)})
    assert forget_company(7) == 1_203
    with company_scope(SEVEN):
        assert cache.get("n501") is None


@pytest.mark.no_database
def test_whole_numbers_stay_bare_and_nothing_else_does():
    keep = JsonSerializer()
    assert [keep.dumps(value) for value in (7, True, 1.5, "7", None)] == [7, b"true", b"1.5", b'"7"', b"null"]
    assert keep.loads(b'{"a": [1]}') == {"a": [1]}


@pytest.mark.no_database
def test_files_lie_in_the_usual_folder_where_no_address_is_given(settings, tmp_path):
    settings.STORAGE_URL, settings.MEDIA_ROOT = "", str(tmp_path)
    storage = CompanyStorage()
    with company_scope(SEVEN):
        assert storage.save("deep/a.txt", ContentFile(b"words")) == "deep/a.txt"
        assert storage.save("deep/a.txt", ContentFile(b"more")) != "deep/a.txt"
        assert storage.listdir("")[0] == ["deep"]
        assert len(storage.listdir("deep")[1]) == 2
        with storage.open("deep/a.txt") as file:
            assert file.read() == b"words"
        with storage.open("deep/a.txt", "r") as file:
            assert file.read() == "words"
    assert (tmp_path / "7/3/deep/a.txt").read_bytes() == b"words"


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["a\\..\\b", "a/..", "a\\../b", "\\\\server\\b"])
def test_neither_kind_of_stroke_leads_upwards(name):
    with company_scope(SEVEN), pytest.raises(SuspiciousFileOperation):
        CompanyStorage().exists(name)


def test_a_reaction_that_cannot_be_sent_breaks_nothing(inside, acme, monkeypatch):
    heard = []

    def fail(*words: Any) -> None:
        heard.append(words)
        raise OSError("the queue is away")

    monkeypatch.setattr(wiring, "react_soon", fail)
    monkeypatch.setitem(wiring.REACTIONS, "ticket.looked_at", [print])
    with inside(acme):
        event = record("ticket.looked_at", None, by=SYSTEM, place="door")
    assert heard == [(acme, event)]
    with inside(acme):
        event.refresh_from_db()
        assert (event.acting_for, event.facts, event.subject_id) == ("", {"place": "door"}, None)


def test_a_thing_without_a_key_of_its_own_is_named_by_none(outside, acme):
    with outside():
        company = Company.objects.get(pk=acme.id)
        event = record("company.suspended", company, by=SYSTEM)
        assert event.subject_id is None
        assert PlatformAuditLog.objects.filter(pk=event.pk).exists()


def test_a_thread_speaks_to_the_cache_through_one_client(acme):
    store = caches["default"]
    with company_scope(acme):
        store.set("lamp", {"lit": True}, 30)

        assert store.get("lamp") == {"lit": True}
    assert store._cache.get_client("lamp") is store._cache.get_client(None, write=True)
