"""The front door of a company, and the list of what somebody asked it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portico import keyset, links
from portico.errors import Invalid
from portico.pages import render_part, signed_in
from tenant_apps.portal import lists, set_up
from tenant_apps.tickets import access, searching
from tenant_apps.tickets.models import Ticket

MOST_AT_THE_DOOR = 6
SEARCH_LENGTH = 200
TABS = tuple(lists.TABS.items())

View = Callable[..., HttpResponse]


def for_people(view: View) -> View:
    """For everybody of the company: whoever answers here may have something to ask, too."""
    return signed_in(*sorted(access.AT_HOME["see"]))(view)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Says where one is, and leads on: to the sign-in, to one's requests, or to the workspace."""
    if not access.may(request.actor, "see", access.COMPANY_DESK):
        return render(request, "portal/door.html", {})
    known = set_up.load()
    context: dict[str, Any] = {"section": "home", "departments": known.departments, "hours": known.hours}
    if access.is_agent(request.actor):
        return render(request, "portal/agents.html", context)
    mine = lists.own(lists.seen_by(request.actor), request.actor).standing()
    found = lists.waiting_first(lists.behind(mine, "open"))[: MOST_AT_THE_DOOR + 1]
    rows = lists.drawn(found, request.actor, known)
    context |= {"rows": rows[:MOST_AT_THE_DOOR], "more": len(rows) > MOST_AT_THE_DOOR}
    return render(request, "portal/home.html", context | {"reach": lists.reach(request.actor)})


@require_safe
@for_people
def requests(request: HttpRequest) -> HttpResponse:
    """One's requests, what moved last first; those of colleagues too, for people who may see them."""
    reach = lists.reach(request.actor)
    asked = _asked(request, reach)
    of_all = asked["whose"] == "all"
    try:
        page = _page(request, asked, of_all=of_all)
    except Invalid:
        return redirect("portal:requests")
    numbers = lists.counts(request.actor, of_all=of_all)
    context = {
        "section": "requests",
        "rows": lists.drawn(page.rows, request.actor, set_up.load()),
        "tabs": [(tab, name, numbers.get(tab, ""), _address(asked | {"show": tab})) for tab, (name, _) in TABS],
        "asked": asked,
        "reach": reach,
        "mine": _address(asked | {"whose": "mine"}),
        "everybodys": _address(asked | {"whose": "all"}),
        "without_words": _address(asked | {"q": ""}),
        "everything": _address(asked | {"show": "all", "q": ""}),
        "is_new_here": not numbers,
        "newer": _address(asked) if request.GET.get("cursor") else "",
        "older": _address(asked | {"cursor": page.next_cursor}) if page.next_cursor else "",
    }
    return render_part(request, "portal/requests.html", "portal/_list.html", context)


def _page(request: HttpRequest, asked: dict[str, str], *, of_all: bool) -> keyset.Page[Ticket]:
    cursor = request.GET.get("cursor")
    if not cursor and not asked["q"]:
        return keyset.cut(lists.beginning(request.actor, asked["show"], of_all=of_all), keyset.LIMIT)
    found = lists.behind(lists.standing(request.actor, of_all=of_all), asked["show"])
    found = searching.about(found, asked["q"], request.actor, as_customer=True)
    return keyset.page(found, key=UUID, cursor=cursor)


def _asked(request: HttpRequest, reach: str) -> dict[str, str]:
    """What the list shows. Without a word about it: what is open, or with words to search for, all."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    show = request.GET.get("show", "")
    if show not in lists.TABS:
        show = "all" if words else "open"
    return {"show": show, "whose": "all" if reach and request.GET.get("whose") == "all" else "mine", "q": words}


def _address(asked: dict[str, str]) -> str:
    defaults = {"whose": "mine", "q": ""}
    given = {name: value for name, value in asked.items() if value != defaults.get(name)}
    return f"{links.to('portal:requests')}?{urlencode(given)}"
