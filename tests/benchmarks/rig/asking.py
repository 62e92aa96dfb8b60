"""What is asked of a company's desk, and the same of django-helpdesk, as it goes over the wire."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.benchmarks.rig import load
from tests.benchmarks.rig.helpdesk import Helpdesk
from tests.benchmarks.rig.home import Home

_TEXT = "It goes on and off. " * 20
_FORM_TOKEN = "f" * 32
_OPEN_ONES = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True, "search_string": ""}
_QUERY = base64.b64encode(json.dumps(_OPEN_ONES).encode()).decode()
_ROWS = f"/datatables_ticket_list/{_QUERY}?draw=1&start=0&length=25"


@dataclass(frozen=True, slots=True)
class View:
    """Something that is done all day: what it may cost, and how many times as often as the yardstick it is done.

    `parts` is the number of requests that a page of the yardstick takes.
    """

    name: str
    who: str
    most: int | None = None
    ratio: int | None = None
    parts: int = 1
    yardstick: str = ""


VIEWS = (
    View("list of 25 (API)", "manager", 10, 15, 2, "list"),
    View("list of 25, as an agent (API)", "agent", 10),
    View("detail (API)", "manager", 12, 6, 1, "detail"),
    View("reply (API)", "manager", 15, 2, 1, "reply"),
    View("create (API)", "agent", 20, None, 1, "create"),
    View("customer's list of 25 (API)", "customer", 8, 8, 2, "portal"),
)


def ours(view: View, port: int, place: Home, *, longest: bool = False) -> list[bytes]:
    """Raw requests to the desk of a company; `longest` asks for as much as there is to have."""
    person = place.people[view.who]
    host = f"{place.company.slug}.localhost:{port}"
    headers = {"Authorization": f"Bearer {person.token}"}
    ids = [place.long] if longest else place.ids

    def get(path: str) -> bytes:
        return load.request(host, path, headers)

    def post(path: str, body: dict[str, str]) -> bytes:
        return load.posting(host, path, headers, json.dumps(body), "application/json")

    kind = view.name.partition(" ")[0]
    if kind == "detail":
        return [get(f"/api/v1/support/tickets/{key}") for key in ids]
    if kind == "reply":
        return [post(f"/api/v1/support/tickets/{key}/messages", {"body": _TEXT}) for key in ids]
    if kind == "create":
        return [post("/api/v1/support/tickets", {"subject": "The lamp flickers", "description": _TEXT})]
    return [get(f"/api/v1/support/tickets?limit={100 if longest else 25}")]


def of_helpdesk(view: View, port: int, rival: Helpdesk) -> list[bytes]:
    """The same for the yardstick; its lists are a page and the rows that its script fetches."""
    return _THEIRS[view.yardstick](f"localhost:{port}", rival)


def _browser(rival: Helpdesk, who: str = "agent") -> dict[str, str]:
    return {"Cookie": f"sessionid={rival.sessions[who]}; csrftoken={_FORM_TOKEN}"}


def _posted(host: str, path: str, rival: Helpdesk, fields: dict[str, object]) -> bytes:
    form = urlencode({"csrfmiddlewaretoken": _FORM_TOKEN, **fields})
    return load.posting(host, path, _browser(rival), form, "application/x-www-form-urlencoded")


def _their_list(host: str, rival: Helpdesk) -> list[bytes]:
    return [load.request(host, path, _browser(rival)) for path in ("/tickets/", _ROWS)]


def _their_details(host: str, rival: Helpdesk) -> list[bytes]:
    return [load.request(host, f"/tickets/{key}/", _browser(rival)) for key in rival.ids]


def _their_replies(host: str, rival: Helpdesk) -> list[bytes]:
    return [_posted(host, f"/tickets/{key}/update/", rival, _reply(rival)) for key in rival.ids]


def _reply(rival: Helpdesk) -> dict[str, object]:
    return {"comment": _TEXT, "public": "1", "new_status": 1, "priority": 3, "queue": rival.queue, "title": "The lamp"}


def _their_creations(host: str, rival: Helpdesk) -> list[bytes]:
    fields = {"queue": rival.queue, "title": "The lamp flickers", "body": _TEXT, "priority": 3}
    return [_posted(host, "/tickets/submit/", rival, fields | {"submitter_email": "customer-1@x.example"})]


def _their_portal(host: str, rival: Helpdesk) -> list[bytes]:
    paths = ("/tickets/my-tickets/", "/api/user_tickets/?page=1")
    return [load.request(host, path, _browser(rival, "customer")) for path in paths]


_THEIRS: dict[str, Callable[[str, Helpdesk], list[bytes]]] = {
    "list": _their_list,
    "detail": _their_details,
    "reply": _their_replies,
    "create": _their_creations,
    "portal": _their_portal,
}
