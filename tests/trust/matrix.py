"""Every route × method × person × {own, foreign company, foreign object, missing}, enumerated from the router.

`walk(world)` asks the product every one of these questions through its real middleware and says what it found: `cells`
asked, `unpoliced` routes without a policy row, and `leaks`, each with the question and the answer.

Everybody asks every route about what is their own. About what is foreign, missing and hidden, at the host of the other
company, and with methods that no row names, the suite lets four people ask everywhere, while the others take turns,
each at every fourth route; with `-m slow` everybody asks everywhere.
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from shared_apps.care.access import MAY as CARE
from tests.support.clients import Client
from tests.trust.bodies import BODIES
from tests.trust.policy import ANYBODY, ASKED_LAST, AT_HOME, POLICY

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
URLCONFS = {"public": "portico.urls_public", "console": "portico.urls_console", "company": "portico.urls_company"}
_CONVERTER = re.compile(r"<(?:\w+:)?\w+>")
_COMPANIES = re.compile("<slug:(?:company|slug)>")
_PROGRAMS = ("api/", "platform-admin/")
EVERY_COMPANY = CARE["see_every"]
_THOROUGH = {"nobody", "ada", "bo", "omar"}
_EVERY = 4  # of how many routes one is asked about more than what is one's own
_CHANGING = re.compile(
    rb"csrfmiddlewaretoken[^>]*|nonce=\"[^\"]*\"|visit-confirm[^>]*|data-ends[^<]*|&lt;uuid:\w+&gt;|[0-9a-f]{32}|[0-9a-f-]{36}"
)


def routes(door: str) -> dict[str, Any]:
    """Every route behind a door, as written in its URL files, with its view."""
    found: dict[str, Any] = {}
    for route, view in _walk(get_resolver(URLCONFS[door]).url_patterns, ""):
        found.setdefault(route, view)  # the first that fits answers
    # Signing out is asked last of all: it ends the sessions that the other questions need.
    place = {route: number for number, route in enumerate(ASKED_LAST, 1)}
    return dict(sorted(found.items(), key=lambda row: place.get(row[0].rstrip("/"), 0)))


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


@dataclass(frozen=True)
class Person:
    """Somebody who asks: their name, role, and how they show who they are."""

    name: str
    role: str
    home: str  # the slug of their company, or "console"
    session: str = ""
    token: str = ""
    cookie: str = ""  # of a visit: another one than a session's
    door: str = ""  # the only one they come to, if there is one
    own: dict[str, str] = field(default_factory=dict)  # what stands in a route's place for what is theirs alone

    @property
    def is_visitor(self) -> bool:
        """Whether this is somebody of the staff who sees a company as one of its people."""
        return bool(self.cookie)


@dataclass
class World:
    """Who and what there is to ask about. `objects` maps (door, kind of target) to the value in a route's place."""

    people: list[Person]
    hosts: dict[str, str]
    objects: dict[tuple[str, str], dict[str, str]]
    marks: dict[str, list[str]]
    cookie: str
    covered_only: frozenset[str]
    blind: dict[str, frozenset[str]]  # placeholder of a route -> staff who do not see the own one
    bounded: frozenset[str] = frozenset()  # people of Acme who do not see the "hidden" ticket of its own desk
    is_whole: bool = False  # whether everybody asks everywhere
    found: dict[str, Any] = field(default_factory=lambda: {"cells": 0, "unpoliced": [], "leaks": []})


def walk(world: World, door: str, *, at_home: bool = False, is_whole: bool = False) -> dict[str, Any]:
    """Ask every question behind one door, apart from or about a company's own desk; the figures."""
    world.is_whole = is_whole
    views = routes(door)
    for route, view in views.items():
        if (door == "company" and route.startswith(AT_HOME)) != at_home:
            continue
        policy = POLICY.get((door, route))
        if policy is None:
            world.found["unpoliced"].append(f"{door}: {route}")
            continue
        is_twin = route.endswith("/") and views.get(route[:-1]) is view
        for person in (one for one in world.people if one.door in ("", door)):
            for method in _methods(world, door, route, person, policy, is_twin=is_twin):
                _ask_all(world, door, route, method, person, policy.get(method, frozenset()))
    return world.found


