"""What is done with a request from the panel beside it: one address, one verb for each control.

Each takes the request, the ticket and the form that was sent, asks an action, and returns words for the person when the
page does not show by itself what happened.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import KEPT_FOR, Link, Ticket

Move = Callable[[Ticket, QueryDict, Actor], str]
MORNING, EVENING = 9, 17
NAPS = {"later": "Later today", "tomorrow": "Tomorrow", "week": "Next week", "word": "Until somebody writes"}


def make(request: HttpRequest, ticket: Ticket) -> str:
    """Do what the form says; Invalid when it says nothing that is known."""
    verb = request.POST.get("do", "")
    if verb not in MOVES:
        raise Invalid({"do": ["This page is too old. Load it again."]})
    return MOVES[verb](ticket, request.POST, request.actor)


def agent(key: str) -> Assignee:
    """Somebody who answers here; Missing for anybody else."""
    found = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    row = found.filter(pk=uuid_of(key)).values_list("pk", "name").first()
    if row is None:
        raise Missing
    return Assignee(*row)


def uuid_of(text: str) -> UUID:
    """The key in a form; Missing when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def by_number(number: str, by: Actor) -> Ticket:
    """The request that somebody names; Invalid, in words, when they see none of that number."""
    text = number.strip().upper().removeprefix("#")
    seen = Ticket.objects.visible_to(by, Ticket.Desk.COMPANY)
    exact = seen.filter(number=text).first()
    if exact is None and text.isdecimal():
        exact = seen.filter(number__endswith=f"-{text.zfill(4)}").order_by("-id").first()
    if exact is None:
        raise Invalid({"number": ["There is no request with this number."]}, "Nothing was changed.")
    return exact


def until(nap: str, now: datetime | None = None) -> datetime | None:
    """When a rest ends, as this person's clock says it; None for the rest that only a word ends."""
    here = timezone.localtime(now)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if nap == "later":
        evening = morning.replace(hour=EVENING)
        return evening if evening - here > timedelta(hours=1) else here + timedelta(hours=3)
    if nap == "tomorrow":
        return morning + timedelta(days=1)
    if nap == "week":
        return morning + timedelta(days=7 - here.weekday())
    if nap == "word":
        return None
    raise Invalid({"until": [f"Please choose one of: {', '.join(NAPS.values())}."]})


def _require_was(form: QueryDict, now: str, words: str) -> None:
    """Refused when what is changed is no longer what the page showed: one wins, the other is told."""
    if form.get("was", now) != now:
        raise Refused("changed_meanwhile", f"{words} Nothing was changed; please look again.")


