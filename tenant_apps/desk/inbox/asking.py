"""A new request, written by an agent for somebody who called, wrote or came by."""

from typing import Any
from uuid import UUID

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid
from portico.pages import render_part
from tenant_apps.desk import files
from tenant_apps.desk.forms import EMPTY, KeyedForm
from tenant_apps.desk.inbox import beginning
from tenant_apps.desk.inbox.controls import asked_in, controls, values_in
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.desk.once import once
from tenant_apps.people.contacts import contact_for
from tenant_apps.tickets import actions, kinds, priority, settings
from tenant_apps.tickets.actions import Requester
from tenant_apps.tickets.models import SUBJECT_LENGTH, Ticket

_LEVELS = [(one, one.capitalize()) for one in priority.LEVELS]
CHANNELS = [("portal", "Here"), ("email", "By e-mail"), ("chat", "In a chat")]


class AskForm(KeyedForm):
    email = forms.CharField(label="Their e-mail", error_messages={"required": "Who asks? Please write their address."})
    name = forms.CharField(label="Their name", required=False)
    type = forms.ChoiceField(label="Type")
    subject = forms.CharField(label="Subject", max_length=SUBJECT_LENGTH, error_messages=EMPTY)
    description = forms.CharField(label="What happens?", error_messages=EMPTY, widget=forms.Textarea(attrs={"rows": 6}))
    department = forms.ChoiceField(label="Department", required=False)
    urgency = forms.ChoiceField(label="Urgency", choices=_LEVELS, initial=priority.DEFAULT)
    importance = forms.ChoiceField(label="Importance", choices=_LEVELS, initial=priority.DEFAULT)
    channel = forms.ChoiceField(label="How they asked", choices=CHANNELS, initial="portal")
    tags = forms.CharField(label="Tags", required=False)
    order_reference = forms.CharField(label="Order", required=False)

    def __init__(self, *args: Any, known: kinds.Kinds, departments: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(one.key, one.label) for one in known.on_offer()]
        self.fields["department"].choices = [("", "None"), *departments.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def new(request: HttpRequest) -> HttpResponse:
    """The form, with the fields of the type that is chosen; what is refused is said beside its field."""
    set_up = settings.read("types", "default_type", "departments")
    known = kinds.build(set_up["types"], set_up["default_type"])
    made_of: dict[str, Any] = {"known": known, "departments": settings.names_of(set_up["departments"])}
    if request.method != "POST" or request.POST.keys() & {"choose", "begin"}:
        given = _begun(request)
        follows = _followed(request)
        start: dict[str, Any] = {"email": follows.requester_email, "subject": follows.subject} if follows else {}
        start |= {name: given[name] for name in AskForm.base_fields if name in given}
        form = AskForm(initial={"type": known.default.key} | start, **made_of)
        return _asking(request, form, known, given, files.take(request, form))
    form = AskForm(request.POST, **made_of)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _asking(request, form, known, request.POST, keys, status=422)
    try:
        place = once(form, request.path, lambda: _open(request, form, known, keys), by=request.actor)
    except Invalid as refused:
        form.take(refused)
        problems = {name.removeprefix("fields."): texts for name, texts in refused.fields.items()}
        return _asking(request, form, known, request.POST, keys, status=422, problems=problems)
    messages.success(request, "The request stands in the inbox.")
    return redirect(place)


def _begun(request: HttpRequest) -> QueryDict:
    """What the form holds: what was typed, and what the template says that was chosen for it just now."""
    if request.method != "POST":
        return request.GET
    if "begin" not in request.POST:
        return request.POST
    given = request.POST.copy()
    given["used"] = given.get("template", "")
    request.POST = given  # type: ignore[assignment]  # what stands in the form from now on
    template = beginning.used(request)
    for name, value in (beginning.filled(template, given, request.actor) if template else {}).items():
        given.setlist(name, value if isinstance(value, list) else [value])
    return given


def _open(request: HttpRequest, form: AskForm, known: kinds.Kinds, keys: list[UUID]) -> str:
    typed = form.cleaned_data
    names = ("type", "subject", "description", "department", "urgency", "importance", "channel", "order_reference")
    ticket = actions.open_ticket(
        **{name: typed[name] for name in names},
        tags=typed["tags"].split(","),
        checklist=beginning.checklist(beginning.used(request)),
        fields=asked_in(known[typed["type"]], request.POST, {}),
        desk=Ticket.Desk.COMPANY,
        follows=_followed(request),
        files=keys,
        requester=_requester(typed["email"], typed["name"], request),
        by=request.actor,
    )
    return reverse("desk:inbox:conversation", args=[ticket.pk])


def _followed(request: HttpRequest) -> Ticket | None:
    """The request that this one follows, if it names one that is there for this agent."""
    try:
        key = UUID((request.POST or request.GET).get("follows", ""))
    except ValueError:
        return None
    return Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY).filter(pk=key).first()


def _requester(email: str, name: str, request: HttpRequest) -> Requester:
    """The account with this address, else the contact, who is made when nobody knows them yet."""
    accounts = apps.get_model("accounts", "User")._default_manager
    account = accounts.filter(email=email.strip().lower(), is_active=True).first()
    if account:
        return Requester(account.pk, account.name, account.email)
    contact = contact_for(email, name, by=request.actor)
    return Requester(contact.pk, contact.name, contact.email, is_contact=True)


def _asking(
    request: HttpRequest,
    form: AskForm,
    known: kinds.Kinds,
    given: QueryDict,
    keys: list[UUID],
    status: int = 200,
    problems: dict[str, list[str]] | None = None,
) -> HttpResponse:
    kind = known[given.get("type") or known.default.key]
    rows = controls(kind, values_in(kind, given) if given else {}, problems or {})
    context = {"form": form, "kind": kind, "controls": rows, "follows": _followed(request), "here": "inbox"}
    context |= {"waiting": files.waiting(keys, request), "used": beginning.used(request)}
    context["templates"] = beginning.templates(request.actor)
    return render_part(request, "inbox/new.html", "inbox/_new.html", context, status=status)