def _methods(world: World, door: str, route: str, person: Person, policy: Any, *, is_twin: bool) -> Iterable[str]:
    """What somebody asks of a route: everything, where the answer may depend on who they are.

    The same view under a second address, and a method that no view answers, are the same refusal for all: one person
    of each house makes sure of it. Pages know no tokens.
    """
    is_stranger = person.home != ("acme" if door == "company" else door)
    if person.name in _THOROUGH:
        return METHODS
    if is_twin:
        return ()
    is_usual = is_stranger or (person.token and not route.startswith(_PROGRAMS))
    if is_usual or not _asks_further(world, route, person):
        return [method for method in METHODS if method in policy]
    return METHODS


def _ask_all(world: World, door: str, route: str, method: str, person: Person, allowed: frozenset[str]) -> None:
    host = "acme" if door == "company" else door
    at_home = person.home == ("acme" if door == "company" else door)
    sees = not any(mark in route and person.name in names for mark, names in world.blind.items())
    anybody = ANYBODY in allowed and not (at_home and person.is_visitor)  # in a visit less is open than to anybody
    may = anybody or (at_home and person.role in allowed and sees)
    question = f"{person.name} {method} {door}:{route}"
    own = _ask(world, host, door, route, "own", method, person)
    _judge(world, question, own, may=may, anybody=anybody)
    _judge_marks(world, question, own, person, door)
    if own.status_code == 302 and at_home:
        _take_word(world, host, person)
    if route.startswith(AT_HOME) and method not in POLICY[(door, route)]:
        return  # the same view, or the same refusal, whatever is asked about
    if own.status_code == 405 and person.name not in _THOROUGH:
        return  # the same refusal, whatever is asked about
    if not _asks_further(world, route, person):
        return
    if _CONVERTER.search(route):
        foreign = _ask(world, host, door, route, "foreign", method, person)
        missing = _ask(world, host, door, route, "missing", method, person)
        told_apart = _same(world, foreign, door, "foreign") != _same(world, missing, door, "missing")
        is_another = _path(world, door, "foreign", route) != _path(world, door, "missing", route)
        if _bounded(world, person, door, route) and is_another and told_apart:
            _leak(world, f"{question} tells foreign from missing ({_difference(foreign, missing)})", foreign)
        _judge_marks(world, f"{question} (foreign)", foreign, person, door)
        if route.startswith(AT_HOME):
            _judge_hidden(world, door, route, method, person, missing)
    if door == "company":
        elsewhere = _ask(world, "borealis", door, route, "foreign", method, person)
        may = ANYBODY in allowed or (person.home == "borealis" and person.role in allowed)
        _judge(world, f"{question} at Borealis", elsewhere, may=may, anybody=ANYBODY in allowed)
        if person.home != "borealis":
            _judge_marks(world, f"{question} at Borealis", elsewhere, person, door)


def _take_word(world: World, host: str, person: Person) -> None:
    """A redirect leaves a word for the next page: here it is that page, and none of those that are compared."""
    client = Client(headers={"Host": world.hosts[host]})
    if person.session:
        client.cookies[person.cookie or world.cookie] = person.session
    client.get("/nothing")


def _asks_further(world: World, route: str, person: Person) -> bool:
    """Whether it is this one's turn: of the people one after the other, with another one to begin at each route."""
    turn = world.people.index(person) + zlib.crc32(route.encode())
    return world.is_whole or person.name in _THOROUGH or turn % _EVERY == 0


def _judge_hidden(world: World, door: str, route: str, method: str, person: Person, missing: Any) -> None:
    """What is another person's in the same company is, for those whom the desk keeps apart, as if it were not there."""
    if person.home == "acme" and person.name not in world.bounded:
        return  # a manager, for whom it is there, and who would change it for the others
    hidden = _ask(world, "acme", door, route, "hidden", method, person)
    question = f"{person.name} {method} {door}:{route} (hidden)"
    told_apart = _same(world, hidden, door, "hidden") != _same(world, missing, door, "missing")
    if person.name in world.bounded and told_apart:
        _leak(world, f"{question} tells hidden from missing ({_difference(hidden, missing)})", hidden)
    if world.marks["hidden"][0].encode() in hidden.content:
        _leak(world, f"{question} shows {world.marks['hidden'][0]}", hidden)