def _status(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    _require_was(form, ticket.status, f"This was moved to {ticket.workflow_status.label} meanwhile.")
    actions.change_status(ticket, form.get("value", ""), by=by, seen_version=ticket.version)
    return ""


def _take(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.assign(ticket, Assignee(by.id, by.label), by=by)  # type: ignore[arg-type]  # people have ids
    return ""


def _assign(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    value = form.get("value", "")
    holder = f"{ticket.assignee_name} has this now." if ticket.assignee_id else "Nobody has this any more."
    _require_was(form, str(ticket.assignee_id or ""), f"Somebody was faster: {holder}")
    actions.assign(ticket, agent(value) if value else None, by=by, seen_version=ticket.version)
    return "" if value else "Put back for anybody to take."


def _team(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    if not form.get("value"):
        actions.assign_team(ticket, None, "", by=by)
        return ""
    team = Team.objects.filter(pk=uuid_of(form.get("value", "")), is_active=True).first()
    if team is None:
        raise Missing
    actions.assign_team(ticket, team.pk, team.name, by=by)
    return ""


def _set(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    name = form.get("name", "")
    if name not in {"urgency", "importance", "department", "type", "subject", "order_reference"}:
        raise Invalid({"name": ["There is no such field."]})
    actions.change(ticket, {name: form.get("value", "")}, by=by)
    return ""


def _tags(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    kept = [one for one in ticket.tags if one != form.get("remove")]
    actions.change(ticket, {"tags": [*kept, *form.get("value", "").split(",")]}, by=by)
    return ""


def _watch(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    person = agent(form.get("value", "")).id if form.get("value") else by.id
    actions.watch(ticket, person, form.get("on") == "1", by=by)  # type: ignore[arg-type]  # people have ids
    return ""


def _cc(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    kept = [one for one in ticket.cc if one["email"] != form.get("remove")]
    new = [{"email": one} for one in form.get("value", "").replace(";", ",").split(",") if one.strip()]
    actions.change(ticket, {"cc": [*kept, *new]}, by=by)
    return ""


def _link(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.link(ticket, by_number(form.get("number", ""), by), form.get("kind", ""), by=by)
    return ""


def _unlink(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    rows = Link.objects.select_related("ticket", "other")
    row = rows.filter(pk=uuid_of(form.get("value", ""))).first()
    if row is None or ticket.pk not in (row.ticket_id, row.other_id):
        raise Missing
    actions.unlink(row, by=by)
    return ""


def _under(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    number = form.get("number", "")
    actions.place_under(ticket, by_number(number, by) if number else None, by=by)
    return ""


def _adopt(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.place_under(by_number(form.get("number", ""), by), ticket, by=by)
    return ""


def _release(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    child = Ticket.objects.visible_to(by, Ticket.Desk.COMPANY).filter(parent=ticket.pk)
    found = child.filter(pk=uuid_of(form.get("value", ""))).first()
    if found is None:
        raise Missing
    actions.place_under(found, None, by=by)
    return ""


def _incident(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.make_incident(ticket, form.get("on") == "1", by=by)
    return ""


def _merge(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    into = by_number(form.get("number", ""), by)
    actions.merge(ticket, into, by=by)
    return f"{ticket.number} is part of {into.number} now. It can be taken out again there."


def _unmerge(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    merged = Ticket.objects.visible_to(by, Ticket.Desk.COMPANY).filter(merged_into=ticket.pk)
    found = merged.filter(pk=uuid_of(form.get("value", ""))).first()
    if found is None:
        raise Missing
    actions.unmerge(found, by=by)
    return f"{found.number} stands for itself again."


def _snooze(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    nap = form.get("value", "")
    actions.snooze(ticket, _moment(form.get("at", ""), "until") if nap == "at" else until(nap), by=by)
    return ""


def _wake(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.wake(ticket, by=by)
    return ""


def _pin(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.pin(ticket, form.get("on") == "1", by=by)
    return ""


def _favour(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.favour(ticket, form.get("on") == "1", by=by)
    return ""


def _unread(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.mark_unread(ticket, by=by)
    return f"{ticket.number} is unread again."


def _step(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    """One step of the checklist: `add` a text, `turn` the one in this place, or `drop` it."""
    steps = [dict(one) for one in ticket.checklist]
    place = form.get("turn") or form.get("drop") or ""
    if place.isdecimal() and int(place) < len(steps):
        if "drop" in form:
            del steps[int(place)]
        else:
            steps[int(place)]["done"] = not steps[int(place)]["done"]
    elif form.get("add", "").strip():
        steps.append({"text": form["add"], "done": False})
    actions.change(ticket, {"checklist": steps}, by=by)
    return ""


def _minutes(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    text = form.get("value", "").strip()
    if not text.removeprefix("-").isdecimal():
        raise Invalid({"minutes_spent": ["Please write whole minutes."]})
    actions.change(ticket, {"minutes_spent": max(0, ticket.minutes_spent + int(text[:8]))}, by=by)
    return ""


def _due(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    """A day and a time as this person's clock says it; nothing for no due date any more."""
    text = form.get("value", "").strip() if "clear" not in form else ""
    actions.change(ticket, {"sla_due_at": _moment(text, "sla_due_at") if text else None}, by=by)
    return ""


def _moment(text: str, name: str) -> datetime:
    """A day and a time as this person's clock says it; Invalid under this name for anything else."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text.strip()).replace(tzinfo=None))
    except (ValueError, OverflowError):
        raise Invalid({name: ["Please choose a day and a time."]}) from None


def _delete(ticket: Ticket, form: QueryDict, by: Actor) -> str:
    actions.delete(ticket, by=by)
    return f"{ticket.number} is deleted. For {KEPT_FOR.days} days it stands under Deleted and can be brought back."


MOVES: dict[str, Move] = {
    "status": _status,
    "take": _take,
    "assign": _assign,
    "team": _team,
    "set": _set,
    "tags": _tags,
    "watch": _watch,
    "cc": _cc,
    "link": _link,
    "unlink": _unlink,
    "under": _under,
    "adopt": _adopt,
    "release": _release,
    "incident": _incident,
    "merge": _merge,
    "unmerge": _unmerge,
    "snooze": _snooze,
    "wake": _wake,
    "pin": _pin,
    "favour": _favour,
    "unread": _unread,
    "step": _step,
    "minutes": _minutes,
    "due": _due,
    "delete": _delete,
}
