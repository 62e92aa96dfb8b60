"""Mail as it came: what was held back, why each is where it is, its look in a frame that can do nothing, its bytes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portico import csp, keyset
from portico.errors import Invalid, Missing
from portico.limits import while_sent
from portico.pages import signed_in
from portico.storage import CompanyStorage
from tenant_apps.desk.inbox.moves import by_number
from tenant_apps.mailroom import words
from tenant_apps.mailroom.actions import holding, moving
from tenant_apps.mailroom.filing import look_of
from tenant_apps.mailroom.models import Incoming
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Ticket

_SHELVES = {
    "held": ("Held back", Incoming.State.HELD),
    "noted": ("Automatic answers", Incoming.State.NOTED),
    "deleted": ("Deleted", Incoming.State.DELETED),
}
# Nothing runs, nothing is fetched, nothing leads out of the frame but a link that somebody follows.
_FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
)
managers = signed_in(*sorted(access.MANAGERS))
agents = signed_in(*sorted(access.COMPANY))


@require_safe
@managers
def held(request: HttpRequest) -> HttpResponse:
    """The mails that somebody has to look at, the latest first; and beside them what was noted or deleted."""
    shown = request.GET.get("show", "held")
    if shown not in _SHELVES:
        raise Missing
    rows = Incoming.objects.filter(state=_SHELVES[shown][1])
    page = keyset.ordered(rows, "-received_at", key=UUID, cursor=request.GET.get("cursor"))
    context = {
        "rows": [(one, words.why(one)[0]) for one in page.rows],
        "next_cursor": page.next_cursor,
        "shown": shown,
        "shelves": [(key, label) for key, (label, _) in _SHELVES.items()],
        "days": holding.KEPT_FOR.days,
        "here": "inbox",
    }
    return render(request, "mail/held.html", context)


@require_safe
@agents
def one(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail with everything that is known of it."""
    mail = _find(request, mail_id)
    ticket = _ticket(request, mail)
    context = {
        "mail": mail,
        "why": words.why(mail),
        "ticket": ticket,
        "people": mail.why.get("people", []) if ticket else [],
        "leads": access.may(request.actor, "work_on_all", access.COMPANY_DESK),
        "here": "inbox",
    }
    response = render(request, "mail/one.html", context)
    response["Content-Security-Policy"] = f"{csp.policy(request)}; frame-src 'self'"
    return response


@require_safe
@agents
def look(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The look of a mail, for the frame on its page."""
    mail = _find(request, mail_id)
    if not mail.has_look:
        raise Missing
    with CompanyStorage().open(look_of(mail)) as content:
        html = bytes(content.read())
    response = HttpResponse(b"<!doctype html><meta charset=utf-8><title>Mail</title>" + html)
    response["Content-Security-Policy"] = f"{_FRAME}; frame-ancestors 'self'"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@agents
def original(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The bytes as they came, as a file."""
    mail = _find(request, mail_id)
    name = f"{mail.received_at:%Y-%m-%d}-{mail.pk.hex[:8]}.eml"
    content = CompanyStorage().open(mail.kept_as)
    response = FileResponse(content, as_attachment=True, filename=name, content_type="message/rfc822")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cache-Control"] = "no-store"
    sent: Any = while_sent(response)  # it streams, as its caller need not know
    return sent


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def do(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """What is done with one mail; each says what happened, and leads to where it can be taken back."""
    mail = _find(request, mail_id)
    if request.method != "POST":
        return redirect("desk:mail-one", mail.pk)
    deed = _DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise Invalid({"do": ["This page is too old. Load it again."]})
    return deed(request, mail)


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def undo(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Take back what was done last: deleting, or moving."""
    mail = _find(request, mail_id)
    if request.method != "POST":
        return redirect("desk:mail-one", mail.pk)
    if mail.state == Incoming.State.DELETED:
        holding.bring_back(mail, by=request.actor)
        messages.success(request, "The mail is back among those that are held.")
        return redirect("desk:mail")
    moving.undo_move(mail, by=request.actor)
    messages.success(request, "The mail is back where it was.")
    return _to_ticket(request, Incoming.objects.get(pk=mail.pk))


def _release(request: HttpRequest, mail: Incoming) -> HttpResponse:
    ticket = _wanted(request)
    holding.release(mail, ticket, by=request.actor)
    place = f"into {ticket.number}" if ticket else "as a new request"
    messages.success(request, f"The mail from {mail.sender} is let in {place}. That takes a few seconds.")
    return redirect("desk:mail")


def _replay(request: HttpRequest, mail: Incoming) -> HttpResponse:
    holding.replay(mail, by=request.actor)
    messages.success(request, "The mail is looked at again, by the rules as they are now. That takes a few seconds.")
    return redirect("desk:mail")


def _block(request: HttpRequest, mail: Incoming) -> HttpResponse:
    event = holding.block(mail, by=request.actor)
    back = reverse("setup:undo", args=[event.pk]) if event else ""
    messages.success(
        request, f"{mail.sender} is kept out. What was held of them is among the deleted.", extra_tags=back
    )
    return redirect("desk:mail")


def _delete(request: HttpRequest, mail: Incoming) -> HttpResponse:
    holding.delete(mail, by=request.actor)
    back = reverse("desk:mail-undo", args=[mail.pk])
    messages.success(request, "Deleted.", extra_tags=back)
    return redirect("desk:mail")


def _move(request: HttpRequest, mail: Incoming) -> HttpResponse:
    ticket, before = _wanted(request), _ticket(request, mail)
    moving.move(mail, ticket, by=request.actor)
    place = f"to {ticket.number}" if ticket else "into a request of its own"
    back = reverse("desk:mail-undo", args=[mail.pk])
    messages.success(request, f"The mail moves {place}. That takes a few seconds.", extra_tags=back)
    return redirect("desk:inbox:conversation", before.pk) if before else redirect("desk:mail")


def _let_in(request: HttpRequest, mail: Incoming) -> HttpResponse:
    email = request.POST.get("email", "")
    moving.let_in(mail, email, by=request.actor)
    messages.success(request, f"{email} follows the request from now on.")
    return _to_ticket(request, mail)


_DEEDS = {
    "release": _release,
    "replay": _replay,
    "block": _block,
    "delete": _delete,
    "move": _move,
    "let_in": _let_in,
}


def _find(request: HttpRequest, mail_id: UUID) -> Incoming:
    mail = Incoming.objects.seen_by(request.actor).select_related("channel").filter(pk=mail_id).first()
    if mail is None:
        raise Missing
    return mail


def _ticket(request: HttpRequest, mail: Incoming) -> Ticket | None:
    if mail.ticket_id is None:
        return None
    return Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY).filter(pk=mail.ticket_id).first()


def _wanted(request: HttpRequest) -> Ticket | None:
    """The request whose number was typed; None for a new one."""
    number = request.POST.get("number", "").strip()
    return by_number(number, request.actor) if number else None


def _to_ticket(request: HttpRequest, mail: Incoming) -> HttpResponse:
    ticket = _ticket(request, mail)
    return redirect("desk:inbox:conversation", ticket.pk) if ticket else redirect("desk:inbox")
