"""Several requests at once: what went, what did not and why, and one undo for all of it."""

import json
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from portico.actor import Actor
from portico.errors import Invalid, Refusal, Refused
from portico.pages import wants_part
from portico.several import TOO_LATE, Outcome, Step, recall, remember, tell, with_undo, words_of
from tenant_apps.desk.inbox import moves
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Message, Ticket

MOST = 100
GONE = "One is not there for you any more."

Do = Callable[[Ticket, str, Actor], Step | None]


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with all chosen requests, each by itself: what one refuses does not hold up the others."""
    if request.method != "POST":
        return redirect("desk:inbox")
    if name := _named(request, "undo"):
        return _back(request, undo(name, request.actor), "")
    chosen = [moves.uuid_of(one) for one in request.POST.getlist("ticket")[:MOST]]
    verb, _, value = request.POST.get("do", "").partition(":")
    if verb not in _VERBS:
        raise Invalid({"do": ["Please choose what to do with them."]})
    outcome = each(chosen, _VERBS[verb], value or request.POST.get("beside", ""), request.actor)
    return _back(request, outcome, remember(outcome.steps, request.actor))


def place_of(request: HttpRequest) -> str:
    """The list or request that a form came from; whatever else it names leads to the inbox."""
    place = _named(request, "back")
    inbox = reverse("desk:inbox")
    is_ours = url_has_allowed_host_and_scheme(place, None) and place.startswith(inbox)
    return place if is_ours else inbox


def _named(request: HttpRequest, name: str) -> str:
    """What the form says, or the address of the undo beside a notice."""
    said: str = request.POST.get(name) or request.GET.get(name, "")
    return said


def each(chosen: list[UUID], do: Do, value: str, by: Actor, *, are_deleted: bool = False) -> Outcome:
    """Do this with each of them by itself."""
    # All of them at once and in the order of their keys: two who choose the same ones in other orders would wait for
    # each other for ever.
    there = Ticket.objects.deleted_for(by) if are_deleted else Ticket.objects.visible_to(by, Ticket.Desk.COMPANY)
    these = there.filter(pk__in=chosen).order_by("pk")
    found = {one.pk: one for one in these.select_for_update(no_key=True)}
    outcome = Outcome()
    for key in chosen:
        ticket = found.get(key)
        if ticket is None:
            outcome.refused.append(GONE)
            continue
        outcome.attempt(key, ticket.number, partial(do, ticket, value, by))
    return outcome


def _assign(ticket: Ticket, value: str, by: Actor) -> Step | None:
    who = value
    to = None if who == "nobody" else Assignee(by.id, by.label) if who == "me" else moves.agent(who)  # type: ignore[arg-type]
    before = str(ticket.assignee_id) if ticket.assignee_id else "nobody"
    after = actions.assign(ticket, to, by=by)
    return {"do": "assign", "value": before} if str(after.assignee_id or "nobody") != before else None


def solve(ticket: Ticket, by: Actor) -> Step | None:
    """As the bar does it."""
    return _status(ticket, "solved", by)


def _status(ticket: Ticket, value: str, by: Actor) -> Step | None:
    before = ticket.status
    after = actions.change_status(ticket, step_to(ticket, value), by=by)
    return {"do": "back", "value": f"{before}:{after.version}"} if after.status != before else None


def step_to(ticket: Ticket, value: str) -> str:
    """The status that a category means in the workflow of this one; a status means itself."""
    step = ticket.kind.first_of(value)
    return step.key if step else value


def _status_back(ticket: Ticket, value: str, by: Actor) -> Step | None:
    before, _, version = value.partition(":")
    actions.step_back(ticket, before, by=by, seen_version=int(version))
    return None


def _tag(ticket: Ticket, value: str, by: Actor) -> Step | None:
    after = actions.change(ticket, {"tags": [*ticket.tags, *value.split(",")]}, by=by)
    new = [one for one in after.tags if one not in ticket.tags]
    return {"do": "untag", "value": ",".join(new)} if new else None


def _untag(ticket: Ticket, value: str, by: Actor) -> Step | None:
    gone = value.split(",")
    actions.change(ticket, {"tags": [one for one in ticket.tags if one not in gone]}, by=by)
    return None


def _snooze(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.snooze(ticket, moves.until(value), by=by)
    return None if ticket.is_snoozed else {"do": "wake", "value": ""}


def _wake(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.wake(ticket, by=by)
    return None


def _fields_back(ticket: Ticket, value: str, by: Actor) -> Step | None:
    before, after = json.loads(value)
    if any(ticket.fields.get(key) != now for key, now in after.items()):
        raise Refused("changed_meanwhile", "Somebody changed the details again since.")
    actions.change(ticket, {"fields": before}, by=by)
    return None


def _merge(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.merge(ticket, moves.by_number(value, by), by=by)
    return {"do": "unmerge", "value": ""}


def _keep(ticket: Ticket, value: str, by: Actor) -> Step | None:
    return None


def _unmerge(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.unmerge(ticket, by=by)
    return None


def _take_back(ticket: Ticket, value: str, by: Actor) -> Step | None:
    """The words first, which are about to go out; then the status that came with them."""
    key, before, version = (*value.split(":"), "")[:3]
    message = Message.objects.of(ticket).filter(pk=key).select_related("ticket").get()
    actions.take_back(message, by=by)
    if before:
        try:
            actions.step_back(ticket, before, by=by, seen_version=int(version) + 1)
        except Refusal as no:
            raise Refused("status_stays", f"Taken back, but it stays as it is. {words_of(no)}") from no
    return None


def _delete(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.delete(ticket, by=by)
    return {"do": "bring_back", "value": ""}


def _bring_back(ticket: Ticket, value: str, by: Actor) -> Step | None:
    actions.bring_back(ticket, by=by)
    return None


_VERBS: dict[str, Do] = {
    "assign": _assign,
    "status": _status,
    "tag": _tag,
    "snooze": _snooze,
    "merge": _merge,
    "delete": _delete,
}
_UNDO: dict[str, Do] = {
    "assign": _assign,
    "back": _status_back,
    "take_back": _take_back,
    "fields": _fields_back,
    "untag": _untag,
    "wake": _wake,
    "unmerge": _unmerge,
    "bring_back": _bring_back,
}


def undo(name: str, by: Actor) -> Outcome:
    """Go the way back that was kept under this name; once, and for the one who kept it."""
    steps = recall(name, by)
    if not steps:
        return Outcome(refused=[TOO_LATE])
    whole = Outcome()
    each([UUID(step["ticket"]) for step in steps], _keep, "", by)  # locked before the first is changed
    for step in reversed(steps):
        are_deleted = step["do"] == "bring_back"
        one = each([UUID(step["ticket"])], _UNDO[step["do"]], step["value"], by, are_deleted=are_deleted)
        whole.done += one.done
        whole.refused += one.refused
    return whole


def _back(request: HttpRequest, outcome: Outcome, undo: str) -> HttpResponse:
    """The list again, with what happened and, in its address, the name of the way back."""
    tell(request, outcome)
    place = with_undo(place_of(request), undo)
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": place, "Vary": "HX-Request"})
    return redirect(place)
