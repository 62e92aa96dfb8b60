"""Opening tickets, on either desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Invalid
from tenant_apps.tickets import access, catalogue, kinds, numbers, priority, settings, tally
from tenant_apps.tickets import fields as custom
from tenant_apps.tickets.actions.assigning import assign_by_rule
from tenant_apps.tickets.actions.keeping import say, tell
from tenant_apps.tickets.attachments.keeping import send_along
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import BODY_LENGTH, SUBJECT_LENGTH, Link, Ticket
from tenant_apps.tickets.text import clean_html, clean_tags, clean_text


@dataclass(frozen=True, slots=True)
class Requester:
    """For whom an agent opens a ticket: an account of the company, or a contact. The caller has found them."""

    id: UUID
    name: str
    email: str = ""
    is_contact: bool = False


@transaction.atomic
def open_ticket(
    *,
    subject: str,
    description: str,
    by: Actor,
    desk: str = Ticket.Desk.PLATFORM,
    type: str = "",
    sub_subject: str = "",
    **more: Any,
) -> Ticket:
    """A new ticket with its first message.

    On the platform's desk `subject` is a key of the catalogue, and `more` may hold `urgency`. On the company's own it
    is the headline, and `more` holds what `_at_home` takes, `html`, `files` and `follows` (what this goes on from).
    """
    access.require(by, "open", desk)
    follows, html, files = more.pop("follows", None), more.pop("html", ""), more.pop("files", ())
    at_home = desk == Ticket.Desk.COMPANY
    channel = more.get("channel", Ticket.Channel.PORTAL)
    urgency = more.get("urgency", priority.DEFAULT)
    if at_home:
        ticket = _at_home(subject, type, by, **more)
    else:
        ticket = _at_portico(subject, sub_subject, type, by, channel, urgency)
    description = clean_text("description", description, limit=BODY_LENGTH)
    with writing():
        ticket.number = numbers.next_number(ticket.created_at)
        ticket.counted = tally.keys_of(ticket)
        ticket.save(force_insert=True)
        look = {"html": clean_html(html), "channel": ticket.channel}
        message = say(ticket, description, _speaker(by, more.get("requester")), is_staff_reply=False, **look)
        send_along(message, files, by=by)
        if follows:
            Link.objects.create(ticket=ticket, other=follows, kind=Link.Kind.FOLLOWS)
        facts = {"number": ticket.number, "subject": ticket.subject, "message": str(message.pk)}
        tell("ticket.create", ticket, by=by, **facts | ({"follows": follows.number} if follows else {}))
        tally.shift((), ticket.counted)
        if not ticket.is_platform:
            assign_by_rule(ticket)
    return ticket


def _speaker(by: Actor, requester: Requester | None) -> Actor:
    """The first message is the requester's own, whoever typed it; who typed it stands in the journal."""
    return Actor(kind="company", id=requester.id, label=requester.name) if requester else by


def _at_portico(subject: str, sub_subject: str, type: str, by: Actor, channel: str, urgency: str) -> Ticket:
    assert by.id is not None  # noqa: S101 (people have ids, and the product itself asks nothing)
    if not catalogue.is_on_offer(subject):
        raise Invalid({"subject": ["Please choose a subject from the list."]})
    type = type or Ticket.Type.SUPPORT
    if type not in Ticket.Type.values:
        raise Invalid({"type": ["There is no such type of ticket."]})
    _require_known("urgency", urgency, priority.LEVELS)
    return _new(
        desk=Ticket.Desk.PLATFORM,
        type=type,
        urgency=urgency,
        subject=subject,
        sub_subject=clean_text("sub_subject", sub_subject, limit=200, required=False),
        channel=channel,
        requester_id=by.id,
        requester_name=by.label,
    )


def _at_home(
    subject: str,
    type: str,
    by: Actor,
    *,
    department: str = "",
    urgency: str = priority.DEFAULT,
    importance: str = priority.DEFAULT,
    fields: Mapping[str, Any] | None = None,
    fields_as_they_are: Mapping[str, Any] | None = None,  # of the ticket that this was a part of: nobody is asked
    tags: list[str] | None = None,
    channel: str = "portal",
    order_reference: str = "",
    checklist: Sequence[str] = (),
    requester: Requester | None = None,
) -> Ticket:
    set_up, for_agent = settings.read("types", "default_type", "departments"), access.is_agent(by)
    kind = _kind(type, set_up, for_agent=for_agent)
    if fields_as_they_are is None:
        fields_as_they_are = _checked(kind, fields or {}, as_customer=not for_agent)
    _require_known("department", department, ["", *settings.names_of(set_up["departments"])])
    _require_known_levels(urgency, importance)
    return _new(
        desk=Ticket.Desk.COMPANY,
        status=kind.initial,
        category=kind.by_key[kind.initial].category,
        unread_by_agent=1,
        type=kind.key,
        subject=clean_text("subject", subject, limit=SUBJECT_LENGTH),
        department=department,
        urgency=urgency,
        importance=importance,
        fields=dict(fields_as_they_are),
        tags=clean_tags(tags or []),
        channel=channel,
        checklist=_to_do(checklist),
        order_reference=clean_text("order_reference", order_reference, limit=80, required=False),
        **_asked_by(requester, by),
    )


def _to_do(steps: Sequence[str]) -> list[dict[str, Any]]:
    return [{"text": clean_text("checklist", one, limit=200), "done": False} for one in steps]


def _asked_by(requester: Requester | None, by: Actor) -> dict[str, Any]:
    if requester:
        access.require(by, "open_for_others", access.COMPANY_DESK)
    who = requester or Requester(by.id, by.label)  # type: ignore[arg-type]  # people have ids
    contact = who.id if who.is_contact else None
    return {"requester_id": who.id, "requester_name": who.name, "requester_email": who.email, "contact_id": contact}


def _kind(type: str, set_up: Mapping[str, Any], *, for_agent: bool) -> kinds.Kind:
    known = kinds.build(set_up["types"], set_up["default_type"])
    offered = {one.key: one for one in known.offered_to(agent=for_agent)}
    kind = offered.get(type) if type else known.default
    if kind is None:
        raise Invalid({"type": ["There is no such type of request."]})
    return kind


def _require_known(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise Invalid({name: [f"Please choose one of: {', '.join(one for one in known if one)}."]})


def _require_known_levels(urgency: str, importance: str) -> None:
    _require_known("urgency", urgency, priority.LEVELS)
    _require_known("importance", importance, priority.LEVELS)


def _checked(kind: kinds.Kind, given: Mapping[str, Any], *, as_customer: bool) -> dict[str, Any]:
    values = custom.changed(kind, {}, given, by_customer=as_customer)
    custom.require(kind, values, "create", by_customer=as_customer)
    return values


def _new(**columns: Any) -> Ticket:
    now = clock.now()
    times = dict.fromkeys(("created_at", "updated_at", "last_activity_at", "last_message_at"), now)
    return Ticket(**columns, **times)
