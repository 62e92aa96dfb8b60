"""What is asked of a company's desk, and the same of django-helpdesk, as it goes over the wire."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from tests.benchmarks.rig import load
from tests.benchmarks.rig.helpdesk import Helpdesk
from tests.benchmarks.rig.home import Home

_TEXT = "It goes on and off. " * 20
_FORM = "application/x-www-form-urlencoded"
_FORM_TOKEN = "f" * 32
_OPEN_ONES = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True, "search_string": ""}
_QUERY = base64.b64encode(json.dumps(_OPEN_ONES).encode()).decode()
_ROWS = f"/datatables_ticket_list/{_QUERY}?draw=1&start=0&length=25"


@dataclass(frozen=True, slots=True)
class View:
    """Something that is done all day: what it may cost, and how many times as often as the yardstick it is done.

    `path` is asked for, with each ticket's id in it; `longest` has the most rows there are. `parts` is the number of
    requests that a page of the yardstick takes.
    """

    name: str
    who: str
    path: str
    most: int
    body: str = ""
    longest: str = ""
    yardstick: str = ""
    ratio: int | None = None
    parts: int = 1

    @property
    def is_page(self) -> bool:
        """Whether a browser asks, with a session, rather than a program with a token."""
        return not self.path.startswith("/api/")


_API = "/api/v1/support/tickets"
_LIST = {"path": f"{_API}?limit=25", "longest": f"{_API}?limit=100"}
_SAID = json.dumps({"body": _TEXT})
_ASKED = json.dumps({"subject": "The lamp flickers", "description": _TEXT})
_TYPED = urlencode({"csrfmiddlewaretoken": _FORM_TOKEN, "body": _TEXT, "mode": "reply"})
_PROGRAMS = (
    View("list of 25 (API)", "manager", most=10, **_LIST, yardstick="list", ratio=15, parts=2),
    View("list of 25, as an agent (API)", "agent", most=10, **_LIST),
    View("detail (API)", "manager", f"{_API}/{{}}", 12, yardstick="detail", ratio=6),
    View("reply (API)", "manager", f"{_API}/{{}}/messages", 15, body=_SAID, yardstick="reply", ratio=2),
    View("create (API)", "agent", _API, 20, body=_ASKED, yardstick="create"),
    View("customer's list of 25 (API)", "customer", most=8, **_LIST, yardstick="portal", ratio=8, parts=2),
)
# A view that is full: a manager has nothing of their own.
_PAGES = (
    View("list (page)", "manager", "/manager/inbox?view=open", 10, yardstick="list", ratio=15, parts=2),
    View("board (page)", "manager", "/manager/board", 10),
    View("calendar (page)", "manager", "/manager/calendar", 10),
    View("detail (page)", "manager", "/manager/inbox/{}?view=open", 12, yardstick="detail", ratio=6),
    View("reply (page)", "manager", "/manager/inbox/{}/reply", 15, body=_TYPED, yardstick="reply", ratio=2),
    View("customer's list (page)", "customer", "/requests", 8, yardstick="portal", ratio=8, parts=2),
)


def views() -> list[View]:
    """Everything that is measured: what programs do, and the pages that this release has."""
    return [*_PROGRAMS, *(view for view in _PAGES if _is_there(view.path))]


def _is_there(path: str) -> bool:
    try:
        plain = path.partition("?")[0]
        resolve(plain.format("01890000-0000-7000-8000-000000000001"), "portico.urls_company")
    except Resolver404:
        return False
    return True


def ours(view: View, port: int, place: Home, *, longest: bool = False) -> list[bytes]:
    """Raw requests to the desk of a company; `longest` asks for as much as there is to have."""
    host, person = f"{place.company.slug}.localhost:{port}", place.people[view.who]
    headers = {"Authorization": f"Bearer {person.token}"}
    if view.is_page:
        cookies = {settings.SESSION_COOKIE_NAME: person.session, settings.CSRF_COOKIE_NAME: _FORM_TOKEN}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        headers["Origin"] = f"http://{host}"
    path = view.longest if longest and view.longest else view.path
    paths = [path.format(key) for key in ([place.long] if longest else place.ids)] if "{}" in path else [path]
    if not view.body:
        return [load.request(host, one, headers) for one in paths]
    kind = _FORM if view.is_page else "application/json"
    return [load.posting(host, one, headers, view.body, kind) for one in paths]


def of_helpdesk(view: View, port: int, rival: Helpdesk) -> list[bytes]:
    """The same for the yardstick; its lists are a page and the rows that its script fetches."""
    return _THEIRS[view.yardstick](f"localhost:{port}", rival)


def _browser(rival: Helpdesk, who: str = "agent") -> dict[str, str]:
    return {"Cookie": f"sessionid={rival.sessions[who]}; csrftoken={_FORM_TOKEN}"}


def _posted(host: str, path: str, rival: Helpdesk, fields: dict[str, object]) -> bytes:
    form = urlencode({"csrfmiddlewaretoken": _FORM_TOKEN, **fields})
    return load.posting(host, path, _browser(rival), form, _FORM)


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
