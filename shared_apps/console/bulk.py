"""Several tickets of any companies at once: each in its own company, kept or refused by itself, and one undo."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portico.actor import Actor
from portico.errors import Invalid, Refused
from portico.several import TOO_LATE, Outcome, Step, recall, remember, tell, with_undo
from shared_apps.console import desk, listing, passing
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.incidents import choosing
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Ticket

MOST = 50
GONE = "One is not there for you any more."
_LONGEST_KEY = 18

Do = Callable[[Ticket], Step | None]


@form_or_back
@staff_only
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with all chosen tickets, or go the way back of what was done last."""
    if request.method != "POST":
        return redirect("console:queue")
    query, by = listing.query_of(request), request.actor
    if name := request.GET.get("undo", ""):
        tell(request, undo(name, by))
    elif request.POST.get("do") == "pass":
        return redirect(_passing(request))
    else:
        outcome = each(keys(request), meant(request.POST.get("do", ""), by), by)
        name = remember(outcome.steps, by)
        tell(request, outcome, with_undo(reverse("console:bulk") + query, name) if name else "")
    return redirect(reverse("console:queue") + query)


def each(keys: list[int], do: Do, by: Actor) -> Outcome:
    """Do this with each ticket of the index that the actor sees. What one refuses does not hold up the others.

    In the order of their keys, so that two who choose the same ones never wait for each other for ever.
    """
    outcome, seen = Outcome(), TicketIndex.objects.visible_to(by).in_bulk(keys)
    desk.with_companies(list(seen.values()))
    for key in sorted(set(keys)):
        if row := seen.get(key):
            house = row.company.name if row.company else "a company that is gone"
            outcome.attempt(key, f"{row.number} of {house}", partial(alone, row, do, by))
        else:
            outcome.refused.append(GONE)
    return outcome


def _passing(request: HttpRequest) -> str:
    """Where several are passed on: to whom and why is asked there."""
    chosen = urlencode({"ticket": keys(request)}, doseq=True)
    kept = listing.query_of(request).removeprefix("?")
    return f"{reverse('console:pass-on-several')}?{'&'.join(filter(None, (chosen, kept)))}"


def undo(name: str, by: Actor) -> Outcome:
    """Go the way back that was kept under this name; once, and for the one who kept it."""
    steps = recall(name, by)
    whole = Outcome(refused=[] if steps else [TOO_LATE])
    for step in steps:
        is_passed = step["do"] == "pass"
        one = passing.take_back(step, by) if is_passed else each([int(step["ticket"])], way_back(step, by), by)
        whole.done += one.done
        whole.refused += one.refused
    return whole


def keys(request: HttpRequest) -> list[int]:
    """The chosen requests; Invalid for too many."""
    return keys_of(request.POST.getlist("ticket"))


def keys_of(said: list[str]) -> list[int]:
    """The requests with these numbers, as a form says them; Invalid for too many."""
    if len(said) > MOST:
        raise Invalid({"ticket": [f"At most {MOST} requests at once. Nothing was changed."]})
    return [int(one) for one in said if one.isascii() and one.isdecimal() and len(one) <= _LONGEST_KEY]


def alone(row: TicketIndex, do: Do, by: Actor) -> Step | None:
    """A savepoint for each: what breaks in one company's schema takes nothing of another's along."""
    try:
        with transaction.atomic(), desk.open_for(row, by) as ticket:
            return do(ticket)
    except DatabaseError as trouble:
        raise Refused("company_away", "Its company cannot be reached at the moment.") from trouble


def meant(said: str, by: Actor) -> Do:
    """What "status:solved" asks for; Invalid when that is nothing that can be done."""
    verb, _, value = said.partition(":")
    if verb not in _VERBS:
        raise Invalid({"do": ["Please choose what to do with them."]})
    return _VERBS[verb](value, by)


def way_back(step: Step, by: Actor) -> Do:
    """What a step that was kept asks for."""
    return _UNDO[step["do"]](step["value"], by)


def _assign(value: str, by: Actor) -> Do:
    to = _assignee(value, by)

    def do(ticket: Ticket) -> Step | None:
        before = str(ticket.assignee_id or "nobody")
        after = actions.assign(ticket, to, by=by)
        return {"do": "assign", "value": before} if str(after.assignee_id or "nobody") != before else None

    return do


def _assignee(value: str, by: Actor) -> Assignee | None:
    if value == "nobody":
        return None
    try:
        return desk.assignee_of(by.id if value == "me" and by.id else UUID(value))
    except ValueError:
        raise Invalid({"do": ["There is no such staff member."]}) from None


def _status(value: str, by: Actor) -> Do:
    def do(ticket: Ticket) -> Step | None:
        before = ticket.status
        after = actions.change_status(ticket, value, by=by)
        return {"do": "back", "value": f"{before}:{after.version}"} if after.status != before else None

    return do


def _back(value: str, by: Actor) -> Do:
    def do(ticket: Ticket) -> Step | None:
        before, _, version = value.partition(":")
        actions.step_back(ticket, before, by=by, seen_version=int(version))
        return None

    return do


def _importance(value: str, by: Actor) -> Do:
    def do(ticket: Ticket) -> Step | None:
        before = ticket.importance
        after = actions.set_importance(ticket, value, by=by)
        return {"do": "importance", "value": before} if after.importance != before else None

    return do


_VERBS: dict[str, Callable[[str, Actor], Do]] = {"assign": _assign, "status": _status, "importance": _importance}
_VERBS |= {"incident": choosing.joins}
_UNDO = _VERBS | {"back": _back, "leave_incident": choosing.leaves}
