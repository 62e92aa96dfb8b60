"""What stands on the page of one request: told as its requester may hear it, without notes and how agents work."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from portico.actor import Actor
from portico.errors import Missing
from tenant_apps.desk.forms import ReplyForm
from tenant_apps.desk.timeline import latest, timeline
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import CUSTOMER, FOR_CUSTOMERS
from tenant_apps.notices import delivery
from tenant_apps.portal import lists, set_up
from tenant_apps.portal.set_up import SetUp
from tenant_apps.tickets import access, actions, attachments, kinds
from tenant_apps.tickets.kinds import Kind
from tenant_apps.tickets.models import Link, Message, Seat, Ticket

_STAGES = {"new": 0, "open": 1, "waiting": 1, "on_hold": 1, "solved": 2, "closed": 2}


def find(actor: Actor, request_id: UUID) -> Ticket:
    """The request with their `draft`, if it is there for this person; foreign and missing are the same Missing."""
    seats = Seat.objects.filter(ticket=OuterRef("pk"), person_id=actor.id)  # type: ignore[misc]  # people have ids
    seen = lists.seen_by(actor).annotate(draft=Subquery(seats.values("draft")[:1]))
    found = seen.select_related("parent").filter(pk=request_id).first()
    if found is None:
        raise Missing(message="There is no such request here, or it is no longer there.")
    return found


def form_of(ticket: Any) -> ReplyForm:
    """An empty reply, or the words that were not sent yet. A note that an agent began elsewhere is none of them."""
    draft = ticket.draft or {}
    if draft.get("mode") != "reply":
        return ReplyForm()
    return ReplyForm(initial={"body": draft["body"], "draft_at": draft["at"]})


def messages_of(ticket: Ticket, actor: Actor) -> QuerySet[Message]:
    """What was said to whoever asks, in order."""
    return delivery.with_letters(Message.objects.of(ticket).told_to_customers(actor))


def drawn(ticket: Ticket, actor: Actor, *, everything: bool) -> dict[str, Any]:
    """What the page of a request needs, in five statements, or six where somebody follows."""
    known = set_up.load()
    kinds.attach([ticket], known.kinds)
    kind, is_mine = ticket.kind, ticket.requester_id == actor.id
    messages: list[Any] = list(messages_of(ticket, actor))
    attachments.attach(messages)
    for message in messages:
        # Which of the signs on it are the reader's own.
        message.mailed = delivery.of(message) if message.is_staff_reply else None
        message.signs = [sign for sign, who in message.reactions.items() if str(actor.id) in {one for one, _ in who}]
    said = timeline(messages, _events(ticket, kind), reader=actor.id, audience=CUSTOMER, kind=kind)
    entries, earlier = latest(said, everything=everything)
    return {
        "ticket": ticket,
        "entries": entries,
        "earlier": earlier,
        "everything": everything,
        "stage": _STAGES[ticket.category],
        "middle": _middle(ticket, is_mine),
        "ending": "a reply opens it again" if kind.solved_reply == "reopen" else "is it?",
        "is_mine": is_mine,
        "is_following": actor.id in ticket.watchers,
        "takes_reply": not ticket.merged_into_id and (not ticket.is_closed or kind.closed_reply == "reopen"),
        "may_rate": is_mine and known.asks and actions.is_open_to_rating(ticket),
        "may_close": is_mine and not ticket.is_closed and not ticket.merged_into_id,
        "may_reopen": is_mine and ticket.category == "solved" and not ticket.merged_into_id,
        "edits": "" if ticket.is_closed or ticket.merged_into_id else "portal:message",
        "react": "" if ticket.merged_into_id else reverse("portal:react", args=[ticket.pk]),
        "reactions": actions.REACTIONS,
        **_about(ticket, actor, known, kind),
    }


def _about(ticket: Ticket, actor: Actor, known: SetUp, kind: Kind) -> dict[str, Any]:
    """The facts beside the conversation."""
    return {
        "department": known.every_department.get(ticket.department, ""),
        "details": _details(ticket, kind),
        "people": _people(ticket, actor),
        "linked": _linked(ticket, actor),
        "incident": ticket.parent if ticket.parent and _is_incident(ticket.parent) else None,
        "answer_by": known.answer_by(ticket),
        "is_late": known.is_late(ticket),
        "hours": known.hours,
        "closes_at": actions.closes_at(ticket, known.days),
    }


def _is_incident(parent: Ticket) -> bool:
    return parent.is_incident and parent.deleted_at is None


def _middle(ticket: Ticket, is_mine: bool) -> str:
    """The word of the second step. "Waiting for you" is told to the requester alone."""
    if _STAGES[ticket.category] != 1:
        return "Being worked on"
    if ticket.category == "waiting" and not is_mine:
        return f"Waiting for {ticket.requester_name}"
    return ticket.workflow_status.customer_label


def _events(ticket: Ticket, kind: Kind) -> list[Event]:
    """Where the request stood and who had it. A step between two statuses that customers know by one name is none."""
    found = Event.objects.about(ticket.pk).filter(verb__in=FOR_CUSTOMERS)
    return [event for event in found if event.verb != "ticket.status.update" or _is_step(event, kind)]


def _is_step(event: Event, kind: Kind) -> bool:
    """Not what follows from an assignment, or from an answer that was waited for: the timeline shows these anyway."""
    if event.facts.get("cause") == "assign":
        return False
    before, after = (kind.by_key.get(event.facts[end]) for end in ("from", "to"))
    if before is None or after is None or before.customer_label == after.customer_label:
        return False
    return event.facts.get("cause") != "reply" or before.category != "waiting"


def _details(ticket: Ticket, kind: Kind) -> list[tuple[str, Any]]:
    """The custom fields that customers see, with what stands in them."""
    kept = ticket.plain_fields()
    shown = ((one, kept[one.key]) for one in kind.fields if one.visible and one.key in kept)
    return [(one.label, _spoken(value)) for one, value in shown]


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _people(ticket: Ticket, actor: Actor) -> list[str]:
    """Who else hears of it. Agents who follow do so for their work, and are not named."""
    others = [one for one in ticket.watchers if one != actor.id]
    names: list[str] = []
    if others:
        # The model is named, not imported: accounts stand in `public` and in each company alike.
        accounts = apps.get_model("accounts", "User")._default_manager
        told = accounts.filter(pk__in=others, role__in=access.CUSTOMERS, is_active=True)
        names = list(told.order_by("name").values_list("name", flat=True))
    return names + [one["name"] or one["email"] for one in ticket.cc]


def _linked(ticket: Ticket, actor: Actor) -> list[tuple[str, Ticket]]:
    """The request that this one goes on from, and those that go on from it."""
    rows = Link.objects.filter(Q(ticket=ticket.pk) | Q(other=ticket.pk), kind=Link.Kind.FOLLOWS)
    either = Q(pk__in=rows.values("ticket")) | Q(pk__in=rows.values("other"))
    found = lists.seen_by(actor).filter(either).exclude(pk=ticket.pk).order_by("created_at", "id")
    return [("Goes on from" if one.created_at < ticket.created_at else "Goes on in", one) for one in found]
