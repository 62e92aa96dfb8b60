"""`/admin/tickets/all`: one thing done with all requests of a list, how far it is, and the way back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portico.actor import Actor
from portico.errors import Invalid, Refused
from portico.pages import render_part
from portico.several import words_of
from shared_apps.console import batches, desk, listing, queue
from shared_apps.console.forms import FilterForm
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.models import Batch
from shared_apps.console.narrowing import Wanted
from tenant_apps.tickets import access, priority, workflow

Choices = list[tuple[str, list[tuple[str, str]]]]


class AllForm(forms.Form):
    """What to do, which were counted, and the key that makes a second click the same as the first."""

    do = forms.ChoiceField(label="Do", error_messages={"required": "Please choose what to do with them."})
    seen = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18})*$", max_length=20 * batches.MOST, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, ways: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["do"].choices = [("", "Choose …"), *ways]
        self.fields["do"].error_messages["invalid_choice"] = "This cannot be done. Please choose again."

    def clean_seen(self) -> set[int]:
        return {int(one) for one in self.cleaned_data["seen"].split(",")}


@form_or_back
@staff_only
def all_matching(request: HttpRequest) -> HttpResponse:
    """Ask what to do with all that match, and begin it."""
    by = request.actor
    wanted = FilterForm(request.GET).wanted(by)
    if request.method != "POST":
        return _ask(request, wanted)
    form = AllForm(_ways(by), request.POST)
    if not form.is_valid():
        return _ask(request, wanted, form, 422)
    said = form.cleaned_data
    try:
        batch = batches.begin(said["key"], said["do"], wanted.filters, wanted.query(), said["seen"], by=by)
    except (Invalid, Refused) as no:
        form.add_error("do", words_of(no))
        return _ask(request, wanted, form, no.status)
    return redirect("console:batch", batch.pk)


@require_safe
@staff_only
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far it is, what did not go and why."""
    return _shown(request, batches.find(batch_id, request.actor))


@require_POST
@staff_only
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take it all back."""
    try:
        batches.undo(batch_id, by=request.actor)
    except Refused as no:
        messages.warning(request, no.message)
    return redirect("console:batch", batch_id)


def _ask(request: HttpRequest, wanted: Wanted, form: AllForm | None = None, status: int = 200) -> HttpResponse:
    """Counted anew each time: whoever sends it again has seen how many there are now."""
    by = request.actor
    found = queue.keys(by, wanted.filters, batches.MOST + 1)
    number, asked = len(found), {"seen": ",".join(map(str, found[: batches.MOST])), "key": uuid4()}
    if form:
        form.data = {"do": form.data.get("do", ""), **asked}
    else:
        form = AllForm(_ways(by), initial=asked)
    context = {
        "form": form,
        "number": number,
        "most": batches.MOST,
        "is_too_much": number > batches.MOST,
        "query": wanted.query(),
        "refused": wanted.refused,
        "chips": list(listing.chips(wanted, by, desk.staff())),
        "latest": [(one, _words(one.do)) for one in batches.latest(by)],
    }
    return render(request, "console/all.html", context, status=status)


def _shown(request: HttpRequest, found: Batch) -> HttpResponse:
    context = {
        "batch": found,
        "what": _words(found.do),
        "failures": batches.refused(found, request.actor),
        "may_undo": batches.may_undo(found),
        "back": reverse("console:queue") + found.query,
    }
    return render_part(request, "console/batch.html", "console/_batch.html", context)


def _ways(by: Actor) -> Choices:
    people = [("assign:me", "Take them"), ("assign:nobody", "Put them back for anybody")]
    if access.may(by, "assign_others"):
        people += [(f"assign:{one.pk}", f"Assign to {one.name}") for one in desk.staff() if one.pk != by.id]
    return [
        ("Status", [(f"status:{one.key}", f"Move to {one.label}") for one in workflow.STATUSES]),
        ("Assignee", people),
        ("Importance", [(f"importance:{one}", f"Importance {one}") for one in priority.LEVELS]),
    ]


def _words(do: str) -> str:
    """What was done, as a heading says it; people by name."""
    verb, _, value = do.partition(":")
    if verb == "status" and value in workflow.BY_KEY:
        return f"Move to {workflow.BY_KEY[value].label}"
    if verb == "assign":
        said: Mapping[str, str] = {"me": "Take", "nobody": "Put back"}
        return said.get(value) or f"Assign to {next((one.name for one in desk.staff() if str(one.pk) == value), '…')}"
    return f"Importance {value}"