def _values(world: World, door: str, target: str, route: str) -> dict[str, str]:
    usual = world.objects.get((door, target), {})
    return usual | world.objects[("home", target)] if route.startswith(AT_HOME) else usual


def _path(world: World, door: str, target: str, route: str) -> str:
    return _filled(route, _values(world, door, target, route))


def _filled(route: str, values: dict[str, str]) -> str:
    return "/" + _CONVERTER.sub(lambda match: values[match[0]], route.replace("\\Z", ""))


def _bounded(world: World, person: Person, door: str, route: str) -> bool:
    """Whether what is foreign has to be as good as missing for them: of companies, all but support agents know all."""
    bounded = world.covered_only - (EVERY_COMPANY if _COMPANIES.search(route) else frozenset())
    return door != "console" or person.role in bounded or person.home != "console"


def _ask(world: World, host: str, door: str, route: str, target: str, method: str, person: Person) -> Any:
    client = Client(headers={"Host": world.hosts[host]})
    if person.session:
        client.cookies[person.cookie or world.cookie] = person.session
    headers = {"Origin": f"http://{world.hosts[host]}"}
    if person.token:
        headers["Authorization"] = f"Bearer {person.token}"
    values = _values(world, door, target, route) | (person.own if target == "own" else {})
    path = _filled(route, values)
    body = BODIES.get(route.rstrip("/"), {})
    body = {name: values.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    is_api = path.lstrip("/").startswith(_PROGRAMS)
    sent = {"data": json.dumps(body), "content_type": "application/json"} if is_api else {"data": _said(body)}
    world.found["cells"] += 1
    if method == "GET":
        return _whole(client.get(path, headers=headers))
    if not is_api and method != "POST":
        sent = {}
    return getattr(client, method.lower())(path, headers=headers, **sent)


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _whole(answer: Any) -> Any:
    """The answer with what comes piece by piece in one."""
    if not getattr(answer, "streaming", False):
        return answer
    return HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=dict(answer.headers))


def _judge(world: World, question: str, answer: Any, *, may: bool, anybody: bool) -> None:
    refused = answer.status_code in {401, 403, 404, 405} or (_turned_away(answer) and not anybody)
    if answer.status_code >= 500:
        _leak(world, f"{question} breaks", answer)
    elif may and refused:
        _leak(world, f"{question} is refused although the policy allows it", answer)
    elif not may and not refused:
        _leak(world, f"{question} is answered although the policy does not allow it", answer)


def _turned_away(answer: Any) -> bool:
    """To the sign-in page, or to the portal with a word why."""
    return answer.status_code == 302 and (answer["Location"] == "/" or "/login" in answer["Location"])


def _judge_marks(world: World, question: str, answer: Any, person: Person, door: str) -> None:
    key = person.home if door == "company" else f"console:{person.name}"
    for mark in world.marks.get(key, world.marks["everything"]):
        if mark.encode() in answer.content:
            _leak(world, f"{question} shows {mark}", answer)


def _same(world: World, answer: Any, door: str, target: str) -> tuple[int, bytes, str]:
    """What must be equal: everything but form tokens, request numbers, and the id that was asked for."""
    content = _CHANGING.sub(b"", answer.content)
    for place in (door, "home"):
        for value in world.objects.get((place, target), {}).values():
            content = content.replace(f"/{value}".encode(), b"")
    return answer.status_code, content, answer.get("Content-Type", "")


def _difference(one: Any, other: Any) -> str:
    pairs = zip(*(_CHANGING.sub(b"", answer.content).splitlines() for answer in (one, other)), strict=False)
    return next((f"{left[:120]!r} / {right[:120]!r}" for left, right in pairs if left != right), "length")


def _leak(world: World, words: str, answer: Any) -> None:
    world.found["leaks"].append(f"{words}: {answer.status_code} {answer.get('Location', '')} {answer.content[:160]!r}")
