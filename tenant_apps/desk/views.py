"""The workspace: what a company's managers and agents ask the platform, and what is answered."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portico import keyset
from portico.errors import Invalid, Missing, Refused
from portico.pages import render_part, signed_in
from tenant_apps.desk import files, lists, news, preview, rating
from tenant_apps.desk.forms import ReplyForm, RequestForm
from tenant_apps.desk.once import once
from tenant_apps.desk.timeline import latest, timeline
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import CUSTOMER
from tenant_apps.tickets import access, actions, attachments, priority, workflow
from tenant_apps.tickets.models import Ticket

View = Callable[..., HttpResponse]
_STAGES = {"new": 0, "open": 1, "waiting": 1, "on_hold": 1, "solved": 2, "closed": 2}


def workspace(view: View) -> View:
    """Only for those who speak with Portico for their company; its other people are led to the portal and told why."""

    @signed_in()
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if access.may(request.actor, "see"):
            return view(request, *args, **kwargs)
        name = request.door.company.name
        messages.info(request, f"Requests to Portico are for the managers and agents of {name}. This is your place.")
        return redirect("portal:home")

    guarded.roles = tuple(sorted(access.COMPANY))
    return guarded


@require_safe
@workspace
def tickets(request: HttpRequest) -> HttpResponse:
    """The company's requests, what moved last first."""
    status = request.GET.get("status", "")
    status = status if status in workflow.KEYS else ""
    cursor = request.GET.get("cursor")
    try:
        page = keyset.page(lists.rows(request.actor, status), key=UUID, cursor=cursor)
    except Invalid:
        return redirect("desk:tickets")
    numbers = lists.counts(request.actor)
    context = {
        "rows": page.rows,
        "unseen": news.unseen(page.rows, request.actor),
        "steps": [(step, numbers.get(step.key, "")) for step in workflow.STATUSES],
        "chosen": workflow.BY_KEY.get(status),
        "is_new_here": not numbers,
        "is_first": not cursor,
        "next_cursor": page.next_cursor,
    }
    return render_part(request, "desk/tickets.html", "desk/_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace
def new(request: HttpRequest) -> HttpResponse:
    """Ask Portico something. `?after=<id>` follows up on a closed request."""
    after = _followed(request)
    if request.method != "POST" or "draft" in request.POST:
        form = RequestForm(initial=_draft(request, after))
        return _asking(request, form, after, files.take(request, form))
    form = RequestForm(request.POST)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _asking(request, form, after, keys, status=422)
    typed = {name: form.cleaned_data[name] for name in ("subject", "sub_subject", "description")}
    typed["urgency"] = form.cleaned_data["urgency"] or priority.DEFAULT
    try:
        address = once(
            form,
            request.path,
            lambda: _address(actions.open_ticket(**typed, files=keys, by=request.actor)),
            by=request.actor,
        )
    except Invalid as refused:
        form.take(refused)
        return _asking(request, form, after, keys, status=422)
    messages.success(request, "Your request is with Portico. The answer will stand here.")
    return redirect(address)


@require_safe
@workspace
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One request: the conversation, where it stands, and a place to write."""
    found = _find(request, ticket_id)
    news.look(found, request.actor)
    return _conversation(request, found, ReplyForm(), part="desk/_live.html")


@require_http_methods(["GET", "HEAD", "POST"])
@workspace
def reply(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Add to the conversation. What was typed stays on the page until it is kept."""
    found = _find(request, ticket_id)
    if request.method != "POST":
        return redirect(_address(found))
    if preview.is_wanted(request):
        return preview.part(request)
    form = ReplyForm(request.POST)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _conversation(request, found, form, status=422, keys=keys)
    if "look" in request.POST:
        return _conversation(request, found, form, keys=keys, look=preview.look(form.cleaned_data["body"]))
    try:
        address = once(form, request.path, lambda: _reply(request, found, form, keys), by=request.actor)
    except Invalid as refused:
        form.take(refused)
        return _conversation(request, found, form, status=422, keys=keys)
    except Refused as refused:
        return _conversation(request, _find(request, ticket_id), form, status=409, refused=refused, keys=keys)
    if not request.htmx:
        return redirect(address)
    return _conversation(request, _find(request, ticket_id), ReplyForm())


@require_http_methods(["GET", "HEAD", "POST"])
@workspace
def rate(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Say how it went. Words that come too late go into the reply."""
    found = _find(request, ticket_id)
    if request.method != "POST":
        return redirect(_address(found))

    def show(form: ReplyForm | None, **more: Any) -> HttpResponse:
        return _conversation(request, _find(request, ticket_id), form or ReplyForm(), **more)

    return rating.keep(request, found, _address(found), show, by=request.actor)


def _find(request: HttpRequest, ticket_id: UUID) -> Ticket:
    found = Ticket.objects.visible_to(request.actor, Ticket.Desk.PLATFORM).filter(pk=ticket_id).first()
    if found is None:
        raise Missing
    return found


def _address(found: Ticket) -> str:
    return reverse("desk:ticket", args=[found.pk])


def _reply(request: HttpRequest, found: Ticket, form: ReplyForm, keys: list[UUID]) -> str:
    message = actions.reply(found, form.cleaned_data["body"], by=request.actor, marked=True, files=keys)
    return f"{_address(found)}#message-{message.pk}"


def _conversation(
    request: HttpRequest,
    found: Ticket,
    form: ReplyForm,
    *,
    status: int = 200,
    refused: Refused | None = None,
    keys: Sequence[UUID] = (),
    look: str = "",
    part: str = "desk/_talk.html",
    typed_rating: Mapping[str, Any] | None = None,
) -> HttpResponse:
    said = list(found.messages.visible_to(request.actor).order_by("created_at", "id"))
    attachments.attach(said)
    happened = Event.objects.about(found.pk)
    everything = "all" in request.GET
    whole = timeline(said, happened, reader=request.actor.id, audience=CUSTOMER)
    entries, earlier = latest(whole, everything=everything)
    context = {
        "ticket": found,
        "entries": entries,
        "earlier": earlier,
        "everything": everything,
        "form": form,
        "refused": refused,
        "waiting": files.waiting(keys, request),
        "look": look,
        "stage": _STAGES[found.category],
        "is_mine": found.requester_id == request.actor.id,
        "may_rate": actions.is_open_to_rating(found),
        "typed_rating": typed_rating,
        "may_reply": access.may(request.actor, "reply"),
    }
    response = render_part(request, "desk/ticket.html", part, context, status=status)
    if status == 409:
        response["HX-Retarget"] = "#talk"  # without a word about where it belongs htmx would not show a refusal
    return response


def _asking(
    request: HttpRequest, form: RequestForm, after: Ticket | None, keys: Sequence[UUID] = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "after": after, "waiting": files.waiting(keys, request)}
    return render_part(request, "desk/new.html", "desk/_new.html", context, status=status)


def _followed(request: HttpRequest) -> Ticket | None:
    """The request that `?after=` names, if there is one for this person."""
    try:
        key = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return Ticket.objects.visible_to(request.actor, Ticket.Desk.PLATFORM).filter(pk=key).first()


def _draft(request: HttpRequest, after: Ticket | None) -> dict[str, str]:
    """What stands in the form already: the number that is followed up, and words that a closed request did not take."""
    words = request.POST.get("body", "")
    if after is None:
        return {"description": words}
    said = f"Following up on {after.number}.\n\n{words}"
    return {"subject": after.subject, "sub_subject": after.sub_subject, "description": said}
