"""Every route × method × person × {own, foreign company, foreign object, missing}, enumerated from the router.

`walk(world)` asks the product every one of these questions through its real middleware and says what it found: `cells`
asked, `unpoliced` routes without a policy row, and `leaks`, each with the question and the answer.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.trust.policy import ANYBODY, BODIES, POLICY

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
URLCONFS = {"public": "portico.urls_public", "console": "portico.urls_console", "company": "portico.urls_company"}
_CONVERTER = re.compile(r"<(?:\w+:)?\w+>")
_CHANGING = re.compile(rb"csrfmiddlewaretoken[^>]*|nonce=\"[^\"]*\"|[0-9a-f]{32}|[0-9a-f-]{36}")


def routes(door: str) -> Iterator[str]:
    """Every route behind a door, as written in its URL files."""
    yield from dict.fromkeys(_walk(get_resolver(URLCONFS[door]).url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


@dataclass(frozen=True)
class Person:
    """Somebody who asks: their name, role, and how they show who they are."""

    name: str
    role: str
    home: str  # the slug of their company, or "console"
    session: str = ""
    token: str = ""


@dataclass
class World:
    """Who and what there is to ask about. `objects` maps (door, kind of target) to the value in a route's place."""

    people: list[Person]
    hosts: dict[str, str]
    objects: dict[tuple[str, str], dict[str, str]]
    marks: dict[str, list[str]]
    cookie: str
    covered_only: frozenset[str]
    found: dict[str, Any] = field(default_factory=lambda: {"cells": 0, "unpoliced": [], "leaks": []})


def walk(world: World, door: str) -> dict[str, Any]:
    """Ask every question behind one door; the figures."""
    for route in routes(door):
        policy = POLICY.get((door, route))
        if policy is None:
            world.found["unpoliced"].append(f"{door}: {route}")
            continue
        for person in world.people:
            for method in METHODS:
                _ask_all(world, door, route, method, person, policy.get(method, frozenset()))
    return world.found


def _ask_all(world: World, door: str, route: str, method: str, person: Person, allowed: frozenset[str]) -> None:
    host = "acme" if door == "company" else door
    at_home = person.home == ("acme" if door == "company" else door)
    may = ANYBODY in allowed or (at_home and person.role in allowed)
    question = f"{person.name} {method} {door}:{route}"
    own = _ask(world, host, door, route, "own", method, person)
    _judge_own(world, question, own, may=may)
    _judge_marks(world, question, own, person, door)
    if _CONVERTER.search(route):
        foreign = _ask(world, host, door, route, "foreign", method, person)
        missing = _ask(world, host, door, route, "missing", method, person)
        if _bounded(world, person, door) and _same(foreign) != _same(missing):
            _leak(world, f"{question} tells foreign from missing", foreign)
        _judge_marks(world, f"{question} (foreign)", foreign, person, door)
    if door == "company":
        elsewhere = _ask(world, "borealis", door, route, "foreign", method, person)
        at_borealis = person.home == "borealis" and person.role in allowed
        _judge_own(world, f"{question} at Borealis", elsewhere, may=at_borealis or ANYBODY in allowed)
        if person.home != "borealis":
            _judge_marks(world, f"{question} at Borealis", elsewhere, person, door)


def _bounded(world: World, person: Person, door: str) -> bool:
    return door != "console" or person.role in world.covered_only or person.home != "console"


def _ask(world: World, host: str, door: str, route: str, target: str, method: str, person: Person) -> Any:
    client = Client(headers={"Host": world.hosts[host]}, raise_request_exception=False)
    if person.session:
        client.cookies[world.cookie] = person.session
    headers = {"Origin": f"http://{world.hosts[host]}"}
    if person.token:
        headers["Authorization"] = f"Bearer {person.token}"
    path = "/" + _CONVERTER.sub(lambda match: world.objects[(door, target)][match[0]], route.replace("\\Z", ""))
    body = BODIES.get(route.rstrip("/"), {})
    is_api = path.startswith(("/api/", "/platform-admin/"))
    sent = {"data": json.dumps(body), "content_type": "application/json"} if is_api else {"data": body}
    world.found["cells"] += 1
    if method == "GET":
        return client.get(path, headers=headers)
    if not is_api and method != "POST":
        sent = {}
    return getattr(client, method.lower())(path, headers=headers, **sent)


def _judge_own(world: World, question: str, answer: Any, *, may: bool) -> None:
    refused = answer.status_code in {401, 403, 404, 405} or _to_sign_in(answer)
    if answer.status_code >= 500:
        _leak(world, f"{question} breaks", answer)
    elif may and refused:
        _leak(world, f"{question} is refused although the policy allows it", answer)
    elif not may and not refused:
        _leak(world, f"{question} is answered although the policy does not allow it", answer)


def _to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and "/login" in answer["Location"]


def _judge_marks(world: World, question: str, answer: Any, person: Person, door: str) -> None:
    key = person.home if door == "company" else f"console:{person.name}"
    for mark in world.marks.get(key, world.marks["everything"]):
        if mark.encode() in answer.content:
            _leak(world, f"{question} shows {mark}", answer)


def _same(answer: Any) -> tuple[int, bytes, str]:
    return answer.status_code, _CHANGING.sub(b"", answer.content), answer.get("Content-Type", "")


def _leak(world: World, words: str, answer: Any) -> None:
    world.found["leaks"].append(f"{words}: {answer.status_code} {answer.get('Location', '')} {answer.content[:160]!r}")
